//! The panel's window.

use super::flights::FlightShelf;
use super::frame_times::FrameTimes;
use super::link::StageLink;
use super::view::PanelView;
use crate::look;
use crate::window::ConsoleError;
use crate::wording::Wording;
use egui::{Context, Vec2, vec2};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A panel to be opened.
pub struct PanelWindow {
    /// The window's title.
    pub title: String,
    /// A TrueType font with every glyph of the texts.
    pub font: &'static [u8],
    /// The texts in the reader's language, and in the other.
    pub texts: [Box<dyn Wording>; 2],
    /// The way to the stage.
    pub link: Box<dyn StageLink>,
    /// The flights of this machine, where they can be had.
    pub flights: Option<Box<dyn FlightShelf>>,
    /// Closes by itself after this time.
    pub time: Option<Duration>,
}

/// What the panel's own pictures took.
#[derive(Clone, Debug, Default)]
pub struct PanelFrames {
    /// The work on each: laying out and handing over, without the wait for the screen.
    pub work: FrameTimes,
    /// From one to the next.
    pub apart: FrameTimes,
}

/// Redrawn so often: what moves on the stage is read thirty times a second.
const REDRAW_EVERY: Duration = Duration::from_millis(33);
/// The size that the panel is laid out for; a larger window shows the same larger, so that it is read from further away.
const LAID_OUT_FOR: Vec2 = vec2(1280.0, 800.0);
const ZOOM_MAX: f32 = 2.5;

/// Sets fonts and colours for a panel.
pub fn prepare(ctx: &Context, font: &'static [u8]) {
    look::apply(ctx, font);
}

impl PanelWindow {
    /// Opens the window on the calling thread (which must be the program's first) and returns when it is closed; what its
    /// pictures took.
    pub fn run(self) -> Result<PanelFrames, ConsoleError> {
        let options = eframe::NativeOptions {
            viewport: egui::ViewportBuilder::default()
                .with_inner_size(LAID_OUT_FOR)
                .with_min_inner_size([1024.0, 700.0])
                .with_title(self.title.clone()),
            // Flat colours have no bands to hide, and where a processor draws each pixel counts.
            dithering: false,
            ..Default::default()
        };
        let font = self.font;
        let mut view = PanelView::new(self.link, self.texts);
        if let Some(flights) = self.flights {
            view = view.with_flights(flights);
        }
        let frames = Arc::<Mutex<PanelFrames>>::default();
        let counted = Arc::clone(&frames);
        let time = self.time;
        let run = eframe::run_native(
            "cyclorama-panel",
            options,
            Box::new(move |cc| {
                prepare(&cc.egui_ctx, font);
                Ok(Box::new(Shown {
                    view,
                    frames: counted,
                    began: Instant::now(),
                    last: None,
                    time,
                }))
            }),
        );
        run.map_err(|e| ConsoleError::NoWindow {
            reason: e.to_string(),
        })?;
        let frames = frames.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(frames.clone())
    }
}

struct Shown {
    view: PanelView,
    frames: Arc<Mutex<PanelFrames>>,
    began: Instant,
    /// When the picture before began.
    last: Option<Instant>,
    time: Option<Duration>,
}

impl Shown {
    /// Counts the picture before this one.
    fn count(&mut self, frame: &eframe::Frame) {
        let now = Instant::now();
        let before = self.last.replace(now);
        let work = frame.info().cpu_usage;
        let work = work.and_then(|s| Duration::try_from_secs_f32(s.max(0.0)).ok());
        // Nobody else holds it before the window is closed.
        let mut frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(before), Some(work)) = (before, work) {
            frames.work.add(work);
            frames.apart.add(now - before);
        }
    }
}

impl eframe::App for Shown {
    fn clear_color(&self, _visuals: &egui::Visuals) -> [f32; 4] {
        look::FIELD.to_normalized_gamma_f32()
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        self.count(frame);
        let ctx = ui.ctx().clone();
        let points = ctx.content_rect().size() * ctx.zoom_factor();
        let fits = (points.x / LAID_OUT_FOR.x).min(points.y / LAID_OUT_FOR.y);
        // In steps: a window that is drawn larger must not cut new glyphs at every pixel.
        let zoom = ((fits * 20.0).floor() / 20.0).clamp(1.0, ZOOM_MAX);
        if (zoom - ctx.zoom_factor()).abs() > 0.01 {
            ctx.set_zoom_factor(zoom);
        }
        self.view.show(ui);
        if self.time.is_some_and(|time| self.began.elapsed() >= time) {
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        ctx.request_repaint_after(REDRAW_EVERY);
    }
}

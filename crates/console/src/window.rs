//! The window itself: canvas on top, the camera's view beneath, figures beside it.

use crate::figures_pane;
use crate::keys_pane::{KeysPane, WindowKeys};
use crate::live::{LiveFigure, LivePictures};
use crate::look;
use crate::picture_pane::PicturePane;
use cyc_queue::LatestReader;
use egui::Vec2;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use thiserror::Error;

/// Why there is no window.
#[derive(Debug, Error)]
pub enum ConsoleError {
    /// The windowing system or the GPU refused.
    #[error("no window could be opened: {reason}")]
    NoWindow {
        /// What it said.
        reason: String,
    },
}

impl ConsoleError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        "console-no-window"
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let Self::NoWindow { reason } = self;
        vec![("reason", reason.clone())]
    }
}

/// The fixed texts of the window, in the reader's language.
#[derive(Clone, Debug, Default)]
pub struct WindowLabels {
    /// The window's title.
    pub title: String,
    /// Beneath the canvas.
    pub canvas: String,
    /// Beneath the camera's view.
    pub camera: String,
    /// Above the figures.
    pub figures: String,
    /// Where a picture has not come yet.
    pub waiting: String,
}

/// A window to be opened.
pub struct Window {
    /// Its texts.
    pub labels: WindowLabels,
    /// A TrueType font with every glyph of the texts.
    pub font: &'static [u8],
    /// The newest pictures.
    pub pictures: LatestReader<LivePictures>,
    /// Asked for the figures several times a second.
    pub figures: Box<dyn FnMut() -> Vec<LiveFigure>>,
    /// The keys, when the window belongs to a stage that can be told something.
    pub keys: Option<WindowKeys>,
    /// Becomes true when the window is to close, or has been closed by the person.
    pub stop: Arc<AtomicBool>,
}

/// Redrawn this often even when nothing new came, so that figures stay alive.
const REDRAW_EVERY: Duration = Duration::from_millis(33);

impl Window {
    /// Opens the window on the calling thread (which must be the program's first) and returns when it is closed.
    pub fn run(self) -> Result<(), ConsoleError> {
        let options = eframe::NativeOptions {
            viewport: egui::ViewportBuilder::default()
                .with_inner_size([1440.0, 900.0])
                .with_min_inner_size([800.0, 500.0])
                .with_title(self.labels.title.clone()),
            ..Default::default()
        };
        let stop = Arc::clone(&self.stop);
        let run = eframe::run_native(
            "cyclorama",
            options,
            Box::new(|cc| {
                look::apply(&cc.egui_ctx, self.font);
                Ok(Box::new(Shown::new(self)))
            }),
        );
        stop.store(true, Ordering::Relaxed);
        run.map_err(|e| ConsoleError::NoWindow {
            reason: e.to_string(),
        })
    }
}

struct Shown {
    window: Window,
    canvas: PicturePane,
    camera: PicturePane,
    figures: Vec<LiveFigure>,
    keys: Option<KeysPane>,
}

impl Shown {
    fn new(mut window: Window) -> Self {
        Self {
            keys: window.keys.take().map(KeysPane::new),
            window,
            canvas: PicturePane::default(),
            camera: PicturePane::default(),
            figures: Vec::new(),
        }
    }

    fn take_newest(&mut self, ctx: &egui::Context) {
        if let Some((true, pictures)) = self.window.pictures.latest_and_is_new() {
            self.canvas.update(ctx, "canvas", &pictures.canvas);
            self.camera.update(ctx, "camera", &pictures.camera);
        }
        self.figures = (self.window.figures)();
    }
}

impl eframe::App for Shown {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        if self.window.stop.load(Ordering::Relaxed) {
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        self.take_newest(&ctx);
        let labels = self.window.labels.clone();
        egui::Panel::right("figures")
            .default_size(330.0)
            .show(ui, |ui| {
                figures_pane::show(ui, &labels.figures, &self.figures);
            });
        egui::CentralPanel::default().show(ui, |ui| {
            let room = ui.available_size();
            // The canvas is wide and flat: it gets the width, the camera the rest of the height.
            let canvas_height = (room.x * 0.32).min(room.y * 0.45);
            self.canvas.show(
                ui,
                Vec2::new(room.x, canvas_height),
                &labels.canvas,
                &labels.waiting,
            );
            let rest = Vec2::new(room.x, (room.y - canvas_height - 12.0).max(40.0));
            self.camera.show(ui, rest, &labels.camera, &labels.waiting);
        });
        if let Some(keys) = &mut self.keys {
            keys.show(&ctx);
        }
        ctx.request_repaint_after(REDRAW_EVERY);
    }
}

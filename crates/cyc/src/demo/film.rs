//! The film: every wall frame of the take, canvas above, film camera below; and the stills.

use super::error::DemoError;
use super::outcome::Outcome;
use super::progress::Progress;
use super::show::Show;
use super::take::Recorded;
use crate::failure::Failure;
use cyc_engine::run::{Intent, spawn};
use cyc_film::{FilmError, FilmInfo, FilmWriter, Picture};
use cyc_renderer::{Gpu, Pictures, RenderSettings, Renderer, Wanted};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

/// Width of the film, pixels: the camera's picture.
const FILM_WIDTH_PX: u32 = 1280;
/// Stills spread over the take.
const STILLS: usize = 4;

/// Pictures that the report shows.
#[derive(Default)]
pub struct Stills {
    /// The canvas.
    pub canvas: Option<Picture>,
    /// Through the film camera.
    pub camera: Option<Picture>,
    /// The overview.
    pub wide: Option<Picture>,
}

/// Draws the film and the stills; fills the outcome's figures about them.
pub fn draw(
    show: &Show,
    gpu: &Gpu,
    recorded: &Recorded,
    out: &Path,
    outcome: &mut Outcome,
    progress: &Progress<'_>,
) -> Result<Stills, Failure> {
    let software = gpu.report().software;
    let settings = RenderSettings {
        canvas_scale: canvas_scale(show.stage.canvas_px()[0], software),
        ..RenderSettings::default()
    };
    outcome.canvas_scale = settings.canvas_scale;
    outcome.canvas_px = show.stage.canvas_px();
    let rate_hz = show.stage.timing().frame_rate.hz();
    outcome.film_hz = rate_hz;
    let picked = recorded.wall_frames(rate_hz);
    let (Some(first), Some(middle)) = (picked.first(), picked.get(picked.len() / 2)) else {
        return Err(DemoError::EmptyTake {
            path: outcome.take.clone(),
        }
        .into());
    };
    let characters = [Some(Arc::clone(&show.character))];
    let mut renderer = Renderer::new(gpu, &show.stage, &characters, settings)?;
    let mut drawn = Pictures::default();
    // The first frame warms caches and shows the film's size.
    let wanted = Wanted {
        canvas: true,
        camera: Some(0),
        ..Wanted::default()
    };
    renderer.render(&recorded.frames[*first], wanted)?;
    renderer.take_pictures(&mut drawn)?;
    let layout = Layout::of(&drawn);
    let path = out.join("film.mp4");
    let film = FilmWriter::create(&path, layout.width_px, layout.height_px, rate_hz)?;
    let encoder = Encoder::start(layout, film)?;
    let stills = still_places(picked.len());
    let bar = progress.bar(picked.len() as u64);
    for (i, frame) in picked.iter().enumerate() {
        renderer.render(&recorded.frames[*frame], wanted)?;
        // One frame stays in flight: its pictures are taken while the next one is drawn.
        if renderer.in_flight() == 2 && renderer.take_pictures(&mut drawn)? {
            keep_still(i - 1, &stills, &drawn, out, outcome)?;
            encoder.add(&drawn)?;
            bar.inc(1);
        }
    }
    while renderer.take_pictures(&mut drawn)? {
        encoder.add(&drawn)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    let info = encoder.finish()?;
    outcome.frames_film = info.frames;
    outcome.film = Some(info.path);
    let everything = Wanted {
        canvas: true,
        camera: Some(0),
        wide: true,
        ..Wanted::default()
    };
    renderer.render(&recorded.frames[*middle], everything)?;
    renderer.take_pictures(&mut drawn)?;
    let mut stills = Stills::default();
    for (name, caption, px, rgba, slot) in [
        (
            "canvas.png",
            "picture-canvas",
            drawn.canvas_px,
            &drawn.canvas,
            &mut stills.canvas,
        ),
        (
            "camera.png",
            "picture-camera",
            drawn.camera_px,
            &drawn.camera,
            &mut stills.camera,
        ),
        (
            "stage.png",
            "picture-wide",
            drawn.wide_px,
            &drawn.wide,
            &mut stills.wide,
        ),
    ] {
        let picture = Picture::new(px[0], px[1], rgba.clone())?;
        picture.write_png(&out.join(name))?;
        outcome.pictures.push((out.join(name), caption));
        *slot = Some(picture);
    }
    Ok(stills)
}

/// A software renderer draws the canvas at the size that the film shows it; a real one draws every pixel.
fn canvas_scale(canvas_width_px: u32, software: bool) -> f64 {
    let fitting = f64::from(FILM_WIDTH_PX) / f64::from(canvas_width_px.max(1));
    if software { fitting.min(1.0) } else { 1.0 }
}

/// Which film frames are kept as stills.
fn still_places(frames: usize) -> Vec<usize> {
    (0..STILLS)
        .map(|i| (2 * i + 1) * frames / (2 * STILLS))
        .collect()
}

fn keep_still(
    frame: usize,
    places: &[usize],
    drawn: &Pictures,
    out: &Path,
    outcome: &mut Outcome,
) -> Result<(), Failure> {
    if places.contains(&frame) {
        let path = out.join(format!("camera-{frame:04}.png"));
        Picture::new(drawn.camera_px[0], drawn.camera_px[1], drawn.camera.clone())?
            .write_png(&path)?;
        outcome.pictures.push((path, "picture-camera"));
    }
    Ok(())
}

/// Where canvas and camera lie in the film.
#[derive(Clone, Copy)]
struct Layout {
    width_px: u32,
    height_px: u32,
    canvas_height_px: u32,
}

impl Layout {
    fn of(drawn: &Pictures) -> Self {
        let [w, h] = drawn.canvas_px;
        let height = u64::from(h) * u64::from(FILM_WIDTH_PX) / u64::from(w.max(1));
        let canvas_height_px = (height as u32).next_multiple_of(2);
        Self {
            width_px: FILM_WIDTH_PX,
            height_px: canvas_height_px + drawn.camera_px[1].next_multiple_of(2),
            canvas_height_px,
        }
    }
}

/// Encodes on a thread of its own, while the next picture is drawn.
struct Encoder {
    layout: Layout,
    pages: SyncSender<Picture>,
    thread: JoinHandle<Result<FilmInfo, FilmError>>,
}

/// Pages waiting for the encoder; beyond them drawing waits.
const PAGES_WAITING: usize = 3;

impl Encoder {
    fn start(layout: Layout, mut film: FilmWriter) -> Result<Self, Failure> {
        let (pages, waiting) = sync_channel::<Picture>(PAGES_WAITING);
        let thread = spawn("film", Intent::Normal, move |_| {
            for page in waiting {
                film.frame(page.rgba())?;
            }
            film.finish()
        });
        let thread = thread.map_err(|e| Failure::internal(format!("film: {e}")))?;
        Ok(Self {
            layout,
            pages,
            thread,
        })
    }

    fn add(&self, drawn: &Pictures) -> Result<(), Failure> {
        let black = [0, 0, 0, 255];
        let mut page = Picture::filled(self.layout.width_px, self.layout.height_px, black);
        let canvas = Picture::new(drawn.canvas_px[0], drawn.canvas_px[1], drawn.canvas.clone())?;
        if canvas.width_px() == self.layout.width_px {
            page.paste(&canvas, 0, 0);
        } else {
            let (width, height) = (self.layout.width_px, self.layout.canvas_height_px);
            page.paste(&canvas.resized(width, height), 0, 0);
        }
        let camera = Picture::new(drawn.camera_px[0], drawn.camera_px[1], drawn.camera.clone())?;
        page.paste(&camera, 0, self.layout.canvas_height_px);
        // A closed channel means that the encoder stopped; `finish` says why.
        let _ = self.pages.send(page);
        Ok(())
    }

    fn finish(self) -> Result<FilmInfo, Failure> {
        drop(self.pages);
        match self.thread.join() {
            Ok(result) => Ok(result?),
            Err(_) => Err(Failure::internal("film panicked")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stills_are_spread_over_the_film() {
        assert_eq!(still_places(240), [30, 90, 150, 210]);
        assert_eq!(still_places(1), [0, 0, 0, 0]);
    }
}

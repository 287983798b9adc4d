//! The film: every wall frame of the take, canvas above, film camera below; and the stills.

use super::error::DemoError;
use super::outcome::Outcome;
use super::progress::Progress;
use super::show::Show;
use super::take::Recorded;
use crate::failure::Failure;
use cyc_engine::run::{Intent, spawn};
use cyc_film::{FilmError, FilmInfo, FilmWriter, Picture};
use cyc_model::StageFrame;
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
    let settings = RenderSettings::for_adapter(gpu.report());
    outcome.canvas_scale = settings.canvas_scale;
    outcome.canvas_px = show.stage.canvas_px();
    outcome.film_hz = show.stage.timing().frame_rate.hz();
    let picked = recorded.wall_frames(outcome.film_hz);
    let Some(middle) = picked.get(picked.len() / 2) else {
        return Err(DemoError::EmptyTake {
            path: outcome.take.clone(),
        }
        .into());
    };
    let characters = [Some(Arc::clone(&show.character))];
    let mut renderer = Renderer::new(gpu, &show.stage, &characters, settings)?;
    film_of(&mut renderer, recorded, &picked, out, outcome, progress)?;
    stills_of(&mut renderer, &recorded.frames[*middle], out, outcome)
}

/// Draws every wall frame into the film.
fn film_of(
    renderer: &mut Renderer,
    recorded: &Recorded,
    picked: &[usize],
    out: &Path,
    outcome: &mut Outcome,
    progress: &Progress<'_>,
) -> Result<(), Failure> {
    let mut drawn = Pictures::default();
    let wanted = Wanted {
        canvas: true,
        camera: Some(0),
        ..Wanted::default()
    };
    let layout = Layout::of(renderer.canvas_px(), renderer.settings().camera_px);
    let path = out.join("film.mp4");
    let film = FilmWriter::create(&path, layout.width_px, layout.height_px, outcome.film_hz)?;
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
    Ok(())
}

/// Draws one frame as canvas, camera view and overview.
fn stills_of(
    renderer: &mut Renderer,
    frame: &StageFrame,
    out: &Path,
    outcome: &mut Outcome,
) -> Result<Stills, Failure> {
    let mut drawn = Pictures::default();
    let everything = Wanted {
        canvas: true,
        camera: Some(0),
        wide: true,
        ..Wanted::default()
    };
    renderer.render(frame, everything)?;
    renderer.take_pictures(&mut drawn)?;
    let mut keep = |name: &str, caption, [width, height]: [u32; 2], rgba: &Vec<u8>| {
        let picture = Picture::new(width, height, rgba.clone())?;
        picture.write_png(&out.join(name))?;
        outcome.pictures.push((out.join(name), caption));
        Ok::<_, Failure>(Some(picture))
    };
    Ok(Stills {
        canvas: keep(
            "canvas.png",
            "picture-canvas",
            drawn.canvas_px,
            &drawn.canvas,
        )?,
        camera: keep(
            "camera.png",
            "picture-camera",
            drawn.camera_px,
            &drawn.camera,
        )?,
        wide: keep("stage.png", "picture-wide", drawn.wide_px, &drawn.wide)?,
    })
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
    fn of([canvas_width, canvas_height]: [u32; 2], [_, camera_height]: [u32; 2]) -> Self {
        let height = u64::from(canvas_height) * u64::from(FILM_WIDTH_PX);
        let height = height / u64::from(canvas_width.max(1));
        let canvas_height_px = (height as u32).next_multiple_of(2);
        Self {
            width_px: FILM_WIDTH_PX,
            height_px: canvas_height_px + camera_height.next_multiple_of(2),
            canvas_height_px,
        }
    }

    /// One frame of the film.
    fn page(&self, canvas: &Picture, camera: &Picture) -> Picture {
        let mut page = Picture::filled(self.width_px, self.height_px, [0, 0, 0, 255]);
        if canvas.width_px() == self.width_px {
            page.paste(canvas, 0, 0);
        } else {
            page.paste(&canvas.resized(self.width_px, self.canvas_height_px), 0, 0);
        }
        page.paste(camera, 0, self.canvas_height_px);
        page
    }
}

/// Encodes on a thread of its own, while the next picture is drawn.
struct Encoder {
    pictures: SyncSender<(Picture, Picture)>,
    thread: JoinHandle<Result<FilmInfo, FilmError>>,
}

/// Frames waiting for the encoder; beyond them drawing waits.
const FRAMES_WAITING: usize = 3;

impl Encoder {
    fn start(layout: Layout, mut film: FilmWriter) -> Result<Self, Failure> {
        let (pictures, waiting) = sync_channel::<(Picture, Picture)>(FRAMES_WAITING);
        let thread = spawn("film", Intent::Normal, move |_| {
            for (canvas, camera) in waiting {
                film.frame(layout.page(&canvas, &camera).rgba())?;
            }
            film.finish()
        });
        let thread = thread.map_err(|e| Failure::internal(format!("film: {e}")))?;
        Ok(Self { pictures, thread })
    }

    fn add(&self, drawn: &Pictures) -> Result<(), Failure> {
        let canvas = Picture::new(drawn.canvas_px[0], drawn.canvas_px[1], drawn.canvas.clone())?;
        let camera = Picture::new(drawn.camera_px[0], drawn.camera_px[1], drawn.camera.clone())?;
        // A closed channel means that the encoder stopped; `finish` says why.
        let _ = self.pictures.send((canvas, camera));
        Ok(())
    }

    fn finish(self) -> Result<FilmInfo, Failure> {
        drop(self.pictures);
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

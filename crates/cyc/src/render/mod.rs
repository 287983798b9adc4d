//! `cyc render`: a stage drawn offline, frame by frame, without a wall: what each wall shows, what each camera sees on
//! them, and the through-the-lens proof of its own geometry.
//!
//! Nothing is late here, so nothing is left out: every frame is drawn at the walls' own pixel pitch.

mod error;
mod outcome;
mod proof;
mod shots;
mod wall_picture;
mod walls;

pub use error::RenderFault;
pub use outcome::Outcome;
pub use walls::WallFormat;

use crate::Session;
use crate::character_file::load_skinned;
use crate::demo::files::{beside, read_text};
use crate::demo::progress::Progress;
use crate::failure::Failure;
use crate::stage_file::stage_of_text;
use crate::stage_plates::OfflinePlates;
use cyc_character::Character;
use cyc_film::{FilmWriter, Picture, Still};
use cyc_renderer::{Gpu, Pictures, RenderSettings, Renderer, Wanted};
use cyc_stage::{Stage, Wall};
use shots::Shots;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct RenderArgs {
    /// The stage file.
    pub stage: PathBuf,
    /// A recording with stage frames; without one the cameras stand at their homes.
    pub take: Option<PathBuf>,
    /// One wall by its name; `None` for all.
    pub wall: Option<String>,
    /// Which pictures of the film; `None` for all of a take, or for the first without one.
    pub frames: Option<Range<usize>>,
    /// Whether the proof is made.
    pub is_proved: bool,
    /// Drawn canvas pixels per real one.
    pub scale: f64,
    /// What the walls' pictures are.
    pub format: WallFormat,
    /// Where everything is written.
    pub out: PathBuf,
}

/// Draws a stage; what was written, and what was proved.
///
/// # Errors
/// The stage, the take or a character cannot be used, there is no graphics adapter, or a picture cannot be written.
pub fn run(args: &RenderArgs, session: &Session) -> Result<Outcome, Failure> {
    let stage = stage_of_text(&args.stage, &read_text(&args.stage)?)?;
    let walls = wanted_walls(&stage, args.wall.as_deref())?;
    let characters = characters(&args.stage, &stage)?;
    let shots = Shots::new(args, &stage, &characters)?;
    let mut plates = OfflinePlates::open(&args.stage, &stage)?;
    std::fs::create_dir_all(&args.out).map_err(|e| RenderFault::no_folder(&args.out, &e))?;
    let gpu = Gpu::headless()?;
    let mut outcome = Outcome {
        adapter: gpu.report().name.clone(),
        ..Outcome::default()
    };
    let progress = Progress::new(session);
    let settings = RenderSettings {
        canvas_scale: args.scale,
        camera_px: stage
            .cameras()
            .first()
            .map_or([1280, 720], |c| c.picture_px),
        ..RenderSettings::default()
    };
    let mut renderer = Renderer::new(&gpu, &stage, &characters, settings)?;
    progress.step("rendering-drawing", &[("frames", shots.len().to_string())]);
    draw(
        (&mut renderer, &mut plates),
        &stage,
        &walls,
        &shots,
        args,
        &progress,
        &mut outcome,
    )?;
    drop(renderer);
    if args.is_proved {
        progress.step("rendering-proving", &[]);
        outcome.proof = Some(proof::run(
            &gpu,
            &stage,
            &characters,
            &args.out,
            &mut outcome,
        )?);
    }
    Ok(outcome)
}

fn wanted_walls<'s>(stage: &'s Stage, name: Option<&str>) -> Result<Vec<&'s Wall>, Failure> {
    let walls: Vec<_> = stage
        .walls()
        .iter()
        .filter(|w| name.is_none_or(|name| w.name() == name))
        .collect();
    // That a stage has none at all is said by the renderer.
    match name {
        Some(name) if walls.is_empty() => {
            let wall = name.to_owned();
            Err(RenderFault::NoWall { wall }.into())
        }
        _ => Ok(walls),
    }
}

/// The digital humans of the stage's performers; each file is read once.
fn characters(stage_file: &Path, stage: &Stage) -> Result<Vec<Option<Arc<Character>>>, Failure> {
    let mut known: Vec<(_, Arc<Character>)> = Vec::new();
    let mut out = Vec::new();
    for performer in stage.performers() {
        let (file, map) = (&performer.character, performer.map.as_ref());
        let what = (file, map, performer.skinning);
        let character = match known.iter().find(|(other, _)| *other == what) {
            Some((_, character)) => Arc::clone(character),
            None => {
                let path = beside(stage_file, file);
                let map = map.map(|map| beside(stage_file, map));
                let read = load_skinned(&path, map.as_deref(), performer.skinning)?;
                let read = Arc::new(read);
                known.push((what, Arc::clone(&read)));
                read
            }
        };
        out.push(Some(character));
    }
    Ok(out)
}

/// Draws every frame: walls, each camera's picture, and an overview of the first.
fn draw(
    (renderer, plates): (&mut Renderer, &mut OfflinePlates),
    stage: &Stage,
    walls: &[&Wall],
    shots: &Shots,
    args: &RenderArgs,
    progress: &Progress<'_>,
    outcome: &mut Outcome,
) -> Result<(), Failure> {
    let bar = progress.bar(shots.len() as u64);
    let mut film = None;
    let mut drawn = Pictures::default();
    for (nth, (number, frame)) in shots.iter().enumerate() {
        let cameras = stage.cameras().len().max(1);
        let time = stage.timing().frame_rate.time_of(number as u64);
        plates.show(renderer, time, frame.timecode)?;
        for camera in 0..cameras {
            let wanted = Wanted {
                canvas: camera == 0,
                camera: (camera < stage.cameras().len()).then_some(camera),
                wide: nth == 0 && camera == 0,
                window_only: false,
            };
            renderer.render(frame, wanted)?;
            renderer.take_pictures(&mut drawn)?;
            if wanted.canvas {
                for (name, still) in walls::stills(renderer, stage, walls, args.format, &drawn)? {
                    outcome.keep(&args.out, &format!("{number:04}-{name}"), &still)?;
                }
            }
            let mut keep = |name: String, [width, height]: [u32; 2], rgba: &[u8]| {
                let picture = Picture::new(width, height, rgba.to_vec())?;
                outcome.keep(&args.out, &name, &Still::Picture(picture))
            };
            if let Some(camera) = wanted.camera.and_then(|c| stage.cameras().get(c)) {
                let name = file_name(&camera.name);
                keep(
                    format!("{number:04}-camera-{name}.png"),
                    drawn.camera_px,
                    &drawn.camera,
                )?;
            }
            if wanted.wide {
                keep(format!("{number:04}-stage.png"), drawn.wide_px, &drawn.wide)?;
            }
            if wanted.camera == Some(0) && shots.len() > 1 {
                film_frame(&mut film, &drawn, stage, &args.out)?;
            }
        }
        outcome.frames += 1;
        bar.inc(1);
    }
    bar.finish_and_clear();
    if let Some(film) = film {
        outcome.film = Some(film.finish()?.path);
    }
    Ok(())
}

/// The first camera's picture as a frame of the film, which begins with it.
fn film_frame(
    film: &mut Option<FilmWriter>,
    drawn: &Pictures,
    stage: &Stage,
    out: &Path,
) -> Result<(), Failure> {
    let [width, height] = drawn.camera_px;
    let even = [width, height].map(|px| (px - px % 2).max(16));
    let mut page = Picture::filled(even[0], even[1], [0, 0, 0, 255]);
    page.paste(&Picture::new(width, height, drawn.camera.clone())?, 0, 0);
    let writer = match film {
        Some(writer) => writer,
        None => {
            let rate_hz = stage.timing().frame_rate.hz();
            let made = FilmWriter::create(&out.join("film.mp4"), even[0], even[1], rate_hz)?;
            film.insert(made)
        }
    };
    Ok(writer.frame(page.rgba())?)
}

/// A name as a part of a file's name.
fn file_name(name: &str) -> String {
    let safe = |c: char| {
        if c.is_alphanumeric() || "-_.".contains(c) {
            c
        } else {
            '_'
        }
    };
    name.chars().map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_lead_out_of_the_folder() {
        assert_eq!(file_name("wild left"), "wild_left");
        assert_eq!(file_name("../../etc/x"), ".._.._etc_x");
        assert_eq!(file_name("主屏"), "主屏");
    }
}

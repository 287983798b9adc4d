//! The main job: a recorded performance walks all the way to an LED wall, and the delay is measured.

mod board;
mod drawing;
mod emitting;
pub mod error;
pub mod files;
mod film;
mod frame_pacer;
mod jump_watch;
mod live;
mod live_renderer;
mod live_view;
mod machine;
mod outcome;
pub mod performance;
mod picture_pulse;
pub mod progress;
pub mod proof;
pub mod report;
mod show;
mod summary;
pub mod take;
mod truth;
mod wall_copies;
pub mod window;

use crate::Session;
use crate::failure::Failure;
use cyc_emit::OutputUrl;
use cyc_model::SourceId;
use cyc_renderer::Gpu;
use error::DemoError;
use outcome::Outcome;
use progress::Progress;
use report::Shown;
use show::Show;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use take::Recorded;

pub use drawing::Drawing;
pub use emitting::{Emitting, NextLights, NextOutputs};
pub use frame_pacer::PaceFigures;
pub use jump_watch::CameraJump;
pub use live_view::{LiveView, LiveViewSetup, LiveWish};
pub use picture_pulse::PulseReading;
#[cfg(test)]
pub use picture_pulse::{PicturePulse, PulseWriter, picture_pulse};
pub use summary::lines;
pub use take::take_config;

/// The font with every glyph of our texts.
pub const FONT: &[u8] = include_bytes!("../../../../assets/fonts/cyclorama-sans.ttf");

/// What may be chosen.
#[derive(Clone, Debug)]
pub struct DemoArgs {
    /// The performance; `None` for the usual one.
    pub performance: Option<PathBuf>,
    /// The stage file; `None` for the usual one.
    pub stage: Option<PathBuf>,
    /// Where the results go.
    pub out: PathBuf,
    /// No window, even with a display.
    pub headless: bool,
    /// Length of the recording, seconds.
    pub seconds: f64,
    /// Capture frames a second.
    pub rate_hz: f64,
    /// Decides everything that is random.
    pub seed: u64,
    /// Share of marker-frames that are hidden.
    pub occlusion: f64,
    /// Whether the virtual system sends markers without names, to be labelled here.
    pub is_unlabelled: bool,
    /// Share of packets that the virtual network loses.
    pub loss: f64,
    /// Where frames go to, beside the stage file's outputs.
    pub outputs: Vec<OutputUrl>,
}

/// Runs the demo.
pub fn run(args: &DemoArgs, session: &Session) -> Result<Outcome, Failure> {
    let began = Instant::now();
    let progress = Progress::new(session);
    progress.step("demo-step-load", &[]);
    let show = Show::load(args)?;
    let out = &args.out;
    std::fs::create_dir_all(out).map_err(|e| DemoError::CannotWrite {
        path: out.clone(),
        reason: e.to_string(),
    })?;
    let gpu = Gpu::headless()?;
    let adapter = gpu.report().name.clone();
    progress.step("demo-adapter", &[("adapter", adapter.clone())]);
    let live = if window::wanted(args) {
        window::play(&show, &gpu, args, session)?
    } else {
        let stop = Arc::new(AtomicBool::new(false));
        live::run(&show, &gpu, args, None, &progress, &stop)?
    };
    let source = show
        .stage
        .performers()
        .first()
        .map_or(0, |p| p.tracked.source);
    let recorded = Recorded::read(&live.take, SourceId(source as u16))?;
    let (marker_curve, marker_rms_mm) = recorded.residuals();
    let mut outcome = Outcome {
        performance: show.performance_name.clone(),
        stage: show.stage.name().to_owned(),
        live_s: live.live_s,
        rate_hz: live.rate_hz,
        frames_sent: live.frames_sent,
        frames_in: live.frames_in,
        frames_lost: live.frames_lost,
        frames_superseded: live.frames_superseded,
        frames_predicted: recorded.predicted(live.rate_hz),
        frames_live: live.frames_live,
        latency: live.latency.clone(),
        outputs: live.outputs.clone(),
        marker_rms_mm,
        marker_curve,
        calibration: live.calibration,
        joints: joints(&show, &live, &recorded)?,
        adapter,
        take: live.take.clone(),
        real_time: live.real_time,
        report: out.join("report.html"),
        ..Outcome::default()
    };
    progress.step("demo-step-film", &[]);
    let (stills, proofs) = film_and_proof(&show, &gpu, &recorded, out, &mut outcome, &progress)?;
    progress.step("demo-step-report", &[]);
    outcome.wall_clock_s = began.elapsed().as_secs_f64();
    write_report(session, &outcome, &stills, &proofs, &gpu, out)?;
    outcome.wall_clock_s = began.elapsed().as_secs_f64();
    Ok(outcome)
}

type Strips = Vec<(cyc_film::Picture, &'static str)>;

/// Draws the film and, beside it, makes the proof: each leaves the processor idle where the other has work for it.
fn film_and_proof(
    show: &Show,
    gpu: &Gpu,
    recorded: &Recorded,
    out: &Path,
    outcome: &mut Outcome,
    progress: &Progress<'_>,
) -> Result<(film::Stills, Strips), Failure> {
    let (stills, proofs) = std::thread::scope(|scope| {
        let proof = std::thread::Builder::new()
            .name("proof".to_owned())
            .spawn_scoped(scope, || proof::run(show, gpu, out))
            .map_err(|e| Failure::internal(format!("proof: {e}")))?;
        let stills = film::draw(show, gpu, recorded, out, outcome, progress)?;
        let proofs = proof.join();
        let proofs = proofs.map_err(|_| Failure::internal("proof panicked"))??;
        Ok::<_, Failure>((stills, proofs))
    })?;
    let mut strips = Vec::new();
    for proved in proofs {
        outcome.proofs.push(proved.figures);
        if let Some((picture, path, caption)) = proved.strip {
            outcome.pictures.push((path, caption));
            strips.push((picture, caption));
        }
    }
    Ok((stills, strips))
}

/// The solved joints against the truth, when there is one.
fn joints(
    show: &Show,
    live: &live::LiveResult,
    recorded: &Recorded,
) -> Result<Option<outcome::JointFigures>, Failure> {
    let (Some(path), Some(skeleton)) = (&live.truth, &show.character.skeleton) else {
        return Ok(None);
    };
    let wanted: HashMap<u64, ()> = recorded
        .numbers
        .iter()
        .flatten()
        .map(|n| (*n, ()))
        .collect();
    let truth = truth::Truth::read(path, &wanted)?;
    let compared = truth::Compared {
        rig: (live.rig.skeleton(), live.rig.humanoid()),
        human: (skeleton, &show.character.humanoid),
        stage_from_performance: show
            .stage
            .performers()
            .first()
            .map(|p| p.stage_from_performance)
            .unwrap_or_default(),
    };
    let numbered = recorded.numbers.iter().zip(&recorded.frames);
    Ok(truth::compare(
        &truth,
        &compared,
        numbered.filter_map(|(n, f)| n.map(|n| (n, f))),
    ))
}

fn write_report(
    session: &Session,
    outcome: &Outcome,
    stills: &film::Stills,
    proofs: &[(cyc_film::Picture, &'static str)],
    gpu: &Gpu,
    out: &Path,
) -> Result<(), Failure> {
    let named = [
        (&stills.camera, "picture-camera"),
        (&stills.canvas, "picture-canvas"),
        (&stills.wide, "picture-wide"),
    ];
    let mut shown: Vec<Shown<'_>> = named
        .iter()
        .filter_map(|(picture, caption)| {
            Some(Shown {
                picture: picture.as_ref()?,
                caption,
            })
        })
        .collect();
    shown.extend(
        proofs
            .iter()
            .map(|(picture, caption)| Shown { picture, caption }),
    );
    let machine = machine::facts(&session.text, gpu, outcome);
    let page = report::page(&session.text, outcome, &shown, &machine, FONT);
    let path = out.join("report.html");
    std::fs::write(&path, page).map_err(|e| {
        DemoError::CannotWrite {
            path,
            reason: e.to_string(),
        }
        .into()
    })
}

//! From a recorded take to its performers: which rig each wears, calibrated if need be, fitted frame by frame.

mod by_shape;
mod error;
mod filled_markers;
mod gait_table;
mod marker_take;
mod motion_file;
mod outcome;
mod performer_names;
mod report;
mod rig_choice;
mod track;

pub use by_shape::choose_by_shape;
pub use error::SolveError;
pub use marker_take::{MarkerTake, load};
pub use motion_file::{check_folder, check_not_read, file_of};
pub use outcome::Outcome;
pub use performer_names::told_apart;
pub use rig_choice::{Performer, Wanted, choose, read_rig};
pub use track::{Calibration, Track};

use crate::Session;
use crate::demo::progress::Progress;
use crate::failure::Failure;
use cyc_model::{Point, Rig, Stage};
use cyc_solver::{CalibrateSettings, FitSettings, calibrate};
use rig_choice::Found;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What may be chosen.
#[derive(Clone, Debug)]
pub struct SolveArgs {
    /// The take; `-` is standard input.
    pub take: PathBuf,
    /// The rig or marker set.
    pub wanted: Wanted,
    /// Find the markers by shape, whatever they are called.
    pub ignore_labels: bool,
    /// Whether far markers pull less.
    pub robust: bool,
    /// Where motion goes.
    pub outputs: Vec<PathBuf>,
    /// Where Plug-in Gait's joint centres and angles go.
    pub gait: Option<PathBuf>,
    /// Folder of the report.
    pub report: Option<PathBuf>,
}

/// Solves a take and writes what was asked for.
pub fn run(args: &SolveArgs, session: &Session) -> Result<Outcome, Failure> {
    // What cannot be written should be known before the work, not after it.
    for output in &args.outputs {
        motion_file::check(output, &args.take)?;
    }
    if let Some(table) = &args.gait {
        motion_file::check_folder(table)?;
    }
    if let Some(folder) = &args.report {
        std::fs::create_dir_all(folder).map_err(|e| SolveError::cannot_write(folder, &e))?;
    }
    let progress = Progress::new(session);
    let name = args.take.display().to_string();
    progress.step("solve-step-load", &[("take", name)]);
    let Solved {
        take,
        performers,
        tracks,
    } = tracks(
        &args.take,
        &args.wanted,
        (args.ignore_labels, args.robust),
        |all| Ok((0..all.len()).collect()),
        &progress,
    )?;
    let mut outcome = Outcome {
        take: take.name.clone(),
        rate_hz: take.rate_hz,
        first_frame: take.first_frame,
        tracks,
        damaged: take.damaged,
        robust: args.robust,
        outputs: Vec::new(),
        report: None,
    };
    for output in &args.outputs {
        let written = motion_file::write(&outcome, output)?;
        outcome.outputs.extend(written);
    }
    if let Some(path) = &args.gait {
        for (i, performer) in performers.iter().enumerate() {
            let file = motion_file::file_of(path, &performer.subject, i, performers.len());
            gait_table::write(&take, &performer.subject, &args.wanted, &file)?;
            outcome.outputs.push(file);
        }
    }
    if let Some(folder) = &args.report {
        outcome.report = Some(write_report(session, &outcome, folder)?);
    }
    Ok(outcome)
}

/// A take whose performers were found and followed.
pub struct Solved {
    /// The take.
    pub take: MarkerTake,
    /// Who is in it.
    pub performers: Vec<Performer>,
    /// How those move who were followed.
    pub tracks: Vec<Track>,
}

/// Reads a take, finds its performers, and follows each at the places that `followed` gives of them. It is asked before
/// anybody is solved, so that nobody waits for a performer who is not there.
pub fn tracks(
    path: &Path,
    wanted: &Wanted,
    (ignore_labels, robust): (bool, bool),
    followed: impl FnOnce(&[Performer]) -> Result<Vec<usize>, SolveError>,
    progress: &Progress<'_>,
) -> Result<Solved, Failure> {
    let take = load(path)?;
    let performers = if ignore_labels || take.columns.is_empty() {
        progress.step("solve-step-label", &[]);
        choose_by_shape(&take, path, wanted)?
    } else {
        choose(&take, path, wanted)?
    };
    let places = followed(&performers)?;
    let mut tracks = Vec::new();
    for performer in places.into_iter().filter_map(|place| performers.get(place)) {
        tracks.push(follow(&take, performer, robust, progress)?);
    }
    Ok(Solved {
        take,
        performers,
        tracks,
    })
}

/// One performer: calibrated unless the rig is the performer's own, then fitted frame by frame.
fn follow(
    take: &MarkerTake,
    performer: &Performer,
    robust: bool,
    progress: &Progress<'_>,
) -> Result<Track, Failure> {
    let subject = || performer.subject.clone();
    let frames = performer.frames(take);
    let (rig, calibration) = if performer.found == Found::RigFile {
        (performer.rig.clone(), None)
    } else {
        progress.step(
            "solve-step-calibrate",
            &[("rig", performer.rig.name().to_owned())],
        );
        let (rig, calibration) = calibrated(&performer.rig, &frames)?;
        (rig, Some(calibration))
    };
    progress.step("solve-step-fit", &[("frames", frames.len().to_string())]);
    let settings = if robust {
        FitSettings::default()
    } else {
        FitSettings::least_squares()
    };
    let bar = progress.bar(frames.len() as u64);
    let track = Track::solve(performer, rig, calibration, frames, settings, || bar.inc(1));
    bar.finish_and_clear();
    if !track.frames.iter().any(|f| f.posed) {
        return Err(SolveError::NeverSeen { subject: subject() }.into());
    }
    Ok(track)
}

/// Makes a template the performer's own rig.
pub fn calibrated(
    rig: &Rig,
    frames: &[Vec<Option<Point<Stage>>>],
) -> Result<(Rig, Calibration), Failure> {
    let began = Instant::now();
    let done = calibrate(rig, frames, &CalibrateSettings::default())?;
    let calibration = Calibration {
        report: done.report,
        took_s: began.elapsed().as_secs_f64(),
    };
    Ok((done.rig, calibration))
}

fn write_report(session: &Session, outcome: &Outcome, folder: &Path) -> Result<PathBuf, Failure> {
    let path = folder.join("report.html");
    let page = report::page(&session.text, outcome);
    std::fs::write(&path, page).map_err(|e| SolveError::cannot_write(&path, &e))?;
    Ok(path)
}

/// The last lines on the terminal.
pub fn lines(session: &Session, outcome: &Outcome) -> String {
    let text = &session.text;
    let mut lines = Vec::new();
    for track in &outcome.tracks {
        lines.push(report::recognised(text, track));
        lines.extend(report::labelled(text, track));
        if let Some(line) = report::calibrated(text, track) {
            lines.push(line);
        }
    }
    let counts = outcome.counts();
    lines.push(text.get(
        "solve-done-frames",
        &[
            ("frames", outcome.frames().to_string()),
            ("rate", format!("{:.0}", outcome.rate_hz)),
            ("markers", outcome.markers().to_string()),
            ("rms", format!("{:.2}", outcome.rms_mm())),
        ],
    ));
    lines.push(text.get(
        "solve-done-times",
        &[
            ("p50", format!("{:.1}", outcome.time_us(0.5))),
            ("p99", format!("{:.1}", outcome.time_us(0.99))),
        ],
    ));
    lines.push(text.get(
        "solve-done-labels",
        &[
            (
                "percent",
                format!("{:.2}", outcome.labelled_ratio() * 100.0),
            ),
            ("filled", counts.filled.to_string()),
        ],
    ));
    if outcome.damaged > 0 {
        let damaged = outcome.damaged.to_string();
        lines.push(text.get("solve-done-damaged", &[("damaged", damaged)]));
    }
    for file in outcome.outputs.iter().chain(&outcome.report) {
        let file = file.display().to_string();
        lines.push(text.get("solve-done-written", &[("file", file)]));
    }
    lines.join("\n")
}

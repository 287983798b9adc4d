//! From a take to a character: the performer's motion on the character's body, measured, written and shown.

mod error;
mod motion_file;
mod outcome;
mod pictures;
mod play;
mod report;
mod source;
mod target;
mod track;
mod vrm_face;

pub use error::RetargetCommandError;

use crate::Session;
use crate::demo::progress::Progress;
use crate::failure::Failure;
use crate::manner_files::{read_face, read_retarget};
use crate::solve::{Wanted, file_of};
use crate::text::Text;
use cyc_emit::OutputUrl;
use cyc_model::SkinBlend;
use cyc_solver::RetargetSettings;
use outcome::{Outcome, Retargeted};
use source::SourceMotion;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use target::Target;
use track::{FaceManner, Track};

/// What may be chosen.
#[derive(Clone, Debug)]
pub struct RetargetArgs {
    /// The take; `-` is standard input.
    pub take: PathBuf,
    /// The character's file.
    pub character: PathBuf,
    /// A person's corrections to the character.
    pub map: Option<PathBuf>,
    /// How the character's vertices follow its joints in the report's pictures.
    pub skin_blend: SkinBlend,
    /// Settings other than the usual ones.
    pub settings: Option<PathBuf>,
    /// How the face becomes the character's, if not as usual.
    pub face: Option<PathBuf>,
    /// So much of the take's beginning shows the face at rest, seconds.
    pub face_rest_s: f64,
    /// The rig or marker set of a take with markers.
    pub wanted: Wanted,
    /// Find the markers by shape, whatever they are called.
    pub ignore_labels: bool,
    /// The performers who are followed; all of the take when none is named.
    pub performers: Vec<String>,
    /// The animation, where a file has several: its name or number.
    pub animation: Option<String>,
    /// Metres in one unit of a BVH file.
    pub metres_per_unit: Option<f64>,
    /// The rate that an animation is sampled at.
    pub rate_hz: Option<f64>,
    /// Where motion goes.
    pub outputs: Vec<PathBuf>,
    /// Where it is played to.
    pub urls: Vec<OutputUrl>,
    /// Folder of the report.
    pub report: Option<PathBuf>,
}

/// Retargets a take and writes what was asked for: for each performer by herself.
pub fn run(args: &RetargetArgs, session: &Session) -> Result<Retargeted, Failure> {
    // What cannot be written should be known before the work, not after it.
    for output in &args.outputs {
        motion_file::check(output, [&args.take, &args.character])?;
    }
    if let Some(folder) = &args.report {
        std::fs::create_dir_all(folder)
            .map_err(|e| RetargetCommandError::cannot_write(folder, &e))?;
    }
    let settings = match &args.settings {
        Some(file) => read_retarget(file)?,
        None => RetargetSettings::default(),
    };
    let face = FaceManner {
        settings: args
            .face
            .as_deref()
            .map(read_face)
            .transpose()?
            .unwrap_or_default(),
        rest_s: args.face_rest_s,
    };
    let progress = Progress::new(session);
    let name = |path: &Path| vec![("file", path.display().to_string())];
    progress.step("retarget-step-character", &name(&args.character));
    let target = Target::load(args)?;
    for note in &target.character.notes {
        let note = session.text.get(note.key(), &note.args());
        session.output.remark(&note);
    }
    progress.step("retarget-step-take", &name(&args.take));
    let sources = source::load(args, session, &progress)?;
    let joints = target.skeleton.len();
    source::check_size(joints, sources.iter().map(SourceMotion::frames).sum())?;
    let target = Arc::new(target);
    let (mut all, count) = (Vec::new(), sources.len());
    for (place, source) in sources.into_iter().enumerate() {
        if count > 1 {
            let name = source.performer.clone();
            progress.step("retarget-step-performer", &[("performer", name)]);
        }
        let frames = source.frames();
        progress.step("retarget-step-run", &[("frames", frames.to_string())]);
        let bar = progress.bar(2 * frames as u64);
        let track = Track::run(&source, &target, (&settings, &face), || bar.inc(1))?;
        bar.finish_and_clear();
        let mut outcome = Outcome {
            source,
            target: Arc::clone(&target),
            track,
            outputs: Vec::new(),
            report: None,
        };
        write(args, session, &progress, &mut outcome, (place, count))?;
        all.push(outcome);
    }
    let mut retargeted = Retargeted {
        performers: all,
        played: Vec::new(),
    };
    if !args.urls.is_empty() {
        retargeted.played = play::play(&retargeted.performers, &args.urls, &progress)?;
    }
    Ok(retargeted)
}

/// Writes what was asked for of one performer, who stands at a place among so many.
fn write(
    args: &RetargetArgs,
    session: &Session,
    progress: &Progress<'_>,
    outcome: &mut Outcome,
    (place, count): (usize, usize),
) -> Result<(), Failure> {
    let own = |path: &Path| file_of(path, &outcome.source.performer, place, count);
    for output in args.outputs.iter().map(|path| own(path)) {
        motion_file::check(&output, [&args.take, &args.character])?;
        motion_file::write(outcome, &output)?;
        outcome.outputs.push(output);
    }
    if let Some(folder) = &args.report {
        let path = own(&folder.join("report.html"));
        let pictures = pictures::draw(outcome, &report::moments(outcome), progress);
        let page = report::page(&session.text, outcome, &pictures);
        std::fs::write(&path, page).map_err(|e| RetargetCommandError::cannot_write(&path, &e))?;
        outcome.report = Some(path);
    }
    Ok(())
}

/// The last lines on the terminal.
pub fn lines(session: &Session, retargeted: &Retargeted) -> String {
    let text = &session.text;
    let mut lines = Vec::new();
    for outcome in &retargeted.performers {
        if retargeted.performers.len() > 1 {
            let name = outcome.source.performer.clone();
            lines.push(text.get("retarget-of-performer", &[("performer", name)]));
        }
        lines.extend(lines_of(text, outcome));
    }
    let played = crate::outgoing::table(&retargeted.played, text);
    if !played.is_empty() {
        lines.push(played);
    }
    lines.join("\n")
}

/// The lines of one performer.
fn lines_of(text: &Text, outcome: &Outcome) -> Vec<String> {
    let remarks = outcome.source.remarks.iter();
    let mut lines: Vec<String> = remarks.map(|(key, args)| text.get(key, args)).collect();
    lines.push(report::done_frames(text, outcome));
    lines.extend(report::missing(text, outcome));
    lines.push(report::done_times(text, outcome));
    lines.push(report::done_feet(text, outcome));
    if outcome.source.damaged > 0 {
        let damaged = outcome.source.damaged.to_string();
        lines.push(text.get("solve-done-damaged", &[("damaged", damaged)]));
    }
    for file in outcome.outputs.iter().chain(&outcome.report) {
        let file = file.display().to_string();
        lines.push(text.get("solve-done-written", &[("file", file)]));
    }
    lines
}

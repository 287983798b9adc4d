//! A C3D file as a performer: solved first, exactly as `cyc solve` does.

use super::{SourceMotion, stem};
use crate::demo::progress::Progress;
use crate::failure::Failure;
use crate::retarget::RetargetArgs;
use crate::solve::{self, SolveError, Track};

/// Solves the take and follows the performer that was asked for, or its first.
pub fn load(args: &RetargetArgs, progress: &Progress<'_>) -> Result<SourceMotion, Failure> {
    let solved = solve::tracks(&args.take, &args.wanted, args.ignore_labels, true, progress)?;
    let subjects: Vec<String> = solved.tracks.iter().map(|t| t.subject.clone()).collect();
    let damaged = solved.take.damaged;
    let rate_hz = solved.take.rate_hz;
    let mut tracks = solved.tracks;
    let chosen = which(args.subject.as_deref(), &subjects)?;
    let mut remarks = Vec::new();
    if subjects.len() > 1 {
        let subject = subjects.get(chosen).cloned().unwrap_or_default();
        let known = subjects.join(", ");
        remarks.push((
            "retarget-remark-subject",
            vec![("subject", subject), ("known", known)],
        ));
    }
    let track = tracks.swap_remove(chosen);
    remarks.push((
        "retarget-remark-solved",
        vec![
            ("rig", track.rig.name().to_owned()),
            ("rms", format!("{:.1}", track.rms_m() * 1e3)),
        ],
    ));
    Ok(SourceMotion {
        name: stem(&args.take),
        rate_hz,
        skeleton: track.rig.skeleton().clone(),
        humanoid: track.rig.humanoid().clone(),
        joints: posed(track),
        faces: Vec::new(),
        remarks,
        damaged,
    })
}

/// The performer of that name among several; the first when none is named.
pub fn which(wanted: Option<&str>, subjects: &[String]) -> Result<usize, SolveError> {
    let Some(wanted) = wanted else { return Ok(0) };
    let found = subjects.iter().position(|s| s == wanted);
    found.ok_or_else(|| SolveError::NoSuchSubject {
        subject: wanted.to_owned(),
        known: subjects.join(", "),
    })
}

/// The joints of all frames; a frame without a pose repeats the one before, so that nobody falls down in a gap.
fn posed(track: Track) -> Vec<cyc_model::Xf<cyc_model::Stage, cyc_model::JointFrame>> {
    let n = track.rig.skeleton().len();
    let first = track.frames.iter().position(|f| f.posed).unwrap_or(0);
    let mut joints = track.joints;
    for f in (0..first).rev() {
        joints.copy_within((f + 1) * n..(f + 2) * n, f * n);
    }
    for (f, figures) in track.frames.iter().enumerate().skip(first + 1) {
        if !figures.posed {
            joints.copy_within((f - 1) * n..f * n, f * n);
        }
    }
    joints
}

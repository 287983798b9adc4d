//! The performers of a file with markers: solved first, exactly as `cyc solve` does.

use super::{SourceMotion, chosen, stem};
use crate::demo::progress::Progress;
use crate::failure::Failure;
use crate::retarget::RetargetArgs;
use crate::solve::{self, Performer, Track, told_apart};

/// Solves the take and follows the performers that were asked for, or all. Says as well how many the take has.
pub fn load(
    args: &RetargetArgs,
    progress: &Progress<'_>,
) -> Result<(Vec<SourceMotion>, usize), Failure> {
    let mut followed = Vec::new();
    let choose = |all: &[Performer]| {
        let names = told_apart(all.iter().map(|performer| performer.subject.clone()));
        let places = chosen(&args.performers, &names)?;
        let name = |place: &usize| names.get(*place).cloned();
        followed = places.iter().filter_map(name).collect();
        Ok(places)
    };
    let manner = (args.ignore_labels, true);
    let solved = solve::tracks(&args.take, &args.wanted, manner, choose, progress)?;
    let count = solved.performers.len();
    let (damaged, rate_hz) = (solved.take.damaged, solved.take.rate_hz);
    let motion = |(track, performer): (Track, String)| SourceMotion {
        name: stem(&args.take),
        performer,
        rate_hz,
        skeleton: track.rig.skeleton().clone(),
        humanoid: track.rig.humanoid().clone(),
        remarks: vec![(
            "retarget-remark-solved",
            vec![
                ("rig", track.rig.name().to_owned()),
                ("rms", format!("{:.1}", track.rms_m() * 1e3)),
            ],
        )],
        joints: posed(track),
        faces: Vec::new(),
        damaged,
    };
    let followed = solved.tracks.into_iter().zip(followed);
    Ok((followed.map(motion).collect(), count))
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

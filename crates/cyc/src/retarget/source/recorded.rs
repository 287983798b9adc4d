//! A recording's performers: the skeletons that were solved when it was made, or its markers solved now.

use super::markers;
use super::recorded_face::faces;
use super::{SourceMotion, check_size, chosen, stem};
use crate::demo::progress::Progress;
use crate::failure::Failure;
use crate::retarget::RetargetArgs;
use crate::solve::{SolveError, told_apart};
use cyc_model::{FaceWeights, JointFrame, Rig, Stage, StageFrame, Xf};
use cyc_solver::parse_rig;
use cyc_take::{TakeConfig, TakeError, TakeFrame, TakeReader};

/// Frames a second of a recording that is too short to count them.
const USUAL_RATE_HZ: f64 = 120.0;

/// Takes the solved skeletons where the recording holds the rigs that they are of, and solves its markers otherwise.
pub fn load(
    args: &RetargetArgs,
    bytes: &[u8],
    progress: &Progress<'_>,
) -> Result<Vec<SourceMotion>, Failure> {
    let chosen_rig = args.wanted.rig.is_some() || args.wanted.markerset.is_some();
    if !chosen_rig
        && !args.ignore_labels
        && let Some(motions) = solved(args, bytes)?
    {
        return Ok(motions);
    }
    let (mut motions, performers) = markers::load(args, progress)?;
    for motion in &mut motions {
        let whose = (performers > 1).then_some(motion.performer.as_str());
        motion.faces = faces(bytes, motion.frames(), whose)?;
    }
    Ok(motions)
}

/// One performer in the stage frames of a recording, while they are read.
#[derive(Default)]
struct Growing {
    joints: Vec<Xf<Stage, JointFrame>>,
    faces: Vec<FaceWeights>,
    /// Frames before she was first seen.
    before: usize,
}

/// The stage frames of a recording.
#[derive(Default)]
struct Recorded {
    frames: Vec<StageFrame>,
    /// Most performers of a frame.
    performers: usize,
    damaged: u64,
    /// Every performer's name and rig, in their order.
    rigs: Vec<(String, Rig)>,
}

fn read(bytes: &[u8]) -> Result<Recorded, Failure> {
    let mut reader = TakeReader::from_reader(bytes)?;
    let mut read = Recorded::default();
    loop {
        match reader.next_frame() {
            Ok(Some(TakeFrame::Stage(frame))) => {
                read.performers = read.performers.max(frame.performers.len());
                let mut kept = StageFrame::default();
                kept.copy_from(frame);
                check_size(frame.performer_joints.len(), read.frames.len())?;
                read.frames.push(kept);
            }
            Ok(Some(TakeFrame::Mocap(_))) => {}
            Ok(None) => break,
            Err(TakeError::Damaged { .. }) => read.damaged += 1,
            Err(TakeError::Unfinished { .. }) => {
                read.damaged += 1;
                break;
            }
            Err(other) => return Err(other.into()),
        }
    }
    read.rigs = rigs_of(reader.config())?;
    Ok(read)
}

fn solved(args: &RetargetArgs, bytes: &[u8]) -> Result<Option<Vec<SourceMotion>>, Failure> {
    let read = read(bytes)?;
    if read.rigs.is_empty() || read.performers == 0 {
        return Ok(None);
    }
    let names = told_apart(read.rigs.iter().map(|(name, _)| name.clone()));
    let (mut motions, mut unseen) = (Vec::new(), Vec::new());
    for place in chosen(&args.performers, &names)? {
        let (Some(performer), Some((_, rig))) = (names.get(place), read.rigs.get(place)) else {
            continue;
        };
        let mut growing = Growing::default();
        for frame in &read.frames {
            growing.push(frame, place, rig.skeleton().len());
        }
        if growing.joints.is_empty() {
            unseen.push(("performer", performer.clone()));
        } else {
            motions.push(growing.finish(args, &read, (performer, rig)));
        }
    }
    if let (Some((_, subject)), false) = (unseen.first(), args.performers.is_empty()) {
        let subject = subject.clone();
        return Err(SolveError::NeverSeen { subject }.into());
    }
    // Of nobody in particular: whoever was seen is followed.
    if let Some(first) = motions.first_mut() {
        let remark = |who| ("retarget-remark-never-seen", vec![who]);
        first.remarks.extend(unseen.into_iter().map(remark));
    }
    Ok((!motions.is_empty()).then_some(motions))
}

/// The rigs that a recording holds, in the order of its performers, each with her name.
fn rigs_of(config: &TakeConfig) -> Result<Vec<(String, Rig)>, Failure> {
    let mut all = Vec::new();
    for file in &config.files {
        let name = file.name.strip_prefix("rig-");
        if let Some(name) = name.and_then(|name| name.strip_suffix(".toml")) {
            let rig = parse_rig(&String::from_utf8_lossy(&file.data))?;
            all.push((name.to_owned(), rig));
        }
    }
    Ok(all)
}

impl Growing {
    fn push(&mut self, frame: &StageFrame, performer: usize, n: usize) {
        let joints = frame.joints_of_performer(performer);
        let span = frame.performers.get(performer);
        let present = span.is_some_and(|s| s.quality.is_present()) && joints.len() == n;
        if present {
            // Whoever comes later stands where she will be seen first.
            for _ in 0..std::mem::take(&mut self.before) {
                self.joints.extend_from_slice(joints);
            }
            self.joints.extend_from_slice(joints);
        } else if let Some(start) = self.joints.len().checked_sub(n) {
            // Nobody falls down in a gap.
            self.joints.extend_from_within(start..);
        } else {
            self.before += 1;
        }
        let face = frame.faces.get(performer);
        self.faces.push(face.copied().unwrap_or_default());
    }

    fn finish(
        mut self,
        args: &RetargetArgs,
        read: &Recorded,
        (performer, rig): (&str, &Rig),
    ) -> SourceMotion {
        let ends = read.frames.first().zip(read.frames.last());
        let span_s = ends.map_or(0.0, |(a, b)| (b.due - a.due).secs());
        let steps = read.frames.len().saturating_sub(1) as f64;
        let rate_hz = if span_s > 0.0 {
            steps / span_s
        } else {
            USUAL_RATE_HZ
        };
        if self.faces.iter().all(|f| f.all().iter().all(|w| *w == 0.0)) {
            self.faces.clear();
        }
        SourceMotion {
            name: stem(&args.take),
            performer: performer.to_owned(),
            rate_hz,
            skeleton: rig.skeleton().clone(),
            humanoid: rig.humanoid().clone(),
            joints: self.joints,
            faces: self.faces,
            remarks: Vec::new(),
            damaged: read.damaged,
        }
    }
}

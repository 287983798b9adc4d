//! A recording as a performer: the skeletons that were solved when it was made, or its markers solved now.

use super::markers::{self, which};
use super::recorded_face::faces;
use super::{SourceMotion, check_size, stem};
use crate::demo::progress::Progress;
use crate::failure::Failure;
use crate::retarget::RetargetArgs;
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
) -> Result<SourceMotion, Failure> {
    let chosen_rig = args.wanted.rig.is_some() || args.wanted.markerset.is_some();
    if !chosen_rig
        && !args.ignore_labels
        && let Some(motion) = solved(args, bytes)?
    {
        return Ok(motion);
    }
    let mut motion = markers::load(args, progress)?;
    motion.faces = faces(bytes, motion.frames())?;
    Ok(motion)
}

/// The stage frames of a recording, while they are read.
#[derive(Default)]
struct Growing {
    joints: Vec<Xf<Stage, JointFrame>>,
    faces: Vec<FaceWeights>,
    due_ns: Vec<i64>,
    damaged: u64,
}

fn solved(args: &RetargetArgs, bytes: &[u8]) -> Result<Option<SourceMotion>, Failure> {
    let mut reader = TakeReader::from_reader(bytes)?;
    let (mut growing, mut performers) = (Growing::default(), 0);
    let mut frames = Vec::new();
    loop {
        match reader.next_frame() {
            Ok(Some(TakeFrame::Stage(frame))) => {
                performers = performers.max(frame.performers.len());
                let mut kept = StageFrame::default();
                kept.copy_from(frame);
                check_size(frame.performer_joints.len(), frames.len())?;
                frames.push(kept);
            }
            Ok(Some(TakeFrame::Mocap(_))) => {}
            Ok(None) => break,
            Err(TakeError::Damaged { .. }) => growing.damaged += 1,
            Err(TakeError::Unfinished { .. }) => {
                growing.damaged += 1;
                break;
            }
            Err(other) => return Err(other.into()),
        }
    }
    let rigs = rigs_of(reader.config())?;
    if rigs.is_empty() || performers == 0 {
        return Ok(None);
    }
    let names: Vec<String> = rigs.iter().map(|r| r.name().to_owned()).collect();
    let chosen = which(args.subject.as_deref(), &names)?;
    let Some(rig) = rigs.get(chosen) else {
        return Ok(None);
    };
    for frame in &frames {
        growing.push(frame, chosen, rig.skeleton().len());
    }
    if growing.due_ns.is_empty() {
        return Ok(None);
    }
    Ok(Some(growing.finish(args, rig)))
}

/// The rigs that a recording holds, in the order of its performers.
fn rigs_of(config: &TakeConfig) -> Result<Vec<Rig>, Failure> {
    let named = config.files.iter();
    let rigs = named.filter(|f| f.name.starts_with("rig-") && f.name.ends_with(".toml"));
    let mut all = Vec::new();
    for file in rigs {
        all.push(parse_rig(&String::from_utf8_lossy(&file.data))?);
    }
    Ok(all)
}

impl Growing {
    fn push(&mut self, frame: &StageFrame, performer: usize, n: usize) {
        let joints = frame.joints_of_performer(performer);
        let span = frame.performers.get(performer);
        let present = span.is_some_and(|s| s.quality.is_present()) && joints.len() == n;
        if present {
            self.joints.extend_from_slice(joints);
        } else if let Some(start) = self.joints.len().checked_sub(n) {
            // Nobody falls down in a gap.
            self.joints.extend_from_within(start..);
        } else {
            return;
        }
        self.due_ns.push(frame.due.0);
        let face = frame.faces.get(performer);
        self.faces.push(face.copied().unwrap_or_default());
    }

    fn finish(mut self, args: &RetargetArgs, rig: &Rig) -> SourceMotion {
        let ends = self.due_ns.first().zip(self.due_ns.last());
        let span_s = ends.map_or(0.0, |(a, b)| (b - a) as f64 * 1e-9);
        let steps = self.due_ns.len().saturating_sub(1) as f64;
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
            rate_hz,
            skeleton: rig.skeleton().clone(),
            humanoid: rig.humanoid().clone(),
            joints: self.joints,
            faces: self.faces,
            remarks: Vec::new(),
            damaged: self.damaged,
        }
    }
}

//! Which steps cost least: chosen for each take by trying.
//!
//! Long steps make few bits, but then a frame may need many tries to stay within the error, or the whole chunk shorter
//! steps. Where the balance lies depends on how the performer is built and moves, so it is measured: steps are made longer
//! or shorter, joint by joint, and what makes the sample smaller is kept.

use crate::channels::Channels;
use crate::chunk_plan::{ChunkPlan, middle};
use crate::coder::{NO_COUNTS, Tables, Wiring, count, fitted};
use crate::limits::SHELL_M;
use crate::matrix::{Matrix, MatrixError};
use crate::pose_code::{JointCode, PoseCode, StepIndex, metres};
use crate::pose_quantiser::Truth;
use crate::track::Track;

/// A step that is this part of what alone makes the whole error is about where the balance lies.
const BALANCE: f64 = 0.9;
/// Joints that end a chain have only their rotation to spend the error on, and less of it left.
const LAST: f64 = 0.7;
/// A turn about the bone may be so much coarser than one across it.
const TWIST: f64 = 4.0;
/// The same for translations of roots, three of which add up.
const TRANSLATION: f64 = 0.4;
/// A joint that moves no more than this part of the error stays.
const STAYS: f64 = 0.02;
/// Chunks that are tried on.
const SAMPLE_CHUNKS: usize = 4;

/// The steps of a track while they are chosen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tuning {
    /// What the header will say of the joints.
    pub joints: Vec<JointCode>,
    /// The step of translations.
    pub translation: StepIndex,
}

impl Tuning {
    /// Steps by rule: what moves a long bone is fine.
    pub(crate) fn by_rule(track: &Track, error_m: f64) -> Self {
        let n = track.parents.len();
        let offsets: Vec<_> = (0..n).map(|j| offset(track, j, error_m)).collect();
        let joints = (0..n).map(|j| {
            let children = (0..n).filter(|c| track.parents[*c].map(usize::from) == Some(j));
            let bones: Vec<f64> = children
                .clone()
                .filter_map(|c| Some(metres(offsets[c]?).length()))
                .collect();
            let lever = bones.iter().fold(SHELL_M, |m, b| m.max(*b));
            let part = if bones.is_empty() { LAST } else { 1.0 } * BALANCE * SHELL_M / lever;
            let across = StepIndex::at_most(part);
            let is_chain = children.count() == 1 && bones.len() == 1;
            let about = if is_chain {
                StepIndex::at_most((part * TWIST).min(BALANCE))
            } else {
                across
            };
            JointCode {
                parent: track.parents[j],
                offset: offsets[j],
                reference: middle(j, n, &track.locals),
                steps: [about, across, across],
            }
        });
        Self {
            joints: joints.collect(),
            translation: StepIndex::at_most(TRANSLATION),
        }
    }

    /// The code with these steps.
    pub(crate) fn code(&self, error_m: f64) -> Option<PoseCode> {
        PoseCode::build(self.joints.clone(), error_m, self.translation)
    }

    /// Steps by trying, on some chunks.
    pub(crate) fn improved(
        self,
        (track, truth): (&Track, &Truth),
        channels: &Channels,
        chunks: &[ChunkPlan],
        error_m: f64,
    ) -> Self {
        let sample: Vec<&ChunkPlan> = chunks
            .iter()
            .step_by(chunks.len().div_ceil(SAMPLE_CHUNKS).max(1))
            .collect();
        let cost = |tuning: &Self| tuning.cost((track, truth), channels, &sample, error_m);
        let mut best = (cost(&self), self);
        let improve = |best: &mut (f64, Self), change: &dyn Fn(&mut Self, i32), by: i32| {
            let mut moved = best.1.clone();
            change(&mut moved, by);
            let tried = if moved == best.1 {
                f64::INFINITY
            } else {
                cost(&moved)
            };
            let better = tried < best.0;
            if better {
                *best = (tried, moved);
            }
            better
        };
        let n = best.1.joints.len();
        for by in [-2, 2] {
            while improve(&mut best, &Self::move_all, by) {}
            while improve(&mut best, &Self::move_twists, by) {}
            while improve(&mut best, &Self::move_translation, by) {}
        }
        for by in [3, -3] {
            for joint in 0..n {
                improve(&mut best, &|t: &mut Self, by| t.move_joint(joint, by), by);
            }
        }
        best.1
    }

    fn move_all(&mut self, by: i32) {
        (0..self.joints.len()).for_each(|j| self.move_joint(j, by));
    }

    fn move_joint(&mut self, joint: usize, by: i32) {
        if let Some(joint) = self.joints.get_mut(joint) {
            joint.steps = joint.steps.map(|s| s.moved(by));
        }
    }

    fn move_twists(&mut self, by: i32) {
        for joint in &mut self.joints {
            let [about, across, _] = joint.steps;
            if about != across {
                joint.steps[0] = about.moved(by);
            }
        }
    }

    fn move_translation(&mut self, by: i32) {
        self.translation = self.translation.moved(by);
    }

    /// Bytes of the sample with these steps.
    fn cost(
        &self,
        poses: (&Track, &Truth),
        channels: &Channels,
        sample: &[&ChunkPlan],
        error_m: f64,
    ) -> f64 {
        let Some(code) = self.code(error_m) else {
            return f64::INFINITY;
        };
        let made = sample
            .iter()
            .map(|plan| Matrix::of_poses(poses, channels, &code, plan, error_m));
        let made: Result<Vec<Matrix>, MatrixError> = made.collect();
        let Ok(made) = made else {
            return f64::INFINITY;
        };
        let values: Vec<&[i64]> = made.iter().map(|m| m.values.as_slice()).collect();
        let wiring = Wiring::new(channels, &fitted(channels, &values));
        let mut counts = NO_COUNTS;
        let beside: u64 = values.iter().map(|v| count(&wiring, v, &mut counts)).sum();
        Tables::counted(&counts).bytes(&counts) + beside as f64 / 8.0
    }
}

/// Where a joint stays in its parent, when it does.
fn offset(track: &Track, joint: usize, error_m: f64) -> Option<[f32; 3]> {
    let n = track.parents.len();
    let mut own = track
        .locals
        .iter()
        .skip(joint)
        .step_by(n.max(1))
        .map(|x| x.translation().metres());
    let first = own.next()?;
    let stored = first.to_array().map(|v| v as f32);
    let stays = |at| metres(stored).distance(at) <= STAYS * error_m;
    (stays(first) && own.all(stays)).then_some(stored)
}

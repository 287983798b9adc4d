//! The target's joints: what drives each, and where each is in the present frame.
//!
//! Rotations of driven joints are global and stay what they were set to; a joint that nothing drives keeps its rest pose
//! against its parent. So one pass from the roots outwards, [`Posed::place`], is all that a changed rotation needs.

use super::drive::{Drive, Turned};
use cyc_model::{JointFrame, Skeleton, Stage, Xf};
use glam::{DQuat, DVec3};

/// A joint of the target.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlannedJoint {
    pub parent: Option<usize>,
    rest_rotation: DQuat,
    local_rotation: DQuat,
    local_translation: DVec3,
    pub drive: Drive,
    /// The axis in its own frame about which an undriven finger is relaxed; zero for all others.
    curl_axis: DVec3,
}

/// Where a joint is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Placed {
    pub rotation: DQuat,
    pub origin: DVec3,
}

/// All joints of the target.
#[derive(Clone, Debug)]
pub(super) struct Posed {
    joints: Vec<PlannedJoint>,
    pub placed: Vec<Placed>,
    hips: usize,
    /// From the hips' joint to the middle between the hip joints, in the hips' frame.
    hip_middle: DVec3,
}

impl Posed {
    pub(super) fn new(
        skeleton: &Skeleton,
        hips: usize,
        hip_middle: DVec3,
        drives: &[Drive],
        curl_axes: &[DVec3],
    ) -> Self {
        let joints = skeleton.joints().iter().zip(drives).zip(curl_axes);
        let joints = joints.map(|((joint, drive), curl_axis)| {
            let rest = joint.parent_from_joint;
            PlannedJoint {
                parent: joint.parent.map(|p| p.idx()),
                rest_rotation: rest.rotation(),
                local_rotation: rest.rotation(),
                local_translation: rest.translation().metres(),
                drive: *drive,
                curl_axis: *curl_axis,
            }
        });
        Self {
            joints: joints.collect(),
            placed: vec![Placed::default(); skeleton.len()],
            hips,
            hip_middle,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.joints.len()
    }

    /// Bends the fingers that nobody drives by so much a joint.
    pub(super) fn curl(&mut self, curl_rad: f64) {
        for joint in &mut self.joints {
            if joint.curl_axis != DVec3::ZERO {
                let turn = DQuat::from_axis_angle(joint.curl_axis, curl_rad);
                joint.local_rotation = joint.rest_rotation * turn;
            }
        }
    }

    /// Sets what the driven joints of a bone are turned by after the source's turn.
    pub(super) fn offset(&mut self, offset_of: impl Fn(usize) -> DQuat) {
        for joint in &mut self.joints {
            joint.drive.offset(&offset_of);
        }
    }

    /// Turns every joint as its driver says and brings the middle between the hip joints to `middle`.
    pub(super) fn follow(&mut self, source: &[Xf<Stage, JointFrame>], middle: DVec3) {
        for j in 0..self.joints.len() {
            let joint = &self.joints[j];
            let parent = joint.parent.map(|p| self.placed[p]);
            let rotation = match &joint.drive {
                Drive::Rest | Drive::Own => {
                    parent.map_or(DQuat::IDENTITY, |p| p.rotation) * joint.local_rotation
                }
                Drive::Follow(follow) => source[follow.source].rotation() * follow.after,
                Drive::Between(between) => {
                    let turn = |x: Turned| source[x.source].rotation() * x.undo_rest;
                    turn(between.low).slerp(turn(between.high), between.t) * between.after
                }
            };
            let origin = match parent {
                _ if j == self.hips => middle - rotation * self.hip_middle,
                Some(p) => p.origin + p.rotation * joint.local_translation,
                None => joint.local_translation,
            };
            self.placed[j] = Placed { rotation, origin };
        }
    }

    /// Brings every joint to its parent after rotations changed, and the hips `shift` away from where they are.
    pub(super) fn place(&mut self, shift: DVec3) {
        self.placed[self.hips].origin += shift;
        for j in 0..self.joints.len() {
            let joint = &self.joints[j];
            let Some(parent) = joint.parent.map(|p| self.placed[p]) else {
                continue;
            };
            if j != self.hips {
                self.placed[j].origin = parent.origin + parent.rotation * joint.local_translation;
            }
            if matches!(joint.drive, Drive::Rest) {
                self.placed[j].rotation = parent.rotation * joint.local_rotation;
            }
        }
    }

    /// Where a joint is.
    pub(super) fn at(&self, joint: usize) -> DVec3 {
        self.placed[joint].origin
    }

    pub(super) fn rotation(&self, joint: usize) -> DQuat {
        self.placed[joint].rotation
    }

    /// Turns a joint, in the stage's axes.
    pub(super) fn turn(&mut self, joint: usize, turn: DQuat) {
        let placed = &mut self.placed[joint];
        placed.rotation = turn * placed.rotation;
    }
}

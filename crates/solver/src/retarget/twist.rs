//! Twist joints: helpers between a limb's joints that spread its turn about its own bone along the skin.
//!
//! A forearm's take their share of how the hand is turned about it, a shank's of the foot's. An elbow does not turn about
//! the forearm: rigs that turn the whole of it, as those do which are fitted to markers, mean the two bones that cross along
//! it. So what the forearm is turned by against the upper arm is shared as well, and its own joint keeps none of it. Those
//! of an upper arm and a thigh give back their share of how the limb itself is turned against the body, most at the
//! shoulder. A joint is one when it lies on the bone and either the rest of the limb hangs on it or its name says so.

use super::body::Body;
use super::posed::Posed;
use cyc_model::HumanBone::*;
use cyc_model::{HumanBone, Skeleton};
use glam::{DQuat, DVec3};
use std::f64::consts::{PI, TAU};

/// How far off its bone a twist joint may lie, as a part of the bone's length.
const OFF_BONE_PART: f64 = 0.12;

/// A limb, the bone at its end, and whether it is twisted from there; otherwise from its parent bone.
const LIMBS: [(HumanBone, HumanBone, bool); 8] = [
    (LeftUpperArm, LeftLowerArm, false),
    (RightUpperArm, RightLowerArm, false),
    (LeftUpperLeg, LeftLowerLeg, false),
    (RightUpperLeg, RightLowerLeg, false),
    (LeftLowerArm, LeftHand, true),
    (RightLowerArm, RightHand, true),
    (LeftLowerLeg, LeftFoot, true),
    (RightLowerLeg, RightFoot, true),
];

#[derive(Clone, Copy, Debug)]
struct TwistJoint {
    joint: usize,
    limb: usize,
    /// The joint whose turn against the limb counts, or against which the limb's does.
    other: usize,
    is_from_end: bool,
    /// In the rest pose: from the limb's frame to the joint's, and from the parent side to the end side.
    limb_from_joint: DQuat,
    rest_between: DQuat,
    /// Along the bone, in the limb's frame.
    axis: DVec3,
    /// How far along the bone.
    part: f64,
}

/// The elbow of a forearm that has twist joints.
#[derive(Clone, Copy, Debug)]
struct Elbow {
    forearm: usize,
    upper_arm: usize,
    /// In the rest pose: from the upper arm's frame to the forearm's.
    rest_between: DQuat,
    /// Along the forearm, in its frame.
    axis: DVec3,
}

impl Elbow {
    /// How far the forearm is turned about itself against the upper arm, radians.
    fn twist_rad(&self, posed: &Posed) -> f64 {
        let [upper_arm, forearm] = [self.upper_arm, self.forearm].map(|j| posed.rotation(j));
        let turn = self.rest_between.conjugate() * upper_arm.conjugate() * forearm;
        twist_rad(turn, self.axis)
    }
}

/// The twist joints of the target.
#[derive(Clone, Debug)]
pub(super) struct TwistJoints {
    joints: Vec<TwistJoint>,
    elbows: Vec<Elbow>,
}

impl TwistJoints {
    pub(super) fn find(skeleton: &Skeleton, body: &Body<'_>) -> Self {
        let (mut joints, mut elbows) = (Vec::new(), Vec::new());
        for (limb_bone, end_bone, is_from_end) in LIMBS {
            let (Some(limb), Some(end)) = (body.joint(limb_bone), body.joint(end_bone)) else {
                continue;
            };
            let parent = body.mapped_parent(limb_bone).and_then(|b| body.joint(b));
            let Some(other) = (if is_from_end { Some(end) } else { parent }) else {
                continue;
            };
            let bone = body.rest_origin(end) - body.rest_origin(limb);
            let Some(along) = bone.try_normalize() else {
                continue;
            };
            let undo_limb = body.rest_rotation(limb).conjugate();
            let known = joints.len();
            for joint in 0..skeleton.len() {
                let Some(part) = part_along(skeleton, body, joint, (limb, end), bone) else {
                    continue;
                };
                let other_rest = body.rest_rotation(other);
                joints.push(TwistJoint {
                    joint,
                    limb,
                    other,
                    is_from_end,
                    limb_from_joint: undo_limb * body.rest_rotation(joint),
                    rest_between: if is_from_end {
                        undo_limb * other_rest
                    } else {
                        other_rest.conjugate() * body.rest_rotation(limb)
                    },
                    axis: undo_limb * along,
                    part,
                });
            }
            let is_forearm = matches!(limb_bone, LeftLowerArm | RightLowerArm);
            if let (true, Some(upper_arm)) = (is_forearm && joints.len() > known, parent) {
                elbows.push(Elbow {
                    forearm: limb,
                    upper_arm,
                    rest_between: body.rest_rotation(upper_arm).conjugate()
                        * body.rest_rotation(limb),
                    axis: undo_limb * along,
                });
            }
        }
        Self { joints, elbows }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.joints.is_empty()
    }

    pub(super) fn joints(&self) -> impl Iterator<Item = usize> + '_ {
        self.joints.iter().map(|t| t.joint)
    }

    /// Turns every twist joint by its share, times `strength`.
    pub(super) fn apply(&self, posed: &mut Posed, strength: f64) {
        for t in &self.joints {
            let limb = posed.rotation(t.limb);
            let other = posed.rotation(t.other);
            let share_rad = if t.is_from_end {
                let turn = limb.conjugate() * other * t.rest_between.conjugate();
                let elbow = self.elbows.iter().find(|e| e.forearm == t.limb);
                let own_rad = elbow.map_or(0.0, |e| e.twist_rad(posed));
                t.part * (own_rad + twist_rad(turn, t.axis)) - own_rad
            } else {
                let turn = t.rest_between.conjugate() * other.conjugate() * limb;
                (t.part - 1.0) * twist_rad(turn, t.axis)
            };
            let share = DQuat::from_axis_angle(t.axis, share_rad * strength);
            posed.placed[t.joint].rotation = limb * share * t.limb_from_joint;
        }
        for elbow in &self.elbows {
            let back_rad = -elbow.twist_rad(posed) * strength;
            let placed = &mut posed.placed[elbow.forearm];
            placed.rotation *= DQuat::from_axis_angle(elbow.axis, back_rad);
        }
    }
}

/// How far a turn goes about an axis, between -π and π.
fn twist_rad(turn: DQuat, axis: DVec3) -> f64 {
    let rad = 2.0 * turn.xyz().dot(axis).atan2(turn.w);
    (rad + PI).rem_euclid(TAU) - PI
}

/// How far along a limb's bone an unmapped joint lies that twists with it; `None` for any other joint.
fn part_along(
    skeleton: &Skeleton,
    body: &Body<'_>,
    joint: usize,
    (limb, end): (usize, usize),
    bone: DVec3,
) -> Option<f64> {
    let joints = skeleton.joints();
    let parent_of = |j: usize| joints.get(j).and_then(|j| j.parent).map(|p| p.idx());
    let hangs_on = |mut at: usize, top: usize| {
        while let Some(parent) = parent_of(at) {
            if parent == top {
                return true;
            }
            if body.is_mapped(parent) {
                return false;
            }
            at = parent;
        }
        false
    };
    if body.is_mapped(joint) || !hangs_on(joint, limb) {
        return None;
    }
    let name = joints.get(joint)?.name.to_ascii_lowercase();
    let is_named = name.contains("twist") || name.contains("roll");
    let arm = body.rest_origin(joint) - body.rest_origin(limb);
    let part = arm.dot(bone) / bone.length_squared();
    let off_m = (arm - bone * part).length();
    let on_bone = off_m < OFF_BONE_PART * bone.length() && (-0.05..0.999).contains(&part);
    (on_bone && (is_named || hangs_on(end, joint))).then_some(part.clamp(0.0, 1.0))
}

//! What no body does: knees that bend forward, elbows and necks that go too far.
//!
//! Knees and elbows are judged by the angle between their bones, all others by how far they turned against their parent
//! bone from the rest pose: neither depends on how a rig's axes lie. A limit takes the excess away and nothing else, so a
//! pose within the limits passes unchanged.

use super::body::Body;
use super::posed::Posed;
use super::tuning::Numbers;
use cyc_model::HumanBone;
use cyc_model::HumanBone::*;
use glam::{DQuat, DVec3};

/// A bone that turns against its parent bone.
#[derive(Clone, Copy, Debug)]
struct Turning {
    bone: HumanBone,
    joint: usize,
    parent: usize,
    aligned_rest: DQuat,
    undo_parent_rest: DQuat,
}

/// A knee or an elbow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hinge {
    pub upper: usize,
    pub lower: usize,
    pub end: usize,
    /// Where the joint of a straight limb would move to, in the upper bone's frame.
    pub hint: DVec3,
    pub is_knee: bool,
}

impl Hinge {
    /// `front` is where the body faces in the model's space; a knee moves there, an elbow away from there.
    pub(super) fn new(body: &Body<'_>, bones: [HumanBone; 3], is_knee: bool) -> Option<Self> {
        let [upper, lower, end] = bones.map(|b| body.joint(b));
        let (upper, lower, end) = (upper?, lower?, end?);
        let front = body.facing * DVec3::Z;
        let hint = if is_knee { front } else { -front };
        Some(Self {
            upper,
            lower,
            end,
            hint: body.rest_rotation(upper).conjugate() * hint,
            is_knee,
        })
    }

    /// Where the joint of a straight limb would move to now.
    pub(super) fn hint(&self, posed: &Posed) -> DVec3 {
        posed.rotation(self.upper) * self.hint
    }
}

/// The limits of the target.
#[derive(Clone, Debug)]
pub(super) struct JointLimits {
    turning: Vec<Turning>,
}

impl JointLimits {
    pub(super) fn new(body: &Body<'_>, aligned_rest: &[DQuat; HumanBone::COUNT]) -> Self {
        let turning = HumanBone::ALL.into_iter().filter_map(|bone| {
            let hinged = [LeftLowerLeg, RightLowerLeg, LeftLowerArm, RightLowerArm];
            let parent = body
                .mapped_parent(bone)
                .filter(|_| !hinged.contains(&bone))?;
            Some(Turning {
                bone,
                joint: body.joint(bone)?,
                parent: body.joint(parent)?,
                aligned_rest: aligned_rest[bone as usize],
                undo_parent_rest: aligned_rest[parent as usize].conjugate(),
            })
        });
        Self {
            turning: turning.collect(),
        }
    }

    /// Takes away what is beyond the limits; joints have to be placed again when it says so.
    pub(super) fn apply(&self, hinges: &[Hinge; 4], posed: &mut Posed, numbers: &Numbers) -> bool {
        let mut changed = false;
        for t in &self.turning {
            let max_rad = numbers.turn_max_rad[t.bone as usize];
            if max_rad >= std::f64::consts::PI {
                continue;
            }
            let parent_turn = posed.rotation(t.parent) * t.undo_parent_rest;
            let turn = posed.rotation(t.joint) * t.aligned_rest.conjugate();
            let relative = parent_turn.conjugate() * turn;
            if relative.w.abs() >= (0.5 * max_rad).cos() {
                continue;
            }
            let rad = 2.0 * relative.w.abs().min(1.0).acos();
            let kept = rad + (max_rad - rad) * numbers.limits;
            let limited = DQuat::IDENTITY.slerp(relative, kept / rad);
            posed.placed[t.joint].rotation = parent_turn * limited * t.aligned_rest;
            changed = true;
        }
        for hinge in hinges {
            changed |= limit_hinge(hinge, posed, numbers);
        }
        changed
    }
}

fn limit_hinge(hinge: &Hinge, posed: &mut Posed, numbers: &Numbers) -> bool {
    let [root, joint, end] = [hinge.upper, hinge.lower, hinge.end].map(|j| posed.at(j));
    let (upper, lower) = (joint - root, end - joint);
    let Some(axis) = upper.cross(lower).try_normalize() else {
        return false;
    };
    let rad = upper.angle_between(lower);
    let [least, most] = match hinge.is_knee {
        true => numbers.knee_rad,
        false => numbers.elbow_rad,
    };
    // The end of a limb that bends as it should goes to the side away from where its joint goes.
    let backwards = hinge.is_knee
        && lower.dot(hinge.hint(posed))
            > upper.dot(hinge.hint(posed)) * lower.length() / upper.length().max(1e-9);
    let allowed = if backwards {
        rad.min(-least.min(0.0))
    } else {
        rad.min(most)
    };
    if allowed >= rad {
        return false;
    }
    let turn = DQuat::from_axis_angle(axis, (allowed - rad) * numbers.limits);
    posed.turn(hinge.lower, turn);
    true
}

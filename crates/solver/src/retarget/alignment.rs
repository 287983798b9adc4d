//! How far each bone of the target's rest pose is from the source's: T against A pose, bone by bone.
//!
//! An alignment turns the target's rest pose so that the bone points where the source's does. Limbs are aligned from
//! the trunk outwards by the shortest turn, so that the roll is carried along the limb and an elbow that is bent in one
//! rest pose and straight in the other is bent, not twisted. The trunk, head and collar bones are aligned as a whole:
//! both rest poses stand upright, and how a rig draws its spine inside the body must not bend the other's. Feet are
//! flat on the floor in both rest poses and are only turned about the vertical.

use super::body::Body;
use cyc_model::HumanBone;
use cyc_model::HumanBone::*;
use glam::DQuat;

/// The alignment of every bone; identity for bones that the target has not.
pub(super) fn alignments(source: &Body<'_>, target: &Body<'_>) -> [DQuat; HumanBone::COUNT] {
    let trunk = source.facing * target.facing.conjugate();
    let mut all = [trunk; HumanBone::COUNT];
    for bone in HumanBone::ALL {
        let base = bone.parent().map_or(trunk, |p| all[p as usize]);
        all[bone as usize] = match bone {
            LeftUpperLeg | RightUpperLeg | LeftUpperArm | RightUpperArm => {
                limb(source, target, bone, trunk)
            }
            LeftLowerLeg | RightLowerLeg | LeftLowerArm | RightLowerArm => {
                limb(source, target, bone, base)
            }
            LeftFoot | LeftToes => foot(source, target, LeftFoot, LeftToes),
            RightFoot | RightToes => foot(source, target, RightFoot, RightToes),
            LeftHand | RightHand => hand(source, target, bone, base),
            _ if is_finger(bone) => limb(source, target, bone, base),
            _ => trunk,
        };
    }
    all
}

/// The bone that a limb's bone points at.
pub(super) fn next_of(bone: HumanBone) -> Option<HumanBone> {
    Some(match bone {
        LeftUpperLeg => LeftLowerLeg,
        LeftLowerLeg => LeftFoot,
        RightUpperLeg => RightLowerLeg,
        RightLowerLeg => RightFoot,
        LeftUpperArm => LeftLowerArm,
        LeftLowerArm => LeftHand,
        RightUpperArm => RightLowerArm,
        RightLowerArm => RightHand,
        _ if is_finger(bone) => HumanBone::ALL
            .into_iter()
            .find(|b| b.parent() == Some(bone))?,
        _ => return None,
    })
}

/// Whether a bone is of a finger or thumb: what hangs on a hand.
pub(super) fn is_finger(bone: HumanBone) -> bool {
    let mut at = bone.parent();
    while let Some(b) = at {
        if matches!(b, LeftHand | RightHand) {
            return true;
        }
        at = b.parent();
    }
    false
}

fn limb(source: &Body<'_>, target: &Body<'_>, bone: HumanBone, base: DQuat) -> DQuat {
    let directions = next_of(bone)
        .and_then(|next| Some((source.between(bone, next)?, target.between(bone, next)?)));
    match directions {
        Some((wanted, given)) => DQuat::from_rotation_arc(base * given, wanted) * base,
        None => base,
    }
}

fn foot(source: &Body<'_>, target: &Body<'_>, foot: HumanBone, toes: HumanBone) -> DQuat {
    let angle = |body: &Body<'_>| {
        let heading = body.foot_heading(foot, toes);
        heading.x.atan2(heading.z)
    };
    DQuat::from_rotation_y(angle(source) - angle(target))
}

/// A hand points at its middle knuckle; one without fingers is taken to be straight with its forearm.
fn hand(source: &Body<'_>, target: &Body<'_>, hand: HumanBone, base: DQuat) -> DQuat {
    let (forearm, knuckle) = match hand {
        LeftHand => (LeftLowerArm, LeftMiddleProximal),
        _ => (RightLowerArm, RightMiddleProximal),
    };
    let points = |body: &Body<'_>| {
        body.between(hand, knuckle)
            .or_else(|| body.between(forearm, hand))
    };
    match (points(source), points(target)) {
        (Some(wanted), Some(given)) => DQuat::from_rotation_arc(base * given, wanted) * base,
        _ => base,
    }
}

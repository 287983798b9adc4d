//! Fingers that nobody drives: relaxed instead of stretched.
//!
//! Many rest poses hold the fingers straight, which looks like a mannequin. Each joint of such a finger is bent a little
//! towards the palm; a finger that is bent in the rest pose already stays as its artist made it.

use super::alignment::{is_finger, next_of};
use super::body::Body;
use cyc_model::HumanBone;
use cyc_model::HumanBone::*;
use glam::DVec3;

/// A finger whose bones turn less than this against each other is straight, radians.
const STRAIGHT_RAD: f64 = 0.14;

/// The axis, in the rest pose's space, about which a finger bone bends to the palm; `None` when it stays as it is.
pub(super) fn curl_axis(body: &Body<'_>, bone: HumanBone) -> Option<DVec3> {
    let is_thumb = bone.vrm_name().contains("Thumb");
    if !is_finger(bone) || is_thumb {
        return None;
    }
    let left = bone.vrm_name().starts_with("left");
    let (index, little) = if left {
        (LeftIndexProximal, LeftLittleProximal)
    } else {
        (RightIndexProximal, RightLittleProximal)
    };
    let knuckle = knuckle_of(bone);
    let middle = next_of(knuckle)?;
    let first = body.between(knuckle, middle)?;
    let last = next_of(middle).and_then(|tip| body.between(middle, tip));
    if last.is_some_and(|last| first.angle_between(last) > STRAIGHT_RAD) {
        return None;
    }
    let across = body.between(index, little)?;
    // Towards the palm: with the palm down and the fingers out, the index is in front on both hands.
    let palm = if left {
        across.cross(first)
    } else {
        first.cross(across)
    };
    first.cross(palm).try_normalize()
}

/// The finger's bone next to the hand.
fn knuckle_of(bone: HumanBone) -> HumanBone {
    let mut at = bone;
    while let Some(parent) = at.parent().filter(|p| is_finger(*p)) {
        at = parent;
    }
    at
}

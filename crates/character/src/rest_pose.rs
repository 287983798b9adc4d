//! How a character stands when nobody moves it: T, A, or something else.

use cyc_model::HumanBone::*;
use cyc_model::{HumanoidMap, Skeleton};

/// The kinds of rest pose that people name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestPoseKind {
    /// Arms straight out.
    T,
    /// Arms out and down.
    A,
    /// Neither: arms hanging, before the body, or legs apart.
    Other,
}

/// The rest pose of a humanoid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RestPose {
    /// What people call it.
    pub kind: RestPoseKind,
    /// How far the arms are below straight out, mean of both sides, degrees; 90 is hanging.
    pub arm_angle_deg: f64,
}

/// Up to this the arms are straight out, degrees.
const T_MAX_DEG: f64 = 20.0;
/// Beyond this they hang, degrees.
const A_MAX_DEG: f64 = 75.0;
/// Arms that point this far forward or back are neither's, degrees.
const FORWARD_MAX_DEG: f64 = 45.0;

impl RestPose {
    /// Measures a mapped skeleton in model space; `None` without arms.
    pub fn measure(skeleton: &Skeleton, map: &HumanoidMap) -> Option<Self> {
        let at = |bone| {
            let joint = map.joint(bone)?;
            let rest = skeleton.rest_global().get(joint.idx())?;
            Some(rest.translation().metres())
        };
        let mut arm_angle_deg = 0.0;
        let mut before_deg = 0.0f64;
        for (upper, lower, hand, outward) in [
            (LeftUpperArm, LeftLowerArm, LeftHand, 1.0),
            (RightUpperArm, RightLowerArm, RightHand, -1.0),
        ] {
            let end = at(lower).or_else(|| at(hand))?;
            let along = (end - at(upper)?).try_normalize()?;
            arm_angle_deg += 0.5 * (-along.y).clamp(-1.0, 1.0).asin().to_degrees();
            let flat = along.x.hypot(along.z);
            if flat > 0.2 {
                before_deg = before_deg.max(along.z.abs().atan2(along.x * outward).to_degrees());
            }
        }
        let kind = match arm_angle_deg {
            _ if before_deg > FORWARD_MAX_DEG => RestPoseKind::Other,
            a if a.abs() <= T_MAX_DEG => RestPoseKind::T,
            a if (0.0..=A_MAX_DEG).contains(&a) => RestPoseKind::A,
            _ => RestPoseKind::Other,
        };
        Some(Self {
            kind,
            arm_angle_deg,
        })
    }
}

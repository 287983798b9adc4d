//! Soles: the two points of a foot that stand on a floor.
//!
//! The heel is a point of the foot joint, on the floor in the rest pose, a little behind the ankle. The ball lies under
//! the joint of the toes and belongs to them: while a foot rolls off, the toes stay where they are and the foot turns
//! about that joint. A foot without toes has its ball in front of the ankle and rolls over it.

use super::body::Body;
use cyc_model::{HumanBone, JointFrame, Stage, Xf};
use glam::{DQuat, DVec3};

/// A foot without toes is taken to be this part of the hips' height long from under the ankle to the ball.
const FOOT_LENGTH_PART: f64 = 0.15;

/// How far behind the ankle a heel stands, as a part of the way from the ankle to the ball: the heel bone's lowest point
/// is some 3 cm behind the joint of an adult's foot whose ball is 12 to 14 cm in front of it.
const HEEL_BEHIND_PART: f64 = 0.25;

/// A point of a joint.
#[derive(Clone, Copy, Debug)]
pub(super) struct SolePoint {
    pub joint: usize,
    /// In the joint's frame.
    pub local: DVec3,
}

impl SolePoint {
    /// Where it is.
    pub(super) fn at(&self, globals: &[Xf<Stage, JointFrame>]) -> DVec3 {
        let joint = globals[self.joint];
        joint.translation().metres() + joint.rotation() * self.local
    }
}

/// The sole of one foot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sole {
    pub foot: usize,
    pub heel: SolePoint,
    pub ball: SolePoint,
    /// The ball as a point of the foot joint, on the floor in the rest pose.
    pub ball_of_foot: DVec3,
    /// From the heel to the ball in the foot joint's frame.
    forward: DVec3,
}

impl Sole {
    pub(super) fn new(body: &Body<'_>, foot: HumanBone, toes: HumanBone) -> Option<Self> {
        let joint = body.joint(foot)?;
        let ankle = body.rest_origin(joint);
        let heading = body.foot_heading(foot, toes);
        let ahead = body
            .at(toes)
            .unwrap_or_else(|| ankle + heading * (FOOT_LENGTH_PART * body.hip_height_m));
        let length_m = (ahead - ankle).dot(heading).max(0.0);
        let behind = ankle - heading * (HEEL_BEHIND_PART * length_m);
        let under = |joint: usize, p: DVec3| {
            let to_joint = body.rest_rotation(joint).conjugate();
            to_joint * (DVec3::new(p.x, 0.0, p.z) - body.rest_origin(joint))
        };
        let ball_joint = body.joint(toes).unwrap_or(joint);
        Some(Self {
            foot: joint,
            heel: SolePoint {
                joint,
                local: under(joint, behind),
            },
            ball: SolePoint {
                joint: ball_joint,
                local: under(ball_joint, ahead),
            },
            ball_of_foot: under(joint, ahead),
            forward: under(joint, ahead) - under(joint, behind),
        })
    }

    /// The height over the floor of the lower of heel and ball, both taken as points of the foot.
    pub(super) fn height_m(&self, rotation: DQuat, origin: DVec3) -> f64 {
        let heel = (rotation * self.heel.local).y;
        let ball = (rotation * self.ball_of_foot).y;
        origin.y + heel.min(ball)
    }

    /// Where the toes point in the foot joint's frame.
    pub(super) fn forward(&self) -> DVec3 {
        self.forward
    }
}

/// How much of a correction holds at a height: 1 near the floor, 0 high up, smooth between.
pub(super) fn nearness(height_m: f64, full_below_m: f64, none_above_m: f64) -> f64 {
    let t = ((height_m - full_below_m) / (none_above_m - full_below_m)).clamp(0.0, 1.0);
    1.0 - t * t * (3.0 - 2.0 * t)
}

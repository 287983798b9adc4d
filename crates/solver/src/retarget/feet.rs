//! Soles: the two points of a foot that stand on a floor.
//!
//! The heel is a point of the foot joint, on the floor in the rest pose, a little behind the ankle, or where the sole begins.
//! The ball is the joint of the toes, as high over the floor as it is in the rest pose: while a foot rolls off, the toes stay
//! where they are and the foot turns about that joint, so it is that joint which stands still. A foot without toes is one
//! rigid piece that stands on where a ball would be, or on its tip where its surface ends before that; one that reaches farther
//! comes to stand on its tip as it rolls, over which the ball is raised. Target and performer are seen alike.

use super::body::Body;
use cyc_model::{HumanBone, JointFrame, Stage, Xf};
use glam::{DQuat, DVec3};

/// A foot without toes is taken to be this part of the hips' height long from under the ankle to the ball, if its surface reaches
/// as far.
const FOOT_LENGTH_PART: f64 = 0.15;

/// A foot that rolls over its tip is raised by this part of the hips' height at most: a long shoe would throw it up at every
/// step, and is rather pitched less.
const TIP_RISE_PART: f64 = 0.07;

/// No sole is shorter than this part, not that of a hoof under its ankle either: it would have no direction.
const LENGTH_MIN_PART: f64 = 0.3 * FOOT_LENGTH_PART;

/// Toes reach so far beyond their joint where no surface says, as a part of the sole from heel to ball; and at least so far.
const TOE_LENGTH_PART: f64 = 0.4;
const TOE_LENGTH_MIN_PART: f64 = 0.1;

/// How far behind the ankle a heel stands, as a part of the way from the ankle to the ball: the heel bone's lowest point
/// is some 3 cm behind the joint of an adult's foot whose ball is 12 to 14 cm in front of it.
const HEEL_BEHIND_PART: f64 = 0.25;

/// A point that moves with the foot joint and hangs a fixed height under a point of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct SolePoint {
    /// In the foot joint's frame.
    pub local: DVec3,
    /// How much lower than that the floor is when the point stands on it, metres.
    pub over_floor_m: f64,
}

impl SolePoint {
    /// From the foot's joint to the point, in the stage's axes.
    pub(super) fn arm(&self, rotation: DQuat) -> DVec3 {
        rotation * self.local - DVec3::Y * self.over_floor_m
    }
}

/// Where a rigid foot ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tip {
    /// From the foot's joint to it, on the floor of the rest pose, in the joint's frame.
    pub local: DVec3,
    /// How far the foot is raised for it at most, metres.
    pub rise_max_m: f64,
}

impl Tip {
    /// The turn that brings the tip up to the floor, of a foot whose joint is so high over it, in the stage's axes.
    pub(super) fn up(&self, rotation: DQuat, ankle_m: f64) -> DQuat {
        let arm = rotation * self.local;
        let length_m = arm.length().max(1e-9);
        let [is, least] = [arm.y, -ankle_m].map(|y_m| (y_m / length_m).clamp(-1.0, 1.0).asin());
        match arm.cross(DVec3::Y).try_normalize() {
            Some(axis) if is < least => DQuat::from_axis_angle(axis, least - is),
            _ => DQuat::IDENTITY,
        }
    }
}

/// The sole of one foot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sole {
    pub foot: usize,
    pub toes: Option<usize>,
    pub heel: SolePoint,
    pub ball: SolePoint,
    /// Of a foot without toes that reaches beyond its ball.
    pub tip: Option<Tip>,
    /// From the heel to the ball on the floor of the rest pose, in the foot joint's frame.
    pub forward: DVec3,
    /// From the ball to the tip of the toes, metres.
    pub toes_m: f64,
}

impl Sole {
    pub(super) fn new(body: &Body<'_>, foot: HumanBone, toes: HumanBone) -> Option<Self> {
        let joint = body.joint(foot)?;
        let ankle = body.rest_origin(joint);
        let heading = body.foot_heading(foot, toes);
        let toe_joint = body.at(toes);
        let hip_m = body.hip_height_m;
        let reach = body.foot_reach(foot);
        let tip_m = reach.map_or(FOOT_LENGTH_PART * hip_m, |reach| {
            let [least, most] = [LENGTH_MIN_PART, FOOT_LENGTH_PART].map(|part| part * hip_m);
            reach.ahead_m.clamp(least, most)
        });
        let ahead = toe_joint.unwrap_or(ankle + heading * tip_m);
        let length_m = (ahead - ankle).dot(heading);
        let length_m = length_m.max(LENGTH_MIN_PART * hip_m);
        // No farther back than there is a sole; who walks on toes has none under the ankle.
        let sole_behind_m = reach.map_or(f64::INFINITY, |reach| reach.behind_m);
        let behind_m = (HEEL_BEHIND_PART * length_m).min(sole_behind_m);
        let behind_m = behind_m.max(LENGTH_MIN_PART * hip_m - length_m);
        let behind = ankle - heading * behind_m;
        let sole_m = length_m + behind_m;
        let to_foot = body.rest_rotation(joint).conjugate();
        let ground = |p: DVec3| DVec3::new(p.x, 0.0, p.z);
        let (pivot, over_floor_m) = match toe_joint {
            Some(at) => (at, at.y),
            None => (ground(ahead), 0.0),
        };
        let tip_m = reach
            .filter(|reach| toe_joint.is_none() && reach.ahead_m > length_m)
            .map(|reach| reach.ahead_m);
        Some(Self {
            foot: joint,
            toes: body.joint(toes),
            tip: tip_m.map(|ahead_m| Tip {
                local: to_foot * (ground(ankle + heading * ahead_m) - ankle),
                rise_max_m: TIP_RISE_PART * hip_m,
            }),
            heel: SolePoint {
                local: to_foot * (ground(behind) - ankle),
                over_floor_m: 0.0,
            },
            ball: SolePoint {
                local: to_foot * (pivot - ankle),
                over_floor_m,
            },
            forward: to_foot * (heading * sole_m),
            toes_m: reach.map_or(TOE_LENGTH_PART * sole_m, |reach| {
                (reach.ahead_m - length_m).max(TOE_LENGTH_MIN_PART * sole_m)
            }),
        })
    }

    /// Heel and ball.
    pub(super) fn points(&self) -> [SolePoint; 2] {
        [self.heel, self.ball]
    }

    /// Where heel and ball are.
    pub(super) fn places(&self, globals: &[Xf<Stage, JointFrame>]) -> [DVec3; 2] {
        let foot = globals[self.foot];
        self.points()
            .map(|p| foot.translation().metres() + p.arm(foot.rotation()))
    }

    /// How high the tip of a foot that has one is over the floor, metres.
    pub(super) fn tip_height_m(&self, globals: &[Xf<Stage, JointFrame>]) -> Option<f64> {
        let foot = globals[self.foot];
        let at = |tip: Tip| foot.translation().metres().y + (foot.rotation() * tip.local).y;
        self.tip.map(at)
    }

    /// How far the lower of heel and ball is under the foot's joint, metres.
    pub(super) fn points_depth_m(&self, rotation: DQuat) -> f64 {
        -self.heel.arm(rotation).y.min(self.ball.arm(rotation).y)
    }

    /// How far the floor is to be under the foot's joint so that none of heel, ball and tip is under it, metres; the tip as far
    /// as the foot is raised for it.
    pub(super) fn depth_m(&self, rotation: DQuat) -> f64 {
        let points_m = self.points_depth_m(rotation);
        self.tip.map_or(points_m, |tip| {
            let tip_m = -(rotation * tip.local).y;
            tip_m.clamp(points_m, points_m + tip.rise_max_m)
        })
    }

    /// How far the sole points up, radians; 0 when flat.
    pub(super) fn pitch_rad(&self, rotation: DQuat) -> f64 {
        let forward = (rotation * self.forward).normalize_or_zero();
        forward.y.clamp(-1.0, 1.0).asin()
    }
}

/// How much of a correction holds at a height: 1 near the floor, 0 high up, smooth between.
pub(super) fn nearness(height_m: f64, full_below_m: f64, none_above_m: f64) -> f64 {
    1.0 - smooth_step(height_m, full_below_m, none_above_m)
}

/// 0 below `low`, 1 above `high`, with no kink between.
pub(super) fn smooth_step(x: f64, low: f64, high: f64) -> f64 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

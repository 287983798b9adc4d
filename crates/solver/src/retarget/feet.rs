//! Soles and the floor.
//!
//! A foot's sole is two points under its ankle and its ball, rigid with the foot, on y = 0 in the rest pose. The lower
//! of the two says how high the foot is. Near the floor the target's foot is brought to the performer's height, scaled;
//! higher up the correction fades out, so that nothing switches and nothing pops.

use super::body::Body;
use cyc_model::HumanBone;
use glam::{DQuat, DVec3};

/// A foot without toes is taken to be this part of the hips' height long.
const FOOT_LENGTH_PART: f64 = 0.15;

/// The sole of one foot, in the foot joint's frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sole {
    pub joint: usize,
    heel: DVec3,
    ball: DVec3,
}

impl Sole {
    pub(super) fn new(body: &Body<'_>, foot: HumanBone, toes: HumanBone) -> Option<Self> {
        let joint = body.joint(foot)?;
        let ankle = body.rest_origin(joint);
        let ahead = body.at(toes).unwrap_or_else(|| {
            ankle + body.foot_heading(foot, toes) * (FOOT_LENGTH_PART * body.hip_height_m)
        });
        let to_foot = body.rest_rotation(joint).conjugate();
        let under = |p: DVec3| to_foot * (DVec3::new(p.x, 0.0, p.z) - ankle);
        Some(Self {
            joint,
            heel: under(ankle),
            ball: under(ahead),
        })
    }

    /// The height of the lower sole point over the floor.
    pub(super) fn height_m(&self, rotation: DQuat, origin: DVec3) -> f64 {
        let heel = (rotation * self.heel).y;
        let ball = (rotation * self.ball).y;
        origin.y + heel.min(ball)
    }

    /// Where the toes point in the foot joint's frame.
    pub(super) fn forward(&self) -> DVec3 {
        self.ball - self.heel
    }
}

/// How much of a correction holds at a height: 1 near the floor, 0 high up, smooth between.
pub(super) fn nearness(height_m: f64, full_below_m: f64, none_above_m: f64) -> f64 {
    let t = ((height_m - full_below_m) / (none_above_m - full_below_m)).clamp(0.0, 1.0);
    1.0 - t * t * (3.0 - 2.0 * t)
}

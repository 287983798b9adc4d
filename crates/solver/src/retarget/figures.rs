//! What a retarget comes to: the figures of its feet, over all frames that were fed to a meter.

use super::FootContacts;

/// The left or right foot's heel or ball.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SolePlace {
    /// 0 left, 1 right.
    pub foot: usize,
    /// The ball; otherwise the heel.
    pub is_ball: bool,
}

/// One unbroken stance of one point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StanceFigures {
    /// Which point.
    pub place: SolePlace,
    /// Its first frame, counted from 0.
    pub first_frame: u64,
    /// Its last frame.
    pub last_frame: u64,
    /// Mean horizontal speed of the point on the target, metres a second.
    pub skate_mean_mps: f64,
    /// Farthest that the point was from where its stance began, along the floor, metres.
    pub drift_m: f64,
}

/// A worst case: how much and in which frame, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Worst {
    /// How much.
    pub value: f64,
    /// The frame.
    pub frame: u64,
}

impl Worst {
    pub(super) fn take(&mut self, value: f64, frame: u64) {
        if value > self.value {
            *self = Self { value, frame };
        }
    }
}

/// The figures of a retarget. Stance is what the meter was told; frames without stance count for penetration and pops.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RetargetFigures {
    /// Frames fed.
    pub frames: u64,
    /// Seconds that points (two a foot) were in stance, summed over them.
    pub stance_s: f64,
    /// The part of that in which the retargeter held the point, too; 1 without any stance.
    pub held_part: f64,
    /// Mean horizontal speed of planted points on the target, metres a second.
    pub skate_mean_mps: f64,
    /// The speed that 95 % of the stance frames stay below, metres a second.
    pub skate_p95_mps: f64,
    /// The same mean on the performer, metres a second.
    pub source_skate_mean_mps: f64,
    /// Farthest drift within one stance, metres, with the stance's last frame.
    pub drift_max_m: Worst,
    /// Deepest that a heel or ball, or the tip of a foot without toes, was under the floor, metres.
    pub penetration_max_m: Worst,
    /// Mean height over the floor of the lower planted point of a foot in stance, metres: feet that float.
    pub float_mean_m: f64,
    /// Mean difference of the feet's pitch to the performer's in stance, radians.
    pub pitch_error_mean_rad: f64,
    /// Largest difference of the feet's pitch to the performer's in stance, radians.
    pub pitch_error_max_rad: Worst,
    /// Largest change from frame to frame of an ankle's difference to the unconstrained retarget, metres.
    pub foot_pop_max_m: Worst,
    /// The change that 99 % of the frames stay below, of the worse ankle, metres.
    pub foot_pop_p99_m: f64,
    /// The largest over all joints.
    pub joint_pop_max_m: Worst,
    /// The change that 99 % of the frames stay below, over all joints, metres.
    pub joint_pop_p99_m: f64,
    /// The stances with the largest drift, the worst first; at most [`WORST_STANCES_MAX`].
    pub worst_stances: Vec<StanceFigures>,
}

/// How many stances a report names.
pub const WORST_STANCES_MAX: usize = 8;

impl FootContacts {
    /// Heel and ball.
    pub fn points(self) -> [bool; 2] {
        [self.heel, self.ball]
    }

    /// Whether any of the foot is on the floor.
    pub fn any(self) -> bool {
        self.heel || self.ball
    }
}

/// The value that a part of all values stay below; 0 of none. Sorts.
pub(super) fn quantile(values: &mut [f32], part: f64) -> f64 {
    values.sort_by(f32::total_cmp);
    let at = ((values.len() as f64 * part).ceil() as usize).clamp(1, values.len().max(1)) - 1;
    values.get(at).map_or(0.0, |v| f64::from(*v))
}

//! How a planted foot turns: it keeps its direction while hip and ankle can take up what the body
//! turns above it, and beyond that it turns with the body about its ball.
//!
//! A footprint with one direction alone would be wrong for a spin: the body goes round and the foot
//! stays behind, until the ankle is twisted as no ankle can be. What a leg can take up is a range of
//! the foot's direction against the knee's; the direction is the one that stays in that range with
//! the least turning (a play operator, low-passed), so a foot that need not turn does not turn at all.

use super::smooth;

/// How far the toes may point out of and into the knee's direction, radians. Hip and ankle share it
/// (`fit::fit_leg`), so neither comes near the end of its own range.
const OF_KNEE_RAD: Range = Range {
    out: 0.70,
    inward: 0.55,
};

/// How far they may point out of and into the pelvis' direction: what the hip has turned already is
/// no longer there for the foot, radians.
const OF_PELVIS_RAD: Range = Range {
    out: 1.1,
    inward: 0.85,
};

/// What is left to a foot either way even where the recorded hip has gone further, radians.
const LEAST_RAD: f64 = 0.1;

/// Standard deviation of the low-pass over the direction, frames.
const SIGMA: f64 = 5.0;

/// Over how many frames a foot that leaves the floor turning ceases to turn.
const COAST: f64 = 14.0;

/// What the recording says about one foot in one frame.
#[derive(Clone, Copy, Debug)]
pub struct Facing {
    /// Direction of the foot on the floor, radians about +Y.
    pub foot_rad: f64,
    /// Direction in which the knee bends, radians about +Y.
    pub knee_rad: f64,
    /// How far the hip has turned the thigh about its own axis, radians, the same way round.
    pub hip_rad: f64,
}

/// A range of turns, both ends positive.
struct Range {
    out: f64,
    inward: f64,
}

/// The direction of a planted foot over the frames of its stand.
#[derive(Clone, Debug)]
pub struct Pivot {
    start: usize,
    /// Directions frame by frame, radians about +Y, continuous (not wrapped).
    yaw_rad: Vec<f64>,
}

impl Pivot {
    /// Follows the recorded directions of a stand that begins at frame `start`. `out_sign` is +1 for
    /// the left foot, whose toes point out toward +X, and -1 for the right.
    pub fn following(recorded: &[Facing], start: usize, out_sign: f64) -> Self {
        let mut knees_rad: Vec<f64> = Vec::with_capacity(recorded.len());
        for facing in recorded {
            let before = knees_rad.last().copied().unwrap_or(facing.knee_rad);
            knees_rad.push(before + wrapped(facing.knee_rad - before));
        }
        let mut yaw_rad = preferred(recorded, &knees_rad);
        let held: Vec<f64> = knees_rad
            .iter()
            .zip(recorded)
            .map(|(knee_rad, facing)| {
                let against_knee_rad = out_sign * (yaw_rad - knee_rad);
                let [low, high] = reachable(out_sign * facing.hip_rad);
                yaw_rad = knee_rad + out_sign * against_knee_rad.clamp(low, high);
                yaw_rad
            })
            .collect();
        let yaw_rad = smooth::gaussian(&held, SIGMA);
        Self { start, yaw_rad }
    }

    /// The direction in frame `k`, radians about +Y; outside the stand the turning coasts to its end.
    pub fn yaw_rad(&self, k: usize) -> f64 {
        let last = self.yaw_rad.len().saturating_sub(1);
        let at = |index: usize| self.yaw_rad.get(index).copied().unwrap_or(0.0);
        let coasted = |beyond: usize| COAST * smooth::coast(beyond as f64 / COAST);
        let end = self.start + last;
        if k < self.start {
            at(0) - (at(1.min(last)) - at(0)) * coasted(self.start - k)
        } else if k > end {
            at(last) + (at(last) - at(last.saturating_sub(1))) * coasted(k - end)
        } else {
            at(k - self.start)
        }
    }
}

/// The direction on average over the middle half of the frames, as the recording has it.
fn preferred(recorded: &[Facing], knees_rad: &[f64]) -> f64 {
    let quarter = recorded.len() / 4;
    let middle = recorded.iter().zip(knees_rad).skip(quarter);
    let count = recorded.len() - 2 * quarter;
    let sum_rad: f64 = middle
        .take(count)
        .map(|(facing, knee_rad)| knee_rad + wrapped(facing.foot_rad - facing.knee_rad))
        .sum();
    sum_rad / count.max(1) as f64
}

/// The directions against the knee that the leg can take up, lowest and highest, radians, out
/// positive; `hip_rad` is what the hip has turned out.
fn reachable(hip_rad: f64) -> [f64; 2] {
    let out = OF_KNEE_RAD.out.min(OF_PELVIS_RAD.out - hip_rad);
    let inward = OF_KNEE_RAD.inward.min(OF_PELVIS_RAD.inward + hip_rad);
    [-inward.max(LEAST_RAD), out.max(LEAST_RAD)]
}

/// An angle brought into (-π, π].
pub fn wrapped(angle_rad: f64) -> f64 {
    angle_rad.sin().atan2(angle_rad.cos())
}

//! The small step that the whole body takes with its hips, so that legs reach where they stand.
//!
//! A foot that is held is not where the turns of its leg put it. Bending the knee alone would make a leg that is nearly
//! straight snap: a millimetre less from hip to ankle moves such a knee by two centimetres. So the hips move until each
//! standing leg is as long as its turns made it, by least squares over both legs, and farther only if a leg would not
//! reach. Everything is a smooth function of where the feet are to be.

use super::two_bone::reach_m;
use glam::{DMat3, DVec3};

/// How dear a step is beside a leg's length: along the floor more than up and down, as a body would do it.
const COST: DVec3 = DVec3::new(0.2, 0.01, 0.2);

/// Rounds of Gauss and Newton; the second is for legs that point far apart.
const ROUNDS: usize = 2;

/// One leg before the step.
#[derive(Clone, Copy, Debug)]
pub(super) struct LegReach {
    pub hip: DVec3,
    pub knee: DVec3,
    pub ankle: DVec3,
    pub goal: DVec3,
    /// How much the leg carries, 0 to 1.
    pub planted: f64,
}

/// How far the hips step, at most `max_m`.
pub(super) fn shift(legs: &[LegReach; 2], max_m: f64) -> DVec3 {
    let mut by = DVec3::ZERO;
    for _ in 0..ROUNDS {
        let mut matrix = DMat3::from_diagonal(COST);
        let mut right = DVec3::ZERO;
        for leg in legs {
            let arm = leg.hip + by - leg.goal;
            let Some(along) = arm.try_normalize() else {
                continue;
            };
            let too_long_m = arm.length() - leg.hip.distance(leg.ankle);
            let outer = DMat3::from_cols(along * along.x, along * along.y, along * along.z);
            matrix += outer * leg.planted;
            right += along * (leg.planted * (along.dot(by) - too_long_m));
        }
        by = matrix.inverse() * right;
    }
    for _ in 0..ROUNDS {
        for leg in legs {
            let own_m = leg.hip.distance(leg.ankle);
            let longest_m = reach_m(leg.hip.distance(leg.knee), leg.knee.distance(leg.ankle));
            let arm = leg.hip + by - leg.goal;
            let beyond_m = arm.length() - longest_m.max(own_m);
            if beyond_m > 0.0 {
                by -= arm.normalize_or_zero() * (beyond_m * leg.planted);
            }
        }
    }
    by.clamp_length_max(max_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leg(x_m: f64, goal: DVec3) -> LegReach {
        LegReach {
            hip: DVec3::new(x_m, 0.9, 0.0),
            knee: DVec3::new(x_m, 0.48, 0.03),
            ankle: DVec3::new(x_m, 0.08, 0.0),
            goal,
            planted: 1.0,
        }
    }

    #[test]
    fn feet_that_are_where_their_legs_are_move_nothing() {
        let legs = [0.1, -0.1].map(|x| leg(x, DVec3::new(x, 0.08, 0.0)));
        assert!(shift(&legs, 0.2).length() < 1e-12);
    }

    #[test]
    fn both_feet_lower_bring_the_hips_down_and_leave_the_knees() {
        let legs = [0.1, -0.1].map(|x| leg(x, DVec3::new(x, 0.03, 0.0)));
        let by = shift(&legs, 0.2);
        assert!((by.y + 0.05).abs() < 2e-3 && by.x.abs() < 1e-9, "{by}");
        assert!((shift(&legs, 0.02).length() - 0.02).abs() < 1e-9);
    }

    #[test]
    fn a_foot_out_of_reach_is_reached() {
        let goal = DVec3::new(0.1, 0.08, 0.35);
        let legs = [leg(0.1, goal), leg(-0.1, DVec3::new(-0.1, 0.08, 0.0))];
        let by = shift(&legs, 0.3);
        let left_m = (legs[0].hip + by).distance(goal);
        assert!(left_m < 0.9999 * 0.8231, "{left_m}");
    }
}

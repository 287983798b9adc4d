//! What a standing foot is turned by from where the joints' turns put it: about the vertical into the heading in which it
//! landed, and about its side so that heel and ball keep their places.
//!
//! Two places on the floor leave a foot no freedom but its tilt to the side: the line between them is its heading, and
//! their distance along the floor is its pitch, because the ball is a joint over the floor which a pitching heel draws
//! nearer. So both angles are found from both places. The pitch stays near the performer's, whatever that costs.

use super::contact::flat;
use super::feet::Sole;
use glam::{DQuat, DVec3};

/// How far a standing foot's pitch may be off the performer's, radians (4.5°).
pub(super) const PITCH_MAX_RAD: f64 = 0.078;

/// A foot lies flat as far as heel and ball, which are held, come so far nearer or apart with it, metres: each moves by
/// half of it.
const UNFIT_MAX_M: f64 = 0.0024;

/// How dear a pitch that is not flat is, beside the places of heel and ball, as a part of the sole's length.
const FLAT_PART: f64 = 0.05;

/// Both angles.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct FootTurn {
    /// About the vertical, radians.
    pub yaw_rad: f64,
    /// Toes up, radians.
    pub pitch_rad: f64,
}

impl FootTurn {
    /// The turn of a foot whose joints' turns give `rotation`, in the stage's axes.
    pub(super) fn of(self, sole: &Sole, rotation: DQuat, strength: f64) -> DQuat {
        DQuat::from_rotation_y(self.yaw_rad * strength) * self.pitched(sole, rotation, strength)
    }

    /// The part of [`Self::of`] that pitches.
    pub(super) fn pitched(self, sole: &Sole, rotation: DQuat, strength: f64) -> DQuat {
        let forward = flat(rotation * sole.forward);
        match forward.cross(DVec3::Y).try_normalize() {
            Some(axis) => DQuat::from_axis_angle(axis, self.pitch_rad * strength),
            None => DQuat::IDENTITY,
        }
    }

    /// A part of the way to another turn.
    pub(super) fn toward(self, to: Self, part: f64) -> Self {
        Self {
            yaw_rad: self.yaw_rad + (to.yaw_rad - self.yaw_rad) * part,
            pitch_rad: self.pitch_rad + (to.pitch_rad - self.pitch_rad) * part,
        }
    }
}

/// The pitch with which a foot lies flat, as far as it may be off the performer's: a rig that holds the toes a little up
/// would otherwise let them hover. If heel and ball are at rest (`rest` is 1) and held `held_m` apart along the floor, it
/// lies as flat as that allows, by least squares.
pub(super) fn standing_pitch_rad(sole: &Sole, rotation: DQuat, held_m: f64, rest: f64) -> f64 {
    let [heel, ball] = sole.points().map(|p| p.arm(rotation));
    let (along_m, up_m) = (flat(ball - heel).length(), ball.y - heel.y);
    let flat_rad = (-up_m.atan2(along_m)).clamp(-PITCH_MAX_RAD, PITCH_MAX_RAD);
    // The rigid line from the heel to the joint of the ball, in the plane in which the foot pitches.
    let joint_up_m = up_m + sole.ball.over_floor_m;
    let (sin, cos) = flat_rad.sin_cos();
    let flat_along_m = along_m * cos - joint_up_m * sin;
    let flat_up_m = along_m * sin + joint_up_m * cos;
    let longer_m = flat_along_m - held_m;
    let back_m = longer_m - longer_m.clamp(-UNFIT_MAX_M, UNFIT_MAX_M);
    let dear_m2 = (FLAT_PART * sole.forward.length()).powi(2);
    let back_rad = flat_up_m * back_m / (flat_up_m * flat_up_m + dear_m2).max(1e-12);
    (flat_rad + rest * back_rad).clamp(-PITCH_MAX_RAD, PITCH_MAX_RAD)
}

#[cfg(test)]
mod tests {
    use super::super::feet::SolePoint;
    use super::*;

    fn sole() -> Sole {
        Sole {
            foot: 0,
            toes: Some(1),
            heel: SolePoint {
                local: DVec3::new(0.0, -0.09, -0.03),
                over_floor_m: 0.0,
            },
            ball: SolePoint {
                local: DVec3::new(0.0, -0.05, 0.12),
                over_floor_m: 0.04,
            },
            tip: None,
            forward: DVec3::new(0.0, 0.0, 0.15),
            toes_m: 0.06,
        }
    }

    /// How far heel and ball are apart along the floor, and how much higher the ball is, of a foot that is pitched so:
    /// the ball's joint is 4 cm over the floor and 15 cm in front of the heel.
    fn spans_m(up_rad: f64) -> (f64, f64) {
        let (sin, cos) = up_rad.sin_cos();
        (0.15 * cos - 0.04 * sin, 0.15 * sin + 0.04 * cos - 0.04)
    }

    #[test]
    fn a_foot_at_rest_keeps_heel_and_ball_apart_as_they_are_held() {
        let mut bent = 0;
        for step in -20..=20 {
            let (own_rad, held_rad) = (-0.15 + 0.002 * f64::from(step), -0.17);
            let rotation = DQuat::from_rotation_x(own_rad);
            let held_m = spans_m(-held_rad).0;
            let by_rad = standing_pitch_rad(&sole(), rotation, held_m, 1.0);
            let apart_m = spans_m(-own_rad + by_rad).0;
            if by_rad.abs() < PITCH_MAX_RAD - 1e-9 {
                assert!(
                    (apart_m - held_m).abs() < UNFIT_MAX_M + 3e-4,
                    "{step}: {apart_m}"
                );
                bent += 1;
            }
        }
        assert!(bent > 10, "{bent}");
    }

    #[test]
    fn a_foot_that_lands_lies_flat_as_far_as_it_may() {
        for own_rad in [-0.07, -0.02, 0.0, 0.05] {
            let rotation = DQuat::from_rotation_x(own_rad);
            let by_rad = standing_pitch_rad(&sole(), rotation, 0.0, 0.0);
            let (apart_m, up_m) = spans_m(-own_rad);
            assert!((by_rad + up_m.atan2(apart_m)).abs() < 1e-12, "{own_rad}");
        }
        let tilted = DQuat::from_rotation_x(-0.4);
        let by_rad = standing_pitch_rad(&sole(), tilted, 0.0, 0.0);
        assert_eq!(by_rad, -PITCH_MAX_RAD);
    }
}

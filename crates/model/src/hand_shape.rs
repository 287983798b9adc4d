//! What space a hand takes up: what a skeleton cannot say of a glove, a paw or a claw.
//!
//! An ellipsoid about hand and fingers as they are in the rest pose. It is smooth, so that what is kept over a floor by it
//! never jumps while the hand turns.

use glam::{DQuat, DVec3};

/// An ellipsoid in the frame of the hand's joint, metres.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HandShape {
    /// Its middle.
    pub centre: DVec3,
    /// From the middle to its surface along each of its axes, which are at right angles.
    pub half_axes: [DVec3; 3],
}

impl HandShape {
    /// How far its lowest is under the hand's joint, metres, when the joint is turned so in a space whose y is up; negative
    /// where all of it is over the joint.
    pub fn depth_m(&self, rotation: DQuat) -> f64 {
        let up = rotation.conjugate() * DVec3::Y;
        let reach_m2: f64 = self.half_axes.iter().map(|a| a.dot(up).powi(2)).sum();
        reach_m2.sqrt() - self.centre.dot(up)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hand_is_as_deep_as_its_lowest_point() {
        let (long, wide, thick) = (0.1, 0.04, 0.015);
        let shape = HandShape {
            centre: DVec3::X * 0.1,
            half_axes: [DVec3::X * long, DVec3::Z * wide, DVec3::Y * thick],
        };
        for (turn, most_m) in [
            (DQuat::IDENTITY, thick),
            (DQuat::from_rotation_x(1.2), wide),
            (DQuat::from_rotation_z(-1.4), 0.21),
            (
                DQuat::from_rotation_y(0.4) * DQuat::from_rotation_z(0.7),
                0.05,
            ),
        ] {
            // Points all over its surface.
            let mut lowest = f64::INFINITY;
            for i in 0..=180 {
                for k in 0..360 {
                    let (a, b) = (f64::from(i).to_radians(), f64::from(k).to_radians());
                    let on_ball = DVec3::new(a.cos(), a.sin() * b.sin(), a.sin() * b.cos());
                    let at = shape.centre + on_ball * DVec3::new(long, thick, wide);
                    lowest = f64::min(lowest, (turn * at).y);
                }
            }
            let depth_m = shape.depth_m(turn);
            assert!(
                (depth_m + lowest).abs() < 1e-4,
                "{turn}: {depth_m} {lowest}"
            );
            assert!(depth_m < most_m + 1e-9, "{turn}: {depth_m}");
        }
    }
}

//! A source's axes and unit against ours, also where the source is left-handed.
//!
//! Our `Source` space is right-handed, X to the side, Y up, in metres. A map says which axis of the source each of ours
//! is: `x -z y` takes our Y from the source's minus Z. It is a signed permutation `P`; a rotation matrix `R` becomes
//! `P R Pᵀ`, whose axis is `det(P) · P · axis`: with a left-handed source (`det(P) = -1`) the vector part of a quaternion
//! is mapped like a position and negated, while `w` stays. What must stay true: both directions are exact inverses.

use cyc_model::{Point, Space, Xf};
use glam::{DQuat, DVec3};

/// Which axes, and how long a unit is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AxisMap {
    /// For each of our axes: the source's axis, 0 to 2, and its sign.
    from: [(usize, f64); 3],
    /// 1 for a right-handed source, -1 for a left-handed one.
    handedness: f64,
    metres_per_unit: f64,
}

impl AxisMap {
    /// Unity's: left-handed, X right, Y up, Z forward, metres. X is turned round, so that what faces +Z there faces +Z
    /// here and a left hand stays a left hand.
    pub const UNITY: Self = Self {
        from: [(0, -1.0), (1, 1.0), (2, 1.0)],
        handedness: -1.0,
        metres_per_unit: 1.0,
    };

    /// From our axes in the source's terms, like `["x", "z", "-y"]`, and the unit's length. `None` when that is no
    /// permutation of x, y and z, or the unit is not positive.
    pub fn new(axes: [&str; 3], metres_per_unit: f64) -> Option<Self> {
        let mut from = [(0, 0.0); 3];
        for (slot, text) in from.iter_mut().zip(axes) {
            let (sign, letter) = match text.strip_prefix('-') {
                Some(letter) => (-1.0, letter),
                None => (1.0, text.strip_prefix('+').unwrap_or(text)),
            };
            let axis = ["x", "y", "z"].iter().position(|l| *l == letter)?;
            *slot = (axis, sign);
        }
        let [(a, _), (b, _), (c, _)] = from;
        let is_even = match (a, b, c) {
            (0, 1, 2) | (1, 2, 0) | (2, 0, 1) => true,
            (0, 2, 1) | (2, 1, 0) | (1, 0, 2) => false,
            _ => return None,
        };
        let signs: f64 = from.iter().map(|f| f.1).product();
        let is_unit = metres_per_unit > 0.0 && metres_per_unit.is_finite();
        is_unit.then_some(Self {
            from,
            handedness: if is_even { signs } else { -signs },
            metres_per_unit,
        })
    }

    /// Whether the source is left-handed.
    pub fn is_left_handed(&self) -> bool {
        self.handedness < 0.0
    }

    /// A position in the source's units to ours. `None` when not finite or out of bounds.
    pub fn point<S: Space>(&self, source: [f64; 3]) -> Option<Point<S>> {
        Point::new(self.to_ours(DVec3::from_array(source)) * self.metres_per_unit)
    }

    /// A pose from a position in the source's units and a rotation. `None` when a value is not finite or the quaternion
    /// is none.
    pub fn pose<A: Space, B: Space>(&self, at: [f64; 3], turned: DQuat) -> Option<Xf<A, B>> {
        let v = self.to_ours(DVec3::new(turned.x, turned.y, turned.z)) * self.handedness;
        let ours = DQuat::from_xyzw(v.x, v.y, v.z, turned.w);
        Xf::new(
            ours,
            self.to_ours(DVec3::from_array(at)) * self.metres_per_unit,
        )
    }

    /// A position of ours in the source's axes and units.
    pub fn units_of<S: Space>(&self, p: Point<S>) -> [f64; 3] {
        (self.to_source(p.metres()) / self.metres_per_unit).to_array()
    }

    /// A rotation of ours in the source's axes.
    pub fn rotation_of<A: Space, B: Space>(&self, xf: Xf<A, B>) -> DQuat {
        let q = xf.rotation();
        let v = self.to_source(DVec3::new(q.x, q.y, q.z)) * self.handedness;
        DQuat::from_xyzw(v.x, v.y, v.z, q.w)
    }

    fn to_ours(self, v: DVec3) -> DVec3 {
        let of = |(axis, sign): (usize, f64)| sign * component(v, axis);
        let [x, y, z] = self.from.map(of);
        DVec3::new(x, y, z)
    }

    fn to_source(self, v: DVec3) -> DVec3 {
        let mut out = [0.0; 3];
        for ((axis, sign), ours) in self.from.into_iter().zip(v.to_array()) {
            if let Some(slot) = out.get_mut(axis) {
                *slot = sign * ours;
            }
        }
        DVec3::from_array(out)
    }
}

fn component(v: DVec3, axis: usize) -> f64 {
    match axis {
        0 => v.x,
        1 => v.y,
        _ => v.z,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ServerAxes;
    use crate::vicon_axes::SourcePose;
    use cyc_model::Source;
    use glam::DMat3;
    use proptest::prelude::*;

    #[test]
    fn agrees_with_vicons_map_where_the_axes_are_vicons() {
        let map = AxisMap::new(["x", "z", "-y"], 1e-3).unwrap();
        assert!(!map.is_left_handed());
        let q = DQuat::from_xyzw(0.1, -0.5, 0.3, 0.8).normalize();
        let ours: SourcePose = map.pose([10.0, -20.0, 30.0], q).unwrap();
        let vicons: SourcePose = ServerAxes::ZUp.pose([10.0, -20.0, 30.0], q).unwrap();
        assert!(ours.translation().distance_m(vicons.translation()) < 1e-15);
        assert!(ours.angle_to(vicons) < 1e-7);
    }

    #[test]
    fn unitys_left_hand_stays_left() {
        assert_eq!(AxisMap::new(["-x", "y", "z"], 1.0), Some(AxisMap::UNITY));
        assert!(AxisMap::UNITY.is_left_handed());
        // An avatar that faces +Z in Unity has its left hand at -X there, and at +X in a right-handed space.
        let hand: Point<Source> = AxisMap::UNITY.point([-0.7, 1.4, 0.0]).unwrap();
        assert_eq!(hand.metres(), DVec3::new(0.7, 1.4, 0.0));
        // A turn by +90° about Y takes +Z to +X in Unity; here that is +Z to -X, a turn by -90°.
        let turned = DQuat::from_rotation_y(std::f64::consts::FRAC_PI_2);
        let pose: SourcePose = AxisMap::UNITY.pose([0.0; 3], turned).unwrap();
        assert!((pose.rotation() * DVec3::Z).distance(DVec3::NEG_X) < 1e-12);
    }

    #[test]
    fn what_is_no_permutation_is_none() {
        for axes in [
            ["x", "x", "y"],
            ["x", "y", "w"],
            ["x", "y", ""],
            ["--x", "y", "z"],
        ] {
            assert_eq!(AxisMap::new(axes, 1.0), None, "{axes:?}");
        }
        for unit in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(AxisMap::new(["x", "y", "z"], unit), None, "{unit}");
        }
    }

    proptest! {
        #[test]
        fn goes_there_and_back_and_agrees_with_the_matrix_product(
            q in prop::array::uniform4(-1.0..1.0f64), t in prop::array::uniform3(-9.0..9.0f64),
            order in 0..6usize, signs in 0..8u8,
        ) {
            prop_assume!(DQuat::from_array(q).length() > 0.1);
            let q = DQuat::from_array(q).normalize();
            let letters = [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 2, 1], [2, 1, 0], [1, 0, 2]][order];
            let names = [["x", "y", "z"], ["-x", "-y", "-z"]];
            let axes: [&str; 3] = std::array::from_fn(|i| {
                names[usize::from(signs >> i & 1)][letters[i]]
            });
            let map = AxisMap::new(axes, 0.01).unwrap();
            let pose: SourcePose = map.pose(t, q).unwrap();
            for (a, b) in map.units_of(pose.translation()).iter().zip(t) {
                prop_assert!((a - b).abs() < 1e-9);
            }
            prop_assert!((map.rotation_of(pose) - q).length() < 1e-9);
            // P R Pᵀ, written out.
            let mut p = [[0.0; 3]; 3];
            for i in 0..3 {
                p[i][letters[i]] = if signs >> i & 1 == 1 { -1.0 } else { 1.0 };
            }
            let p = DMat3::from_cols_array_2d(&p).transpose();
            let expected = p * DMat3::from_quat(q) * p.transpose();
            let is = DMat3::from_quat(pose.rotation());
            prop_assert!((expected - is).to_cols_array().iter().all(|e| e.abs() < 1e-9));
            prop_assert_eq!(p.determinant() < 0.0, map.is_left_handed());
        }
    }
}

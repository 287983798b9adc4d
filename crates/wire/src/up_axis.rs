//! Which way is up at the other end: one conversion between a source's axes and ours, for protocols that let it vary.
//!
//! Our `Source` space is right-handed with Y up. A right-handed source with another axis up is turned by the quarter
//! (or half) turn that takes its up to our Y: Z-up maps `(x, y, z) → (x, z, -y)`. Every map here is a rotation, so a
//! quaternion keeps its `w` and has its vector part mapped like a position, and a body at rest stays at rest.

use cyc_model::{Point, Space, Xf};
use glam::{DQuat, DVec3};

/// The axis of a right-handed source that points up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum UpAxis {
    /// X up; Z stays.
    X,
    /// Y up, as ours.
    #[default]
    Y,
    /// Z up; X stays.
    Z,
    /// X down; Z stays.
    MinusX,
    /// Y down; X stays.
    MinusY,
    /// Z down; X stays.
    MinusZ,
}

impl UpAxis {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::X,
        Self::Y,
        Self::Z,
        Self::MinusX,
        Self::MinusY,
        Self::MinusZ,
    ];

    /// A vector of the source in our axes.
    pub fn to_ours(self, v: DVec3) -> DVec3 {
        match self {
            Self::X => DVec3::new(-v.y, v.x, v.z),
            Self::Y => v,
            Self::Z => DVec3::new(v.x, v.z, -v.y),
            Self::MinusX => DVec3::new(v.y, -v.x, v.z),
            Self::MinusY => DVec3::new(v.x, -v.y, -v.z),
            Self::MinusZ => DVec3::new(v.x, -v.z, v.y),
        }
    }

    /// A vector of ours in the source's axes.
    pub fn to_source(self, v: DVec3) -> DVec3 {
        match self {
            Self::X => DVec3::new(v.y, -v.x, v.z),
            Self::Y => v,
            Self::Z => DVec3::new(v.x, -v.z, v.y),
            Self::MinusX => DVec3::new(-v.y, v.x, v.z),
            Self::MinusY => DVec3::new(v.x, -v.y, -v.z),
            Self::MinusZ => DVec3::new(v.x, v.z, -v.y),
        }
    }

    /// A position in metres. `None` when it is not finite or out of bounds.
    pub fn point<S: Space>(self, metres: [f64; 3]) -> Option<Point<S>> {
        Point::new(self.to_ours(DVec3::from_array(metres)))
    }

    /// A pose from metres and a rotation, both in the source's axes. `None` when a value is not finite or the
    /// quaternion is no rotation.
    pub fn pose<A: Space, B: Space>(self, metres: [f64; 3], rotation: DQuat) -> Option<Xf<A, B>> {
        let v = self.to_ours(DVec3::new(rotation.x, rotation.y, rotation.z));
        let ours = DQuat::from_xyzw(v.x, v.y, v.z, rotation.w);
        Xf::new(ours, self.to_ours(DVec3::from_array(metres)))
    }

    /// A position of ours as metres in the source's axes.
    pub fn metres_of<S: Space>(self, p: Point<S>) -> [f64; 3] {
        self.to_source(p.metres()).to_array()
    }

    /// A rotation of ours in the source's axes.
    pub fn rotation_of<A: Space, B: Space>(self, xf: Xf<A, B>) -> DQuat {
        let q = xf.rotation();
        let v = self.to_source(DVec3::new(q.x, q.y, q.z));
        DQuat::from_xyzw(v.x, v.y, v.z, q.w)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_becomes_y_and_the_hand_stays() {
        let up = [
            DVec3::X,
            DVec3::Y,
            DVec3::Z,
            DVec3::NEG_X,
            DVec3::NEG_Y,
            DVec3::NEG_Z,
        ];
        for (axis, up) in UpAxis::ALL.into_iter().zip(up) {
            assert_eq!(axis.to_ours(up), DVec3::Y, "{axis:?}");
            let [x, y, z] = [DVec3::X, DVec3::Y, DVec3::Z].map(|v| axis.to_ours(v));
            assert_eq!(x.cross(y), z, "{axis:?} is mirrored");
            let v = DVec3::new(1.0, 2.0, 3.0);
            assert_eq!(axis.to_source(axis.to_ours(v)), v, "{axis:?}");
        }
    }
}

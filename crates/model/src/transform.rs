//! Rigid transforms between two spaces, written `to_from_from`.
//!
//! `Xf<Stage, Body>` takes a point of `Body` to `Stage`; a value of it is called `stage_from_body`. Products chain
//! only when the inner spaces agree. The rotation is a unit quaternion by construction.

use crate::{Point, Space, Vector};
use glam::{DMat4, DQuat, DVec3};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Mul;

/// A rigid transform (rotation, then translation) from the space `From` to the space `To`.
pub struct Xf<To: Space, From: Space> {
    rotation: DQuat,
    translation: Point<To>,
    spaces: PhantomData<fn() -> From>,
}

/// Where a thing with its own frame `B` is in the space `S`: the transform from `B` to `S`.
pub type Pose<S, B> = Xf<S, B>;

/// A quaternion this far from unit length is still taken and normalised; beyond it is refused.
const UNIT_TOLERANCE: f64 = 0.05;

/// A quaternion whose squared length is this close to one is unit already and keeps its bits, so that what was normalised
/// once, written down and read again is the same to the last bit. Normalising leaves at most some ten roundings of 1.1e-16.
const UNIT_ALREADY: f64 = 4e-15;

#[inline]
fn is_unit(rotation: DQuat) -> bool {
    (rotation.length_squared() - 1.0).abs() <= UNIT_ALREADY
}

/// `None` when the length is not near one.
fn normalised(rotation: DQuat) -> Option<DQuat> {
    let length = rotation.length();
    // Written so that NaN is refused too.
    ((length - 1.0).abs() <= UNIT_TOLERANCE).then(|| rotation * (1.0 / length))
}

impl<To: Space, From: Space> Xf<To, From> {
    /// No rotation, no translation.
    pub const IDENTITY: Self = Self {
        rotation: DQuat::IDENTITY,
        translation: Point::ORIGIN,
        spaces: PhantomData,
    };

    /// From a quaternion and a translation in metres. `None` when a value is not finite, the translation is out of
    /// bounds, or the quaternion's length is more than 5 % from one (a zero or garbage quaternion is no rotation).
    pub fn new(rotation: DQuat, translation_m: DVec3) -> Option<Self> {
        let rotation = if is_unit(rotation) {
            rotation
        } else {
            normalised(rotation)?
        };
        Some(Self {
            rotation,
            translation: Point::new(translation_m)?,
            spaces: PhantomData,
        })
    }

    /// From a rotation and translation computed out of valid ones: renormalised, and the identity rotation should
    /// arithmetic have left no direction at all.
    pub fn saturating(rotation: DQuat, translation_m: DVec3) -> Self {
        let length = rotation.length();
        let unit = if length > 1e-9 && length.is_finite() {
            rotation * (1.0 / length)
        } else {
            DQuat::IDENTITY
        };
        Self {
            rotation: unit,
            translation: Point::saturating(translation_m),
            spaces: PhantomData,
        }
    }

    /// From a rotation that was normalised where it was made, and a translation, both computed out of valid ones: the
    /// rotation keeps its bits and costs no root. One that is not unit all the same is dealt with as by [`Self::saturating`].
    #[inline]
    pub fn of_unit(rotation: DQuat, translation_m: DVec3) -> Self {
        if !is_unit(rotation) {
            return Self::saturating(rotation, translation_m);
        }
        Self {
            rotation,
            translation: Point::saturating(translation_m),
            spaces: PhantomData,
        }
    }

    /// A pure translation, metres.
    pub fn from_translation(translation_m: DVec3) -> Self {
        Self::saturating(DQuat::IDENTITY, translation_m)
    }

    /// The rotation, a unit quaternion.
    pub fn rotation(self) -> DQuat {
        self.rotation
    }

    /// Where `From`'s origin lies in `To`.
    pub fn translation(self) -> Point<To> {
        self.translation
    }

    /// The transform back.
    pub fn inverse(self) -> Xf<From, To> {
        let back = self.rotation.conjugate();
        Xf::saturating(back, -(back * self.translation.metres()))
    }

    /// The same numbers between two other spaces. For borders where one space *is* the other by definition; the
    /// caller says so by writing it.
    pub fn relabel<A: Space, B: Space>(self) -> Xf<A, B> {
        Xf {
            rotation: self.rotation,
            translation: Point::saturating(self.translation.metres()),
            spaces: PhantomData,
        }
    }

    /// Interpolates towards `other`: translation linearly, rotation by the shorter arc. `t` outside 0..1 extrapolates
    /// the translation and clamps the rotation.
    pub fn interpolate(self, other: Self, t: f64) -> Self {
        let rotation = self.rotation.slerp(other.rotation, t.clamp(0.0, 1.0));
        let translation = self
            .translation
            .metres()
            .lerp(other.translation.metres(), t);
        Self::saturating(rotation, translation)
    }

    /// The angle between this rotation and another, radians, 0 to π.
    pub fn angle_to(self, other: Self) -> f64 {
        let dot = self.rotation.dot(other.rotation).abs().min(1.0);
        2.0 * dot.acos()
    }

    /// As a 4×4 matrix acting on column vectors in metres.
    pub fn to_matrix(self) -> DMat4 {
        DMat4::from_rotation_translation(self.rotation, self.translation.metres())
    }
}

impl<A: Space, B: Space, C: Space> Mul<Xf<B, C>> for Xf<A, B> {
    type Output = Xf<A, C>;
    fn mul(self, rhs: Xf<B, C>) -> Xf<A, C> {
        Xf::saturating(
            self.rotation * rhs.rotation,
            self.rotation * rhs.translation.metres() + self.translation.metres(),
        )
    }
}

impl<A: Space, B: Space> Mul<Point<B>> for Xf<A, B> {
    type Output = Point<A>;
    fn mul(self, p: Point<B>) -> Point<A> {
        Point::saturating(self.rotation * p.metres() + self.translation.metres())
    }
}

impl<A: Space, B: Space> Mul<Vector<B>> for Xf<A, B> {
    type Output = Vector<A>;
    fn mul(self, v: Vector<B>) -> Vector<A> {
        Vector::saturating(self.rotation * v.metres())
    }
}

impl<A: Space, B: Space> Clone for Xf<A, B> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<A: Space, B: Space> Copy for Xf<A, B> {}
impl<A: Space, B: Space> PartialEq for Xf<A, B> {
    fn eq(&self, other: &Self) -> bool {
        self.rotation == other.rotation && self.translation == other.translation
    }
}
impl<A: Space, B: Space> Default for Xf<A, B> {
    fn default() -> Self {
        Self::IDENTITY
    }
}
impl<A: Space, B: Space> fmt::Debug for Xf<A, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (q, t) = (self.rotation, self.translation.metres());
        write!(
            f,
            "Xf<{}, {}>(q {:.6} {:.6} {:.6} {:.6}; t {:.6} {:.6} {:.6})",
            A::NAME,
            B::NAME,
            q.x,
            q.y,
            q.z,
            q.w,
            t.x,
            t.y,
            t.z
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Body, Source, Stage};
    use proptest::prelude::*;

    fn any_xf<A: Space, B: Space>() -> impl Strategy<Value = Xf<A, B>> {
        let c = -10.0..10.0f64;
        (
            (-1.0..1.0f64, -1.0..1.0f64, -1.0..1.0f64, 0.1..1.0f64),
            (c.clone(), c.clone(), c),
        )
            .prop_map(|((x, y, z, w), (tx, ty, tz))| {
                Xf::saturating(DQuat::from_xyzw(x, y, z, w), DVec3::new(tx, ty, tz))
            })
    }

    #[test]
    fn a_unit_rotation_keeps_its_bits_and_others_are_made_one() {
        let unit = DQuat::from_xyzw(0.1, -0.7, 0.3, 0.6).normalize();
        let at = DVec3::new(1.0, f64::NAN, 1e300);
        let kept = Xf::<Stage, Body>::of_unit(unit, at);
        assert_eq!(kept.rotation().to_array(), unit.to_array());
        assert_eq!(kept.translation(), Point::saturating(at));
        for other in [unit * 1.001, unit * 0.0, unit * f64::NAN] {
            assert_eq!(
                Xf::<Stage, Body>::of_unit(other, at),
                Xf::saturating(other, at)
            );
        }
    }

    #[test]
    fn refuses_a_quaternion_that_is_no_rotation() {
        for bad in [
            DQuat::from_xyzw(0.0, 0.0, 0.0, 0.0),
            DQuat::from_xyzw(0.0, f64::NAN, 0.0, 1.0),
            DQuat::from_xyzw(0.0, 0.0, 0.0, 2.0),
        ] {
            assert_eq!(Xf::<Stage, Body>::new(bad, DVec3::ZERO), None, "{bad:?}");
        }
        assert_eq!(
            Xf::<Stage, Body>::new(DQuat::IDENTITY, DVec3::splat(f64::INFINITY)),
            None
        );
    }

    proptest! {
        #[test]
        fn inverse_undoes(xf in any_xf::<Stage, Source>(), x in -5.0..5.0f64, y in -5.0..5.0f64) {
            let p = Point::<Source>::xyz(x, y, 1.0);
            prop_assert!((xf.inverse() * (xf * p)).distance_m(p) < 1e-12);
        }

        #[test]
        fn a_product_acts_as_one_after_the_other(
            a in any_xf::<Stage, Source>(), b in any_xf::<Source, Body>(), x in -5.0..5.0f64
        ) {
            let p = Point::<Body>::xyz(x, 0.3, -2.0);
            prop_assert!(((a * b) * p).distance_m(a * (b * p)) < 1e-12);
            // Against the matrix path, which shares no code with the quaternion path.
            let by_matrix = a.to_matrix() * b.to_matrix() * p.metres().extend(1.0);
            prop_assert!(((a * b) * p).metres().distance(by_matrix.truncate()) < 1e-12);
        }
    }
}

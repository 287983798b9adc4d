//! Points and vectors that know their space and are always finite.
//!
//! Coordinates are `f64` metres and bounded by [`COORDINATE_MAX_M`](crate::COORDINATE_MAX_M), so that sums and
//! products of a few of them cannot overflow: finiteness is checked where a value is made, not where it is used.

use crate::{COORDINATE_MAX_M, Space};
use glam::DVec3;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Add, Mul, Neg, Sub};

/// A position in the space `S`, metres, finite.
pub struct Point<S: Space>(DVec3, PhantomData<fn() -> S>);

/// A displacement or direction in the space `S`, metres, finite.
pub struct Vector<S: Space>(DVec3, PhantomData<fn() -> S>);

#[inline]
fn bounded(v: DVec3) -> bool {
    // Written so that NaN is refused too: a comparison with NaN is false.
    v.x.abs() <= COORDINATE_MAX_M && v.y.abs() <= COORDINATE_MAX_M && v.z.abs() <= COORDINATE_MAX_M
}

#[inline]
fn clamp_to_bounds(v: DVec3) -> DVec3 {
    if bounded(v) {
        return v;
    }
    pulled_back(v)
}

#[cold]
fn pulled_back(v: DVec3) -> DVec3 {
    let clean = |c: f64| {
        if c.is_nan() {
            0.0
        } else {
            c.clamp(-COORDINATE_MAX_M, COORDINATE_MAX_M)
        }
    };
    DVec3::new(clean(v.x), clean(v.y), clean(v.z))
}

macro_rules! common {
    ($name:ident, $zero:ident) => {
        impl<S: Space> $name<S> {
            /// All coordinates zero.
            pub const $zero: Self = Self(DVec3::ZERO, PhantomData);

            /// From metres; `None` when a coordinate is not finite or beyond ±[`COORDINATE_MAX_M`].
            pub fn new(metres: DVec3) -> Option<Self> {
                bounded(metres).then_some(Self(metres, PhantomData))
            }

            /// From metres computed out of bounded values. What left the bounds all the same is pulled back to
            /// them (NaN to zero), so that the invariant survives an arithmetic accident on the hot path.
            pub fn saturating(metres: DVec3) -> Self {
                Self(clamp_to_bounds(metres), PhantomData)
            }

            /// From three coordinates in metres, saturating as [`Self::saturating`].
            pub fn xyz(x_m: f64, y_m: f64, z_m: f64) -> Self {
                Self::saturating(DVec3::new(x_m, y_m, z_m))
            }

            /// The coordinates in metres, without their space.
            pub fn metres(self) -> DVec3 {
                self.0
            }
        }

        impl<S: Space> Clone for $name<S> {
            fn clone(&self) -> Self {
                *self
            }
        }
        impl<S: Space> Copy for $name<S> {}
        impl<S: Space> PartialEq for $name<S> {
            fn eq(&self, other: &Self) -> bool {
                self.0 == other.0
            }
        }
        impl<S: Space> Default for $name<S> {
            fn default() -> Self {
                Self::$zero
            }
        }
        impl<S: Space> fmt::Debug for $name<S> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let v = self.0;
                write!(
                    f,
                    "{}<{}>({:.6}, {:.6}, {:.6})",
                    stringify!($name),
                    S::NAME,
                    v.x,
                    v.y,
                    v.z
                )
            }
        }
    };
}

common!(Point, ORIGIN);
common!(Vector, ZERO);

impl<S: Space> Point<S> {
    /// Distance to another point of the same space, metres.
    pub fn distance_m(self, other: Self) -> f64 {
        self.0.distance(other.0)
    }

    /// The point at `t` between `self` (0) and `other` (1).
    pub fn lerp(self, other: Self, t: f64) -> Self {
        Self::saturating(self.0.lerp(other.0, t))
    }
}

impl<S: Space> Vector<S> {
    /// Length in metres.
    pub fn length_m(self) -> f64 {
        self.0.length()
    }

    /// Dot product, square metres.
    pub fn dot(self, other: Self) -> f64 {
        self.0.dot(other.0)
    }

    /// Right-handed cross product.
    pub fn cross(self, other: Self) -> Self {
        Self::saturating(self.0.cross(other.0))
    }

    /// The unit vector of the same direction; `None` for a vector too short to have one.
    pub fn direction(self) -> Option<Self> {
        self.0.try_normalize().map(|v| Self(v, PhantomData))
    }
}

impl<S: Space> Sub for Point<S> {
    type Output = Vector<S>;
    fn sub(self, other: Self) -> Vector<S> {
        Vector::saturating(self.0 - other.0)
    }
}

impl<S: Space> Add<Vector<S>> for Point<S> {
    type Output = Self;
    fn add(self, v: Vector<S>) -> Self {
        Self::saturating(self.0 + v.0)
    }
}

impl<S: Space> Sub<Vector<S>> for Point<S> {
    type Output = Self;
    fn sub(self, v: Vector<S>) -> Self {
        Self::saturating(self.0 - v.0)
    }
}

impl<S: Space> Add for Vector<S> {
    type Output = Self;
    fn add(self, v: Self) -> Self {
        Self::saturating(self.0 + v.0)
    }
}

impl<S: Space> Sub for Vector<S> {
    type Output = Self;
    fn sub(self, v: Self) -> Self {
        Self::saturating(self.0 - v.0)
    }
}

impl<S: Space> Neg for Vector<S> {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0, PhantomData)
    }
}

impl<S: Space> Mul<f64> for Vector<S> {
    type Output = Self;
    fn mul(self, k: f64) -> Self {
        Self::saturating(self.0 * k)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stage;

    #[test]
    fn refuses_what_is_not_finite() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e30, -1e7] {
            assert_eq!(
                Point::<Stage>::new(DVec3::new(0.0, bad, 0.0)),
                None,
                "{bad}"
            );
        }
        assert!(Point::<Stage>::new(DVec3::new(1.0, -2.0, 3.0)).is_some());
    }

    #[test]
    fn saturates_instead_of_leaving_its_bounds() {
        let p = Point::<Stage>::saturating(DVec3::new(f64::NAN, f64::INFINITY, -1e300));
        assert_eq!(
            p.metres(),
            DVec3::new(0.0, COORDINATE_MAX_M, -COORDINATE_MAX_M)
        );
    }

    #[test]
    fn a_difference_added_again_comes_back() {
        let (a, b) = (
            Point::<Stage>::xyz(1.0, 2.0, 3.0),
            Point::xyz(-4.0, 0.5, 9.0),
        );
        assert!((b + (a - b)).distance_m(a) < 1e-12);
    }
}

//! Rotations as vectors and back, the same to the bit on every machine.
//!
//! The way from a vector uses sums, products and a square root only, which IEEE 754 defines exactly; sines of a library
//! differ in their last bits. The way to a vector is the encoder's alone.

use glam::{DQuat, DVec3};

/// The largest part of a quaternion that was stored in 16 bits.
const QUATERNION_UNIT: f64 = 32767.0;

/// Rotation vectors up to this length, radians, are coded; beyond it another reference is chosen. The encoder's corrections
/// add some milliradians, and at π the vector would jump.
pub(crate) const TURN_MAX: f64 = 2.4;

/// The rotation about a vector by its length, radians. For lengths up to [`TURN_MAX`] right to 1e-12; longer ones occur in
/// damaged files only and give some rotation, or numbers that are none.
#[inline]
pub(crate) fn turned(v: DVec3) -> DQuat {
    let x = v.length_squared() * 0.25;
    let half = v * (0.5 * series(&SIN, x));
    DQuat::from_xyzw(half.x, half.y, half.z, series(&COS, x))
}

/// Taylor's series of sin(√x) / √x and cos(√x): what is left out is below 1e-12 for x up to 1.44.
pub(crate) const SIN: [f64; 8] = of_factorials(1);
/// See [`SIN`].
pub(crate) const COS: [f64; 8] = of_factorials(0);

/// A polynomial whose terms do not wait for each other.
#[inline]
pub(crate) fn series(c: &[f64; 8], x: f64) -> f64 {
    let (x2, low, high) = (
        x * x,
        (c[0] + c[1] * x, c[2] + c[3] * x),
        (c[4] + c[5] * x, c[6] + c[7] * x),
    );
    (low.0 + low.1 * x2) + (high.0 + high.1 * x2) * (x2 * x2)
}

/// (-1)^k / (2k + odd)!
const fn of_factorials(odd: u32) -> [f64; 8] {
    let mut all = [1.0; 8];
    let mut k = 1;
    while k < all.len() {
        let n = (2 * k as u32 + odd) as f64;
        all[k] = -all[k - 1] / (n * (n - 1.0));
        k += 1;
    }
    all
}

/// The shortest vector of a rotation: its axis times its angle, 0 to π.
pub(crate) fn vector(q: DQuat) -> DVec3 {
    let q = if q.w < 0.0 { -q } else { q };
    let axis = DVec3::new(q.x, q.y, q.z);
    let sin = axis.length();
    if sin < 1e-12 {
        axis * 2.0
    } else {
        axis * (2.0 * sin.atan2(q.w) / sin)
    }
}

/// The quaternion in four times 16 bits.
pub(crate) fn short(q: DQuat) -> [i16; 4] {
    q.to_array().map(|v| (v * QUATERNION_UNIT).round() as i16)
}

/// The rotation that four times 16 bits stand for; `None` for four zeros or nearly so.
pub(crate) fn from_short(parts: [i16; 4]) -> Option<DQuat> {
    let q = DQuat::from_array(parts.map(|v| f64::from(v) / QUATERNION_UNIT));
    let length = q.length();
    (length > 0.5).then(|| q * (1.0 / length))
}

/// The rotation that turns X into a direction.
pub(crate) fn along(direction: DVec3) -> DQuat {
    let Some(d) = direction.try_normalize() else {
        return DQuat::IDENTITY;
    };
    // Half way between X and the direction; opposite ones turn about Z.
    let w = 1.0 + d.x;
    if w < 1e-9 {
        return DQuat::from_xyzw(0.0, 0.0, 1.0, 0.0);
    }
    let q = DQuat::from_xyzw(0.0, -d.z, d.y, w);
    q * (1.0 / q.length())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The library's own functions are the judges.
        #[test]
        fn rotations_agree_with_the_library(v in prop::array::uniform3(-1.4..1.4f64)) {
            let v = DVec3::from_array(v);
            let (ours, theirs) = (turned(v), DQuat::from_scaled_axis(v));
            prop_assert!((ours - theirs).length() < 2e-12, "{ours} {theirs}");
            prop_assert!((vector(ours) - v).length() < 1e-9);
            prop_assert!((vector(-ours) - v).length() < 1e-9);
            if let Some(d) = v.try_normalize() {
                prop_assert!((along(v) * DVec3::X - d).length() < 1e-9);
            }
            let back = from_short(short(ours)).unwrap();
            prop_assert!(back.angle_between(ours) < 2e-4);
        }
    }

    #[test]
    fn nothing_is_no_rotation() {
        assert_eq!(from_short([0; 4]), None);
        assert_eq!(along(DVec3::ZERO), DQuat::IDENTITY);
        assert!((along(-DVec3::X) * DVec3::X + DVec3::X).length() < 1e-12);
    }
}

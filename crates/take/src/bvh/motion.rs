//! The motion of a BVH file: numbers to local poses, in one pass into one list.
//!
//! Nearly all of a file is here, so each number is looked at once, and a pose costs no more than its numbers: a turn about
//! an axis has two parts that are not zero, and the sine and cosine of degrees are computed together from degrees, whose
//! full turns come off exactly.

use super::error::{BvhError, BvhProblem};
use super::read::{Channel, Hierarchy};
use super::scan::Scan;
use cyc_model::{JointFrame, Xf};
use glam::DQuat;
use std::f64::consts::PI;

/// Angles up to here lose nothing when quarter turns come off: a product of integers below 2^53.
const EXACT_DEGREES: f64 = 1e9;

/// Reads the declared frames; positions are scaled to metres.
pub(super) fn read_frames(
    scan: &mut Scan<'_>,
    h: &Hierarchy,
    frames: u64,
    scale: f64,
) -> Result<Vec<Xf<JointFrame, JointFrame>>, BvhError> {
    let numbers: u64 = h.channels.iter().map(|c| c.len() as u64).sum();
    // A number and the space before it are two bytes at least: room is made only for what can be there.
    let possible = (scan.left() as u64 / 2)
        .checked_div(numbers)
        .unwrap_or(frames);
    let room = frames.min(possible) as usize * h.names.len();
    let mut locals = Vec::with_capacity(room);
    for frame in 0..frames {
        for (channels, offset) in h.channels.iter().zip(&h.offsets) {
            let (mut position, mut rotation) = (*offset, DQuat::IDENTITY);
            for channel in channels {
                let value = match scan.number() {
                    Ok(value) => value,
                    Err(e) => return Err(missing(e, frames, frame)),
                };
                match channel {
                    Channel::Position(0) => position.x = value,
                    Channel::Position(1) => position.y = value,
                    Channel::Position(_) => position.z = value,
                    Channel::Rotation(axis) => rotation = turned(rotation, *axis, value),
                }
            }
            let pose = Xf::new(rotation, position * scale);
            locals.push(pose.ok_or_else(|| scan.error(BvhProblem::TooFar))?);
        }
    }
    Ok(locals)
}

fn missing(error: BvhError, declared: u64, found: u64) -> BvhError {
    match error.problem {
        BvhProblem::EndOfFile { .. } => BvhError {
            problem: BvhProblem::MissingFrames { declared, found },
            ..error
        },
        _ => error,
    }
}

/// A rotation followed, on its right, by a turn about an axis.
#[inline]
fn turned(q: DQuat, axis: u8, degrees: f64) -> DQuat {
    if degrees == 0.0 {
        return q;
    }
    let (s, c) = half_angle(degrees);
    match axis {
        0 => DQuat::from_xyzw(
            q.x * c + q.w * s,
            q.y * c + q.z * s,
            q.z * c - q.y * s,
            q.w * c - q.x * s,
        ),
        1 => DQuat::from_xyzw(
            q.x * c - q.z * s,
            q.y * c + q.w * s,
            q.z * c + q.x * s,
            q.w * c - q.y * s,
        ),
        _ => DQuat::from_xyzw(
            q.x * c + q.y * s,
            q.y * c - q.x * s,
            q.z * c + q.w * s,
            q.w * c - q.z * s,
        ),
    }
}

/// Sine and cosine of half an angle, to an ulp or two of 1.
#[inline]
fn half_angle(degrees: f64) -> (f64, f64) {
    if degrees.abs() > EXACT_DEGREES {
        return (degrees.to_radians() * 0.5).sin_cos();
    }
    // Half an angle's quarter turns are the angle's half turns. Rounding by a large number: the sum has no fraction.
    const ROUND: f64 = 1.5 * (1u64 << 52) as f64;
    let turns = degrees * (1.0 / 180.0) + ROUND;
    let quarter = turns.to_bits();
    let x = (degrees - (turns - ROUND) * 180.0) * (PI / 360.0);
    let (sin, cos) = within_a_quarter(x);
    let (sin, cos) = if quarter & 1 == 1 {
        (cos, -sin)
    } else {
        (sin, cos)
    };
    if quarter & 2 == 2 {
        (-sin, -cos)
    } else {
        (sin, cos)
    }
}

/// Taylor's series of both, to where the next term is below 2^-54 for angles up to π/4.
#[inline]
fn within_a_quarter(x: f64) -> (f64, f64) {
    /// From each term to the next but one, the last first.
    const SIN: [f64; 8] = of_terms(16.0);
    const COS: [f64; 8] = of_terms(15.0);
    const fn of_terms(mut n: f64) -> [f64; 8] {
        let mut all = [0.0; 8];
        let mut k = 0;
        while k < all.len() {
            all[k] = 1.0 / (n * (n + 1.0));
            n -= 2.0;
            k += 1;
        }
        all
    }
    let y = x * x;
    let (mut sin, mut cos) = (1.0, 1.0);
    for (s, c) in SIN.iter().zip(COS) {
        sin = 1.0 - y * s * sin;
        cos = 1.0 - y * c * cos;
    }
    (x * sin, cos)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The standard library and the whole quaternion product are the judges.
        #[test]
        fn a_turn_is_the_product_with_it(
            q in prop::array::uniform4(-1.0..1.0f64),
            axis in 0u8..3,
            degrees in prop_oneof![-1e-3..1e-3f64, -800.0..800.0f64, -1e9..1e9f64, -1e12..1e12f64],
        ) {
            let q = DQuat::from_array(q);
            prop_assume!(q.length() > 0.1);
            let q = q.normalize();
            // Whole turns are taken off here too, for the library's radians of a large angle are not exact.
            let about = [glam::DVec3::X, glam::DVec3::Y, glam::DVec3::Z][axis as usize];
            let angle = if degrees.abs() > EXACT_DEGREES { degrees } else { degrees % 720.0 };
            let expected = q * DQuat::from_axis_angle(about, angle.to_radians());
            let got = turned(q, axis, degrees);
            for (a, b) in got.to_array().iter().zip(expected.to_array()) {
                prop_assert!((a - b).abs() < 1e-15, "{got} {expected}");
            }
        }
    }

    #[test]
    fn quarter_turns_lose_no_more_than_a_digit() {
        let half = std::f64::consts::FRAC_1_SQRT_2;
        for (degrees, sin, cos) in [
            (0.0, 0.0, 1.0),
            (90.0, half, half),
            (180.0, 1.0, 0.0),
            (-180.0, -1.0, 0.0),
            (360.0, 0.0, -1.0),
            (540.0, -1.0, 0.0),
            (720.0, 0.0, 1.0),
        ] {
            let got = half_angle(degrees);
            assert!(
                (got.0 - sin).abs() < 2e-16 && (got.1 - cos).abs() < 2e-16,
                "{degrees}: {got:?}"
            );
        }
    }
}

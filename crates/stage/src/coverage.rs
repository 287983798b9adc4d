//! What a distorted lens sees: the undistorted tangents that an inner frustum must cover.
//!
//! The wall's picture is never distorted, since the real lens does that. Distortion only decides how far out the
//! undistorted picture must reach. Source of the model: OpenCV's camera calibration (Brown-Conrady, rational).

use crate::Tangents;
use cyc_model::{Distortion, Lens, LensSpec};
use glam::{DMat2, DVec2};
use thiserror::Error;

/// The lens maps two places of the scene to one place of the sensor; such coefficients describe no real lens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the distortion folds the picture over itself inside the sensor")]
pub struct LensFolds;

/// Places along each edge of the sensor that are looked at; the extreme of a smooth edge lies within 1e-4 of them.
const SAMPLES_PER_EDGE: u32 = 64;

/// Newton steps; four reach 1e-12 for the strongest real lenses.
const NEWTON_STEPS_MAX: usize = 32;

/// The tangents that contain everything the sensor sees through the lens.
pub fn covering_tangents(lens: &Lens) -> Result<Tangents, LensFolds> {
    let [left, right, bottom, top] = lens.tangents();
    if !lens.is_distorted() {
        return Ok(Tangents::new([left, right, bottom, top]));
    }
    let mut low = DVec2::splat(f64::INFINITY);
    let mut high = DVec2::splat(f64::NEG_INFINITY);
    for nth in 0..=SAMPLES_PER_EDGE {
        let along = f64::from(nth) / f64::from(SAMPLES_PER_EDGE);
        let (x, y) = (
            left + (right - left) * along,
            bottom + (top - bottom) * along,
        );
        for edge in [
            DVec2::new(x, bottom),
            DVec2::new(x, top),
            DVec2::new(left, y),
            DVec2::new(right, y),
        ] {
            let undistorted = undistort(lens.spec(), edge)?;
            low = low.min(undistorted);
            high = high.max(undistorted);
        }
    }
    Ok(Tangents::new([low.x, high.x, low.y, high.y]))
}

/// The undistorted place of a distorted one, both in tangents with y up.
fn undistort(spec: &LensSpec, distorted: DVec2) -> Result<DVec2, LensFolds> {
    match spec.direction {
        Distortion::DistortedToUndistorted => polynomial(spec, distorted).map(|(place, _)| place),
        Distortion::UndistortedToDistorted => invert(spec, distorted),
    }
}

fn invert(spec: &LensSpec, target: DVec2) -> Result<DVec2, LensFolds> {
    // Walk out from the axis in steps, so that Newton stays on the branch that holds the axis.
    const STAGES: u32 = 16;
    let mut at = DVec2::ZERO;
    for stage in 1..=STAGES {
        let goal = target * (f64::from(stage) / f64::from(STAGES));
        let mut reached = false;
        for _ in 0..NEWTON_STEPS_MAX {
            let (place, jacobian) = polynomial(spec, at)?;
            let miss = goal - place;
            if miss.length() < 1e-12 {
                reached = true;
                break;
            }
            at += jacobian.inverse() * miss;
        }
        if !reached {
            return Err(LensFolds);
        }
    }
    Ok(at)
}

/// The polynomial and its derivative; refused where the derivative loses its orientation.
fn polynomial(spec: &LensSpec, p: DVec2) -> Result<(DVec2, DMat2), LensFolds> {
    let [k1, k2, k3, k4, k5, k6] = spec.radial;
    // OpenCV counts y downwards; the tangential terms are the only ones to notice.
    let [p1, p2] = [-spec.tangential[0], spec.tangential[1]];
    let (x, y) = (p.x, p.y);
    let r2 = x * x + y * y;
    let numerator = 1.0 + r2 * (k1 + r2 * (k2 + r2 * k3));
    let denominator = 1.0 + r2 * (k4 + r2 * (k5 + r2 * k6));
    let radial = numerator / denominator;
    let slope = ((k1 + r2 * (2.0 * k2 + r2 * 3.0 * k3)) * denominator
        - numerator * (k4 + r2 * (2.0 * k5 + r2 * 3.0 * k6)))
        / (denominator * denominator);
    let place = DVec2::new(
        x * radial + 2.0 * p1 * x * y + p2 * (r2 + 2.0 * x * x),
        y * radial + p1 * (r2 + 2.0 * y * y) + 2.0 * p2 * x * y,
    );
    let dxx = radial + 2.0 * x * x * slope + 2.0 * p1 * y + 6.0 * p2 * x;
    let dxy = 2.0 * x * y * slope + 2.0 * p1 * x + 2.0 * p2 * y;
    let dyy = radial + 2.0 * y * y * slope + 6.0 * p1 * y + 2.0 * p2 * x;
    let jacobian = DMat2::from_cols(DVec2::new(dxx, dxy), DVec2::new(dxy, dyy));
    let upright = jacobian.determinant() > 0.0 && dxx + dyy > 0.0;
    if upright && place.is_finite() {
        Ok((place, jacobian))
    } else {
        Err(LensFolds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lens(k1: f64, direction: Distortion) -> Lens {
        Lens::build(LensSpec {
            radial: [k1, 0.0, 0.0, 0.0, 0.0, 0.0],
            tangential: [0.001, -0.0005],
            direction,
            ..LensSpec::pinhole(0.036, 0.02025, 0.024)
        })
        .unwrap()
    }

    #[test]
    fn a_barrel_lens_needs_a_wider_frustum_and_a_pincushion_a_narrower_one() {
        let plain = lens(0.0, Distortion::UndistortedToDistorted).tangents();
        let barrel = covering_tangents(&lens(-0.1, Distortion::UndistortedToDistorted)).unwrap();
        assert!(barrel.right > plain[1] * 1.05 && barrel.left < plain[0] * 1.05);
        let pincushion = covering_tangents(&lens(0.1, Distortion::UndistortedToDistorted)).unwrap();
        assert!(pincushion.top < plain[3]);
    }

    #[test]
    fn the_inverse_maps_back_onto_the_sensor() {
        let lens = lens(-0.12, Distortion::UndistortedToDistorted);
        for edge in [DVec2::new(0.7, 0.4), DVec2::new(-0.75, 0.1)] {
            let back = polynomial(lens.spec(), undistort(lens.spec(), edge).unwrap()).unwrap();
            assert!(back.0.distance(edge) < 1e-11);
        }
    }

    #[test]
    fn refuses_a_lens_that_folds() {
        // r(1 - 0.8 r²) turns back at r = 0.645, where it is 0.43: the corner at 0.86 is never reached.
        assert_eq!(
            covering_tangents(&lens(-0.8, Distortion::UndistortedToDistorted)),
            Err(LensFolds)
        );
    }
}

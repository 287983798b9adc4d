//! A camera in the axes of its picture: x right, y down, z forward. The polynomial is OpenCV's.

use cyc_model::{Distortion, LensSpec};
use glam::{DMat2, DQuat, DVec2, DVec3};

/// A lens with pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pinhole {
    /// Focal length across and down, pixels.
    pub focal_px: DVec2,
    /// Where the axis meets the picture, pixels.
    pub centre_px: DVec2,
    /// Numerator of the radial polynomial.
    pub radial: [f64; 3],
    /// Its denominator, which is kept.
    pub below: [f64; 3],
    /// Tangential coefficients.
    pub tangential: [f64; 2],
    /// Whether the polynomial leads from distorted to undistorted.
    pub is_inverse: bool,
}

/// Steps of an inverse at most; each doubles the digits that are right.
const INVERSE_STEPS: usize = 12;

impl Pinhole {
    /// A lens' own, for pictures of a size.
    pub(crate) fn of_lens(lens: &LensSpec, picture_px: [u32; 2]) -> Self {
        let size = DVec2::new(f64::from(picture_px[0]), f64::from(picture_px[1]));
        let sensor = DVec2::new(lens.sensor_width_m, lens.sensor_height_m);
        let per_m = size / sensor;
        let [px, py] = lens.principal_point_m;
        let [k1, k2, k3, k4, k5, k6] = lens.radial;
        Self {
            focal_px: per_m * lens.focal_length_m,
            centre_px: size / 2.0 + per_m * DVec2::new(px, -py),
            radial: [k1, k2, k3],
            below: [k4, k5, k6],
            tangential: lens.tangential,
            is_inverse: lens.direction == Distortion::DistortedToUndistorted,
        }
    }

    /// The lens for a sensor of the size that was given.
    pub(crate) fn lens(&self, like: &LensSpec, picture_px: [u32; 2]) -> LensSpec {
        let size = DVec2::new(f64::from(picture_px[0]), f64::from(picture_px[1]));
        let per_m = size / DVec2::new(like.sensor_width_m, like.sensor_height_m);
        let shift = (self.centre_px - size / 2.0) / per_m;
        let ([k1, k2, k3], [k4, k5, k6]) = (self.radial, self.below);
        LensSpec {
            focal_length_m: self.focal_px.x / per_m.x,
            principal_point_m: [shift.x, -shift.y],
            radial: [k1, k2, k3, k4, k5, k6],
            tangential: self.tangential,
            ..*like
        }
    }

    /// Where the sensor sees an undistorted place, both in tangents.
    fn distorted(&self, at: DVec2) -> DVec2 {
        if self.is_inverse {
            self.inverted(at)
        } else {
            self.polynomial(at)
        }
    }

    /// The undistorted place that the sensor sees at a place.
    fn undistorted(&self, at: DVec2) -> DVec2 {
        if self.is_inverse {
            self.polynomial(at)
        } else {
            self.inverted(at)
        }
    }

    /// The place that the polynomial leads to `goal`, by Newton's method with differences; `goal` where there is none near.
    fn inverted(&self, goal: DVec2) -> DVec2 {
        const DIFFERENCE: f64 = 1e-6;
        let mut at = goal;
        for _ in 0..INVERSE_STEPS {
            let miss = self.polynomial(at) - goal;
            if miss.length() < 1e-13 {
                break;
            }
            let slope = |along: DVec2| {
                let step = along * DIFFERENCE;
                (self.polynomial(at + step) - self.polynomial(at - step)) / (2.0 * DIFFERENCE)
            };
            let slopes = DMat2::from_cols(slope(DVec2::X), slope(DVec2::Y));
            let next = at - slopes.inverse() * miss;
            if !next.is_finite() || next.length() > 4.0 * goal.length() + 1.0 {
                return goal;
            }
            at = next;
        }
        at
    }

    fn polynomial(&self, at: DVec2) -> DVec2 {
        let ([k1, k2, k3], [k4, k5, k6]) = (self.radial, self.below);
        let [p1, p2] = self.tangential;
        let (x, y, r2) = (at.x, at.y, at.length_squared());
        let over = 1.0 + r2 * (k1 + r2 * (k2 + r2 * k3));
        let under = 1.0 + r2 * (k4 + r2 * (k5 + r2 * k6));
        let shift = DVec2::new(
            2.0 * p1 * x * y + p2 * (r2 + 2.0 * x * x),
            p1 * (r2 + 2.0 * y * y) + 2.0 * p2 * x * y,
        );
        at * (over / under) + shift
    }

    /// The pixel of a point in the picture's axes; `None` behind the camera.
    pub(crate) fn project(&self, at: DVec3) -> Option<DVec2> {
        (at.z > 1e-6).then(|| self.centre_px + self.focal_px * self.distorted(at.truncate() / at.z))
    }

    /// The tangents of a pixel without the distortion.
    pub(crate) fn tangents(&self, image_px: DVec2) -> DVec2 {
        self.undistorted((image_px - self.centre_px) / self.focal_px)
    }
}

/// From the picture's axes (x right, y down, z forward) to a pupil's (y up, -z forward): half a turn about x.
pub(crate) fn pupil_from_picture() -> DQuat {
    DQuat::from_xyzw(1.0, 0.0, 0.0, 0.0)
}

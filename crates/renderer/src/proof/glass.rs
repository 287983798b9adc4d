//! The physical lens: OpenCV's rational model with tangential terms, and its numeric inverse. Own arithmetic; places are
//! tangents with x to the right and y down, as OpenCV counts them.

use cyc_model::{Distortion, LensSpec};

/// What the glass does to a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Glass {
    radial: [f64; 6],
    tangential: [f64; 2],
    /// Whether the polynomial leads from distorted to undistorted places.
    to_undistorted: bool,
    plain: bool,
}

/// Steps of the inverse; each doubles the digits that are right.
const STEPS: usize = 12;

impl Glass {
    pub(super) fn new(lens: &LensSpec) -> Self {
        Self {
            radial: lens.radial,
            tangential: lens.tangential,
            to_undistorted: lens.direction == Distortion::DistortedToUndistorted,
            plain: lens.radial == [0.0; 6] && lens.tangential == [0.0; 2],
        }
    }

    /// No glass at all.
    pub(super) fn none() -> Self {
        Self {
            plain: true,
            ..Self::default()
        }
    }

    /// Whether it changes nothing.
    pub(super) fn is_plain(&self) -> bool {
        self.plain
    }

    fn polynomial(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [k1, k2, k3, k4, k5, k6] = self.radial;
        let [p1, p2] = self.tangential;
        let (r2, r4) = (x * x + y * y, (x * x + y * y).powi(2));
        let r6 = r4 * r2;
        let radial = (1.0 + k1 * r2 + k2 * r4 + k3 * r6) / (1.0 + k4 * r2 + k5 * r4 + k6 * r6);
        [
            x * radial + 2.0 * p1 * x * y + p2 * (r2 + 2.0 * x * x),
            y * radial + p1 * (r2 + 2.0 * y * y) + 2.0 * p2 * x * y,
        ]
    }

    /// The place that the polynomial leads to `goal`: Newton's method with differences for derivatives.
    fn inverse(&self, goal: [f64; 2]) -> [f64; 2] {
        const STEP: f64 = 1e-6;
        let mut at = goal;
        for _ in 0..STEPS {
            let [fx, fy] = self.polynomial(at);
            let miss = [fx - goal[0], fy - goal[1]];
            if miss[0].abs().max(miss[1].abs()) < 1e-13 {
                break;
            }
            let slope = |to: [f64; 2], from: [f64; 2]| {
                let (a, b) = (self.polynomial(to), self.polynomial(from));
                [(a[0] - b[0]) / (2.0 * STEP), (a[1] - b[1]) / (2.0 * STEP)]
            };
            let by_x = slope([at[0] + STEP, at[1]], [at[0] - STEP, at[1]]);
            let by_y = slope([at[0], at[1] + STEP], [at[0], at[1] - STEP]);
            let det = by_x[0] * by_y[1] - by_x[1] * by_y[0];
            at[0] -= (miss[0] * by_y[1] - miss[1] * by_y[0]) / det;
            at[1] -= (by_x[0] * miss[1] - by_x[1] * miss[0]) / det;
        }
        at
    }

    /// Where the sensor sees an undistorted place.
    pub(super) fn distorted(&self, place: [f64; 2]) -> [f64; 2] {
        match (self.plain, self.to_undistorted) {
            (true, _) => place,
            (false, false) => self.polynomial(place),
            (false, true) => self.inverse(place),
        }
    }

    /// The undistorted place that the sensor sees at a place.
    pub(super) fn undistorted(&self, place: [f64; 2]) -> [f64; 2] {
        match (self.plain, self.to_undistorted) {
            (true, _) => place,
            (false, false) => self.inverse(place),
            (false, true) => self.polynomial(place),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures of OpenCV 4.11's `projectPoints` for these coefficients, recomputed by hand: x = 0.5, y = -0.2 with
    /// k1 = -0.1, p1 = 0.001, p2 = -0.002: r² = 0.29, radial = 0.971.
    #[test]
    fn it_is_opencvs_polynomial() {
        let lens = LensSpec {
            radial: [-0.1, 0.0, 0.0, 0.0, 0.0, 0.0],
            tangential: [0.001, -0.002],
            ..LensSpec::pinhole(0.036, 0.02, 0.03)
        };
        let glass = Glass::new(&lens);
        let [x, y] = glass.distorted([0.5, -0.2]);
        assert!((x - (0.4855 - 0.0002 - 0.002 * 0.79)).abs() < 1e-12, "{x}");
        assert!((y - (-0.1942 + 0.001 * 0.37 + 0.0004)).abs() < 1e-12, "{y}");
        let [x, y] = glass.undistorted([x, y]);
        assert!((x - 0.5).abs() < 1e-11 && (y + 0.2).abs() < 1e-11);
        let other = LensSpec {
            direction: Distortion::DistortedToUndistorted,
            ..lens
        };
        assert_eq!(
            Glass::new(&other).undistorted([0.5, -0.2]),
            glass.distorted([0.5, -0.2])
        );
    }
}

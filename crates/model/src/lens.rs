//! A lens and sensor as a pinhole with distortion.

use thiserror::Error;

/// Which way a Brown-Conrady polynomial maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Distortion {
    /// Undistorted to distorted, as OpenCV's coefficients do ("Brown-Conrady U-D").
    #[default]
    UndistortedToDistorted,
    /// Distorted to undistorted, OpenTrackIO's default ("Brown-Conrady D-U").
    DistortedToUndistorted,
}

/// What a lens is made from. Lengths in metres on the sensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LensSpec {
    /// Active sensor width.
    pub sensor_width_m: f64,
    /// Active sensor height.
    pub sensor_height_m: f64,
    /// Distance from the projection centre to the sensor (pinhole focal length).
    pub focal_length_m: f64,
    /// Where the optical axis meets the sensor, from its centre: +x towards the right of the picture, +y towards its top.
    pub principal_point_m: [f64; 2],
    /// Radial coefficients k1 to k6 on coordinates normalised by the focal length, OpenCV's order
    /// (numerator k1 k2 k3, denominator k4 k5 k6).
    pub radial: [f64; 6],
    /// Tangential coefficients p1, p2.
    pub tangential: [f64; 2],
    /// Which way the polynomial maps.
    pub direction: Distortion,
}

impl LensSpec {
    /// A pinhole without distortion and with a centred principal point.
    pub fn pinhole(sensor_width_m: f64, sensor_height_m: f64, focal_length_m: f64) -> Self {
        Self {
            sensor_width_m,
            sensor_height_m,
            focal_length_m,
            principal_point_m: [0.0; 2],
            radial: [0.0; 6],
            tangential: [0.0; 2],
            direction: Distortion::default(),
        }
    }
}

/// Why a specification is no lens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LensError {
    /// A length that must be positive and finite is not.
    #[error("{field} must be a positive length")]
    NotPositive {
        /// The field's name.
        field: &'static str,
    },
    /// A coefficient or offset is not finite.
    #[error("{field} must be finite")]
    NotFinite {
        /// The field's name.
        field: &'static str,
    },
}

/// A checked lens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lens(LensSpec);

impl Lens {
    /// Checks that sensor and focal length are positive and everything is finite.
    pub fn build(spec: LensSpec) -> Result<Self, LensError> {
        for (field, v) in [
            ("sensor_width", spec.sensor_width_m),
            ("sensor_height", spec.sensor_height_m),
            ("focal_length", spec.focal_length_m),
        ] {
            if !(v.is_finite() && v > 0.0) {
                return Err(LensError::NotPositive { field });
            }
        }
        let finite = |v: &[f64]| v.iter().all(|c| c.is_finite());
        for (field, ok) in [
            ("principal_point", finite(&spec.principal_point_m)),
            ("radial", finite(&spec.radial)),
            ("tangential", finite(&spec.tangential)),
        ] {
            if !ok {
                return Err(LensError::NotFinite { field });
            }
        }
        Ok(Self(spec))
    }

    /// The numbers.
    pub fn spec(&self) -> &LensSpec {
        &self.0
    }

    /// Tangents of the half-angles that the sensor sees, without distortion: left, right, bottom, top; left and bottom
    /// are negative for a centred principal point.
    pub fn tangents(&self) -> [f64; 4] {
        let s = &self.0;
        let [px, py] = s.principal_point_m;
        let (w, h, f) = (
            s.sensor_width_m / 2.0,
            s.sensor_height_m / 2.0,
            s.focal_length_m,
        );
        [(-w - px) / f, (w - px) / f, (-h - py) / f, (h - py) / f]
    }

    /// Whether there is any distortion.
    pub fn is_distorted(&self) -> bool {
        self.0
            .radial
            .iter()
            .chain(&self.0.tangential)
            .any(|c| *c != 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_no_lens() {
        let good = LensSpec::pinhole(0.036, 0.02025, 0.035);
        assert!(Lens::build(good).is_ok());
        assert!(
            Lens::build(LensSpec {
                focal_length_m: 0.0,
                ..good
            })
            .is_err()
        );
        assert!(
            Lens::build(LensSpec {
                sensor_width_m: f64::NAN,
                ..good
            })
            .is_err()
        );
        assert!(
            Lens::build(LensSpec {
                principal_point_m: [f64::INFINITY, 0.0],
                ..good
            })
            .is_err()
        );
    }

    #[test]
    fn a_principal_point_to_the_right_sees_more_of_the_left() {
        let spec = LensSpec {
            principal_point_m: [0.001, 0.0],
            ..LensSpec::pinhole(0.036, 0.02, 0.03)
        };
        let [l, r, b, t] = Lens::build(spec).unwrap().tangents();
        assert!(-l > r && (b + t).abs() < 1e-12);
        assert!((r - 0.017 / 0.03).abs() < 1e-12);
    }
}

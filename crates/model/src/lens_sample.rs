//! What a camera-tracking system says about a lens at one moment, beside the camera's pose.
//!
//! Everything is optional, because every system sends another part of it: FreeD only the positions of two rings,
//! OpenTrackIO up to a whole calibrated lens. Nothing is made up: a field is there only when it was sent. Lengths are
//! in metres and on the sensor's own coordinates, so that a sample means something without knowing a focal length.

use crate::{Distortion, Lens, LensSpec, SUBJECTS_MAX};

/// The position of a ring.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RingPosition {
    /// As the encoder counts, in its own steps.
    pub raw: Option<u32>,
    /// From 0 to 1 between the ring's end stops: zoom from wide to tele, focus from infinite to close, iris from open
    /// to closed.
    pub normalised: Option<f64>,
}

impl RingPosition {
    /// Whether nothing is known.
    pub fn is_unknown(self) -> bool {
        self == Self::default()
    }
}

/// A Brown-Conrady polynomial on the sensor, about the centre of distortion, with the distance r in metres:
/// `(1 + n1 r² + n2 r⁴ + n3 r⁶) / (1 + d1 r² + d2 r⁴ + d3 r⁶)` and two tangential terms.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SensorDistortion {
    /// Which way it maps.
    pub direction: Distortion,
    /// n1 in 1/m², n2 in 1/m⁴, n3 in 1/m⁶.
    pub numerator: [f64; 3],
    /// d1 in 1/m², d2 in 1/m⁴, d3 in 1/m⁶.
    pub denominator: [f64; 3],
    /// p1, p2 in 1/m, in OpenCV's sense: `x += 2 p1 x y + p2 (r² + 2 x²)`, `y += p1 (r² + 2 y²) + 2 p2 x y`.
    pub tangential_per_m: [f64; 2],
    /// How much larger than the picture has to be rendered so that the distorted picture has no empty corners; 1 or
    /// more.
    pub overscan: Option<f64>,
}

/// A lens at one moment, as far as its source tells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LensSample {
    /// The zoom ring.
    pub zoom: RingPosition,
    /// The focus ring.
    pub focus: RingPosition,
    /// The iris ring.
    pub iris: RingPosition,
    /// Distance from the projection centre to the sensor (pinhole focal length).
    pub focal_length_m: Option<f64>,
    /// Distance at which the picture is sharp, from the sensor; infinite is allowed.
    pub focus_distance_m: Option<f64>,
    /// From the nominal imaging plane to the entrance pupil along the optical axis, positive towards the object.
    pub entrance_pupil_offset_m: Option<f64>,
    /// Focal length over the entrance pupil's diameter.
    pub f_stop: Option<f64>,
    /// The f-number over the root of the transmittance.
    pub t_stop: Option<f64>,
    /// Active sensor: width, height.
    pub sensor_size_m: Option<[f64; 2]>,
    /// The angle that the undistorted picture sees horizontally, radians, from systems that send an angle instead of
    /// a focal length.
    pub horizontal_field_of_view_rad: Option<f64>,
    /// The same vertically.
    pub vertical_field_of_view_rad: Option<f64>,
    /// Where the optical axis meets the sensor, from its centre: +x towards the right of the picture, +y towards its
    /// top.
    pub projection_offset_m: Option<[f64; 2]>,
    /// The centre of distortion, in the same coordinates.
    pub distortion_offset_m: Option<[f64; 2]>,
    /// The distortion.
    pub distortion: Option<SensorDistortion>,
}

impl LensSample {
    /// Whether nothing is known.
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    /// What a known lens and sensor are as a sample: all that a lens has and a source can tell. The inverse of [`Self::lens`].
    pub fn of_lens(spec: &LensSpec) -> Self {
        let f = spec.focal_length_m;
        let [k1, k2, k3, k4, k5, k6] = spec.radial;
        let is_distorted = spec
            .radial
            .iter()
            .chain(&spec.tangential)
            .any(|c| *c != 0.0);
        let [f2, f4, f6] = [f.powi(2), f.powi(4), f.powi(6)];
        Self {
            focal_length_m: Some(f),
            sensor_size_m: Some([spec.sensor_width_m, spec.sensor_height_m]),
            projection_offset_m: Some(spec.principal_point_m),
            distortion: is_distorted.then(|| SensorDistortion {
                direction: spec.direction,
                numerator: [k1 / f2, k2 / f4, k3 / f6],
                denominator: [k4 / f2, k5 / f4, k6 / f6],
                tangential_per_m: spec.tangential.map(|p| p / f),
                overscan: None,
            }),
            ..Self::default()
        }
    }

    /// The checked lens that this sample describes on a sensor of the given width and height (metres), which the
    /// sample's own size overrides. `None` without a focal length or an angle of view, or when the numbers are no lens.
    ///
    /// A centre of distortion that is not the principal point has no place in [`LensSpec`]: it is left out.
    pub fn lens(&self, sensor_size_m: [f64; 2]) -> Option<Lens> {
        let [width, height] = self.sensor_size_m.unwrap_or(sensor_size_m);
        let by_angle = |size: f64, angle: Option<f64>| Some(size / 2.0 / (angle? / 2.0).tan());
        let f = self
            .focal_length_m
            .or_else(|| by_angle(width, self.horizontal_field_of_view_rad))
            .or_else(|| by_angle(height, self.vertical_field_of_view_rad))?;
        let mut spec = LensSpec::pinhole(width, height, f);
        spec.principal_point_m = self.projection_offset_m.unwrap_or_default();
        if let Some(d) = self.distortion {
            // On coordinates divided by the focal length, a coefficient of r^n grows by its n-th power.
            let [f2, f4, f6] = [f.powi(2), f.powi(4), f.powi(6)];
            let [n1, n2, n3] = d.numerator;
            let [d1, d2, d3] = d.denominator;
            spec.radial = [n1 * f2, n2 * f4, n3 * f6, d1 * f2, d2 * f4, d3 * f6];
            spec.tangential = d.tangential_per_m.map(|p| p * f);
            spec.direction = d.direction;
        }
        Lens::build(spec).ok()
    }
}

/// The lens of a tracked camera.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SubjectLens {
    /// The camera's position in the roster.
    pub subject: u16,
    /// Its lens.
    pub sample: LensSample,
}

const _: () = assert!(SUBJECTS_MAX <= u16::MAX as usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_angle_and_a_focal_length_tell_the_same() {
        let by_length = LensSample {
            focal_length_m: Some(0.018),
            ..LensSample::default()
        };
        // 36 mm at 18 mm: 45° to each side.
        let by_angle = LensSample {
            horizontal_field_of_view_rad: Some(std::f64::consts::FRAC_PI_2),
            ..LensSample::default()
        };
        let f = |s: LensSample| s.lens([0.036, 0.024]).map(|l| l.spec().focal_length_m);
        assert!((f(by_length).unwrap() - f(by_angle).unwrap()).abs() < 1e-12);
        assert_eq!(f(LensSample::default()), None);
    }

    #[test]
    fn a_lens_told_as_a_sample_is_the_same_lens() {
        let spec = LensSpec {
            principal_point_m: [1e-4, -2e-4],
            radial: [-0.1, 0.02, 0.003, 0.01, -0.002, 1e-4],
            tangential: [1e-3, -5e-4],
            direction: Distortion::DistortedToUndistorted,
            ..LensSpec::pinhole(0.036, 0.024, 0.035)
        };
        let again = LensSample::of_lens(&spec).lens([1.0, 1.0]).unwrap();
        let again = again.spec();
        let far = |a: &[f64], b: &[f64]| {
            a.iter()
                .zip(b)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f64::max)
        };
        assert!(far(&again.radial, &spec.radial) < 1e-15);
        assert!(far(&again.tangential, &spec.tangential) < 1e-15);
        let rest = LensSpec {
            radial: spec.radial,
            tangential: spec.tangential,
            ..*again
        };
        assert_eq!(rest, spec);
        let pinhole = LensSpec::pinhole(0.036, 0.024, 0.035);
        assert_eq!(LensSample::of_lens(&pinhole).distortion, None);
    }

    #[test]
    fn the_same_point_moves_equally_by_sensor_and_by_normalised_coefficients() {
        let f = 0.025;
        let sample = LensSample {
            focal_length_m: Some(f),
            distortion: Some(SensorDistortion {
                numerator: [-160.0, 1e5, 3e7],
                denominator: [20.0, -4e4, 1e7],
                tangential_per_m: [0.4, -0.2],
                ..SensorDistortion::default()
            }),
            ..LensSample::default()
        };
        let d = sample.distortion.unwrap();
        let spec = *sample.lens([0.036, 0.024]).unwrap().spec();
        // One polynomial, evaluated in metres and in focal lengths.
        let map = |x: f64, y: f64, n: [f64; 3], m: [f64; 3], p: [f64; 2]| {
            let r2 = x * x + y * y;
            let series = |c: [f64; 3]| 1.0 + c[0] * r2 + c[1] * r2 * r2 + c[2] * r2 * r2 * r2;
            let radial = series(n) / series(m);
            x * radial + 2.0 * p[0] * x * y + p[1] * (r2 + 2.0 * x * x)
        };
        let (x, y) = (0.011, -0.007);
        let metres = map(x, y, d.numerator, d.denominator, d.tangential_per_m);
        let [k1, k2, k3, k4, k5, k6] = spec.radial;
        let normalised = map(x / f, y / f, [k1, k2, k3], [k4, k5, k6], spec.tangential);
        assert!((metres - normalised * f).abs() < 1e-15);
        assert!((metres - x).abs() > 1e-5, "no distortion proves nothing");
    }
}

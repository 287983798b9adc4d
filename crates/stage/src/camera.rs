//! A film camera on the stage: where its pupil is on the tracked body, what its lens sees, what it wants on the wall.

use crate::{
    Frustum, FrustumError, InnerFrustum, LensTable, LensView, SubjectRef, Tangents,
    covering_tangents,
};
use cyc_model::{Body, CameraBody, Lens, LensSample, LensSpec, Pupil, Stage, Xf};
use glam::DVec3;

/// A checked camera.
#[derive(Clone, Debug, PartialEq)]
pub struct Camera {
    /// Name for people.
    pub name: String,
    /// The rigid body that the capture system tracks on it.
    pub tracked: SubjectRef,
    /// Where the entrance pupil is on that body.
    pub body_from_pupil: Xf<CameraBody, Pupil>,
    /// Lens and sensor.
    pub lens: Lens,
    /// What the lens is at other positions of its rings, when it is a zoom that was measured.
    pub table: Option<LensTable>,
    /// Whether what the source tells of the lens is believed: a tracker with a calibrated lens of its own (OpenTrackIO).
    pub lens_from_source: bool,
    /// Size of the picture that the camera takes, pixels.
    pub picture_px: [u32; 2],
    /// Where its pupil is while nothing is heard of it: for plans, and for pictures without a take.
    pub home: Xf<Stage, Pupil>,
    /// Its inner frustum.
    pub inner: InnerFrustum,
    pub(crate) tangents: Tangents,
}

/// Near plane of camera views, metres: nearer than any lens focuses.
pub(crate) const NEAR_M: f64 = 0.05;

/// Lengths that a source's lens may have, metres: those of the stage file.
const FOCAL_LENGTHS_M: std::ops::RangeInclusive<f64> = 0.000_5..=5.0;
/// The same of a side of its sensor.
const SENSORS_M: std::ops::RangeInclusive<f64> = 0.000_5..=0.5;
/// How far a pupil may be from the sensor, either way: no lens is longer.
const PUPIL_OFFSET_MAX_M: f64 = 1.0;

impl Camera {
    /// The entrance pupil, from the tracked body.
    pub fn stage_from_pupil(&self, stage_from_body: Xf<Stage, Body>) -> Xf<Stage, Pupil> {
        stage_from_body.relabel::<Stage, CameraBody>() * self.body_from_pupil
    }

    /// What it sees with, by what its source tells of the lens: the table's, the source's own where that is believed, else
    /// the file's lens.
    pub fn view(&self, sample: Option<&LensSample>) -> LensView {
        let by_table = self.table.as_ref().zip(sample);
        let by_table = by_table.and_then(|(table, sample)| table.of_sample(sample));
        let told = || {
            let (lens, body_from_pupil) = self.told_lens(sample?)?;
            Some(LensView {
                body_from_pupil,
                lens: *lens.spec(),
                covering: covering_tangents(&lens).ok()?,
            })
        };
        by_table.or_else(told).unwrap_or(LensView {
            body_from_pupil: self.body_from_pupil,
            lens: *self.lens.spec(),
            covering: self.tangents,
        })
    }

    /// The lens and the pupil without the opening that covers it, which takes a while where a lens is distorted.
    pub fn lens_now(&self, sample: Option<&LensSample>) -> (LensSpec, Xf<CameraBody, Pupil>) {
        if self.table.is_some() {
            let view = self.view(sample);
            return (view.lens, view.body_from_pupil);
        }
        match sample.and_then(|sample| self.told_lens(sample)) {
            Some((lens, body_from_pupil)) => (*lens.spec(), body_from_pupil),
            None => (*self.lens.spec(), self.body_from_pupil),
        }
    }

    /// Whether its source is to tell its lens, and tells none that can be one.
    pub fn misses_lens(&self, sample: Option<&LensSample>) -> bool {
        let told = sample.and_then(|sample| self.told_lens(sample));
        self.lens_from_source && told.is_none_or(|(lens, _)| covering_tangents(&lens).is_err())
    }

    /// The lens that the source tells, where that is believed, and its pupil: so far ahead of the file's point as the source
    /// says that it is ahead of the sensor.
    fn told_lens(&self, sample: &LensSample) -> Option<(Lens, Xf<CameraBody, Pupil>)> {
        if !self.lens_from_source {
            return None;
        }
        let own = self.lens.spec();
        let lens = sample.lens([own.sensor_width_m, own.sensor_height_m])?;
        let spec = lens.spec();
        let is_lens = FOCAL_LENGTHS_M.contains(&spec.focal_length_m)
            && SENSORS_M.contains(&spec.sensor_width_m)
            && SENSORS_M.contains(&spec.sensor_height_m);
        let ahead_m = sample.entrance_pupil_offset_m.unwrap_or_default();
        if !is_lens || ahead_m.is_nan() || ahead_m.abs() > PUPIL_OFFSET_MAX_M {
            return None;
        }
        let ahead = Xf::<Pupil, Pupil>::from_translation(DVec3::NEG_Z * ahead_m);
        Some((lens, self.body_from_pupil * ahead))
    }

    /// The undistorted opening that contains all that the lens sees.
    pub fn covering_tangents(&self) -> Tangents {
        self.tangents
    }

    /// Where the tracked body is when the pupil is at a pose.
    pub fn stage_from_body(&self, stage_from_pupil: Xf<Stage, Pupil>) -> Xf<Stage, Body> {
        (stage_from_pupil * self.body_from_pupil.inverse()).relabel()
    }

    /// What the wall must show: the covering view with overscan.
    pub fn inner_view(
        &self,
        stage_from_pupil: Xf<Stage, Pupil>,
        overscan: f64,
    ) -> Result<Frustum, FrustumError> {
        Frustum::inner(stage_from_pupil, self.tangents, overscan, NEAR_M)
    }

    /// Half of the smaller opening angle of what the lens sees, radians.
    pub fn half_angle_rad(&self) -> f64 {
        let t = self.tangents;
        let half = |a: f64, b: f64| (b.atan() - a.atan()) / 2.0;
        half(t.left, t.right).min(half(t.bottom, t.top))
    }

    /// What the sensor itself sees, without distortion and without overscan.
    pub fn sensor_view(&self, stage_from_pupil: Xf<Stage, Pupil>) -> Result<Frustum, FrustumError> {
        Frustum::inner(
            stage_from_pupil,
            Tangents::new(self.lens.tangents()),
            1.0,
            NEAR_M,
        )
    }

    /// Size of the inner view in pixels: the picture's, times the most overscan (and what distortion adds) and resolution
    /// scale.
    pub fn inner_px(&self) -> [u32; 2] {
        let [left, right, bottom, top] = self.lens.tangents();
        let widened = self.tangents.widened(self.inner.overscan.most());
        let grow = |px: u32, part: f64| {
            let exact = f64::from(px) * part * self.inner.resolution_scale;
            (exact.round() as u32).clamp(16, crate::CANVAS_SIDE_MAX_PX)
        };
        [
            grow(
                self.picture_px[0],
                (widened.right - widened.left) / (right - left),
            ),
            grow(
                self.picture_px[1],
                (widened.top - widened.bottom) / (top - bottom),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stage as StageFile;
    use cyc_model::{Distortion, SensorDistortion};

    fn read(more: &str) -> Result<StageFile, crate::StageError> {
        let text = format!(
            r#"
name = "told"
[[source]]
name = "s"
url = "opentrackio://127.0.0.1:40000"
[[camera]]
name = "A"
source = "s"
subject = "1"
pupil_m = [0.0, 0.1, 0.0]
[camera.lens]
sensor_mm = [36.0, 20.25]
focal_length_mm = 35.0
{more}
"#
        );
        StageFile::from_toml(&text)
    }

    fn camera(more: &str) -> Camera {
        read(more).unwrap().cameras()[0].clone()
    }

    /// 50 mm on a sensor of 24 by 13.5, bent as OpenTrackIO tells it, with the pupil 120 mm ahead of the sensor.
    fn told() -> LensSample {
        LensSample {
            focal_length_m: Some(0.05),
            sensor_size_m: Some([0.024, 0.0135]),
            entrance_pupil_offset_m: Some(0.12),
            distortion: Some(SensorDistortion {
                direction: Distortion::DistortedToUndistorted,
                numerator: [300.0, 0.0, 0.0],
                ..SensorDistortion::default()
            }),
            ..LensSample::default()
        }
    }

    #[test]
    fn a_lens_that_is_told_is_believed_where_the_file_says_so() {
        let view = camera("from_source = true").view(Some(&told()));
        assert_eq!(view.lens.focal_length_m, 0.05);
        let at = view.body_from_pupil.translation().metres();
        assert!(at.distance(DVec3::new(0.0, 0.1, -0.12)) < 1e-12, "{at}");
        // The corner of the sensor, 12 and 6.75 mm from its middle, by the polynomial in metres.
        let r2 = 0.012f64.powi(2) + 0.00675f64.powi(2);
        let right = 0.012 * (1.0 + 300.0 * r2) / 0.05;
        assert!(
            (view.covering.right - right).abs() < 1e-12,
            "{:?}",
            view.covering
        );
        // Elsewhere the file's lens is the lens.
        let own = camera("").view(Some(&told()));
        assert!((own.lens.focal_length_m - 0.035).abs() < 1e-12);
        assert!(!camera("").misses_lens(None));
    }

    #[test]
    fn a_lens_that_can_be_none_is_missed_and_the_files_is_used() {
        let camera = camera("from_source = true");
        assert!(!camera.misses_lens(Some(&told())));
        let with = |change: fn(&mut LensSample)| {
            let mut sample = told();
            change(&mut sample);
            sample
        };
        for sample in [
            LensSample::default(),
            with(|s| s.focal_length_m = Some(0.0)),
            with(|s| s.focal_length_m = Some(f64::NAN)),
            with(|s| s.focal_length_m = Some(1e9)),
            with(|s| s.sensor_size_m = Some([24.0, 13.5])),
            with(|s| s.entrance_pupil_offset_m = Some(f64::INFINITY)),
            with(|s| s.entrance_pupil_offset_m = Some(120.0)),
            // It folds within the picture.
            with(|s| s.distortion.as_mut().unwrap().numerator[0] = -1e4),
        ] {
            assert!(camera.misses_lens(Some(&sample)), "{sample:?}");
            let view = camera.view(Some(&sample));
            assert!(
                (view.lens.focal_length_m - 0.035).abs() < 1e-12,
                "{sample:?}"
            );
            assert_eq!(view.body_from_pupil, camera.body_from_pupil);
        }
        assert!(camera.misses_lens(None));
    }

    #[test]
    fn a_table_and_the_sources_lens_are_not_both() {
        let points = "points = [{ zoom = 0.0, focal_length_mm = 24.0 }, { zoom = 1.0, focal_length_mm = 70.0 }]";
        assert!(read(points).is_ok());
        let error = read(&format!("from_source = true\n{points}")).unwrap_err();
        assert_eq!(error.key(), "stage-unused", "{error}");
    }
}

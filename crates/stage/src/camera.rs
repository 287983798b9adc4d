//! A film camera on the stage: where its pupil is on the tracked body, what its lens sees, what it wants on the wall.

use crate::{Frustum, FrustumError, InnerFrustum, LensTable, LensView, SubjectRef, Tangents};
use cyc_model::{Body, CameraBody, Lens, LensSample, Pupil, Stage, Xf};

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

impl Camera {
    /// The entrance pupil, from the tracked body.
    pub fn stage_from_pupil(&self, stage_from_body: Xf<Stage, Body>) -> Xf<Stage, Pupil> {
        stage_from_body.relabel::<Stage, CameraBody>() * self.body_from_pupil
    }

    /// What it sees with, by what its source tells of the lens: the table's, else the file's lens.
    pub fn view(&self, sample: Option<&LensSample>) -> LensView {
        let by_table = self.table.as_ref().zip(sample);
        let by_table = by_table.and_then(|(table, sample)| table.of_sample(sample));
        by_table.unwrap_or(LensView {
            body_from_pupil: self.body_from_pupil,
            lens: *self.lens.spec(),
            covering: self.tangents,
        })
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

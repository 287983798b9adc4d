//! A film camera on the stage: where its pupil is on the tracked body, what its lens sees, what it wants on the wall.

use crate::{Frustum, FrustumError, SubjectRef, Tangents};
use cyc_model::{Body, CameraBody, Lens, Pupil, Stage, Xf};

/// What the inner frustum of a camera is like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InnerFrustum {
    /// Whether the wall shows it.
    pub on: bool,
    /// How much wider than the lens sees, 1 = not.
    pub overscan: f64,
    /// Width of the soft edge as a part of half the picture, 0 to 0.5.
    pub feather: f64,
    /// Pixels of the inner view per pixel of the camera's picture, in each direction.
    pub resolution_scale: f64,
    /// Of two cameras that see one wall pixel, the higher one is shown.
    pub priority: u8,
}

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
    /// Size of the picture that the camera takes, pixels.
    pub picture_px: [u32; 2],
    /// Its inner frustum.
    pub inner: InnerFrustum,
    pub(crate) tangents: Tangents,
}

/// Near plane of camera views, metres: nearer than any lens focuses.
const NEAR_M: f64 = 0.05;

impl Camera {
    /// The entrance pupil, from the tracked body.
    pub fn stage_from_pupil(&self, stage_from_body: Xf<Stage, Body>) -> Xf<Stage, Pupil> {
        stage_from_body.relabel::<Stage, CameraBody>() * self.body_from_pupil
    }

    /// The undistorted opening that contains all that the lens sees.
    pub fn covering_tangents(&self) -> Tangents {
        self.tangents
    }

    /// What the wall must show: the covering view with overscan.
    pub fn inner_view(&self, stage_from_pupil: Xf<Stage, Pupil>) -> Result<Frustum, FrustumError> {
        Frustum::inner(stage_from_pupil, self.tangents, self.inner.overscan, NEAR_M)
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

    /// Size of the inner view in pixels: the picture's, times overscan (and what distortion adds) and resolution scale.
    pub fn inner_px(&self) -> [u32; 2] {
        let [left, right, bottom, top] = self.lens.tangents();
        let widened = self.tangents.widened(self.inner.overscan);
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

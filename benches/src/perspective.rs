//! A camera as other renderers are told of it: eye, target, field of view.

use cyc_model::{Pupil, Stage, Xf};
use cyc_stage::{Frustum, FrustumError, Tangents};
use glam::{DQuat, DVec3, EulerRot};

/// The view of a camera that stands upright; metres, the vertical field of view in degrees.
///
/// # Errors
/// When the numbers make no view.
pub fn looking(
    eye_m: [f64; 3],
    target_m: [f64; 3],
    fov_deg: f64,
    size_px: [u32; 2],
) -> Result<Frustum, FrustumError> {
    let eye = DVec3::from(eye_m);
    let to = DVec3::from(target_m) - eye;
    let (pan, tilt) = ((-to.x).atan2(-to.z), (to.y / to.length()).asin());
    let rotation = DQuat::from_euler(EulerRot::YXZ, pan, tilt, 0.0);
    let pose: Xf<Stage, Pupil> = Xf::saturating(rotation, eye);
    let up = (fov_deg.to_radians() / 2.0).tan();
    let aside = up * f64::from(size_px[0]) / f64::from(size_px[1]);
    Frustum::inner(pose, Tangents::new([-aside, aside, -up, up]), 1.0, 0.05)
}

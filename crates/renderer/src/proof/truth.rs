//! The truth: where the physical camera is, and what a capture system would send about it.

use super::glass::Glass;
use super::pinhole::Pinhole;
use super::rigid::{
    M3, Motion, V3, about_x, about_y, about_z, euler_xyz, multiply, of_quaternion, scale, transpose,
};
use super::{Delay, ViconBody};
use cyc_stage::{Camera, Stage};

/// A pose of the entrance pupil on the stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TruthPose {
    /// Where the pupil is, metres.
    pub position_m: [f64; 3],
    /// Turn to the left, degrees.
    pub pan_deg: f64,
    /// Turn upwards, degrees.
    pub tilt_deg: f64,
    /// Turn counter-clockwise as the operator sees it, degrees.
    pub roll_deg: f64,
}

impl TruthPose {
    /// The poses of the committed proof: pan, tilt and roll in all of them, near and far, left and right.
    pub const STANDARD: [Self; 3] = [
        Self {
            position_m: [0.35, 1.52, 0.85],
            pan_deg: 7.0,
            tilt_deg: 4.0,
            roll_deg: -3.5,
        },
        Self {
            position_m: [-0.9, 1.85, 0.3],
            pan_deg: -17.0,
            tilt_deg: 6.5,
            roll_deg: 8.0,
        },
        Self {
            position_m: [0.8, 1.3, 0.1],
            pan_deg: 13.0,
            tilt_deg: 9.0,
            roll_deg: 2.0,
        },
    ];

    /// Where the camera is when a picture drawn for this pose is seen.
    pub(super) fn later(&self, delay: Delay) -> Self {
        let by = |axis: usize| delay.velocity_m_per_s[axis] * delay.latency_s;
        Self {
            position_m: [0, 1, 2].map(|axis: usize| self.position_m[axis] + by(axis)),
            pan_deg: self.pan_deg + delay.pan_deg_per_s * delay.latency_s,
            ..*self
        }
    }

    /// A camera that moves: from the first to the second standard pose in `count` even steps, both included.
    pub fn moving(count: usize) -> Vec<Self> {
        let [from, to, _] = Self::STANDARD;
        let last = count.saturating_sub(1).max(1) as f64;
        (0..count)
            .map(|nth| {
                let part = nth as f64 / last;
                let mix = |a: f64, b: f64| a + (b - a) * part;
                Self {
                    position_m: [0, 1, 2].map(|i: usize| mix(from.position_m[i], to.position_m[i])),
                    pan_deg: mix(from.pan_deg, to.pan_deg),
                    tilt_deg: mix(from.tilt_deg, to.tilt_deg),
                    roll_deg: mix(from.roll_deg, to.roll_deg),
                }
            })
            .collect()
    }

    /// The pupil's frame on the stage: X right, Y up, looking along -Z.
    fn stage_from_pupil(&self) -> Motion {
        let r = multiply(
            &multiply(
                &about_y(self.pan_deg.to_radians()),
                &about_x(self.tilt_deg.to_radians()),
            ),
            &about_z(self.roll_deg.to_radians()),
        );
        Motion {
            r,
            t: self.position_m,
        }
    }

    /// The physical camera at this pose.
    pub(super) fn pinhole(&self, camera: &Camera) -> Pinhole {
        let lens = camera.lens.spec();
        let [w, h] = camera.picture_px.map(f64::from);
        let (mm_w, mm_h) = (lens.sensor_width_m, lens.sensor_height_m);
        let [off_x, off_y] = lens.principal_point_m;
        let pupil = self.stage_from_pupil();
        let axes = transpose(&pupil.r);
        // OpenCV's axes: X right, Y down, Z forward.
        let r: M3 = [axes[0], scale(axes[1], -1.0), scale(axes[2], -1.0)];
        let t: V3 = scale(super::rigid::apply(&r, pupil.t), -1.0);
        Pinhole {
            fx: lens.focal_length_m / mm_w * w,
            fy: lens.focal_length_m / mm_h * h,
            cx: w / 2.0 + off_x / mm_w * w,
            cy: h / 2.0 - off_y / mm_h * h,
            r,
            t,
            size_px: camera.picture_px,
            glass: Glass::new(lens),
        }
    }

    /// Where a camera at this pose sees a point of the stage, pixels; `None` behind it.
    pub fn sees(&self, camera: &Camera, stage_m: [f64; 3]) -> Option<[f64; 2]> {
        Some(self.pinhole(camera).project(stage_m)?.0)
    }

    /// What the capture system sends for the body that it tracks on the camera.
    pub(super) fn vicon_body(&self, stage: &Stage, camera: &Camera) -> Option<ViconBody> {
        let source = stage.sources().get(camera.tracked.source)?;
        let motion = |rotation: [f64; 4], t: [f64; 3]| Motion {
            r: of_quaternion(rotation),
            t,
        };
        let stage_from_source = motion(
            source.stage_from_source.rotation().to_array(),
            source.stage_from_source.translation().metres().to_array(),
        );
        let body_from_pupil = motion(
            camera.body_from_pupil.rotation().to_array(),
            camera.body_from_pupil.translation().metres().to_array(),
        );
        let source_from_body = stage_from_source
            .inverse()
            .then_after(&self.stage_from_pupil())
            .then_after(&body_from_pupil.inverse());
        // Ours (x, y, z), Y up, is Vicon's (x, -z, y), Z up; body axes are turned the same way.
        let to_vicon: M3 = [[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]];
        let r = multiply(
            &multiply(&to_vicon, &source_from_body.r),
            &transpose(&to_vicon),
        );
        let t = super::rigid::apply(&to_vicon, source_from_body.t);
        Some(ViconBody {
            t_mm: scale(t, 1000.0),
            euler_rad: euler_xyz(&r),
        })
    }
}

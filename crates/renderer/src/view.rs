//! Views as the shaders read them, many in one buffer.

use crate::binding::{UNIFORM_STRIDE, uniform_buffer};
use cyc_stage::Frustum;
use glam::{DMat4, DVec3, Mat4};

/// A view for the GPU.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
pub(crate) struct ViewUniform {
    clip_from_stage: [[f32; 4]; 4],
    eye: [f32; 4],
    ray_straight: [f32; 4],
    ray_x: [f32; 4],
    ray_y: [f32; 4],
}

pub(crate) const VIEW_BYTES: u64 = size_of::<ViewUniform>() as u64;

impl ViewUniform {
    pub(crate) fn of_frustum(frustum: &Frustum) -> Self {
        Self::of_matrix(frustum.clip_from_stage(), frustum.eye().metres())
    }

    /// From any matrix that takes stage points to clip space, and the eye that it belongs to.
    pub(crate) fn of_matrix(clip_from_stage: DMat4, eye: DVec3) -> Self {
        // Rays: the points of one depth plane are affine in device coordinates.
        let stage_from_clip = clip_from_stage.inverse();
        let ray = |x: f64, y: f64| {
            let at = stage_from_clip * glam::DVec4::new(x, y, 1.0, 1.0);
            at.truncate() / at.w - eye
        };
        let straight = ray(0.0, 0.0);
        // A length of about one keeps the shader's arithmetic in its comfortable range.
        let scale = 1.0 / straight.length().max(1e-12);
        let wide = |v: DVec3| (v * scale).as_vec3().extend(0.0).to_array();
        Self {
            clip_from_stage: clip_from_stage.as_mat4().to_cols_array_2d(),
            eye: eye.as_vec3().extend(0.0).to_array(),
            ray_straight: wide(straight),
            ray_x: wide(ray(1.0, 0.0) - straight),
            ray_y: wide(ray(0.0, 1.0) - straight),
        }
    }

    pub(crate) fn clip_from_stage(&self) -> Mat4 {
        Mat4::from_cols_array_2d(&self.clip_from_stage)
    }

    /// A light's view: no eye, no rays.
    pub(crate) fn of_light(clip_from_stage: Mat4) -> Self {
        Self {
            clip_from_stage: clip_from_stage.to_cols_array_2d(),
            eye: [0.0; 4],
            ray_straight: [0.0; 4],
            ray_x: [0.0; 4],
            ray_y: [0.0; 4],
        }
    }

    /// With how many lamps and mirrors a room has.
    pub(crate) fn with_counts(mut self, lamps: usize, mirrors: usize) -> Self {
        self.eye[3] = lamps as f32;
        self.ray_straight[3] = mirrors as f32;
        self
    }

    /// A view of a room that looks through the backs of its walls.
    pub(crate) fn through_backs(mut self) -> Self {
        self.ray_x[3] = 1.0;
        self
    }
}

/// A buffer of views, bound by offset.
pub(crate) struct Views {
    pub buffer: wgpu::Buffer,
}

impl Views {
    pub(crate) fn new(device: &wgpu::Device, label: &str, count: usize) -> Self {
        Self {
            buffer: uniform_buffer(device, label, UNIFORM_STRIDE * count.max(1) as u64),
        }
    }

    pub(crate) fn set(&self, queue: &wgpu::Queue, index: usize, view: &ViewUniform) {
        queue.write_buffer(
            &self.buffer,
            index as u64 * UNIFORM_STRIDE,
            bytemuck::bytes_of(view),
        );
    }

    pub(crate) fn offset(index: usize) -> u32 {
        index as u32 * UNIFORM_STRIDE as u32
    }
}

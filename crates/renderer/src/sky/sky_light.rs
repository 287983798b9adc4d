//! A world's sky as numbers, for other renderers that are to light the same scene.

use super::{FACES, Sky};
use crate::RenderError;
use crate::gpu::Gpu;
use crate::texture::read_half_floats;
use cyc_stage::Environment;
use glam::Vec3;

/// The light of a sky: scene-linear, sRGB primaries.
#[derive(Clone, Debug)]
pub struct SkyLight {
    /// Unit vector to the sun on the stage.
    pub to_sun: Vec3,
    /// Irradiance of the sun on a surface that faces it; it is not in the sky's radiance.
    pub sun: Vec3,
    side_px: u32,
    /// Radiance of the cube's faces, in the order of WebGPU's cube textures, rows from the top.
    faces: Vec<Vec<[f32; 4]>>,
}

impl SkyLight {
    /// Draws the sky of an environment with faces of `side_px` pixels and reads it.
    ///
    /// # Errors
    /// What the device reports.
    pub fn new(gpu: &Gpu, environment: &Environment, side_px: u32) -> Result<Self, RenderError> {
        let side_px = side_px.clamp(16, gpu.report().texture_side_max_px);
        let (device, queue) = (gpu.device(), gpu.queue());
        let sky = Sky::bake(device, queue, environment, side_px);
        let texture = sky.cube.texture();
        let face = |layer| read_half_floats(device, queue, texture, 0, layer, [side_px; 2]);
        let faces = (0..6).map(face).collect();
        gpu.check()?;
        Ok(Self {
            to_sun: sky.to_sun,
            sun: sky.sun,
            side_px,
            faces,
        })
    }

    /// The radiance that comes from a direction on the stage: that of the nearest pixel.
    pub fn radiance(&self, direction: Vec3) -> Vec3 {
        let along = |axes: &[Vec3; 3]| direction.dot(axes[0]);
        let nearest =
            (0..FACES.len()).max_by(|a, b| along(&FACES[*a]).total_cmp(&along(&FACES[*b])));
        let face = nearest.unwrap_or(0);
        let [forward, right, up] = FACES[face];
        let depth = direction.dot(forward).max(1e-9);
        let at = |part: f32| {
            let px = (part * 0.5 + 0.5) * self.side_px as f32;
            (px as usize).min(self.side_px as usize - 1)
        };
        let (x, y) = (
            at(direction.dot(right) / depth),
            at(-direction.dot(up) / depth),
        );
        let texel = self.faces[face].get(y * self.side_px as usize + x);
        texel.map_or(Vec3::ZERO, |[r, g, b, _]| Vec3::new(*r, *g, *b))
    }
}

//! A sky from an equirectangular picture: image-based light, and the sun taken out of it.
//!
//! A sun of half a degree in a picture is lost in nine harmonics and casts no shadow. What is brighter than its surroundings
//! within three degrees of where the stage file has the sun becomes the sun's own light; the rest lights as it is. The sum is
//! the picture's.

use super::{FACES, Sky, draw_levels, face_view, harmonics_of, whole_pass};
use crate::binding::{self, Slot};
use crate::gpu::Gpu;
use crate::pipeline::{LINEAR, WholePass};
use crate::plate_textures::{PlateTexels, PlateUpload, plate_sampler};
use crate::shader::Program;
use glam::Vec3;
use std::f32::consts::{PI, TAU};

/// How far the sun reaches, radians: the glare that lenses make of it is within.
const SUN_REACH_RAD: f32 = 3.0 * PI / 180.0;
/// How far its surroundings reach.
const AROUND_REACH_RAD: f32 = 6.0 * PI / 180.0;

/// How a picture lies around the stage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SkyTurn {
    /// Where its middle column is, from -Z towards +X, radians.
    pub yaw_rad: f32,
    /// What its light is multiplied by.
    pub gain: f32,
}

#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
struct PictureUniform {
    forward: [f32; 4],
    right: [f32; 4],
    up: [f32; 4],
    settings: [f32; 4],
    to_sun: [f32; 4],
    around: [f32; 4],
}

/// The sun in a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SunInPicture {
    /// Its irradiance on a surface that faces it.
    pub irradiance: Vec3,
    /// The sky around it.
    pub around: Vec3,
}

impl Sky {
    /// Draws a picture into the cube, and takes its light. `view` is the picture on the graphics card, with its levels.
    pub(crate) fn take_picture(
        &mut self,
        gpu: &Gpu,
        view: &wgpu::TextureView,
        upload: &PlateUpload<'_>,
        turn: SkyTurn,
    ) {
        let (device, queue) = (gpu.device(), gpu.queue());
        let sun = sun_in(upload, turn, self.to_sun);
        let (layout, pipeline) = WholePass {
            label: "sky picture",
            program: Program::SkyPicture,
            slots: &[Slot::Uniform, Slot::Texture, Slot::Filter],
            vertex: "vs_face",
            fragment: "fs_face",
            format: LINEAR,
        }
        .make(device);
        let sampler = plate_sampler(device, true);
        // A face is a quarter of the way round.
        let level = (upload.size_px[0] as f32 / (4 * self.side_px) as f32).log2();
        // A level that is as coarse as the cube spreads the sun over its own texels.
        let reach = SUN_REACH_RAD + 2.0 * (PI / 2.0) / self.side_px as f32;
        let mut encoder = device.create_command_encoder(&Default::default());
        for (face, [forward, right, up]) in FACES.into_iter().enumerate() {
            let wide = |v: Vec3| v.extend(0.0).to_array();
            let uniform = PictureUniform {
                forward: wide(forward),
                right: wide(right),
                up: wide(up),
                settings: [turn.yaw_rad, turn.gain, level.max(0.0), reach.cos()],
                to_sun: wide(self.to_sun),
                around: wide(sun.around),
            };
            let (usage, bytes) = (wgpu::BufferUsages::UNIFORM, bytemuck::bytes_of(&uniform));
            let buffer = binding::buffer(device, queue, "sky picture", usage, bytes);
            let resources = [
                buffer.as_entire_binding(),
                binding::view(view),
                binding::sampler(&sampler),
            ];
            let group = binding::group(device, "sky picture", &layout, &resources);
            let target = face_view(&self.texture, face as u32, 0);
            whole_pass(&mut encoder, "sky picture", &target, &pipeline, &group);
        }
        queue.submit([encoder.finish()]);
        draw_levels(device, queue, &self.texture, self.side_px.ilog2() + 1);
        self.harmonics = harmonics_of(device, queue, &self.texture, self.side_px);
        self.sun = sun.irradiance;
    }
}

/// The light of a texel, without what is multiplied in.
fn light_of(upload: &PlateUpload<'_>, texel: usize) -> Vec3 {
    let at = texel * 4;
    match upload.texels {
        PlateTexels::Light(light) => {
            let part = |i: usize| light.get(at + i).map_or(0.0, |v| v.to_f32());
            Vec3::new(part(0), part(1), part(2))
        }
        PlateTexels::Srgb(codes) => {
            let part = |i: usize| {
                let code = f32::from(codes.get(at + i).copied().unwrap_or(0)) / 255.0;
                if code <= 0.04045 {
                    code / 12.92
                } else {
                    ((code + 0.055) / 1.055).powf(2.4)
                }
            };
            Vec3::new(part(0), part(1), part(2))
        }
    }
}

/// What of a picture is the sun that stands in a direction.
pub(super) fn sun_in(upload: &PlateUpload<'_>, turn: SkyTurn, to_sun: Vec3) -> SunInPicture {
    let [width, height] = upload.size_px.map(|px| px as usize);
    let texel_rad = Vec3::new(TAU / width as f32, PI / height as f32, 0.0);
    let elevation = to_sun.y.clamp(-1.0, 1.0).asin();
    let (near, far) = (SUN_REACH_RAD.cos(), AROUND_REACH_RAD.cos());
    let (mut inside, mut around) = (Vec::new(), (Vec3::ZERO, 0.0));
    for y in 0..height {
        let up = PI / 2.0 - (y as f32 + 0.5) * texel_rad.y;
        if (up - elevation).abs() > AROUND_REACH_RAD {
            continue;
        }
        let solid = texel_rad.x * texel_rad.y * up.cos();
        for x in 0..width {
            let azimuth = ((x as f32 + 0.5) / width as f32 - 0.5) * TAU + turn.yaw_rad;
            let level = up.cos();
            let direction = Vec3::new(azimuth.sin() * level, up.sin(), -azimuth.cos() * level);
            let cosine = direction.dot(to_sun);
            if cosine > near {
                inside.push((light_of(upload, y * width + x) * turn.gain, solid));
            } else if cosine > far {
                around.0 += light_of(upload, y * width + x) * turn.gain * solid;
                around.1 += solid;
            }
        }
    }
    let around = around.0 / f32::max(around.1, 1e-9);
    let over = inside.into_iter();
    let over = over.map(|(light, solid)| (light - around).max(Vec3::ZERO) * solid);
    SunInPicture {
        irradiance: over.sum(),
        around,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use half::f16;

    /// A sky of 1 with a disc of 1000 within one degree at 30° to the right and 40° up.
    #[test]
    fn the_sun_is_taken_out_with_all_of_its_light() {
        let (width, height) = (1440usize, 720usize);
        let (sin, cos) = 30f32.to_radians().sin_cos();
        let (up, level) = 40f32.to_radians().sin_cos();
        let to_sun = Vec3::new(sin * level, up, -cos * level);
        let yaw_rad = 0.5f32;
        let mut light = vec![f16::ONE; width * height * 4];
        for y in 0..height {
            for x in 0..width {
                let azimuth = ((x as f32 + 0.5) / width as f32 - 0.5) * TAU + yaw_rad;
                let up = PI / 2.0 - (y as f32 + 0.5) / height as f32 * PI;
                let level = up.cos();
                let way = Vec3::new(azimuth.sin() * level, up.sin(), -azimuth.cos() * level);
                if way.dot(to_sun) > 1f32.to_radians().cos() {
                    light[(y * width + x) * 4..][..3].fill(f16::from_f32(1000.0));
                }
            }
        }
        let upload = PlateUpload {
            size_px: [width as u32, height as u32],
            texels: PlateTexels::Light(&light),
            is_still: true,
        };
        let turn = SkyTurn { yaw_rad, gain: 2.0 };
        let sun = sun_in(&upload, turn, to_sun);
        assert!((sun.around - Vec3::splat(2.0)).abs().max_element() < 1e-3);
        // A cap of one degree: 2π (1 - cos 1°) = 9.57e-4 sr, of light 2 × 999.
        let truth = 2.0 * 999.0 * TAU * (1.0 - 1f32.to_radians().cos());
        assert!(
            (sun.irradiance.x / truth - 1.0).abs() < 0.05,
            "{} {truth}",
            sun.irradiance.x
        );
        // Elsewhere there is none.
        let none = sun_in(&upload, turn, Vec3::Y);
        assert!(none.irradiance.max_element() < 1e-4, "{none:?}");
    }
}

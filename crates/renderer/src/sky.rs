//! The sky of a world, baked once, or taken from a picture: a cube with mip levels, and its light as nine harmonics.

mod picture;

mod sky_light;

pub use sky_light::SkyLight;

use crate::binding::{self, Slot};
use crate::pipeline::{LINEAR, WholePass};
use crate::shader::Program;
use crate::texture::{extent, read_half_floats};
use cyc_stage::Environment;
use glam::{Vec3, Vec4};
pub(crate) use picture::SkyTurn;

/// The baked sky.
pub(crate) struct Sky {
    pub cube: wgpu::TextureView,
    /// Unit vector to the sun on the stage.
    pub to_sun: Vec3,
    /// Irradiance of the sun on a surface that faces it.
    pub sun: Vec3,
    /// Irradiance of the sky over π, as the shader's nine harmonics.
    pub harmonics: [[f32; 4]; 9],
    texture: wgpu::Texture,
    side_px: u32,
}

#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
struct SkyUniform {
    to_sun: [f32; 4],
    settings: [f32; 4],
    forward: [f32; 4],
    right: [f32; 4],
    up: [f32; 4],
    ground: [f32; 4],
}

/// Irradiance of the sun above the air, in the units in which exposure 0 shows sunlit ground as a middle tone.
const SUN_ABOVE_AIR: f32 = 20.0;

/// Forward, right and up of the cube's faces, in the order and orientation of WebGPU's cube textures.
const FACES: [[Vec3; 3]; 6] = [
    [Vec3::X, Vec3::NEG_Z, Vec3::Y],
    [Vec3::NEG_X, Vec3::Z, Vec3::Y],
    [Vec3::Y, Vec3::X, Vec3::NEG_Z],
    [Vec3::NEG_Y, Vec3::X, Vec3::Z],
    [Vec3::Z, Vec3::X, Vec3::Y],
    [Vec3::NEG_Z, Vec3::NEG_X, Vec3::Y],
];

/// Side of the mip level that the harmonics are summed from.
const SUMMED_PX: u32 = 32;

impl Sky {
    pub(crate) fn bake(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        environment: &Environment,
        side_px: u32,
    ) -> Self {
        let (azimuth, elevation) = (
            environment.sun_azimuth_rad as f32,
            environment.sun_elevation_rad as f32,
        );
        let to_sun = Vec3::new(
            azimuth.sin() * elevation.cos(),
            elevation.sin(),
            -azimuth.cos() * elevation.cos(),
        );
        let levels = side_px.ilog2() + 1;
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("sky cube"),
            size: extent([side_px, side_px], 6),
            mip_level_count: levels,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: LINEAR,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT
                | wgpu::TextureUsages::TEXTURE_BINDING
                | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let sun = sunlight(to_sun.y, environment.haze as f32);
        draw_faces(device, queue, environment, &texture, to_sun, sun);
        draw_levels(device, queue, &texture, levels);
        let harmonics = harmonics_of(device, queue, &texture, side_px);
        let cube = texture.create_view(&wgpu::TextureViewDescriptor {
            dimension: Some(wgpu::TextureViewDimension::Cube),
            ..Default::default()
        });
        Self {
            cube,
            to_sun,
            sun,
            harmonics,
            texture,
            side_px,
        }
    }
}

/// The sun through the air; the same as `sunlight` in `sky_model.wgsl`.
fn sunlight(sine: f32, haze: f32) -> Vec3 {
    let degrees = sine.clamp(0.0, 1.0).asin().to_degrees();
    let air_mass = 1.0 / (sine.max(0.0) + 0.50572 * (degrees + 6.07995).powf(-1.6364));
    let air = Vec3::new(0.043, 0.100, 0.238);
    let depth = air + Vec3::new(0.02, 0.021, 0.023) + Vec3::new(0.13, 0.14, 0.16) * haze;
    let through = depth * -air_mass;
    Vec3::new(through.x.exp(), through.y.exp(), through.z.exp()) * SUN_ABOVE_AIR
}

fn face_view(texture: &wgpu::Texture, face: u32, level: u32) -> wgpu::TextureView {
    texture.create_view(&wgpu::TextureViewDescriptor {
        dimension: Some(wgpu::TextureViewDimension::D2),
        base_mip_level: level,
        mip_level_count: Some(1),
        base_array_layer: face,
        array_layer_count: Some(1),
        ..Default::default()
    })
}

fn draw_faces(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    environment: &Environment,
    texture: &wgpu::Texture,
    to_sun: Vec3,
    sun: Vec3,
) {
    let (layout, pipeline) = WholePass {
        label: "sky face",
        program: Program::SkyBake,
        slots: &[Slot::Uniform],
        vertex: "vs_face",
        fragment: "fs_face",
        format: LINEAR,
    }
    .make(device);
    // The ground as the sky's light sees it from below: dry grass under this sun.
    let ground = sun * to_sun.y.max(0.02) * 0.055 + Vec3::new(0.05, 0.05, 0.045);
    let mut encoder = device.create_command_encoder(&Default::default());
    for (face, [forward, right, up]) in FACES.into_iter().enumerate() {
        let wide = |v: Vec3| v.extend(0.0).to_array();
        let uniform = SkyUniform {
            to_sun: wide(to_sun),
            settings: [
                environment.clouds as f32,
                environment.haze as f32,
                (environment.seed % 1000) as f32,
                SUN_ABOVE_AIR,
            ],
            forward: wide(forward),
            right: wide(right),
            up: wide(up),
            ground: wide(ground),
        };
        let usage = wgpu::BufferUsages::UNIFORM;
        let buffer = binding::buffer(
            device,
            queue,
            "sky face",
            usage,
            bytemuck::bytes_of(&uniform),
        );
        let group = binding::group(device, "sky face", &layout, &[buffer.as_entire_binding()]);
        let view = face_view(texture, face as u32, 0);
        whole_pass(&mut encoder, "sky face", &view, &pipeline, &group);
    }
    queue.submit([encoder.finish()]);
}

fn draw_levels(device: &wgpu::Device, queue: &wgpu::Queue, texture: &wgpu::Texture, levels: u32) {
    let (layout, pipeline) = WholePass {
        label: "sky level",
        program: Program::Downsample,
        slots: &[Slot::Texture, Slot::Filter],
        vertex: "vs_whole",
        fragment: "fs_half",
        format: LINEAR,
    }
    .make(device);
    let sampler = device.create_sampler(&wgpu::SamplerDescriptor {
        mag_filter: wgpu::FilterMode::Linear,
        min_filter: wgpu::FilterMode::Linear,
        ..Default::default()
    });
    let mut encoder = device.create_command_encoder(&Default::default());
    for level in 1..levels {
        for face in 0..6 {
            let larger = face_view(texture, face, level - 1);
            let resources = [binding::view(&larger), binding::sampler(&sampler)];
            let group = binding::group(device, "sky level", &layout, &resources);
            let view = face_view(texture, face, level);
            whole_pass(&mut encoder, "sky level", &view, &pipeline, &group);
        }
    }
    queue.submit([encoder.finish()]);
}

/// One pass that draws over a whole target.
pub(crate) fn whole_pass(
    encoder: &mut wgpu::CommandEncoder,
    label: &str,
    view: &wgpu::TextureView,
    pipeline: &wgpu::RenderPipeline,
    group: &wgpu::BindGroup,
) {
    let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some(label),
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                store: wgpu::StoreOp::Store,
            },
        })],
        ..Default::default()
    });
    pass.set_pipeline(pipeline);
    pass.set_bind_group(0, group, &[]);
    pass.draw(0..3, 0..1);
}

/// The harmonics of a cube with all its levels.
fn harmonics_of(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    texture: &wgpu::Texture,
    side_px: u32,
) -> [[f32; 4]; 9] {
    let levels = 0..=side_px.ilog2();
    let summed = levels
        .into_iter()
        .find(|level| side_px >> level <= SUMMED_PX);
    let summed = summed.unwrap_or(0);
    harmonics(device, queue, texture, summed, side_px >> summed)
}

/// Ramamoorthi and Hanrahan 2001, with the constants of basis, cosine lobe and 1/π multiplied in.
fn harmonics(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    texture: &wgpu::Texture,
    level: u32,
    side_px: u32,
) -> [[f32; 4]; 9] {
    let mut sums = [Vec4::ZERO; 9];
    for (face, [forward, right, up]) in FACES.into_iter().enumerate() {
        let size = [side_px, side_px];
        let texels = read_half_floats(device, queue, texture, level, face as u32, size);
        for (nth, [r, g, b, _]) in texels.into_iter().enumerate() {
            let at = |i: u32| (i as f32 + 0.5) / side_px as f32 * 2.0 - 1.0;
            let (u, v) = (at(nth as u32 % side_px), -at(nth as u32 / side_px));
            let ray = forward + right * u + up * v;
            let texel_area = 4.0 / (side_px * side_px) as f32;
            let solid_angle = texel_area / ray.length_squared().powf(1.5);
            let n = ray.normalize_or(Vec3::Y);
            let light = Vec4::new(r, g, b, 0.0) * solid_angle;
            let basis = [
                1.0,
                n.y,
                n.z,
                n.x,
                n.x * n.y,
                n.y * n.z,
                3.0 * n.z * n.z - 1.0,
                n.x * n.z,
                n.x * n.x - n.y * n.y,
            ];
            for (sum, value) in sums.iter_mut().zip(basis) {
                *sum += light * value;
            }
        }
    }
    let linear = 0.488_603 * 0.488_603 * 2.0 / 3.0;
    let mixed = 1.092_548 * 1.092_548 / 4.0;
    let factors = [
        0.282_095 * 0.282_095,
        linear,
        linear,
        linear,
        mixed,
        mixed,
        0.315_392 * 0.315_392 / 4.0,
        mixed,
        0.546_274 * 0.546_274 / 4.0,
    ];
    let mut out = [[0.0; 4]; 9];
    for ((slot, sum), factor) in out.iter_mut().zip(sums).zip(factors) {
        *slot = (sum * factor).to_array();
    }
    out
}

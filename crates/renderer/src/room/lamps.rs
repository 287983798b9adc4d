//! The light that the walls throw into the room: the canvas reduced to an eighth, and that to a few lamps.
//!
//! The lamps are made once a frame by a compute pass. Vertices could look into the reduced canvas themselves, but a vertex
//! shader that samples a texture is compiled anew in every frame by Mesa's software driver (22.3), which cost a
//! fifth of a film drawn on the processor.

use crate::binding::{self, Slot};
use crate::pipeline::{DISPLAY, WholePass};
use crate::shader::Program;
use crate::sky::whole_pass;
use crate::texture::Target;
use cyc_stage::{Stage, Surface, Wall};
use glam::{DVec2, DVec3};

/// Lamps that the room's shader knows; the shader's `LAMPS_MAX`.
const LAMPS_MAX: usize = 64;

/// Lamps of one wall while there are enough for all.
const LAMPS_A_WALL: usize = 8;

/// Bytes of a lamp: place and light, four floats each.
const LAMP_BYTES: usize = 32;

/// Where a lamp is, and where on the canvas its light comes from.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, bytemuck::Pod, bytemuck::Zeroable)]
struct LampSeed {
    /// Stage, metres; area in m².
    at: [f32; 4],
    /// Texture coordinates.
    uv: [f32; 4],
}

/// The lamps of all walls.
fn seeds(stage: &Stage) -> Vec<LampSeed> {
    let each = LAMPS_A_WALL
        .min(LAMPS_MAX / stage.walls().len().max(1))
        .max(1);
    let [width, height] = stage.canvas_px().map(f64::from);
    let mut out = Vec::new();
    for wall in stage.walls() {
        for (point, area_m2, canvas_px) in pieces(wall, each) {
            let [x, y, z] = point.as_vec3().to_array();
            let uv = [canvas_px.x / width, canvas_px.y / height, 0.0, 0.0];
            out.push(LampSeed {
                at: [x, y, z, area_m2 as f32],
                uv: uv.map(|v| v as f32),
            });
        }
    }
    out.truncate(LAMPS_MAX);
    out
}

/// `count` points of a wall with the area that each stands for and its canvas place: two rows, or by area on a mesh.
fn pieces(wall: &Wall, count: usize) -> Vec<(DVec3, f64, DVec2)> {
    let surface = wall.surface();
    if !matches!(surface, Surface::Mesh(_)) {
        let area_m2 = surface.length_m() * surface.height_m() / count as f64;
        let columns = count.div_ceil(2) as f64;
        return (0..count)
            .filter_map(|k| {
                let down = if count == 1 {
                    0.5
                } else {
                    0.3 + 0.4 * (k % 2) as f64
                };
                let point = wall.point_of_st(DVec2::new(((k / 2) as f64 + 0.5) / columns, down));
                Some((point.metres(), area_m2, wall.canvas_of_point(point)?))
            })
            .collect();
    }
    let triangles: Vec<_> = wall
        .triangles(1.0)
        .into_iter()
        .map(|corners| {
            let [a, b, c] = corners.map(|c| wall.point_of_place(c.place).metres());
            let canvas_px = corners.iter().map(|c| c.canvas_px).sum::<DVec2>() / 3.0;
            (
                (a + b + c) / 3.0,
                (b - a).cross(c - a).length() / 2.0,
                canvas_px,
            )
        })
        .collect();
    let area_m2 = triangles.iter().map(|t| t.1).sum::<f64>() / count as f64;
    let (mut passed_m2, mut next_m2, mut out) = (0.0, area_m2 / 2.0, Vec::new());
    for (point, own_m2, canvas_px) in triangles {
        passed_m2 += own_m2;
        while passed_m2 > next_m2 && out.len() < count {
            out.push((point, area_m2, canvas_px));
            next_m2 += area_m2;
        }
    }
    out
}

/// The reduced canvas and the lamps made of it.
pub(super) struct Lamps {
    /// The canvas, an eighth as large.
    pub(super) glow: Target,
    /// [`LAMPS_MAX`] lamps, as a uniform.
    pub(super) buffer: wgpu::Buffer,
    /// Those that shine.
    pub(super) count: usize,
    glow_pipeline: wgpu::RenderPipeline,
    glow_group: wgpu::BindGroup,
    pipeline: wgpu::ComputePipeline,
    group: wgpu::BindGroup,
}

impl Lamps {
    pub(super) fn new(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        stage: &Stage,
        canvas: &Target,
        sampler: &wgpu::Sampler,
    ) -> Self {
        let mut seeds = seeds(stage);
        let count = seeds.len();
        seeds.resize(LAMPS_MAX, LampSeed::default());
        let usage = wgpu::BufferUsages::UNIFORM;
        let bytes = bytemuck::cast_slice(&seeds);
        let seeds = binding::buffer(device, queue, "lamp seeds", usage, bytes);
        let glow_px = canvas.size_px.map(|px| px.div_ceil(8));
        let glow = Target::new(device, "glow", glow_px, DISPLAY, 1);
        let (glow_layout, glow_pipeline) = WholePass {
            label: "glow",
            program: Program::Downsample,
            slots: &[Slot::Texture, Slot::Filter],
            vertex: "vs_whole",
            fragment: "fs_eighth",
            format: DISPLAY,
        }
        .make(device);
        let seen = [binding::view(&canvas.view), binding::sampler(sampler)];
        let glow_group = binding::group(device, "glow", &glow_layout, &seen);
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("lamps"),
            size: (LAMPS_MAX * LAMP_BYTES) as u64,
            usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::UNIFORM,
            mapped_at_creation: false,
        });
        let slots = [
            Slot::Texture,
            Slot::Filter,
            Slot::Uniform,
            Slot::StorageWrite,
        ];
        let layout = binding::layout(device, "lamps", &slots);
        let resources = [
            binding::view(&glow.view),
            binding::sampler(sampler),
            seeds.as_entire_binding(),
            buffer.as_entire_binding(),
        ];
        Self {
            group: binding::group(device, "lamps", &layout, &resources),
            pipeline: compute_pipeline(device, &layout),
            glow,
            buffer,
            count,
            glow_pipeline,
            glow_group,
        }
    }

    /// Reduces the canvas.
    pub(super) fn encode(&self, encoder: &mut wgpu::CommandEncoder) {
        let view = &self.glow.view;
        whole_pass(encoder, "glow", view, &self.glow_pipeline, &self.glow_group);
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
            label: Some("lamps"),
            timestamp_writes: None,
        });
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &self.group, &[]);
        pass.dispatch_workgroups(1, 1, 1);
    }
}

fn compute_pipeline(
    device: &wgpu::Device,
    layout: &wgpu::BindGroupLayout,
) -> wgpu::ComputePipeline {
    let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some("lamps"),
        bind_group_layouts: &[Some(layout)],
        immediate_size: 0,
    });
    device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label: Some("lamps"),
        layout: Some(&pipeline_layout),
        module: &Program::Lamps.module(device),
        entry_point: Some("cs_lamps"),
        compilation_options: Default::default(),
        cache: None,
    })
}

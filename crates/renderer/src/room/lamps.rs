//! The light that the walls throw into the room: the canvas reduced to an eighth, and that to a few lamps.
//!
//! The lamps are made once a frame by a compute pass. Vertices could look into the reduced canvas themselves, but a vertex
//! shader that samples a texture is compiled anew in every frame by Mesa's software driver (22.3), which cost a
//! fifth of a film drawn on the processor.

use super::ROOM_MAX;
use crate::binding::{self, Slot};
use crate::pipeline::{DISPLAY, WholePass};
use crate::shader::Program;
use crate::sky::whole_pass;
use crate::texture::Target;

/// Lamps of one wall; the shader's `LAMPS_A_WALL`.
const LAMPS_A_WALL: usize = 8;

/// Bytes of a lamp: place and light, four floats each.
const LAMP_BYTES: usize = 32;

/// The reduced canvas and the lamps made of it.
pub(super) struct Lamps {
    /// The canvas, an eighth as large.
    pub(super) glow: Target,
    /// The lamps of [`ROOM_MAX`] walls, as a uniform.
    pub(super) buffer: wgpu::Buffer,
    glow_pipeline: wgpu::RenderPipeline,
    glow_group: wgpu::BindGroup,
    pipeline: wgpu::ComputePipeline,
    group: wgpu::BindGroup,
}

impl Lamps {
    pub(super) fn new(
        device: &wgpu::Device,
        canvas: &Target,
        sampler: &wgpu::Sampler,
        walls: &wgpu::Buffer,
    ) -> Self {
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
            size: (ROOM_MAX * LAMPS_A_WALL * LAMP_BYTES) as u64,
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
            walls.as_entire_binding(),
            buffer.as_entire_binding(),
        ];
        Self {
            group: binding::group(device, "lamps", &layout, &resources),
            pipeline: compute_pipeline(device, &layout),
            glow,
            buffer,
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

//! The pipelines of the composite: four that make the walls' light, one that makes the picture of it.

use super::PatchVertex;
use super::cards_uniform::CARDS_BYTES;
use super::shown::SHOWN_BYTES;
use super::wall_uniform::WALL_BYTES;
use crate::binding::{self, Slot};
use crate::pipeline::{DISPLAY, Draw, LINEAR, Mix};
use crate::shader::Program;

/// All of them, with their layouts.
pub(super) struct CompositePipelines {
    pub(super) layout: wgpu::BindGroupLayout,
    pub(super) outer: wgpu::RenderPipeline,
    pub(super) dark: wgpu::RenderPipeline,
    pub(super) pattern: wgpu::RenderPipeline,
    pub(super) inner: wgpu::RenderPipeline,
    pub(super) finish_layout: wgpu::BindGroupLayout,
    pub(super) finish: wgpu::RenderPipeline,
}

impl CompositePipelines {
    pub(super) fn new(device: &wgpu::Device) -> Self {
        // The cards' size is checked against the shader's by the driver of every draw.
        debug_assert_eq!(CARDS_BYTES % 16, 0);
        let slots = [
            Slot::UniformAt(WALL_BYTES),
            Slot::UniformAt(SHOWN_BYTES),
            Slot::Texture,
            Slot::Filter,
            Slot::Uniform,
        ];
        let layout = binding::layout(device, "composite", &slots);
        let module = Program::Composite.module(device);
        let make = |fragment: &str, mix| {
            let target = (fragment, LINEAR, mix);
            patch_pipeline(device, &layout, &module, "vs_piece", target)
        };
        let slots = [Slot::UniformAt(WALL_BYTES), Slot::Texture];
        let finish_layout = binding::layout(device, "finish", &slots);
        let finish_module = Program::Finish.module(device);
        let target = ("fs_finish", DISPLAY, Mix::Replace);
        Self {
            outer: make("fs_outer", Mix::Replace),
            dark: make("fs_dark", Mix::Replace),
            pattern: make("fs_pattern", Mix::Replace),
            inner: make("fs_inner", Mix::Alpha),
            finish: patch_pipeline(device, &finish_layout, &finish_module, "vs_finish", target),
            layout,
            finish_layout,
        }
    }
}

const PATCH: [wgpu::VertexAttribute; 3] =
    wgpu::vertex_attr_array![0 => Float32x2, 1 => Float32x2, 2 => Float32x3];

/// Corners of patches, as every pass over the canvas takes them.
pub(super) fn patch_vertices() -> wgpu::VertexBufferLayout<'static> {
    wgpu::VertexBufferLayout {
        array_stride: size_of::<PatchVertex>() as u64,
        step_mode: wgpu::VertexStepMode::Vertex,
        attributes: &PATCH,
    }
}

pub(super) fn patch_pipeline(
    device: &wgpu::Device,
    layout: &wgpu::BindGroupLayout,
    module: &wgpu::ShaderModule,
    vertex: &str,
    (fragment, format, mix): (&str, wgpu::TextureFormat, Mix),
) -> wgpu::RenderPipeline {
    Draw {
        buffers: &[patch_vertices()],
        fragment: Some((fragment, format, mix)),
        ..Draw::new(fragment, module, &[layout], vertex, fragment, format)
    }
    .make(device)
}

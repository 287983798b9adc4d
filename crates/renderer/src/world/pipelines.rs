//! The pipelines of the world.

use super::VIEW_SIZE;
use crate::binding::{self, Slot};
use crate::human::MaterialLayout;
use crate::pipeline::{DepthUse, Draw, LINEAR, Mix};
use crate::shader::Program;

pub(super) struct Pipelines {
    pub world_layout: wgpu::BindGroupLayout,
    pub light_layout: wgpu::BindGroupLayout,
    pub materials: MaterialLayout,
    pub stone: wgpu::RenderPipeline,
    pub pattern: wgpu::RenderPipeline,
    pub plain: wgpu::RenderPipeline,
    pub ground: wgpu::RenderPipeline,
    pub prop: wgpu::RenderPipeline,
    pub sky: wgpu::RenderPipeline,
    pub contact: wgpu::RenderPipeline,
    pub human: wgpu::RenderPipeline,
    pub human_blended: wgpu::RenderPipeline,
    pub human_depth: wgpu::RenderPipeline,
    pub set_depth: wgpu::RenderPipeline,
}

const SET_ATTRIBUTES: [wgpu::VertexAttribute; 4] =
    wgpu::vertex_attr_array![0 => Float32x3, 1 => Float32x3, 2 => Float32x2, 3 => Unorm8x4];
const POSED_ATTRIBUTES: [wgpu::VertexAttribute; 2] =
    wgpu::vertex_attr_array![0 => Float32x3, 1 => Float32x3];
const UV_ATTRIBUTES: [wgpu::VertexAttribute; 1] = wgpu::vertex_attr_array![2 => Float32x2];

fn buffer(stride: u64, attributes: &[wgpu::VertexAttribute]) -> wgpu::VertexBufferLayout<'_> {
    wgpu::VertexBufferLayout {
        array_stride: stride,
        step_mode: wgpu::VertexStepMode::Vertex,
        attributes,
    }
}

impl Pipelines {
    pub(super) fn new(device: &wgpu::Device, samples: u32) -> Self {
        let slots = [
            Slot::UniformAt(VIEW_SIZE),
            Slot::Uniform,
            Slot::Cube,
            Slot::Filter,
            Slot::Texture,
            Slot::Depth,
            Slot::Depth,
            Slot::Compare,
            Slot::Texture,
            Slot::Filter,
        ];
        let world_layout = binding::layout(device, "world", &slots);
        let light_layout = binding::layout(device, "light view", &[Slot::UniformAt(VIEW_SIZE)]);
        let materials = MaterialLayout::new(device);
        let set_module = Program::Set.module(device);
        let human_module = Program::Human.module(device);
        let set_buffers = [buffer(36, &SET_ATTRIBUTES)];
        let human_buffers = [buffer(24, &POSED_ATTRIBUTES), buffer(8, &UV_ATTRIBUTES)];
        let world = [&world_layout];
        let world_and_material = [&world_layout, &materials.layout];
        let light = [&light_layout];
        let set = |vertex: &str, fragment: &str, cull: bool| {
            Draw {
                buffers: &set_buffers,
                depth: DepthUse::Nearer,
                cull,
                samples,
                ..Draw::new(fragment, &set_module, &world, vertex, fragment, LINEAR)
            }
            .make(device)
        };
        let human = |mix: Mix, depth: DepthUse| {
            Draw {
                buffers: &human_buffers,
                depth,
                samples,
                fragment: Some(("fs_human", LINEAR, mix)),
                ..Draw::new(
                    "human",
                    &human_module,
                    &world_and_material,
                    "vs_human",
                    "",
                    LINEAR,
                )
            }
            .make(device)
        };
        let shadow = |label, module, vertex, buffers| {
            Draw {
                buffers,
                depth: DepthUse::Shadow,
                fragment: None,
                ..Draw::new(label, module, &light, vertex, "", LINEAR)
            }
            .make(device)
        };
        let sky = Draw {
            depth: DepthUse::NearerNoWrite,
            samples,
            ..Draw::new(
                "sky",
                &Program::Sky.module(device),
                &world,
                "vs_sky",
                "fs_sky",
                LINEAR,
            )
        }
        .make(device);
        let contact_module = Program::Contact.module(device);
        let contact = Draw {
            depth: DepthUse::NearerNoWrite,
            samples,
            topology: wgpu::PrimitiveTopology::TriangleStrip,
            fragment: Some(("fs_contact", LINEAR, Mix::Multiply)),
            ..Draw::new("contact", &contact_module, &world, "vs_contact", "", LINEAR)
        }
        .make(device);
        Self {
            stone: set("vs_set", "fs_stone", true),
            pattern: set("vs_set_bare", "fs_pattern", false),
            plain: set("vs_set_bare", "fs_plain", true),
            ground: set("vs_set", "fs_ground", true),
            prop: set("vs_set", "fs_prop", true),
            sky,
            contact,
            human: human(Mix::Replace, DepthUse::Nearer),
            human_blended: human(Mix::Alpha, DepthUse::NearerNoWrite),
            human_depth: shadow(
                "human depth",
                &human_module,
                "vs_human_depth",
                &human_buffers[..1],
            ),
            set_depth: shadow("set depth", &set_module, "vs_set_depth", &set_buffers),
            world_layout,
            light_layout,
            materials,
        }
    }
}

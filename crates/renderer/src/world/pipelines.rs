//! The pipelines of the world.

use super::VIEW_SIZE;
use crate::binding::{self, Slot};
use crate::human::{HumanPipelines, MaterialLayout, SeenPipelines, Sides, Surface};
use crate::pipeline::{DepthUse, Draw, IDS, LINEAR, Mix};
use crate::shader::Program;
use crate::view_target::ids_layout;

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
    pub humans: HumanPipelines,
    pub set_depth: wgpu::RenderPipeline,
}

const SET_ATTRIBUTES: [wgpu::VertexAttribute; 4] =
    wgpu::vertex_attr_array![0 => Float32x3, 1 => Float32x3, 2 => Float32x2, 3 => Unorm8x4];
const POSED_ATTRIBUTES: [wgpu::VertexAttribute; 2] =
    wgpu::vertex_attr_array![0 => Float32x3, 1 => Float32x3];
const UV_ATTRIBUTES: [wgpu::VertexAttribute; 1] = wgpu::vertex_attr_array![2 => Float32x2];
const TANGENT_ATTRIBUTES: [wgpu::VertexAttribute; 1] = wgpu::vertex_attr_array![3 => Float32x4];

fn buffer(stride: u64, attributes: &[wgpu::VertexAttribute]) -> wgpu::VertexBufferLayout<'_> {
    wgpu::VertexBufferLayout {
        array_stride: stride,
        step_mode: wgpu::VertexStepMode::Vertex,
        attributes,
    }
}

/// What all of the world's pipelines are made with.
struct Maker<'a> {
    device: &'a wgpu::Device,
    samples: u32,
    world: &'a wgpu::BindGroupLayout,
    light: &'a wgpu::BindGroupLayout,
    material: &'a wgpu::BindGroupLayout,
}

impl Maker<'_> {
    fn set(
        &self,
        module: &wgpu::ShaderModule,
        entries: [&str; 2],
        cull: bool,
    ) -> wgpu::RenderPipeline {
        let [vertex, fragment] = entries;
        Draw {
            buffers: &[buffer(36, &SET_ATTRIBUTES)],
            depth: DepthUse::Nearer,
            cull,
            samples: self.samples,
            ..Draw::new(fragment, module, &[self.world], vertex, fragment, LINEAR)
        }
        .make(self.device)
    }

    fn human(
        &self,
        module: &wgpu::ShaderModule,
        surface: Surface,
        sides: Sides,
    ) -> wgpu::RenderPipeline {
        let (entry, mix, depth) = match surface {
            Surface::Opaque => ("fs_human", Mix::Replace, DepthUse::Nearer),
            Surface::Masked => ("fs_human_masked", Mix::Replace, DepthUse::Nearer),
            Surface::Blended => ("fs_human", Mix::Alpha, DepthUse::NearerNoWrite),
        };
        Draw {
            buffers: &[
                buffer(24, &POSED_ATTRIBUTES),
                buffer(8, &UV_ATTRIBUTES),
                buffer(16, &TANGENT_ATTRIBUTES),
            ],
            depth,
            cull: sides == Sides::Front,
            samples: self.samples,
            fragment: Some((entry, LINEAR, mix)),
            ..Draw::new(
                "human",
                module,
                &[self.world, self.material],
                "vs_human",
                "",
                LINEAR,
            )
        }
        .make(self.device)
    }

    /// For small triangles.
    fn seen(&self) -> SeenPipelines {
        let program = match self.samples {
            1 => Program::SeenOne,
            _ => Program::SeenMany,
        };
        let ids = Program::Ids.module(self.device);
        let seen = program.module(self.device);
        let shape = SeenPipelines::shape_layout(self.device);
        let groups = [
            self.world,
            self.material,
            &shape,
            &ids_layout(self.device, self.samples),
        ];
        let light = Draw {
            topology: wgpu::PrimitiveTopology::TriangleStrip,
            depth: DepthUse::Unasked,
            cull: true,
            samples: self.samples,
            ..Draw::new("seen", &seen, &groups, "vs_box", "fs_seen", LINEAR)
        };
        let opaque = (["vs_ids", "fs_ids"], &groups[..1]);
        let masked = (["vs_ids_masked", "fs_ids_masked"], &groups[..2]);
        SeenPipelines {
            ids: [opaque, masked].map(|way| Sides::BOTH.map(|sides| self.ids(&ids, way, sides))),
            light: light.make(self.device),
            shape,
        }
    }

    fn ids(
        &self,
        module: &wgpu::ShaderModule,
        ([vertex, fragment], groups): ([&str; 2], &[&wgpu::BindGroupLayout]),
        sides: Sides,
    ) -> wgpu::RenderPipeline {
        Draw {
            buffers: &[buffer(24, &POSED_ATTRIBUTES), buffer(8, &UV_ATTRIBUTES)],
            depth: DepthUse::Nearer,
            cull: sides == Sides::Front,
            samples: self.samples,
            ..Draw::new(vertex, module, groups, vertex, fragment, IDS)
        }
        .make(self.device)
    }

    fn shadow(
        &self,
        module: &wgpu::ShaderModule,
        vertex: &str,
        layout: wgpu::VertexBufferLayout<'_>,
        sides: Sides,
    ) -> wgpu::RenderPipeline {
        Draw {
            buffers: &[layout],
            depth: DepthUse::Shadow,
            cull: sides == Sides::Front,
            fragment: None,
            ..Draw::new(vertex, module, &[self.light], vertex, "", LINEAR)
        }
        .make(self.device)
    }

    fn sky(&self) -> wgpu::RenderPipeline {
        let module = Program::Sky.module(self.device);
        Draw {
            depth: DepthUse::NearerNoWrite,
            samples: self.samples,
            ..Draw::new("sky", &module, &[self.world], "vs_sky", "fs_sky", LINEAR)
        }
        .make(self.device)
    }

    fn contact(&self) -> wgpu::RenderPipeline {
        let module = Program::Contact.module(self.device);
        Draw {
            depth: DepthUse::NearerNoWrite,
            samples: self.samples,
            topology: wgpu::PrimitiveTopology::TriangleStrip,
            fragment: Some(("fs_contact", LINEAR, Mix::Multiply)),
            ..Draw::new("contact", &module, &[self.world], "vs_contact", "", LINEAR)
        }
        .make(self.device)
    }
}

const WORLD_SLOTS: [Slot; 10] = [
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

impl Pipelines {
    pub(super) fn new(device: &wgpu::Device, samples: u32) -> Self {
        let world_layout = binding::layout(device, "world", &WORLD_SLOTS);
        let light_layout = binding::layout(device, "light view", &[Slot::UniformAt(VIEW_SIZE)]);
        let materials = MaterialLayout::new(device);
        let make = Maker {
            device,
            samples,
            world: &world_layout,
            light: &light_layout,
            material: &materials.layout,
        };
        let set = Program::Set.module(device);
        let human = Program::Human.module(device);
        Self {
            stone: make.set(&set, ["vs_set", "fs_stone"], true),
            pattern: make.set(&set, ["vs_set_bare", "fs_pattern"], false),
            plain: make.set(&set, ["vs_set_bare", "fs_plain"], true),
            ground: make.set(&set, ["vs_set", "fs_ground"], true),
            prop: make.set(&set, ["vs_set", "fs_prop"], true),
            sky: make.sky(),
            contact: make.contact(),
            humans: HumanPipelines {
                lit: HumanPipelines::each(|surface, sides| make.human(&human, surface, sides)),
                depth: Sides::BOTH.map(|sides| {
                    make.shadow(
                        &human,
                        "vs_human_depth",
                        buffer(24, &POSED_ATTRIBUTES),
                        sides,
                    )
                }),
                seen: make.seen(),
            },
            set_depth: make.shadow(
                &set,
                "vs_set_depth",
                buffer(36, &SET_ATTRIBUTES),
                Sides::Both,
            ),
            world_layout,
            light_layout,
            materials,
        }
    }
}

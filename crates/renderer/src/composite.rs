//! The wall composite. Its unit is the cabinet: the plan decides which cabinets change, the GPU draws those.

mod plan;

use crate::binding::{self, Slot, UNIFORM_STRIDE, uniform_buffer};
use crate::outer::Outer;
use crate::pipeline::{DISPLAY, Draw, Mix};
use crate::shader::Program;
use crate::texture::Target;
use crate::view::Views;
use cyc_stage::{Frustum, Stage, Surface, Wall};
use plan::CabinetPlan;

/// A wall, as the shaders read it.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
pub(crate) struct WallUniform {
    stage_from_wall: [[f32; 4]; 4],
    wall_from_stage: [[f32; 4]; 4],
    shape: [f32; 4],
    canvas: [f32; 4],
    size: [f32; 4],
}

const WALL_BYTES: u64 = size_of::<WallUniform>() as u64;

impl WallUniform {
    /// `canvas_px` is the whole canvas; `scale` is canvas pixels per texture pixel.
    pub(crate) fn new(wall: &Wall, canvas_px: [u32; 2], scale: f64) -> Self {
        let pose = wall.stage_from_wall();
        let shape = match wall.surface() {
            Surface::Plane { width_m, height_m } => [0.0, width_m, 0.0, height_m],
            Surface::Cylinder {
                radius_m,
                arc_rad,
                height_m,
            } => [1.0, radius_m, arc_rad, height_m],
        };
        let r = wall.canvas();
        Self {
            stage_from_wall: pose.to_matrix().as_mat4().to_cols_array_2d(),
            wall_from_stage: pose.inverse().to_matrix().as_mat4().to_cols_array_2d(),
            shape: shape.map(|v| v as f32),
            canvas: [r.x, r.y, r.width, r.height].map(|v| v as f32),
            size: [canvas_px[0] as f32, canvas_px[1] as f32, scale as f32, 1.0],
        }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
struct ShownUniform {
    clip_from_stage: [[f32; 4]; 4],
    settings: [f32; 4],
}

const SHOWN_BYTES: u64 = size_of::<ShownUniform>() as u64;

/// An inner view to be shown.
pub(crate) struct InnerShown {
    /// Which camera.
    pub camera: usize,
    /// Its view with overscan.
    pub frustum: Frustum,
    /// Soft edge as a part of half the picture.
    pub feather: f64,
}

/// The composite of all walls.
pub(crate) struct Composite {
    pub canvas: Target,
    outer_pipeline: wgpu::RenderPipeline,
    inner_pipeline: wgpu::RenderPipeline,
    shown: wgpu::Buffer,
    facet_groups: Vec<wgpu::BindGroup>,
    camera_groups: Vec<wgpu::BindGroup>,
    /// The wall of each facet.
    facet_walls: Vec<usize>,
    instances: wgpu::Buffer,
    plan: CabinetPlan,
    exposure: f32,
}

impl Composite {
    pub(crate) fn new(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        stage: &Stage,
        canvas_texture_px: [u32; 2],
        outer: &Outer,
        inner: &[&wgpu::TextureView],
    ) -> Self {
        let slots = [
            Slot::UniformAt(WALL_BYTES),
            Slot::UniformAt(SHOWN_BYTES),
            Slot::Texture,
            Slot::Filter,
        ];
        let layout = binding::layout(device, "composite", &slots);
        let module = Program::Composite.module(device);
        let make =
            |fragment: &str, mix| composite_pipeline(device, &layout, &module, fragment, mix);
        let walls = uniform_buffer(device, "walls", UNIFORM_STRIDE * stage.walls().len() as u64);
        let scale = f64::from(stage.canvas_px()[0]) / f64::from(canvas_texture_px[0]);
        for (index, wall) in stage.walls().iter().enumerate() {
            let uniform = WallUniform::new(wall, stage.canvas_px(), scale);
            let offset = UNIFORM_STRIDE * index as u64;
            queue.write_buffer(&walls, offset, bytemuck::bytes_of(&uniform));
        }
        let shown_count = (outer.facets.len() + inner.len()).max(1) as u64;
        let shown = uniform_buffer(device, "shown", UNIFORM_STRIDE * shown_count);
        let sampler = device.create_sampler(&wgpu::SamplerDescriptor {
            mag_filter: wgpu::FilterMode::Linear,
            min_filter: wgpu::FilterMode::Linear,
            ..Default::default()
        });
        let group = |picture: &wgpu::TextureView| {
            let resources = [
                binding::uniform_at(&walls, WALL_BYTES),
                binding::uniform_at(&shown, SHOWN_BYTES),
                binding::view(picture),
                binding::sampler(&sampler),
            ];
            binding::group(device, "composite", &layout, &resources)
        };
        let plan = CabinetPlan::new(stage, outer, inner.len());
        Self {
            canvas: Target::new(device, "canvas", canvas_texture_px, DISPLAY, 1),
            outer_pipeline: make("fs_outer", Mix::Replace),
            inner_pipeline: make("fs_inner", Mix::Alpha),
            facet_groups: outer.facets.iter().map(|f| group(&f.live.view)).collect(),
            camera_groups: inner.iter().map(|view| group(view)).collect(),
            facet_walls: outer.facets.iter().map(|f| f.facet.wall).collect(),
            instances: device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("cabinets"),
                size: (plan.instances_max() as u64 * 16).max(16),
                usage: wgpu::BufferUsages::VERTEX | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            }),
            shown,
            plan,
            exposure: 2f64.powf(stage.environment().exposure_ev) as f32,
        }
    }

    /// Cabinets of all walls, and those that the last plan draws.
    pub(crate) fn cabinets(&self) -> (u32, u32) {
        (self.plan.cabinet_count(), self.plan.drawn())
    }

    /// Decides which cabinets change and writes what the GPU needs to draw them.
    pub(crate) fn plan(
        &mut self,
        queue: &wgpu::Queue,
        outer: &Outer,
        inner: &[InnerShown],
        everything: bool,
    ) {
        self.plan.update(outer, inner, everything);
        let instances = self.plan.instances();
        queue.write_buffer(&self.instances, 0, bytemuck::cast_slice(instances));
        let write = |index: usize, frustum: &Frustum, feather: f64| {
            let uniform = ShownUniform {
                clip_from_stage: frustum.clip_from_stage().as_mat4().to_cols_array_2d(),
                settings: [self.exposure, feather as f32, 0.0, 0.0],
            };
            let offset = UNIFORM_STRIDE * index as u64;
            queue.write_buffer(&self.shown, offset, bytemuck::bytes_of(&uniform));
        };
        if everything {
            for (index, facet) in outer.facets.iter().enumerate() {
                write(index, &facet.facet.frustum, 0.0);
            }
        }
        for shown in inner {
            write(
                outer.facets.len() + shown.camera,
                &shown.frustum,
                shown.feather,
            );
        }
    }

    /// Draws the cabinets of the last plan.
    pub(crate) fn encode(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        inner: &[InnerShown],
        everything: bool,
        timestamp_writes: Option<wgpu::RenderPassTimestampWrites<'_>>,
    ) {
        let load = if everything {
            wgpu::LoadOp::Clear(wgpu::Color::BLACK)
        } else {
            wgpu::LoadOp::Load
        };
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("composite"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: &self.canvas.view,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load,
                    store: wgpu::StoreOp::Store,
                },
            })],
            timestamp_writes,
            ..Default::default()
        });
        pass.set_vertex_buffer(0, self.instances.slice(..));
        pass.set_pipeline(&self.outer_pipeline);
        let facets = self.facet_groups.iter().zip(&self.facet_walls);
        for (index, (group, wall)) in facets.enumerate() {
            let range = self.plan.outer_range(index);
            if !range.is_empty() {
                pass.set_bind_group(0, group, &[Views::offset(*wall), Views::offset(index)]);
                pass.draw(0..4, range);
            }
        }
        pass.set_pipeline(&self.inner_pipeline);
        for (nth, shown) in inner.iter().enumerate() {
            let Some(group) = self.camera_groups.get(shown.camera) else {
                continue;
            };
            let slot = Views::offset(self.facet_groups.len() + shown.camera);
            for (wall, range) in self.plan.inner_ranges(nth) {
                pass.set_bind_group(0, group, &[Views::offset(wall), slot]);
                pass.draw(0..4, range);
            }
        }
    }
}

fn composite_pipeline(
    device: &wgpu::Device,
    layout: &wgpu::BindGroupLayout,
    module: &wgpu::ShaderModule,
    fragment: &str,
    mix: Mix,
) -> wgpu::RenderPipeline {
    let attributes = wgpu::vertex_attr_array![0 => Float32x4];
    let buffers = [wgpu::VertexBufferLayout {
        array_stride: 16,
        step_mode: wgpu::VertexStepMode::Instance,
        attributes: &attributes,
    }];
    Draw {
        buffers: &buffers,
        topology: wgpu::PrimitiveTopology::TriangleStrip,
        fragment: Some((fragment, DISPLAY, mix)),
        ..Draw::new(fragment, module, &[layout], "vs_cabinet", fragment, DISPLAY)
    }
    .make(device)
}

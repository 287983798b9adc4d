//! The wall composite. Its unit is the patch (a cabinet, or a piece of a mesh): the plan decides which patches change, the
//! GPU draws those. One mechanism serves every shape of wall: triangles of canvas pixels that know their place.

mod plan;
mod shown;

use crate::binding::{self, Slot, UNIFORM_STRIDE, uniform_buffer};
use crate::outer::Outer;
use crate::pipeline::{DISPLAY, Draw, Mix};
use crate::shader::Program;
use crate::texture::Target;
use crate::view::Views;
use cyc_stage::{Stage, Wall, WallPatch};
use plan::PatchPlan;
pub(crate) use shown::InnerShown;
use shown::{SHOWN_BYTES, ShownUniform};

/// A wall, as the shader reads it.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
struct WallUniform {
    stage_from_wall: [[f32; 4]; 4],
    shape: [f32; 4],
    canvas: [f32; 4],
}

const WALL_BYTES: u64 = size_of::<WallUniform>() as u64;

impl WallUniform {
    /// `canvas_px` is the whole canvas; `scale` is canvas pixels per texture pixel.
    fn new(wall: &Wall, canvas_px: [u32; 2], scale: f64) -> Self {
        let [across, down] = wall.pitch_m();
        let bend = wall.surface().bend_m().unwrap_or(0.0);
        let pose = wall.stage_from_wall().to_matrix().as_mat4();
        Self {
            stage_from_wall: pose.to_cols_array_2d(),
            shape: [bend, across, down, wall.brightness_nit()].map(|v| v as f32),
            canvas: [canvas_px[0] as f32, canvas_px[1] as f32, scale as f32, 0.0],
        }
    }
}

/// A corner of a wall's triangle, as the shader reads it.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
struct PatchVertex {
    canvas_px: [f32; 2],
    wall_px: [f32; 2],
    place: [f32; 3],
}

/// All corners of all patches, patch by patch.
fn vertices(patches: &[WallPatch]) -> Vec<PatchVertex> {
    let corners = patches
        .iter()
        .flat_map(|patch| patch.triangles.iter().flatten());
    corners
        .map(|corner| PatchVertex {
            canvas_px: corner.canvas_px.as_vec2().to_array(),
            wall_px: corner.wall_px.as_vec2().to_array(),
            place: corner.place.as_vec3().to_array(),
        })
        .collect()
}

/// The composite of all walls.
pub(crate) struct Composite {
    pub canvas: Target,
    outer_pipeline: wgpu::RenderPipeline,
    dark_pipeline: wgpu::RenderPipeline,
    inner_pipeline: wgpu::RenderPipeline,
    shown: wgpu::Buffer,
    facet_groups: Vec<wgpu::BindGroup>,
    camera_groups: Vec<wgpu::BindGroup>,
    dark_group: wgpu::BindGroup,
    /// The wall of each facet.
    facet_walls: Vec<usize>,
    vertices: wgpu::Buffer,
    indices: wgpu::Buffer,
    plan: PatchPlan,
    exposure: f64,
}

impl Composite {
    pub(crate) fn new(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        stage: &Stage,
        canvas_texture_px: [u32; 2],
        (outer, patches): (&Outer, &[WallPatch]),
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
        let nothing = Target::new(device, "nothing", [1, 1], DISPLAY, 1);
        let plan = PatchPlan::new(stage.walls().len(), outer, patches, inner.len());
        let as_vertex = wgpu::BufferUsages::VERTEX;
        let corners = vertices(patches);
        Self {
            canvas: Target::new(device, "canvas", canvas_texture_px, DISPLAY, 1),
            outer_pipeline: make("fs_outer", Mix::Replace),
            dark_pipeline: make("fs_dark", Mix::Replace),
            inner_pipeline: make("fs_inner", Mix::Alpha),
            facet_groups: outer.facets.iter().map(|f| group(&f.live.view)).collect(),
            camera_groups: inner.iter().map(|view| group(view)).collect(),
            dark_group: group(&nothing.view),
            facet_walls: outer.facets.iter().map(|f| f.facet.wall).collect(),
            vertices: binding::buffer(
                device,
                queue,
                "patches",
                as_vertex,
                bytemuck::cast_slice(&corners),
            ),
            indices: device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("patch corners"),
                size: (plan.indices_max() as u64 * 4).max(16),
                usage: wgpu::BufferUsages::INDEX | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            }),
            shown,
            plan,
            exposure: 2f64.powf(stage.environment().exposure_ev),
        }
    }

    /// Patches of all walls, and those that the last plan draws.
    pub(crate) fn patches(&self) -> (u32, u32) {
        (self.plan.patch_count(), self.plan.drawn())
    }

    /// Decides which patches change and writes what the GPU needs to draw them.
    pub(crate) fn plan(
        &mut self,
        queue: &wgpu::Queue,
        outer: &Outer,
        inner: &[InnerShown],
        everything: bool,
    ) {
        self.plan.update(outer, inner, everything);
        let indices = self.plan.indices();
        queue.write_buffer(&self.indices, 0, bytemuck::cast_slice(indices));
        let write = |index: usize, uniform: ShownUniform| {
            let offset = UNIFORM_STRIDE * index as u64;
            queue.write_buffer(&self.shown, offset, bytemuck::bytes_of(&uniform));
        };
        if everything {
            for (index, facet) in outer.facets.iter().enumerate() {
                let frustum = &facet.facet.frustum;
                write(index, ShownUniform::outer(frustum, self.exposure));
            }
        }
        for shown in inner {
            let uniform = ShownUniform::inner(shown, self.exposure);
            write(outer.facets.len() + shown.camera, uniform);
        }
    }

    /// Draws the patches of the last plan.
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
        pass.set_vertex_buffer(0, self.vertices.slice(..));
        pass.set_index_buffer(self.indices.slice(..), wgpu::IndexFormat::Uint32);
        pass.set_pipeline(&self.outer_pipeline);
        let facets = self.facet_groups.iter().zip(&self.facet_walls);
        for (index, (group, wall)) in facets.enumerate() {
            let range = self.plan.outer_range(index);
            if !range.is_empty() {
                pass.set_bind_group(0, group, &[Views::offset(*wall), Views::offset(index)]);
                pass.draw_indexed(range, 0, 0..1);
            }
        }
        let dark = self.plan.dark_range();
        if !dark.is_empty() {
            pass.set_pipeline(&self.dark_pipeline);
            pass.set_bind_group(0, &self.dark_group, &[0, 0]);
            pass.draw_indexed(dark, 0, 0..1);
        }
        pass.set_pipeline(&self.inner_pipeline);
        for (nth, shown) in inner.iter().enumerate() {
            let Some(group) = self.camera_groups.get(shown.camera) else {
                continue;
            };
            let slot = Views::offset(self.facet_groups.len() + shown.camera);
            for (wall, range) in self.plan.inner_ranges(nth) {
                pass.set_bind_group(0, group, &[Views::offset(wall), slot]);
                pass.draw_indexed(range, 0, 0..1);
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
    let attributes = wgpu::vertex_attr_array![0 => Float32x2, 1 => Float32x2, 2 => Float32x3];
    let buffers = [wgpu::VertexBufferLayout {
        array_stride: size_of::<PatchVertex>() as u64,
        step_mode: wgpu::VertexStepMode::Vertex,
        attributes: &attributes,
    }];
    Draw {
        buffers: &buffers,
        fragment: Some((fragment, DISPLAY, mix)),
        ..Draw::new(fragment, module, &[layout], "vs_piece", fragment, DISPLAY)
    }
    .make(device)
}

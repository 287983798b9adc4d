//! The wall composite. Its unit is the patch (a cabinet, or a piece of a mesh): the plan decides which patches change, the
//! GPU draws those. One mechanism serves every shape of wall: triangles of canvas pixels that know their place.
//!
//! It makes two pictures of the canvas. `light` is what the walls give, linear and in half floats, 1 the brightest that
//! they can do; `canvas` is the same for eyes, in 8 bits. A wall that is held keeps its light, and one that is black keeps
//! it too, so that it comes back as it was.

mod cards_uniform;
mod pipelines;
mod plan;
mod shown;
mod wall_plates;
mod wall_uniform;
mod window_uniform;

use crate::binding::{self, UNIFORM_STRIDE, uniform_buffer};
use crate::gpu::Gpu;
use crate::outer::Outer;
use crate::pipeline::{DISPLAY, LINEAR};
use crate::plate_textures::plate_sampler;
use crate::signal::SignalPass;
use crate::texture::Target;
use crate::timing::{GpuPass, Timer};
use crate::view::Views;
use cards_uniform::{CARDS_BYTES, CardsUniform};
use cyc_model::HostNs;
use cyc_stage::{CanvasRect, Stage, StageOverride, WallPatch};
use pipelines::CompositePipelines;
use plan::{PatchPlan, Planned};
pub(crate) use shown::InnerShown;
use shown::{SHOWN_BYTES, ShownUniform};
use wall_plates::WallPlates;
pub(crate) use wall_uniform::{WALL_BYTES, WallUniform};
use wall_uniform::{WallShow, WallStates};
pub(crate) use window_uniform::tone_number;

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
    /// What the walls show, for eyes: sRGB.
    pub canvas: Target,
    /// What they give: linear, half floats.
    pub light: Target,
    signal: Option<SignalPass>,
    /// Bits that the window of each wall takes; `None` without one.
    window_bits: Vec<Option<u8>>,
    pipelines: CompositePipelines,
    shown: wgpu::Buffer,
    walls: wgpu::Buffer,
    cards: wgpu::Buffer,
    facet_groups: Vec<wgpu::BindGroup>,
    camera_groups: Vec<wgpu::BindGroup>,
    /// For draws that look at no view.
    bare_group: wgpu::BindGroup,
    finish_group: wgpu::BindGroup,
    plates: WallPlates,
    /// The wall of each facet.
    facet_walls: Vec<usize>,
    vertices: wgpu::Buffer,
    indices: wgpu::Buffer,
    /// What is in them.
    indices_written: Vec<u32>,
    plan: PatchPlan,
    states: WallStates,
    stage: Stage,
    is_cleared: bool,
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
        let pipelines = CompositePipelines::new(device);
        let wall_count = stage.walls().len();
        let walls = uniform_buffer(device, "walls", UNIFORM_STRIDE * wall_count as u64);
        let scale = f64::from(stage.canvas_px()[0]) / f64::from(canvas_texture_px[0]);
        let numbered = stage.walls().iter().enumerate();
        let states = numbered
            .map(|(index, wall)| WallUniform::new(wall, index, stage.canvas_px(), scale))
            .collect();
        // One for each facet, each camera, and for what no eye sees otherwise than another.
        let shown_count = (outer.facets.len() + inner.len() + 1) as u64;
        let shown = uniform_buffer(device, "shown", UNIFORM_STRIDE * shown_count);
        let cards = uniform_buffer(device, "light cards", CARDS_BYTES);
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
                cards.as_entire_binding(),
            ];
            binding::group(device, "composite", &pipelines.layout, &resources)
        };
        let nothing = Target::new(device, "nothing", [1, 1], DISPLAY, 1);
        let light = Target::new(device, "wall light", canvas_texture_px, LINEAR, 1);
        let resources = [
            binding::uniform_at(&walls, WALL_BYTES),
            binding::view(&light.view),
        ];
        let finish_group = binding::group(device, "finish", &pipelines.finish_layout, &resources);
        let plates = WallPlates::new(device, queue, stage);
        let plan = PatchPlan::new(wall_count, outer, patches, inner.len());
        let as_vertex = wgpu::BufferUsages::VERTEX;
        let corners = vertices(patches);
        Self {
            canvas: Target::new(device, "canvas", canvas_texture_px, DISPLAY, 1),
            facet_groups: outer.facets.iter().map(|f| group(&f.live.view)).collect(),
            camera_groups: inner.iter().map(|view| group(view)).collect(),
            bare_group: group(&nothing.view),
            finish_group,
            plates,
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
            indices_written: Vec::with_capacity(plan.indices_max()),
            light,
            signal: None,
            window_bits: vec![None; wall_count],
            pipelines,
            shown,
            walls,
            cards,
            plan,
            states: WallStates::new(states),
            stage: stage.clone(),
            is_cleared: false,
        }
    }

    /// Patches of all walls, and those that the last plan draws.
    pub(crate) fn patches(&self) -> (u32, u32) {
        (self.plan.patch_count(), self.plan.drawn())
    }

    /// Shows a picture as a plate of the stage from now on; nothing for a plate that is on no wall.
    pub(crate) fn set_plate(
        &mut self,
        device: &wgpu::Device,
        plate: usize,
        picture: &wgpu::TextureView,
    ) {
        let sampler = plate_sampler(device, false);
        let resources = [
            binding::uniform_at(&self.walls, WALL_BYTES),
            binding::uniform_at(&self.shown, SHOWN_BYTES),
            binding::view(picture),
            binding::sampler(&sampler),
            self.cards.as_entire_binding(),
        ];
        self.plates.set(device, plate, &resources);
    }

    /// Decides which patches change and writes what the GPU needs to draw them, for a picture that is due at a time.
    pub(crate) fn plan(
        &mut self,
        queue: &wgpu::Queue,
        (outer, inner): (&Outer, &[InnerShown]),
        (over, due): (&StageOverride, HostNs),
        everything: bool,
    ) {
        if self.states.update(self.stage.walls(), over, due) || everything {
            for (index, uniform) in self.states.uniforms.iter().enumerate() {
                let offset = UNIFORM_STRIDE * index as u64;
                queue.write_buffer(&self.walls, offset, bytemuck::bytes_of(uniform));
            }
        }
        self.plan.update(&Planned {
            outer,
            inner,
            shows: &self.states.shows,
            restless: self.plates.walls(),
            everything,
        });
        let indices = self.plan.indices();
        if self.indices_written != indices {
            queue.write_buffer(&self.indices, 0, bytemuck::cast_slice(indices));
            self.indices_written.clear();
            self.indices_written.extend_from_slice(indices);
        }
        let write = |index: usize, uniform: ShownUniform| {
            let offset = UNIFORM_STRIDE * index as u64;
            queue.write_buffer(&self.shown, offset, bytemuck::bytes_of(&uniform));
        };
        let exposure = 2f64.powf(self.stage.environment().exposure_ev + over.exposure_ev);
        if everything {
            let (eye, walls) = (self.stage.outer_eye(), self.stage.walls());
            let cards = CardsUniform::new(eye, &over.cards, walls);
            queue.write_buffer(&self.cards, 0, bytemuck::bytes_of(&cards));
            let plain = outer.facets.len() + self.camera_groups.len();
            write(plain, ShownUniform::plain(exposure));
            for (index, facet) in outer.facets.iter().enumerate() {
                let frustum = &facet.facet.frustum;
                write(index, ShownUniform::outer(frustum, exposure));
            }
        }
        for shown in inner {
            let uniform = ShownUniform::inner(shown, exposure);
            write(outer.facets.len() + shown.camera, uniform);
        }
    }

    /// Draws what the walls' processors are told of the light that there is. Made at the first call.
    pub(crate) fn encode_signal(
        &mut self,
        gpu: &Gpu,
        encoder: &mut wgpu::CommandEncoder,
    ) -> &Target {
        let made_on = (gpu.device(), gpu.queue());
        let signal = self.signal.get_or_insert_with(|| {
            let (stage, walls, light) = (&self.stage, &self.walls, &self.light);
            let stage = (stage, self.window_bits.as_slice());
            SignalPass::new(made_on, stage, walls, light, pipelines::patch_vertices())
        });
        signal.encode(encoder, &self.vertices, |wall| self.plan.wall_corners(wall));
        &signal.target
    }

    /// Tells how many bits the window of each wall takes.
    pub(crate) fn set_window_bits(&mut self, bits: impl Fn(&CanvasRect) -> Option<u8>) {
        let walls = self.stage.walls().iter();
        let bits: Vec<_> = walls.map(|wall| bits(&wall.canvas())).collect();
        if bits != self.window_bits {
            self.window_bits = bits;
            self.signal = None;
        }
    }

    /// Draws the patches of the last plan.
    pub(crate) fn encode(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        inner: &[InnerShown],
        everything: bool,
        timer: &mut Timer,
    ) {
        let is_first = !std::mem::replace(&mut self.is_cleared, true);
        let times = timer.render(GpuPass::Composite, true, false);
        let mut pass = target_pass(encoder, "wall light", &self.light, is_first, times);
        self.draw_light(&mut pass, inner);
        drop(pass);
        let times = timer.render(GpuPass::Composite, false, true);
        let mut pass = target_pass(encoder, "canvas", &self.canvas, is_first, times);
        self.draw_canvas(&mut pass, everything);
    }

    fn draw_light(&self, pass: &mut wgpu::RenderPass<'_>, inner: &[InnerShown]) {
        pass.set_vertex_buffer(0, self.vertices.slice(..));
        pass.set_index_buffer(self.indices.slice(..), wgpu::IndexFormat::Uint32);
        pass.set_pipeline(&self.pipelines.outer);
        let facets = self.facet_groups.iter().zip(&self.facet_walls);
        for (index, (group, wall)) in facets.enumerate() {
            let range = self.plan.outer_range(index);
            if !range.is_empty() {
                pass.set_bind_group(0, group, &[Views::offset(*wall), Views::offset(index)]);
                pass.draw_indexed(range, 0, 0..1);
            }
        }
        for wall in 0..self.states.shows.len() {
            let offsets = [Views::offset(wall), 0];
            for (pipeline, range) in [
                (&self.pipelines.dark, self.plan.dark_range(wall)),
                (&self.pipelines.pattern, self.plan.pattern_range(wall)),
            ] {
                if !range.is_empty() {
                    pass.set_pipeline(pipeline);
                    pass.set_bind_group(0, &self.bare_group, &offsets);
                    pass.draw_indexed(range, 0, 0..1);
                }
            }
        }
        let plain = self.facet_groups.len() + self.camera_groups.len();
        self.plates.draw(pass, Views::offset(plain), |wall| {
            let is_scene = self.states.shows.get(wall) == Some(&WallShow::Scene);
            is_scene.then(|| self.plan.wall_corners(wall))
        });
        for (nth, shown) in inner.iter().enumerate() {
            let Some(group) = self.camera_groups.get(shown.camera) else {
                continue;
            };
            let slot = Views::offset(self.facet_groups.len() + shown.camera);
            pass.set_pipeline(&self.pipelines.inner);
            for (wall, range) in self.plan.inner_ranges(nth) {
                pass.set_bind_group(0, group, &[Views::offset(wall), slot]);
                pass.draw_indexed(range, 0, 0..1);
            }
            // A key is to be seen, and nothing else.
            if shown.inner.key.is_none() {
                let ranges = self.plan.inner_ranges(nth);
                self.plates.draw_in_inner(pass, slot, ranges);
            }
        }
    }

    fn draw_canvas(&self, pass: &mut wgpu::RenderPass<'_>, everything: bool) {
        pass.set_vertex_buffer(0, self.vertices.slice(..));
        pass.set_pipeline(&self.pipelines.finish);
        if everything {
            for wall in 0..self.states.shows.len() {
                pass.set_bind_group(0, &self.finish_group, &[Views::offset(wall)]);
                pass.draw(self.plan.wall_corners(wall), 0..1);
            }
            return;
        }
        pass.set_index_buffer(self.indices.slice(..), wgpu::IndexFormat::Uint32);
        for (wall, range) in self.plan.changed_ranges(&self.facet_walls) {
            pass.set_bind_group(0, &self.finish_group, &[Views::offset(wall)]);
            pass.draw_indexed(range, 0, 0..1);
        }
    }
}

/// A pass that draws over what is there, but for the first one.
fn target_pass<'a>(
    encoder: &'a mut wgpu::CommandEncoder,
    label: &str,
    target: &Target,
    is_first: bool,
    timestamp_writes: Option<wgpu::RenderPassTimestampWrites<'_>>,
) -> wgpu::RenderPass<'a> {
    let load = if is_first {
        wgpu::LoadOp::Clear(wgpu::Color::BLACK)
    } else {
        wgpu::LoadOp::Load
    };
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some(label),
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view: &target.view,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations {
                load,
                store: wgpu::StoreOp::Store,
            },
        })],
        timestamp_writes,
        ..Default::default()
    })
}

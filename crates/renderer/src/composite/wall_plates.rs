//! Plates on walls. A wall with one is composited whole in every picture: what lies under the plate is drawn first, so that
//! its transparent parts show it.

use super::cards_uniform::CARDS_BYTES;
use super::pipelines::patch_pipeline;
use super::shown::SHOWN_BYTES;
use super::wall_uniform::WALL_BYTES;
use crate::binding::{self, Slot};
use crate::pipeline::{LINEAR, Mix};
use crate::shader::Program;
use crate::view::Views;
use cyc_stage::{PlatePlace, Stage};
use std::ops::Range;

/// A plate on a wall, as the shader reads it.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
struct WallPlateUniform {
    part: [f32; 4],
    settings: [f32; 4],
}

struct WallPlate {
    /// Its place among the stage's plates.
    plate: usize,
    wall: usize,
    uniform: wgpu::Buffer,
    /// `None` before its first picture.
    group: Option<wgpu::BindGroup>,
}

/// All plates on walls, in the stage's order.
pub(super) struct WallPlates {
    plates: Vec<WallPlate>,
    /// Which walls have one with a picture.
    walls: Vec<bool>,
    layout: wgpu::BindGroupLayout,
    outer: wgpu::RenderPipeline,
    inner: wgpu::RenderPipeline,
}

impl WallPlates {
    pub(super) fn new(device: &wgpu::Device, queue: &wgpu::Queue, stage: &Stage) -> Self {
        debug_assert_eq!(CARDS_BYTES % 16, 0);
        let slots = [
            Slot::UniformAt(WALL_BYTES),
            Slot::UniformAt(SHOWN_BYTES),
            Slot::Texture,
            Slot::Filter,
            Slot::Uniform,
            Slot::Uniform,
        ];
        let layout = binding::layout(device, "wall plate", &slots);
        let module = Program::Composite.module(device);
        let make = |fragment: &str| {
            let target = (fragment, LINEAR, Mix::Alpha);
            patch_pipeline(device, &layout, &module, "vs_piece", target)
        };
        let numbered = stage.plates().iter().enumerate();
        let plates = numbered.filter_map(|(index, plate)| {
            let PlatePlace::Wall { wall, part } = plate.place else {
                return None;
            };
            let uniform = WallPlateUniform {
                part: part.map(|edge| edge as f32),
                settings: [plate.gain as f32, 0.0, 0.0, 0.0],
            };
            let (usage, bytes) = (wgpu::BufferUsages::UNIFORM, bytemuck::bytes_of(&uniform));
            Some(WallPlate {
                plate: index,
                wall,
                uniform: binding::buffer(device, queue, "wall plate", usage, bytes),
                group: None,
            })
        });
        Self {
            plates: plates.collect(),
            walls: vec![false; stage.walls().len()],
            outer: make("fs_plate"),
            inner: make("fs_plate_inner"),
            layout,
        }
    }

    /// Which walls are composited whole.
    pub(super) fn walls(&self) -> &[bool] {
        &self.walls
    }

    /// Shows a picture as one of the stage's plates; the resources are those of every composite, with the picture.
    pub(super) fn set(
        &mut self,
        device: &wgpu::Device,
        plate: usize,
        resources: &[wgpu::BindingResource<'_>],
    ) {
        let Some(at) = self.plates.iter_mut().find(|p| p.plate == plate) else {
            return;
        };
        let mut all = resources.to_vec();
        all.push(at.uniform.as_entire_binding());
        at.group = Some(binding::group(device, "wall plate", &self.layout, &all));
        if let Some(wall) = self.walls.get_mut(at.wall) {
            *wall = true;
        }
    }

    /// Draws them over the outer view; `corners` gives those of a wall that shows the scene.
    pub(super) fn draw(
        &self,
        pass: &mut wgpu::RenderPass<'_>,
        shown: u32,
        corners: impl Fn(usize) -> Option<Range<u32>>,
    ) {
        for plate in &self.plates {
            if let (Some(group), Some(corners)) = (&plate.group, corners(plate.wall)) {
                pass.set_pipeline(&self.outer);
                pass.set_bind_group(0, group, &[Views::offset(plate.wall), shown]);
                pass.draw(corners, 0..1);
            }
        }
    }

    /// Draws them over one inner view, which is drawn in these ranges.
    pub(super) fn draw_in_inner(
        &self,
        pass: &mut wgpu::RenderPass<'_>,
        shown: u32,
        ranges: impl Iterator<Item = (usize, Range<u32>)> + Clone,
    ) {
        for plate in &self.plates {
            let Some(group) = &plate.group else { continue };
            for (_, range) in ranges.clone().filter(|(wall, _)| *wall == plate.wall) {
                pass.set_pipeline(&self.inner);
                pass.set_bind_group(0, group, &[Views::offset(plate.wall), shown]);
                pass.draw_indexed(range, 0, 0..1);
            }
        }
    }
}

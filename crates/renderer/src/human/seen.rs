//! Parts of humans whose triangles are small in a view: first it is found which triangle each sample sees, then each of these is
//! lit, once a pixel. Drawn one by one they would be lit over the blocks of pixels that a rasteriser works in, which is
//! several times as much for triangles of a pixel or two.

use super::reach::corners;
use super::{HumanPipelines, Part, Sides, Surface};
use crate::binding::{self, Slot, UNIFORM_STRIDE};
use glam::{Mat4, Vec2, Vec3};

/// Up to how many pixels of its box a triangle of a part is small. Measured on a processor: above it there is as much work
/// either way; a GPU's blocks are smaller, and so is its loss.
const SMALL_PX: f32 = 24.0;

/// What the shader knows of a part.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
struct ShapeUniform {
    low: [f32; 4],
    high: [f32; 4],
    ids: [u32; 4],
}

const SHAPE_BYTES: u64 = size_of::<ShapeUniform>() as u64;

/// The pipelines of both steps.
pub(crate) struct SeenPipelines {
    /// Which triangle: by surface (opaque, masked), then by sides.
    pub ids: [[wgpu::RenderPipeline; 2]; 2],
    /// Its light.
    pub light: wgpu::RenderPipeline,
    /// How a part's shape is bound.
    pub shape: wgpu::BindGroupLayout,
}

impl SeenPipelines {
    /// How a part's shape is bound.
    pub(crate) fn shape_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
        let slots = [
            Slot::UniformAt(SHAPE_BYTES),
            Slot::FragmentRead,
            Slot::FragmentRead,
            Slot::FragmentRead,
        ];
        binding::layout(device, "shape", &slots)
    }

    fn ids(&self, surface: Surface, sides: Sides) -> &wgpu::RenderPipeline {
        &self.ids[usize::from(surface == Surface::Masked)][sides as usize]
    }
}

/// From where a view is seen, to judge how large something is in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight {
    pub clip_from_stage: Mat4,
    /// Width and height of the whole view.
    pub size_px: [f32; 2],
}

/// How a part appears in a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Appears {
    /// Not at all: its box is beside the picture.
    Nowhere,
    /// With small triangles.
    Small,
    /// With large ones.
    Large,
}

impl Sight {
    /// The rectangle around a box in device coordinates, as low and high corner; `None` where it reaches behind the eye.
    fn rect(&self, bounds: (Vec3, Vec3)) -> Option<(Vec2, Vec2)> {
        let (mut least, mut most) = (Vec2::INFINITY, Vec2::NEG_INFINITY);
        for at in corners(bounds) {
            let clip = self.clip_from_stage * at.extend(1.0);
            if clip.w <= 1e-3 {
                return None;
            }
            let at = Vec2::new(clip.x, clip.y) / clip.w;
            (least, most) = (least.min(at), most.max(at));
        }
        Some((least, most))
    }

    /// How a part appears. What is mixed with what is behind, and what cannot be numbered, is drawn triangle by triangle however
    /// small they are.
    pub(super) fn of(&self, part: &Part) -> Appears {
        let Some((low, high)) = part.bounds.and_then(|bounds| self.rect(bounds)) else {
            return Appears::Large;
        };
        if low.max_element() >= 1.0 || high.min_element() <= -1.0 {
            return Appears::Nowhere;
        }
        let sides = 0.5 * (high - low) * Vec2::from(self.size_px);
        let triangles = (part.indices.len() / 3) as f32;
        match part.is_blended() || part.turns.is_empty() {
            false if sides.x * sides.y < SMALL_PX * triangles => Appears::Small,
            _ => Appears::Large,
        }
    }
}

/// The shapes of a human's parts on the GPU.
pub(super) struct Shapes {
    /// The indices of the parts' turns.
    turned: wgpu::Buffer,
    uniforms: wgpu::Buffer,
    group: wgpu::BindGroup,
    bytes: Vec<u8>,
}

impl Shapes {
    /// `lists`: posed vertices, texture coordinates, corners of the numbered triangles. `turned`: the indices of all turns.
    pub(super) fn new(
        device: &wgpu::Device,
        layout: &wgpu::BindGroupLayout,
        lists: [&wgpu::Buffer; 3],
        turned: wgpu::Buffer,
        parts: usize,
    ) -> Self {
        let size = UNIFORM_STRIDE * parts.max(1) as u64;
        let uniforms = binding::uniform_buffer(device, "shapes", size);
        let resources = [
            binding::uniform_at(&uniforms, SHAPE_BYTES),
            lists[0].as_entire_binding(),
            lists[1].as_entire_binding(),
            lists[2].as_entire_binding(),
        ];
        Self {
            group: binding::group(device, "shapes", layout, &resources),
            bytes: vec![0; size as usize],
            turned,
            uniforms,
        }
    }

    /// Tells the GPU where the parts are.
    pub(super) fn write(&mut self, queue: &wgpu::Queue, parts: &[Part], tangents_at: u32) {
        let places = self.bytes.chunks_exact_mut(UNIFORM_STRIDE as usize);
        for (part, place) in parts.iter().zip(places) {
            let (low, high) = part.bounds.unwrap_or_default();
            let shape = ShapeUniform {
                low: low.extend(0.0).to_array(),
                high: high.extend(0.0).to_array(),
                ids: [
                    part.ids.start,
                    part.ids.len() as u32,
                    part.first_triangle,
                    tangents_at,
                ],
            };
            place[..size_of::<ShapeUniform>()].copy_from_slice(bytemuck::bytes_of(&shape));
        }
        queue.write_buffer(&self.uniforms, 0, &self.bytes);
    }
}

impl Part {
    /// For each turn what is added to a vertex' number. (Of the numbers before a part there is one at least for each vertex before
    /// it, so that this is none below zero.)
    fn first_ids(&self) -> impl Iterator<Item = u32> {
        let first = self.ids.start.wrapping_sub(self.vertices.start);
        let count = self.vertices.len() as u32;
        (0..self.turns.len() as u32).map(move |turn| first.wrapping_add(turn * count))
    }
}

impl super::Human {
    /// Its triangles are drawn one by one from now on.
    #[cfg(test)]
    pub(crate) fn one_by_one(&mut self) {
        self.shapes = None;
    }

    /// Whether any part has small triangles there.
    pub(crate) fn has_small(&self, sight: &Sight) -> bool {
        self.shapes.is_some()
            && self
                .parts
                .iter()
                .any(|part| sight.of(part) == Appears::Small)
    }

    /// Draws which triangle is seen, of the parts with small ones.
    pub(crate) fn draw_ids(
        &self,
        pass: &mut wgpu::RenderPass<'_>,
        pipelines: &SeenPipelines,
        sight: &Sight,
    ) {
        let Some(shapes) = &self.shapes else { return };
        pass.set_vertex_buffer(0, self.posed.slice(..));
        pass.set_vertex_buffer(1, self.uvs.slice(..));
        pass.set_index_buffer(shapes.turned.slice(..), wgpu::IndexFormat::Uint32);
        for part in self
            .parts
            .iter()
            .filter(|part| sight.of(part) == Appears::Small)
        {
            pass.set_pipeline(pipelines.ids(part.surface, part.sides));
            if part.surface == Surface::Masked {
                let Some(material) = self.materials.get(part.material) else {
                    continue;
                };
                pass.set_bind_group(1, &material.group, &[]);
            }
            for (indices, first) in part.turns.iter().zip(part.first_ids()) {
                pass.draw_indexed(indices.clone(), 0, first..first + 1);
            }
        }
    }

    /// Lights those triangles, which are bound in group 3.
    pub(crate) fn light_seen(
        &self,
        pass: &mut wgpu::RenderPass<'_>,
        pipelines: &HumanPipelines,
        sight: &Sight,
    ) {
        let Some(shapes) = &self.shapes else { return };
        pass.set_pipeline(&pipelines.seen.light);
        for (nth, part) in self.parts.iter().enumerate() {
            let Some(material) = self.materials.get(part.material) else {
                continue;
            };
            if sight.of(part) == Appears::Small {
                pass.set_bind_group(1, &material.group, &[]);
                let offset = nth as u32 * UNIFORM_STRIDE as u32;
                pass.set_bind_group(2, &shapes.group, &[offset]);
                pass.draw(0..14, 0..1);
            }
        }
    }
}

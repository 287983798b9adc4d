//! Digital humans on the GPU: vertices, materials, and the pose of each frame.

mod material;
mod numbering;
mod reach;
mod seen;
mod surface;
mod upload;

pub(crate) use material::MaterialLayout;
pub(crate) use seen::{SeenPipelines, Sight};
pub(crate) use surface::{HumanPipelines, Sides, Surface};

use crate::binding::{self, Slot};
use crate::shader::Program;
use cyc_character::Character;
use cyc_model::{FaceWeights, HumanBone, JointFrame, JointIdx, SkinBlend, Space, Stage, Xf};
use glam::{Mat4, Vec3};
use material::GpuMaterial;
use reach::Reach;
use seen::{Appears, Shapes};
use std::sync::Arc;

/// Bytes of a posed vertex: position and normal.
const POSED_BYTES: u64 = 24;
/// Bytes of a posed tangent; those of all vertices lie behind all vertices.
const TANGENT_BYTES: u64 = 16;
/// The compute pipelines that pose humans.
pub(crate) struct Skinning {
    layout: wgpu::BindGroupLayout,
    linear: wgpu::ComputePipeline,
    dual_quaternion: wgpu::ComputePipeline,
}

impl Skinning {
    pub(crate) fn new(device: &wgpu::Device) -> Self {
        let slots = [
            Slot::StorageRead,
            Slot::StorageRead,
            Slot::StorageRead,
            Slot::StorageRead,
            Slot::StorageWrite,
            Slot::StorageRead,
            Slot::StorageRead,
            Slot::StorageRead,
        ];
        let layout = binding::layout(device, "skin", &slots);
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("skin"),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        let module = Program::Skin.module(device);
        let pipeline = |entry: &str| {
            device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some("skin"),
                layout: Some(&pipeline_layout),
                module: &module,
                entry_point: Some(entry),
                compilation_options: Default::default(),
                cache: None,
            })
        };
        Self {
            linear: pipeline("cs_skin"),
            dual_quaternion: pipeline("cs_skin_dual"),
            layout,
        }
    }
}

/// A run of indices with one material.
struct Part {
    indices: std::ops::Range<u32>,
    material: usize,
    surface: Surface,
    sides: Sides,
    reach: Reach,
    /// Its triangles again, in turns: see [`numbering`]. None where they cannot be numbered.
    turns: Vec<std::ops::Range<u32>>,
    /// Where its vertices begin, and how many there are.
    vertices: std::ops::Range<u32>,
    /// Their numbers among all of the world, as many in each turn as there are vertices.
    ids: std::ops::Range<u32>,
    /// Where the corners of its numbers are listed.
    first_triangle: u32,
    /// A box around it in this frame, metres on the stage.
    bounds: Option<(Vec3, Vec3)>,
}

impl Part {
    fn is_blended(&self) -> bool {
        self.surface == Surface::Blended
    }
}

/// One human, ready to be posed and drawn.
pub(crate) struct Human {
    character: Arc<Character>,
    vertex_count: u32,
    posed: wgpu::Buffer,
    uvs: wgpu::Buffer,
    indices: wgpu::Buffer,
    parts: Vec<Part>,
    materials: Vec<GpuMaterial>,
    palette: wgpu::Buffer,
    weights: wgpu::Buffer,
    group: wgpu::BindGroup,
    /// Where each skin's matrices begin in the palette; then one for each primitive without a skin.
    skin_starts: Vec<usize>,
    rigid_parts: Vec<(usize, usize)>,
    matrices: Vec<Mat4>,
    /// How each joint moved away from the rest pose; empty for a linear blend.
    motions: Vec<[f32; 8]>,
    motion_list: wgpu::Buffer,
    morph_weights: Vec<f32>,
    feet: [Option<JointIdx>; 4],
    /// `None` where all triangles are drawn one by one.
    shapes: Option<Shapes>,
    visible: bool,
    bounds: (Vec3, Vec3),
}

impl Human {
    /// Takes this frame's pose and writes it for the GPU. A pose of another skeleton hides the human.
    pub(crate) fn pose(
        &mut self,
        queue: &wgpu::Queue,
        joints: &[Xf<Stage, JointFrame>],
        face: &FaceWeights,
    ) {
        let expected = self.character.skeleton.as_ref().map_or(0, |s| s.len());
        self.visible = expected > 0 && joints.len() == expected && self.vertex_count > 0;
        if !self.visible {
            return;
        }
        match self.character.skin_blend {
            SkinBlend::Linear => self.place(queue, joints),
            SkinBlend::DualQuaternion => self.move_from_rest(queue, joints),
        }
        self.character.morph_weights(face, &mut self.morph_weights);
        queue.write_buffer(&self.weights, 0, bytemuck::cast_slice(&self.morph_weights));
        self.bound(joints);
        if let Some(shapes) = &mut self.shapes {
            // Three pairs of floats a vertex lie before the tangents.
            shapes.write(queue, &self.parts, 3 * self.vertex_count);
        }
    }

    /// Finds boxes around the parts, and around all of them.
    fn bound(&mut self, joints: &[Xf<Stage, JointFrame>]) {
        let (mut low, mut high) = (Vec3::INFINITY, Vec3::NEG_INFINITY);
        for part in &mut self.parts {
            part.bounds = part.reach.bounds(joints);
            if let Some((a, b)) = part.bounds {
                low = low.min(a);
                high = high.max(b);
            }
        }
        self.visible &= low.is_finite() && high.is_finite();
        self.bounds = (low, high);
    }

    /// Stands for good where a matrix puts it, in the pose that it was made in: a set.
    pub(crate) fn stand(&mut self, queue: &wgpu::Queue, stage_from_model: Mat4) {
        let skeleton = self.character.skeleton.as_ref();
        let rest = skeleton.map_or_else(Vec::new, |s| s.rest_global().to_vec());
        self.visible = self.vertex_count > 0;
        for (skin, start) in self.skin_starts.iter().enumerate() {
            if let Some(out) = self.matrices.get_mut(*start..) {
                let written = self.character.skinning_matrices(skin, &rest, out);
                self.visible &= written.is_ok();
            }
        }
        for (primitive, slot) in &self.rigid_parts {
            let primitive = self.character.primitives.get(*primitive);
            let matrix = primitive.map(|p| self.character.rigid_matrix(p, &rest));
            if let (Some(Ok(matrix)), Some(out)) = (matrix, self.matrices.get_mut(*slot)) {
                *out = matrix;
            }
        }
        for matrix in &mut self.matrices {
            *matrix = stage_from_model * *matrix;
        }
        let still = FaceWeights::default();
        self.character
            .morph_weights(&still, &mut self.morph_weights);
        queue.write_buffer(&self.palette, 0, bytemuck::cast_slice(&self.matrices));
        queue.write_buffer(&self.weights, 0, bytemuck::cast_slice(&self.morph_weights));
    }

    pub(crate) fn hide(&mut self) {
        self.visible = false;
    }

    pub(crate) fn is_visible(&self) -> bool {
        self.visible
    }

    /// A box around it on the stage, metres.
    pub(crate) fn bounds(&self) -> (Vec3, Vec3) {
        self.bounds
    }

    /// Adds where it darkens the ground: middle and radius, metres.
    pub(crate) fn add_contacts(&self, joints: &[Xf<Stage, JointFrame>], out: &mut Vec<[f32; 4]>) {
        let feet = self.feet.iter().flatten();
        for (joint, radius_m) in feet.zip([0.13, 0.11, 0.13, 0.11]) {
            if let Some(at) = joints.get(joint.idx()) {
                let p = at.translation().metres().as_vec3();
                out.push([p.x, (p.y - 0.07).max(0.0), p.z, radius_m]);
            }
        }
    }

    /// Writes where each joint takes the mesh.
    fn place<S: Space>(&mut self, queue: &wgpu::Queue, joints: &[Xf<S, JointFrame>]) {
        for (skin, start) in self.skin_starts.iter().enumerate() {
            let Some(out) = self.matrices.get_mut(*start..) else {
                continue;
            };
            let written = self.character.skinning_matrices(skin, joints, out);
            self.visible &= written.is_ok();
        }
        for (primitive, slot) in &self.rigid_parts {
            let primitive = self.character.primitives.get(*primitive);
            let matrix = primitive.map(|p| self.character.rigid_matrix(p, joints));
            if let (Some(Ok(matrix)), Some(out)) = (matrix, self.matrices.get_mut(*slot)) {
                *out = matrix;
            }
        }
        queue.write_buffer(&self.palette, 0, bytemuck::cast_slice(&self.matrices));
    }

    /// Writes how each joint moved away from the rest pose, where [`Self::place`] put the mesh once.
    fn move_from_rest(&mut self, queue: &wgpu::Queue, joints: &[Xf<Stage, JointFrame>]) {
        for (skin, start) in self.skin_starts.iter().enumerate() {
            if let Some(out) = self.motions.get_mut(*start..) {
                let written = self.character.skin_motions(skin, joints, out);
                self.visible &= written.is_ok();
            }
        }
        for (primitive, slot) in &self.rigid_parts {
            let primitive = self.character.primitives.get(*primitive);
            let motion = primitive.map(|p| self.character.rigid_motion(p, joints));
            if let (Some(Ok(motion)), Some(out)) = (motion, self.motions.get_mut(*slot)) {
                *out = motion;
            }
        }
        queue.write_buffer(&self.motion_list, 0, bytemuck::cast_slice(&self.motions));
    }

    /// Poses the vertices.
    pub(crate) fn skin<'a>(&'a self, pass: &mut wgpu::ComputePass<'a>, skinning: &'a Skinning) {
        pass.set_pipeline(match self.character.skin_blend {
            SkinBlend::Linear => &skinning.linear,
            SkinBlend::DualQuaternion => &skinning.dual_quaternion,
        });
        pass.set_bind_group(0, &self.group, &[]);
        pass.dispatch_workgroups(self.vertex_count.div_ceil(64), 1, 1);
    }

    /// Draws its depth into a shadow map.
    pub(crate) fn draw_depth(&self, pass: &mut wgpu::RenderPass<'_>, pipelines: &HumanPipelines) {
        pass.set_vertex_buffer(0, self.posed.slice(..));
        pass.set_index_buffer(self.indices.slice(..), wgpu::IndexFormat::Uint32);
        for part in self.parts.iter().filter(|p| !p.is_blended()) {
            pass.set_pipeline(pipelines.depth(part.sides));
            pass.draw_indexed(part.indices.clone(), 0, 0..1);
        }
    }

    /// Draws its opaque or its blended parts one triangle after the other; not those that are nowhere in a sight, and not those
    /// with small triangles if these are lit by what is seen.
    pub(crate) fn draw(
        &self,
        pass: &mut wgpu::RenderPass<'_>,
        pipelines: &HumanPipelines,
        blended: bool,
        sight: Option<&Sight>,
    ) {
        let is_drawn = |part: &Part| {
            let here = match sight.map_or(Appears::Large, |sight| sight.of(part)) {
                Appears::Nowhere => false,
                Appears::Small => self.shapes.is_none(),
                Appears::Large => true,
            };
            here && part.is_blended() == blended
        };
        if !self.parts.iter().any(is_drawn) {
            return;
        }
        pass.set_vertex_buffer(0, self.posed.slice(..));
        pass.set_vertex_buffer(1, self.uvs.slice(..));
        let tangents = u64::from(self.vertex_count) * POSED_BYTES;
        pass.set_vertex_buffer(2, self.posed.slice(tangents..));
        pass.set_index_buffer(self.indices.slice(..), wgpu::IndexFormat::Uint32);
        for part in self.parts.iter().filter(|part| is_drawn(part)) {
            if let Some(material) = self.materials.get(part.material) {
                pass.set_pipeline(pipelines.lit(part.surface, part.sides));
                pass.set_bind_group(1, &material.group, &[]);
                pass.draw_indexed(part.indices.clone(), 0, 0..1);
            }
        }
    }

    /// Draws its surface without materials; the instance number is `number`.
    pub(crate) fn draw_bare(&self, pass: &mut wgpu::RenderPass<'_>, number: u32) {
        pass.set_vertex_buffer(0, self.posed.slice(..));
        pass.set_index_buffer(self.indices.slice(..), wgpu::IndexFormat::Uint32);
        for part in self.parts.iter().filter(|p| !p.is_blended()) {
            pass.draw_indexed(part.indices.clone(), 0, number..number + 1);
        }
    }
}

/// The joints under which the ground darkens.
fn feet_of(character: &Character) -> [Option<JointIdx>; 4] {
    [
        HumanBone::LeftFoot,
        HumanBone::LeftToes,
        HumanBone::RightFoot,
        HumanBone::RightToes,
    ]
    .map(|bone| character.humanoid.joint(bone))
}

#[cfg(test)]
mod tests;

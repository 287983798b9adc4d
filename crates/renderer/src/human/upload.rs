//! A character's vertices, once, to the GPU: everything that no pose changes.

use super::material;
use super::numbering;
use super::reach::Reach;
use super::seen::Shapes;
use super::{
    Human, MaterialLayout, POSED_BYTES, Part, Sides, Skinning, Surface, TANGENT_BYTES, feet_of,
};
use crate::binding;
use cyc_character::{Character, NO_MOTION, Primitive};
use cyc_model::SkinBlend;
use glam::{Mat4, Vec3};
use std::ops::Range;
use std::sync::Arc;

/// A vertex at rest, as the skinning shader reads it.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
struct Rest {
    position: [f32; 3],
    normal: [f32; 3],
    /// Matrices of the palette, two in a word.
    joints: [u32; 2],
    weights: [f32; 4],
    first_delta: u32,
    delta_count: u32,
}

/// What one morph target does to one vertex.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
struct Delta {
    morph: u32,
    position: [f32; 3],
    normal: [f32; 3],
}

/// What it does to its tangent.
type TangentDelta = [f32; 3];

/// Which of the joints that move a primitive mirror it, and so turn its triangles over: exporters mirror a limb with its bind
/// matrices. (What a node alone turns over, the loader has turned back.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turned {
    None,
    Some,
    All,
}

impl Turned {
    fn of(character: &Character, primitive: &Primitive) -> Self {
        let Some(skin) = primitive.skin else {
            return Self::None;
        };
        let joints = character.skins.get(skin).map_or(0, |s| s.joints.len());
        let skeleton = character.skeleton.as_ref();
        let rest = skeleton.map_or_else(Vec::new, |s| s.rest_global().to_vec());
        let mut matrices = vec![Mat4::IDENTITY; joints];
        if character
            .skinning_matrices(skin, &rest, &mut matrices)
            .is_err()
        {
            return Self::None;
        }
        let mut mirrors = [false; 2];
        for (joints, weights) in primitive.joints.iter().zip(&primitive.weights) {
            for (joint, weight) in joints.iter().zip(weights) {
                let matrix = matrices.get(usize::from(*joint));
                if let Some(matrix) = matrix.filter(|_| *weight != 0.0) {
                    mirrors[usize::from(matrix.determinant() < 0.0)] = true;
                }
            }
        }
        match mirrors {
            [_, false] => Self::None,
            [false, true] => Self::All,
            [true, true] => Self::Some,
        }
    }
}

/// Everything of a character that goes into buffers.
#[derive(Default)]
pub(super) struct Flat {
    rest: Vec<Rest>,
    uvs: Vec<[f32; 2]>,
    /// One for each vertex, all zero where no primitive has any.
    tangents: Vec<[f32; 4]>,
    deltas: Vec<Delta>,
    /// One for each delta, all zero where no morph target has any.
    tangent_deltas: Vec<TangentDelta>,
    pub(super) indices: Vec<u32>,
    /// The same in turns, and the corners of each number: see [`numbering`].
    turned: Vec<u32>,
    triangles: Vec<[u32; 4]>,
    pub(super) parts: Vec<Part>,
    skin_starts: Vec<usize>,
    rigid_parts: Vec<(usize, usize)>,
    matrices: usize,
}

impl Flat {
    pub(super) fn of(character: &Character) -> Self {
        let mut flat = Self::default();
        for skin in &character.skins {
            flat.skin_starts.push(flat.matrices);
            flat.matrices += skin.joints.len();
        }
        for (index, primitive) in character.primitives.iter().enumerate() {
            let first_matrix = match primitive.skin {
                Some(skin) => flat.skin_starts.get(skin).copied().unwrap_or(0),
                None => {
                    flat.rigid_parts.push((index, flat.matrices));
                    flat.matrices += 1;
                    flat.matrices - 1
                }
            };
            let first_index = flat.indices.len() as u32;
            let first_vertex = flat.rest.len() as u32;
            flat.add(primitive, first_matrix);
            let material = character.materials.get(primitive.material);
            let turned = Turned::of(character, primitive);
            if turned == Turned::All {
                flat.turn_over(first_index as usize);
            }
            let vertices = first_vertex..flat.rest.len() as u32;
            let first_triangle = flat.triangles.len() as u32;
            let turns = flat.number(first_index as usize, &vertices);
            flat.parts.push(Part {
                indices: first_index..flat.indices.len() as u32,
                material: primitive.material,
                surface: Surface::of(material),
                sides: match turned {
                    Turned::Some => Sides::Both,
                    Turned::None | Turned::All => Sides::of(material),
                },
                reach: Reach::of(character, primitive),
                // One turn at least, so that numbers are never fewer than vertices.
                ids: 0..vertices.len() as u32 * turns.len().max(1) as u32,
                turns,
                vertices,
                first_triangle,
                bounds: None,
            });
        }
        flat
    }

    /// Numbers the triangles from an index on: the turns in which they are drawn then.
    fn number(&mut self, first_index: usize, vertices: &Range<u32>) -> Vec<Range<u32>> {
        let indices = self.indices.get(first_index..).unwrap_or_default();
        let Some(numbered) = numbering::number(indices, vertices.start, vertices.len()) else {
            return Vec::new();
        };
        let first = self.turned.len() as u32;
        self.turned.extend(numbered.indices);
        self.triangles.extend(numbered.triangles);
        let turns = numbered.turns.into_iter();
        turns
            .map(|turn| first + turn.start..first + turn.end)
            .collect()
    }

    /// Turns the triangles from an index on over.
    fn turn_over(&mut self, first_index: usize) {
        let indices = self.indices.get_mut(first_index..).unwrap_or_default();
        for corner in indices.chunks_exact_mut(3) {
            corner.swap(1, 2);
        }
    }

    fn add(&mut self, primitive: &Primitive, first_matrix: usize) {
        let base = self.rest.len() as u32;
        let mut by_vertex: Vec<Vec<(Delta, TangentDelta)>> =
            vec![Vec::new(); primitive.positions.len()];
        for (morph, target) in primitive.morphs.iter().enumerate() {
            for (nth, vertex) in target.vertices.iter().enumerate() {
                let normal = target.normals.get(nth).copied().unwrap_or(Vec3::ZERO);
                let position = target.positions.get(nth).copied().unwrap_or(Vec3::ZERO);
                let tangent = target.tangents.get(nth).copied().unwrap_or(Vec3::ZERO);
                if let Some(list) = by_vertex.get_mut(*vertex as usize) {
                    let delta = Delta {
                        morph: morph as u32,
                        position: position.to_array(),
                        normal: normal.to_array(),
                    };
                    list.push((delta, tangent.to_array()));
                }
            }
        }
        for (vertex, position) in primitive.positions.iter().enumerate() {
            let local = primitive.joints.get(vertex).copied().unwrap_or_default();
            let weights = primitive.weights.get(vertex).copied();
            let matrix = |nth: usize| (first_matrix + usize::from(local[nth])) as u32;
            let first_delta = self.deltas.len() as u32;
            for (delta, tangent_delta) in &by_vertex[vertex] {
                self.deltas.push(*delta);
                self.tangent_deltas.push(*tangent_delta);
            }
            let normal = primitive.normals.get(vertex).copied().unwrap_or(Vec3::Y);
            self.rest.push(Rest {
                position: position.to_array(),
                normal: normal.to_array(),
                joints: [matrix(0) | matrix(1) << 16, matrix(2) | matrix(3) << 16],
                weights: weights.unwrap_or([1.0, 0.0, 0.0, 0.0]),
                first_delta,
                delta_count: self.deltas.len() as u32 - first_delta,
            });
            let uv = primitive.uvs.get(vertex).copied().unwrap_or_default();
            self.uvs.push(uv.to_array());
            let tangent = primitive.tangents.get(vertex).copied().unwrap_or_default();
            self.tangents.push(tangent.to_array());
        }
        self.indices
            .extend(primitive.indices.iter().map(|i| i + base));
    }

    /// A shader's list must hold one element at least: nobody reads those that stand alone.
    fn fill_up(&mut self, character: &Character) {
        if character.primitives.iter().all(|p| p.tangents.is_empty()) {
            // A single one that is zero: the shader makes none.
            self.tangents = vec![[0.0; 4]];
        }
        if self.deltas.is_empty() {
            // No vertex counts this one.
            self.deltas.push(bytemuck::Zeroable::zeroed());
        }
        let mut morphs = character.primitives.iter().flat_map(|p| &p.morphs);
        if morphs.all(|morph| morph.tangents.is_empty()) {
            // Here, too, a single one.
            self.tangent_deltas = vec![[0.0; 3]];
        }
    }
}

impl Flat {
    /// Room for the vertices of each frame.
    fn posed(&self, device: &wgpu::Device) -> wgpu::Buffer {
        device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("posed vertices"),
            size: (self.rest.len() as u64).max(1) * (POSED_BYTES + TANGENT_BYTES),
            usage: wgpu::BufferUsages::STORAGE
                | wgpu::BufferUsages::VERTEX
                | wgpu::BufferUsages::COPY_SRC,
            mapped_at_creation: false,
        })
    }

    /// What lights small triangles by what is seen of them; beside posed vertices and texture coordinates.
    fn shapes(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        layout: &wgpu::BindGroupLayout,
        [posed, uvs]: [&wgpu::Buffer; 2],
    ) -> Shapes {
        let make = |label, usage, bytes| binding::buffer(device, queue, label, usage, bytes);
        let (storage, index) = (wgpu::BufferUsages::STORAGE, wgpu::BufferUsages::INDEX);
        let triangles = make("triangles", storage, bytemuck::cast_slice(&self.triangles));
        let turned = make("turned", index, bytemuck::cast_slice(&self.turned));
        let lists = [posed, uvs, &triangles];
        Shapes::new(device, layout, lists, turned, self.parts.len())
    }
}

impl Human {
    /// Uploads a character. `shape`: how its parts' shapes are bound where small triangles are lit by what is seen.
    pub(crate) fn new(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        (skinning, materials, shape): (&Skinning, &MaterialLayout, Option<&wgpu::BindGroupLayout>),
        character: Arc<Character>,
    ) -> Self {
        let mut flat = Flat::of(&character);
        flat.fill_up(&character);
        let storage = wgpu::BufferUsages::STORAGE;
        let make =
            |label: &str, usage, bytes: &[u8]| binding::buffer(device, queue, label, usage, bytes);
        let rest = make("rest vertices", storage, bytemuck::cast_slice(&flat.rest));
        let deltas = make("morph deltas", storage, bytemuck::cast_slice(&flat.deltas));
        let matrices = vec![Mat4::IDENTITY; flat.matrices.max(1)];
        let morph_weights = vec![0.0f32; character.morph_names.len().max(1)];
        let palette = make("skin matrices", storage, bytemuck::cast_slice(&matrices));
        let weights = make(
            "morph weights",
            storage,
            bytemuck::cast_slice(&morph_weights),
        );
        let posed = flat.posed(device);
        let motions = vec![NO_MOTION; matrices.len()];
        let motion_list = make("skin motions", storage, bytemuck::cast_slice(&motions));
        let tangents = make("tangents", storage, bytemuck::cast_slice(&flat.tangents));
        let tangent_deltas = make(
            "morph tangents",
            storage,
            bytemuck::cast_slice(&flat.tangent_deltas),
        );
        let resources = [
            rest.as_entire_binding(),
            deltas.as_entire_binding(),
            palette.as_entire_binding(),
            weights.as_entire_binding(),
            posed.as_entire_binding(),
            tangents.as_entire_binding(),
            motion_list.as_entire_binding(),
            tangent_deltas.as_entire_binding(),
        ];
        let group = binding::group(device, "skin", &skinning.layout, &resources);
        let vertex = wgpu::BufferUsages::VERTEX | storage;
        let index = wgpu::BufferUsages::INDEX;
        let uvs = make("uvs", vertex, bytemuck::cast_slice(&flat.uvs));
        let indices = make("indices", index, bytemuck::cast_slice(&flat.indices));
        let shapes = shape.map(|layout| flat.shapes(device, queue, layout, [&posed, &uvs]));
        let mut human = Self {
            vertex_count: flat.rest.len() as u32,
            posed,
            uvs,
            indices,
            shapes,
            parts: flat.parts,
            materials: material::upload(device, queue, materials, &character),
            palette,
            weights,
            group,
            skin_starts: flat.skin_starts,
            rigid_parts: flat.rigid_parts,
            matrices,
            motions,
            motion_list,
            morph_weights,
            feet: feet_of(&character),
            visible: false,
            bounds: (Vec3::ZERO, Vec3::ZERO),
            character,
        };
        human.number_from(0);
        if human.character.skin_blend == SkinBlend::DualQuaternion {
            let skeleton = human.character.skeleton.as_ref();
            let rest = skeleton.map_or_else(Vec::new, |s| s.rest_global().to_vec());
            human.place(queue, &rest);
        }
        human
    }

    /// Numbers its triangles from `first` on; the number after the last one.
    pub(crate) fn number_from(&mut self, first: u32) -> u32 {
        let mut next = first;
        for part in &mut self.parts {
            let count = part.ids.len() as u32;
            part.ids = next..next + count;
            next += count;
        }
        next
    }
}

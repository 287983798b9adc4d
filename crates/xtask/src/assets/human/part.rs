//! One drawable part of the human: a surface turned into vertex and index arrays.

use std::collections::BTreeMap;

use glam::{Vec2, Vec3};

use super::rig::{Influences, normalised};
use super::surface::{Surface, normals};

/// Offsets of one face shape on one part.
#[derive(Debug, Clone, Default)]
pub struct MorphOffsets {
    /// Vertices that move, ascending.
    pub vertices: Vec<u32>,
    /// Their displacements, metres.
    pub positions_m: Vec<Vec3>,
    /// Change of their unit normals.
    pub normals: Vec<Vec3>,
}

/// Vertex arrays of one glTF primitive.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// Name of the part and of its material.
    pub name: &'static str,
    /// Rest positions in the model, metres.
    pub positions_m: Vec<Vec3>,
    /// Unit normals.
    pub normals: Vec<Vec3>,
    /// Texture coordinates, origin at the upper left.
    pub uvs: Vec<Vec2>,
    /// Skin influences, heaviest first.
    pub influences: Vec<Influences>,
    /// Triangles, counter-clockwise from outside.
    pub triangles: Vec<[u32; 3]>,
    /// Surface vertex that each vertex came from.
    pub surface_vertex: Vec<u32>,
    /// Face shapes, empty for a part that has none.
    pub morphs: Vec<MorphOffsets>,
}

impl Part {
    /// Builds the arrays of a surface whose vertices are at `positions_m`.
    ///
    /// Vertices are split where texture coordinates differ; normals stay shared across the split.
    pub fn build(
        name: &'static str,
        surface: &Surface,
        positions_m: &[Vec3],
        weights: &[Influences],
    ) -> Self {
        let smooth = normals(surface, positions_m);
        let mut part = Self {
            name,
            ..Self::default()
        };
        let mut index_of = BTreeMap::new();
        for triangle in surface.triangles(positions_m) {
            let corners = triangle.map(|corner| {
                *index_of.entry(corner).or_insert_with(|| {
                    let vertex = corner.0 as usize;
                    part.positions_m.push(positions_m[vertex]);
                    part.normals
                        .push(smooth[vertex].try_normalize().unwrap_or(Vec3::Y));
                    part.uvs.push(surface.uvs[corner.1 as usize]);
                    part.influences
                        .push(blend_influences(&surface.vertices[vertex], weights));
                    part.surface_vertex.push(corner.0);
                    part.positions_m.len() as u32 - 1
                })
            });
            if corners[0] != corners[1] && corners[1] != corners[2] && corners[2] != corners[0] {
                part.triangles.push(corners);
            }
        }
        part
    }

    /// Adds one face shape, given the displacement of every vertex of the surface (metres).
    pub fn add_morph(&mut self, surface: &Surface, positions_m: &[Vec3], offsets: &[Vec3]) {
        const STILL_M: f32 = 2e-5;
        let before = normals(surface, positions_m);
        let moved: Vec<Vec3> = positions_m
            .iter()
            .zip(offsets)
            .map(|(p, o)| *p + *o)
            .collect();
        let after = normals(surface, &moved);
        let mut morph = MorphOffsets::default();
        for (vertex, &source) in self.surface_vertex.iter().enumerate() {
            let source = source as usize;
            if offsets[source].length() > STILL_M {
                morph.vertices.push(vertex as u32);
                morph.positions_m.push(offsets[source]);
                morph.normals.push(after[source] - before[source]);
            }
        }
        self.morphs.push(morph);
    }
}

fn blend_influences(blend: &[(u32, f32)], weights: &[Influences]) -> Influences {
    let mut sum: BTreeMap<usize, f32> = BTreeMap::new();
    for &(vertex, share) in blend {
        for &(joint, weight) in &weights[vertex as usize] {
            *sum.entry(joint).or_insert(0.0) += share * weight;
        }
    }
    normalised(
        sum.into_iter()
            .filter(|&(_, weight)| weight > 1e-4)
            .collect(),
    )
}

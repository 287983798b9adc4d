//! The virtual world's still parts: ground, set pieces, test pattern. Made in code, the same on every machine.

mod ground;
mod noise;
mod rock;
mod standing_stones;
mod sword;
mod test_pattern;

pub(crate) use ground::{FLAT_CENTRE_M, FLAT_RADIUS_M};
pub(crate) use noise::detail_picture;
pub(crate) use sword::{REACH_M as SWORD_REACH_M, sword};
pub use test_pattern::{Fiducial, fiducials};

use cyc_stage::{Environment, SceneKind};
use glam::{Vec2, Vec3};

/// A vertex of a set piece, as the GPU reads it.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
pub(crate) struct SetVertex {
    pub position: [f32; 3],
    pub normal: [f32; 3],
    pub uv: [f32; 2],
    pub tint: [u8; 4],
}

/// How a piece is shaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finish {
    Stone,
    Pattern,
    /// Unlit colour: the fiducials.
    Plain,
    Ground,
}

/// A run of indices with one finish.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub finish: Finish,
    pub indices: std::ops::Range<u32>,
}

/// All still geometry of a world.
#[derive(Debug, Default)]
pub(crate) struct Scene {
    pub vertices: Vec<SetVertex>,
    pub indices: Vec<u32>,
    pub pieces: Vec<Piece>,
    /// Stones on the ground, for baked ambient light: x, z, radius, height.
    pub footprints: Vec<[f32; 4]>,
}

impl Scene {
    pub(crate) fn build(environment: &Environment) -> Self {
        let mut scene = Self::default();
        match environment.scene {
            SceneKind::StandingStones => {
                standing_stones::add(&mut scene, environment.seed);
                ground::add(&mut scene, environment.seed);
            }
            SceneKind::TestPattern => test_pattern::add(&mut scene),
            SceneKind::Empty => {}
        }
        scene
    }

    /// Adds a mesh; the piece joins the last one when that has the same finish.
    pub(crate) fn add(&mut self, finish: Finish, mesh: &Mesh) {
        let base = self.vertices.len() as u32;
        let first = self.indices.len() as u32;
        self.vertices.extend_from_slice(&mesh.vertices);
        self.indices.extend(mesh.indices.iter().map(|i| i + base));
        let end = self.indices.len() as u32;
        match self.pieces.last_mut() {
            Some(last) if last.finish == finish => last.indices.end = end,
            _ => self.pieces.push(Piece {
                finish,
                indices: first..end,
            }),
        }
    }
}

/// A mesh under construction.
#[derive(Debug, Default)]
pub(crate) struct Mesh {
    pub vertices: Vec<SetVertex>,
    pub indices: Vec<u32>,
}

impl Mesh {
    pub(crate) fn push(&mut self, position: Vec3, normal: Vec3, uv: Vec2, tint: [f32; 4]) -> u32 {
        let index = self.vertices.len() as u32;
        self.vertices.push(SetVertex {
            position: position.to_array(),
            normal: normal.to_array(),
            uv: uv.to_array(),
            tint: tint.map(|c| (c.clamp(0.0, 1.0) * 255.0).round() as u8),
        });
        index
    }

    /// Two triangles; corners counter-clockwise seen from outside.
    pub(crate) fn quad(&mut self, [a, b, c, d]: [u32; 4]) {
        self.indices.extend([a, b, c, a, c, d]);
    }

    /// Replaces all normals by the mean of the triangles around, weighted by area.
    pub(crate) fn smooth_normals(&mut self) {
        let mut sums = vec![Vec3::ZERO; self.vertices.len()];
        for triangle in self.indices.chunks_exact(3) {
            let [a, b, c] = [triangle[0], triangle[1], triangle[2]].map(|i| i as usize);
            let p = |i: usize| Vec3::from_array(self.vertices[i].position);
            let normal = (p(b) - p(a)).cross(p(c) - p(a));
            for i in [a, b, c] {
                sums[i] += normal;
            }
        }
        for (vertex, sum) in self.vertices.iter_mut().zip(sums) {
            vertex.normal = sum.normalize_or(Vec3::Y).to_array();
        }
    }
}

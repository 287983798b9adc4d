//! A surface cut out of the base mesh: every vertex is a weighted mean of base-mesh vertices.
//!
//! Keeping vertices as blends means that whatever is known per base vertex (position, skin weights,
//! face-shape offsets, masks) can be read for a subdivided or trimmed surface by the same means.

use std::collections::BTreeMap;

use glam::{Vec2, Vec3};

use super::obj::{BaseMesh, Face};

/// `(base vertex, weight)`, ascending by vertex; weights sum to 1.
pub type Blend = Vec<(u32, f32)>;

/// A polygon mesh over blends of base vertices.
#[derive(Debug, Clone, Default)]
pub struct Surface {
    /// What each vertex is made of.
    pub vertices: Vec<Blend>,
    /// Texture coordinates, origin at the upper left as glTF has it.
    pub uvs: Vec<Vec2>,
    /// Corners `(vertex, uv)` of each face, counter-clockwise from outside.
    pub faces: Vec<Vec<(u32, u32)>>,
}

/// Adds blends with weights and merges repeated base vertices.
pub fn mix<'a>(parts: impl IntoIterator<Item = (&'a Blend, f32)>) -> Blend {
    let mut sum: BTreeMap<u32, f32> = BTreeMap::new();
    for (blend, weight) in parts {
        for &(vertex, share) in blend {
            *sum.entry(vertex).or_insert(0.0) += share * weight;
        }
    }
    sum.into_iter()
        .filter(|&(_, weight)| weight != 0.0)
        .collect()
}

impl Surface {
    /// The given faces of the base mesh, with `place` applied to their texture coordinates.
    pub fn cut<'a>(
        mesh: &BaseMesh,
        faces: impl Iterator<Item = &'a Face>,
        place: impl Fn(Vec2) -> Vec2,
    ) -> Self {
        let mut surface = Self::default();
        let (mut vertex_of, mut uv_of) = (BTreeMap::new(), BTreeMap::new());
        for face in faces {
            let corners = face.corners.iter().map(|&(vertex, uv)| {
                let vertex = *vertex_of.entry(vertex).or_insert_with(|| {
                    surface.vertices.push(vec![(vertex, 1.0)]);
                    surface.vertices.len() as u32 - 1
                });
                let uv = *uv_of.entry(uv).or_insert_with(|| {
                    let point = mesh.uvs[uv as usize];
                    surface.uvs.push(place(Vec2::new(point.x, 1.0 - point.y)));
                    surface.uvs.len() as u32 - 1
                });
                (vertex, uv)
            });
            let corners = corners.collect();
            surface.faces.push(corners);
        }
        surface
    }

    /// A per-base-vertex quantity at every vertex of the surface.
    pub fn sample<T>(&self, values: &[T]) -> Vec<T>
    where
        T: Copy + Default + std::ops::Add<Output = T> + std::ops::Mul<f32, Output = T>,
    {
        let blend = |blend: &Blend| {
            blend
                .iter()
                .fold(T::default(), |sum, &(v, w)| sum + values[v as usize] * w)
        };
        self.vertices.iter().map(blend).collect()
    }

    /// Keeps the faces for which a condition on their vertices holds, and drops what is unused.
    pub fn retain(&mut self, keep: impl Fn(&[(u32, u32)]) -> bool) {
        self.faces.retain(|face| keep(face));
        let (mut vertex_of, mut uv_of) = (BTreeMap::new(), BTreeMap::new());
        let (mut vertices, mut uvs) = (Vec::new(), Vec::new());
        for corner in self.faces.iter_mut().flatten() {
            corner.0 = *vertex_of.entry(corner.0).or_insert_with_key(|&vertex| {
                vertices.push(self.vertices[vertex as usize].clone());
                vertices.len() as u32 - 1
            });
            corner.1 = *uv_of.entry(corner.1).or_insert_with_key(|&uv| {
                uvs.push(self.uvs[uv as usize]);
                uvs.len() as u32 - 1
            });
        }
        self.vertices = vertices;
        self.uvs = uvs;
    }

    /// Edges that one face only uses, in the direction of that face.
    pub fn boundary(&self) -> Vec<(u32, u32)> {
        let mut uses: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        for (a, b) in self.edges() {
            *uses.entry((a.min(b), a.max(b))).or_insert(0) += 1;
        }
        self.edges()
            .filter(|&(a, b)| uses[&(a.min(b), a.max(b))] == 1)
            .collect()
    }

    /// Directed edges of all faces.
    pub fn edges(&self) -> impl Iterator<Item = (u32, u32)> {
        self.faces
            .iter()
            .flat_map(|face| (0..face.len()).map(|i| (face[i].0, face[(i + 1) % face.len()].0)))
    }

    /// Corners of the triangles that the faces split into, along the shorter diagonal of a quad.
    pub fn triangles(&self, positions: &[Vec3]) -> Vec<[(u32, u32); 3]> {
        let mut triangles = Vec::new();
        let at = |corner: (u32, u32)| positions[corner.0 as usize];
        for face in &self.faces {
            match face[..] {
                [a, b, c] => triangles.push([a, b, c]),
                [a, b, c, d] => {
                    let ac = at(a).distance_squared(at(c));
                    if ac <= at(b).distance_squared(at(d)) {
                        triangles.extend([[a, b, c], [a, c, d]]);
                    } else {
                        triangles.extend([[a, b, d], [b, c, d]]);
                    }
                }
                _ => {}
            }
        }
        triangles
    }
}

/// Area-weighted vertex normals of a surface in the given positions; zero where nothing meets.
pub fn normals(surface: &Surface, positions: &[Vec3]) -> Vec<Vec3> {
    let mut normals = vec![Vec3::ZERO; positions.len()];
    for face in &surface.faces {
        let count = face.len();
        let mut area = Vec3::ZERO;
        for i in 1..count - 1 {
            let [a, b, c] = [face[0], face[i], face[i + 1]].map(|k| positions[k.0 as usize]);
            area += (b - a).cross(c - a);
        }
        for corner in face {
            normals[corner.0 as usize] += area;
        }
    }
    normals.into_iter().map(Vec3::normalize_or_zero).collect()
}

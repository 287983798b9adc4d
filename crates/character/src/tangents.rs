//! Tangents: which way a normal map lies on the surface.
//!
//! Given ones are kept, with what morph targets do to them; where a primitive has a normal map and none are given they are
//! made by MikkTSpace, as glTF demands, since the map was baked against exactly these. A vertex on the line along which a texture is mirrored belongs to both
//! sides: it becomes two, or the map would be turned over on one of them.

use crate::accessor::Source;
use crate::character::Primitive;
use crate::error::{CharacterError, invalid};
use crate::place::Place;
use crate::rule::BrokenRule;
use bevy_mikktspace::{Geometry, TangentSpace, generate_tangents};
use glam::{Vec3, Vec4};
use std::collections::HashMap;

/// Bytes that a vertex costs which is made twice: its own numbers, and where it is looked up.
const TWIN_BYTES: u64 = 128;
/// Bytes that generating takes for each corner: the package's lists of triangles, groups and corners.
const CORNER_BYTES: u64 = 256;

/// Given tangents, as unit vectors with the side of the bitangent; one that is none is zero.
pub(crate) fn checked(
    given: Vec<[f32; 4]>,
    vertices: usize,
    place: &Place,
) -> Result<Vec<Vec4>, CharacterError> {
    if given.len() != vertices {
        let rule = BrokenRule::AttributeLength {
            attribute: "TANGENT",
            given: given.len(),
            vertices,
        };
        return Err(invalid(place, rule));
    }
    let unit = |[x, y, z, w]: [f32; 4]| match Vec3::new(x, y, z).try_normalize() {
        Some(along) => along.extend(if w < 0.0 { -1.0 } else { 1.0 }),
        None => Vec4::ZERO,
    };
    Ok(given.into_iter().map(unit).collect())
}

/// Gives a primitive tangents by its positions, normals and texture coordinates.
pub(crate) fn generate(
    primitive: &mut Primitive,
    source: &Source<'_>,
) -> Result<(), CharacterError> {
    source.spend(CORNER_BYTES * primitive.indices.len() as u64)?;
    let mut corners = Corners {
        of: primitive,
        tangents: vec![Vec4::ZERO; primitive.indices.len()],
    };
    // The package knows no error.
    let _ = generate_tangents(&mut corners);
    let tangents = corners.tangents;
    let sides = Sides::of(primitive, &tangents);
    source.spend(TWIN_BYTES * sides.twins.len() as u64)?;
    split(primitive, &sides);
    primitive.tangents = sides.means();
    Ok(())
}

/// A primitive as the package sees it, and what it says of each corner.
struct Corners<'a> {
    of: &'a Primitive,
    tangents: Vec<Vec4>,
}

impl Corners<'_> {
    fn vertex(&self, face: usize, corner: usize) -> usize {
        let index = self.of.indices.get(3 * face + corner);
        index.map_or(0, |index| *index as usize)
    }
}

impl Geometry for Corners<'_> {
    fn num_faces(&self) -> usize {
        self.of.indices.len() / 3
    }

    fn num_vertices_of_face(&self, _: usize) -> usize {
        3
    }

    fn position(&self, face: usize, corner: usize) -> [f32; 3] {
        let at = self.of.positions.get(self.vertex(face, corner));
        at.map_or([0.0; 3], |at| at.to_array())
    }

    fn normal(&self, face: usize, corner: usize) -> [f32; 3] {
        let normal = self.of.normals.get(self.vertex(face, corner));
        normal.map_or([0.0, 1.0, 0.0], |normal| normal.to_array())
    }

    fn tex_coord(&self, face: usize, corner: usize) -> [f32; 2] {
        let uv = self.of.uvs.get(self.vertex(face, corner));
        uv.map_or([0.0; 2], |uv| uv.to_array())
    }

    fn set_tangent(&mut self, tangent: Option<TangentSpace>, face: usize, corner: usize) {
        let Some(tangent) = tangent else { return };
        let [x, y, z, side] = tangent.tangent_encoded();
        if let Some(slot) = self.tangents.get_mut(3 * face + corner) {
            // The package's bitangent follows the coordinate v, which points down in glTF; a normal map's points up.
            let own = Vec4::new(x, y, z, -side);
            *slot = if own.is_finite() { own } else { Vec4::ZERO };
        }
    }
}

/// For each vertex, and for each twin behind them, what its corners say together.
struct Sides {
    sums: Vec<Vec4>,
    /// Whose twins they are, in order.
    twins: Vec<u32>,
    /// The vertex of each corner.
    of_corner: Vec<u32>,
}

impl Sides {
    fn of(primitive: &Primitive, tangents: &[Vec4]) -> Self {
        let vertices = primitive.positions.len();
        let mut sides = Self {
            sums: vec![Vec4::ZERO; vertices],
            twins: Vec::new(),
            of_corner: Vec::with_capacity(tangents.len()),
        };
        let mut twin_of: HashMap<u32, u32> = HashMap::new();
        for (vertex, tangent) in primitive.indices.iter().zip(tangents) {
            let known = sides.sums.get(*vertex as usize).map_or(0.0, |sum| sum.w);
            let own = if known * tangent.w < 0.0 {
                *twin_of.entry(*vertex).or_insert_with(|| {
                    sides.twins.push(*vertex);
                    sides.sums.push(Vec4::ZERO);
                    (sides.sums.len() - 1) as u32
                })
            } else {
                *vertex
            };
            if let Some(sum) = sides.sums.get_mut(own as usize) {
                *sum += *tangent;
            }
            sides.of_corner.push(own);
        }
        sides
    }

    fn means(self) -> Vec<Vec4> {
        let mean = |sum: Vec4| match sum.truncate().try_normalize() {
            Some(along) if sum.w != 0.0 => along.extend(sum.w.signum()),
            _ => Vec4::ZERO,
        };
        self.sums.into_iter().map(mean).collect()
    }
}

/// Makes the twins, behind all other vertices, and lets the corners of their side use them.
fn split(primitive: &mut Primitive, sides: &Sides) {
    let first = primitive.positions.len() as u32;
    let twins = &sides.twins;
    copy(&mut primitive.positions, twins);
    copy(&mut primitive.normals, twins);
    copy(&mut primitive.uvs, twins);
    copy(&mut primitive.joints, twins);
    copy(&mut primitive.weights, twins);
    let twin_of: HashMap<u32, u32> = twins.iter().copied().zip(first..).collect();
    for morph in &mut primitive.morphs {
        let moved = morph.vertices.iter().enumerate();
        let mut added: Vec<(u32, usize)> = moved
            .filter_map(|(nth, vertex)| Some((*twin_of.get(vertex)?, nth)))
            .collect();
        added.sort_unstable();
        for (twin, nth) in added {
            morph.vertices.push(twin);
            morph.positions.extend(morph.positions.get(nth).copied());
            morph.normals.extend(morph.normals.get(nth).copied());
            morph.tangents.extend(morph.tangents.get(nth).copied());
        }
    }
    primitive.indices.clone_from(&sides.of_corner);
}

/// Adds the entries of some places once more.
fn copy<T: Copy>(list: &mut Vec<T>, places: &[u32]) {
    for place in places {
        list.extend(list.get(*place as usize).copied());
    }
}

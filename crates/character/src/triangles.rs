//! Corners of triangles: indices of every mode to a plain list, and normals for meshes that have none.

use crate::accessor::Source;
use crate::error::{CharacterError, invalid};
use crate::place::Place;
use crate::rule::BrokenRule;
use glam::Vec3;
use gltf::json;
use gltf::json::mesh::Mode;
use gltf::json::validation::Checked;

/// How a run of indices makes triangles.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Faces {
    /// Three indices each.
    List,
    /// Each index with the two before it, winding alternating.
    Strip,
    /// Each index with the one before it and the first.
    Fan,
}

impl Faces {
    /// `None` for points and lines.
    pub fn of_mode(mode: &Checked<Mode>) -> Option<Self> {
        match mode {
            Checked::Valid(Mode::Triangles) => Some(Self::List),
            Checked::Valid(Mode::TriangleStrip) => Some(Self::Strip),
            Checked::Valid(Mode::TriangleFan) => Some(Self::Fan),
            _ => None,
        }
    }
}

/// The triangle list of a primitive with `vertices` vertices, every index checked.
pub(crate) fn corners(
    source: &Source<'_>,
    entry: &json::mesh::Primitive,
    faces: Faces,
    vertices: usize,
    place: &Place,
) -> Result<Vec<u32>, CharacterError> {
    let run: Vec<u32> = match entry.indices {
        Some(accessor) => {
            let read = source.unsigned::<1>(accessor.value())?;
            read.into_iter().map(|[i]| i).collect()
        }
        None => {
            source.spend(4 * vertices as u64)?;
            (0..vertices as u32).collect()
        }
    };
    if let Some(&index) = run.iter().find(|i| **i as usize >= vertices) {
        return Err(CharacterError::VertexIndex {
            primitive: place.clone(),
            index,
            vertices,
        });
    }
    if faces == Faces::List {
        if !run.len().is_multiple_of(3) {
            return Err(invalid(place, BrokenRule::TriangleCorners));
        }
        return Ok(run);
    }
    source.spend(12 * run.len() as u64)?;
    let mut list = Vec::with_capacity(run.len().saturating_sub(2) * 3);
    let first = run.first().copied().unwrap_or(0);
    for (i, window) in run.windows(3).enumerate() {
        let [a, b, c] = *window else { continue };
        list.extend(match faces {
            Faces::Fan => [first, b, c],
            _ if i % 2 == 0 => [a, b, c],
            _ => [b, a, c],
        });
    }
    Ok(list)
}

/// Area-weighted mean of the triangles around each vertex; up where there is none.
pub(crate) fn smooth_normals(positions: &[Vec3], indices: &[u32]) -> Vec<Vec3> {
    let mut sums = vec![Vec3::ZERO; positions.len()];
    for triangle in indices.chunks_exact(3) {
        let [a, b, c] = *triangle else { continue };
        let at = |i: u32| positions.get(i as usize).copied().unwrap_or(Vec3::ZERO);
        let area = (at(b) - at(a)).cross(at(c) - at(a));
        for i in [a, b, c] {
            if let Some(sum) = sums.get_mut(i as usize)
                && area.is_finite()
            {
                *sum += area;
            }
        }
    }
    sums.into_iter()
        .map(|n| n.try_normalize().unwrap_or(Vec3::Y))
        .collect()
}

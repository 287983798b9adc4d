//! One step of Catmull–Clark subdivision on a [`Surface`].
//!
//! Catmull and Clark, "Recursively generated B-spline surfaces on arbitrary topological meshes",
//! Computer-Aided Design 10 (1978); boundary edges follow the cubic B-spline curve rule. Texture
//! coordinates are subdivided linearly, so that seams stay where they are.

use std::collections::BTreeMap;

use super::surface::{Blend, Surface, mix};

struct Edge {
    point: u32,
    faces: Vec<usize>,
}

/// The subdivided surface: every face becomes as many quads as it has corners.
pub fn catmull_clark(surface: &Surface) -> Surface {
    let mut out = Surface {
        uvs: surface.uvs.clone(),
        ..Surface::default()
    };
    let count = surface.vertices.len();
    out.vertices = surface.vertices.clone();
    let mut edges: BTreeMap<(u32, u32), Edge> = BTreeMap::new();
    for (index, face) in surface.faces.iter().enumerate() {
        for i in 0..face.len() {
            let (a, b) = (face[i].0, face[(i + 1) % face.len()].0);
            let edge = edges.entry((a.min(b), a.max(b)));
            edge.or_insert(Edge {
                point: 0,
                faces: Vec::new(),
            })
            .faces
            .push(index);
        }
    }
    let face_blends: Vec<Blend> = surface
        .faces
        .iter()
        .map(|face| {
            let share = 1.0 / face.len() as f32;
            mix(face
                .iter()
                .map(|corner| (&surface.vertices[corner.0 as usize], share)))
        })
        .collect();
    for (&(a, b), edge) in &mut edges {
        let (a, b) = (&surface.vertices[a as usize], &surface.vertices[b as usize]);
        let blend = if let [f, g] = edge.faces[..] {
            mix([
                (a, 0.25),
                (b, 0.25),
                (&face_blends[f], 0.25),
                (&face_blends[g], 0.25),
            ])
        } else {
            mix([(a, 0.5), (b, 0.5)])
        };
        edge.point = out.vertices.len() as u32;
        out.vertices.push(blend);
    }
    move_vertices(surface, &edges, &face_blends, &mut out.vertices[..count]);
    split_faces(surface, &edges, face_blends, &mut out);
    out
}

fn move_vertices(
    surface: &Surface,
    edges: &BTreeMap<(u32, u32), Edge>,
    face_blends: &[Blend],
    moved: &mut [Blend],
) {
    let count = moved.len();
    let mut faces_at = vec![Vec::new(); count];
    for (index, face) in surface.faces.iter().enumerate() {
        for corner in face {
            faces_at[corner.0 as usize].push(index);
        }
    }
    let mut neighbours_at = vec![Vec::new(); count];
    let mut boundary_at = vec![Vec::new(); count];
    for (&(a, b), edge) in edges {
        for (from, to) in [(a, b), (b, a)] {
            neighbours_at[from as usize].push(to);
            if edge.faces.len() == 1 {
                boundary_at[from as usize].push(to);
            }
        }
    }
    for vertex in 0..count {
        let own = &surface.vertices[vertex];
        let at = |index: u32| &surface.vertices[index as usize];
        moved[vertex] = match boundary_at[vertex][..] {
            [] => {
                let n = faces_at[vertex].len().max(1) as f32;
                let faces = faces_at[vertex]
                    .iter()
                    .map(|&f| (&face_blends[f], 1.0 / (n * n)));
                let ring = neighbours_at[vertex]
                    .iter()
                    .map(|&v| (at(v), 1.0 / (n * n)));
                mix(faces.chain(ring).chain([(own, (n - 2.0) / n)]))
            }
            [a, b] => mix([(own, 0.75), (at(a), 0.125), (at(b), 0.125)]),
            _ => own.clone(),
        };
    }
}

fn split_faces(
    surface: &Surface,
    edges: &BTreeMap<(u32, u32), Edge>,
    face_blends: Vec<Blend>,
    out: &mut Surface,
) {
    let mut uv_midpoints: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for (face, blend) in surface.faces.iter().zip(face_blends) {
        let count = face.len();
        let centre = out.vertices.len() as u32;
        out.vertices.push(blend);
        let middle = face
            .iter()
            .map(|c| surface.uvs[c.1 as usize])
            .sum::<glam::Vec2>();
        let centre_uv = out.uvs.len() as u32;
        out.uvs.push(middle / count as f32);
        let mut midpoint = |i: usize| {
            let (a, b) = (face[i % count], face[(i + 1) % count]);
            let edge = &edges[&(a.0.min(b.0), a.0.max(b.0))];
            let uv = *uv_midpoints
                .entry((a.1.min(b.1), a.1.max(b.1)))
                .or_insert_with(|| {
                    let sum = surface.uvs[a.1 as usize] + surface.uvs[b.1 as usize];
                    out.uvs.push(0.5 * sum);
                    out.uvs.len() as u32 - 1
                });
            (edge.point, uv)
        };
        for (i, &corner) in face.iter().enumerate() {
            let (before, after) = (midpoint(i + count - 1), midpoint(i));
            out.faces
                .push(vec![corner, after, (centre, centre_uv), before]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::{Vec2, Vec3};

    /// A closed cube of six quads, corners at plus and minus one.
    fn cube() -> (Surface, Vec<Vec3>) {
        let sign = |bit: u32, n: u32| if n >> bit & 1 == 1 { 1.0 } else { -1.0 };
        let corners = (0..8)
            .map(|n| Vec3::new(sign(0, n), sign(1, n), sign(2, n)))
            .collect();
        let quads = [
            [0, 2, 3, 1],
            [4, 5, 7, 6],
            [0, 1, 5, 4],
            [2, 6, 7, 3],
            [0, 4, 6, 2],
            [1, 3, 7, 5],
        ];
        let surface = Surface {
            vertices: (0..8).map(|vertex| vec![(vertex, 1.0)]).collect(),
            uvs: vec![Vec2::ZERO; 8],
            faces: quads
                .iter()
                .map(|quad| quad.map(|vertex| (vertex, vertex)).to_vec())
                .collect(),
        };
        (surface, corners)
    }

    #[test]
    fn a_cube_becomes_the_known_surface() {
        let (surface, corners) = cube();
        let fine = catmull_clark(&surface);
        assert_eq!((fine.vertices.len(), fine.faces.len()), (26, 24));
        assert!(fine.boundary().is_empty());
        let points = fine.sample(&corners);
        // Corner, edge and face points of the cube after one step, worked out by hand.
        assert!(
            points[0].distance(Vec3::splat(-5.0 / 9.0)) < 1e-6,
            "{}",
            points[0]
        );
        assert!(
            points[8..20]
                .iter()
                .all(|p| (p.length() - 1.125_f32.sqrt()).abs() < 1e-6)
        );
        assert!(points[20..].iter().all(|p| (p.length() - 1.0).abs() < 1e-6));
    }

    #[test]
    fn blends_stay_means() {
        let (surface, _) = cube();
        for blend in catmull_clark(&catmull_clark(&surface)).vertices {
            assert!((blend.iter().map(|share| share.1).sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }
}

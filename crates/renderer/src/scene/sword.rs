//! The prop of the demonstration: a sword, point up along +Y, its tracked body at the guard.

use super::Mesh;
use glam::{Vec2, Vec3};
use std::f32::consts::TAU;

/// Steel, brass and leather; alpha is how metallic.
const STEEL: [f32; 4] = [0.62, 0.64, 0.67, 1.0];
const BRASS: [f32; 4] = [0.80, 0.58, 0.26, 1.0];
const LEATHER: [f32; 4] = [0.16, 0.07, 0.04, 0.0];

/// Blade from the guard to the point, grip below it.
const BLADE_M: f32 = 0.86;
const GRIP_M: f32 = 0.17;

/// Radius of a ball around the tracked body that holds the sword, metres.
pub(crate) const REACH_M: f32 = 0.95;

/// The sword in its body's frame.
pub(crate) fn sword() -> Mesh {
    let mut mesh = Mesh::default();
    blade(&mut mesh);
    cuboid(&mut mesh, Vec3::ZERO, Vec3::new(0.20, 0.022, 0.028), BRASS);
    turned(&mut mesh, -GRIP_M, 0.0, [0.014, 0.017], LEATHER);
    turned(&mut mesh, -GRIP_M - 0.045, -GRIP_M, [0.012, 0.024], BRASS);
    mesh
}

/// Four flat sides with a ridge, drawn to a point.
fn blade(mesh: &mut Mesh) {
    let (half_width, half_depth, shoulder) = (0.024, 0.005, BLADE_M - 0.10);
    let rim = [
        Vec3::new(half_width, 0.0, 0.0),
        Vec3::new(0.0, 0.0, half_depth),
        Vec3::new(-half_width, 0.0, 0.0),
        Vec3::new(0.0, 0.0, -half_depth),
    ];
    let point = Vec3::Y * BLADE_M;
    for side in 0..4 {
        let (a, b) = (rim[side], rim[(side + 1) % 4]);
        let (top_a, top_b) = (a * 0.75 + Vec3::Y * shoulder, b * 0.75 + Vec3::Y * shoulder);
        let normal = Vec3::Y.cross(a - b).normalize_or(Vec3::Z);
        let mut push = |at: Vec3| mesh.push(at, normal, Vec2::ZERO, STEEL);
        let corners = [push(b), push(a), push(top_a), push(top_b)];
        let tip = push(point);
        mesh.quad(corners);
        mesh.indices.extend([corners[3], corners[2], tip]);
    }
}

/// A round part from `low` to `high` with a radius at its ends and in its middle.
fn turned(mesh: &mut Mesh, low: f32, high: f32, [end, middle]: [f32; 2], tint: [f32; 4]) {
    const SECTORS: u32 = 12;
    const RINGS: u32 = 6;
    let base = mesh.vertices.len() as u32;
    for ring in 0..=RINGS {
        let part = ring as f32 / RINGS as f32;
        let radius = end + (middle - end) * (part * std::f32::consts::PI).sin();
        for sector in 0..=SECTORS {
            let (sin, cos) = (TAU * sector as f32 / SECTORS as f32).sin_cos();
            let normal = Vec3::new(cos, 0.0, sin);
            let at = normal * radius + Vec3::Y * (low + (high - low) * part);
            mesh.push(at, normal, Vec2::ZERO, tint);
        }
    }
    for ring in 0..RINGS {
        for sector in 0..SECTORS {
            let at = |r: u32, s: u32| base + r * (SECTORS + 1) + s;
            mesh.quad([
                at(ring, sector + 1),
                at(ring, sector),
                at(ring + 1, sector),
                at(ring + 1, sector + 1),
            ]);
        }
    }
}

fn cuboid(mesh: &mut Mesh, centre: Vec3, size: Vec3, tint: [f32; 4]) {
    for axis in 0..3 {
        for sign in [-1.0, 1.0] {
            let mut normal = Vec3::ZERO;
            normal[axis] = sign;
            let right = Vec3::new(normal.y, normal.z, normal.x);
            let up = normal.cross(right);
            let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(|(x, y)| {
                let at = centre + (normal + right * x + up * y) * 0.5 * size;
                mesh.push(at, normal, Vec2::ZERO, tint)
            });
            mesh.quad(corners);
        }
    }
}

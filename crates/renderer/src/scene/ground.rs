//! The ground: flat where people act, waves beyond, hills at the horizon.

use super::noise::fractal;
use super::{Finish, Mesh, Scene};
use glam::{Vec2, Vec3};
use std::f32::consts::TAU;

/// Middle of the flat ground on which humans stand and cast shadows (x, z).
pub(crate) const FLAT_CENTRE_M: Vec2 = Vec2::new(0.0, -8.0);

/// How far from there the ground is exactly flat.
pub(crate) const FLAT_RADIUS_M: f32 = 15.0;

const RINGS: u32 = 96;
const SECTORS: u32 = 144;
const REACH_M: f32 = 1400.0;

/// Height of the ground.
pub(crate) fn height_m(at: Vec2, seed: u32) -> f32 {
    let away = (at - FLAT_CENTRE_M).length();
    let smooth = |from: f32, to: f32| {
        let t = ((away - from) / (to - from)).clamp(0.0, 1.0);
        t * t * (3.0 - 2.0 * t)
    };
    let p = |scale: f32| Vec3::new(at.x * scale, 0.0, at.y * scale);
    let waves = (fractal(p(0.035), seed, 4) - 0.42) * 5.5;
    let rises = (fractal(p(0.008), seed ^ 9, 3) - 0.4) * 26.0;
    let ridge = 1.0 - (fractal(p(0.0034), seed ^ 21, 5) * 2.0 - 1.0).abs();
    let hills = ridge * ridge * 120.0;
    waves * smooth(FLAT_RADIUS_M, 60.0) + rises * smooth(50.0, 220.0) + hills * smooth(260.0, 900.0)
}

/// How dry the ground is far from the acting area, 0 to 1; near it, that is baked with the light.
fn dryness(at: Vec2, seed: u32) -> f32 {
    let p = Vec3::new(at.x * 0.02, 0.0, at.y * 0.02);
    (fractal(p, seed ^ 55, 4) * 1.9 - 0.52).clamp(0.0, 1.0)
}

pub(crate) fn add(scene: &mut Scene, seed: u32) {
    let mut mesh = Mesh::default();
    let radius = |ring: u32| {
        let t = ring as f32 / (RINGS - 1) as f32;
        if ring == 0 {
            0.0
        } else {
            1.2 * (REACH_M / 1.2).powf(t)
        }
    };
    for ring in 0..RINGS {
        for sector in 0..SECTORS {
            let around = TAU * sector as f32 / SECTORS as f32;
            let at = FLAT_CENTRE_M + Vec2::new(around.cos(), around.sin()) * radius(ring);
            let position = Vec3::new(at.x, height_m(at, seed), at.y);
            mesh.push(position, Vec3::Y, at, [dryness(at, seed), 1.0, 1.0, 1.0]);
        }
    }
    for ring in 0..RINGS - 1 {
        for sector in 0..SECTORS {
            let next = (sector + 1) % SECTORS;
            let at = |r: u32, s: u32| r * SECTORS + s;
            mesh.quad([
                at(ring + 1, next),
                at(ring + 1, sector),
                at(ring, sector),
                at(ring, next),
            ]);
        }
    }
    mesh.smooth_normals();
    scene.add(Finish::Ground, &mesh);
}

//! The set of the demonstration: a ring of standing stones on a plain, a gate of three, rubble between them.

use super::Scene;
use super::ground::{FLAT_CENTRE_M, FLAT_RADIUS_M, height_m};
use super::noise::hash;
use super::rock::Rock;
use glam::{IVec3, Vec2, Vec3};
use std::f32::consts::TAU;

/// Stones placed by hand, where the camera looks: x, z, width, height, depth, yaw, tilt.
const PLACED: [[f32; 7]; 12] = [
    [-5.6, -11.0, 1.25, 3.9, 0.85, 0.35, 0.04],
    [-3.4, -16.5, 1.45, 4.6, 0.95, -0.15, -0.05],
    [6.1, -11.8, 1.35, 3.5, 0.9, -0.5, 0.07],
    [8.3, -9.0, 1.2, 2.9, 0.8, -0.9, -0.10],
    [-8.8, -8.3, 1.5, 4.2, 1.0, 0.9, 0.06],
    [-8.4, -17.5, 1.3, 3.4, 0.9, 0.5, 0.10],
    [9.6, -17.0, 1.6, 4.8, 1.0, -0.4, -0.04],
    [-0.9, -21.5, 1.3, 4.1, 0.9, 0.1, 0.06],
    [-14.5, -24.0, 1.9, 5.6, 1.2, 0.3, -0.06],
    [15.5, -27.0, 1.8, 5.2, 1.2, -0.3, 0.05],
    [-5.0, -36.0, 2.0, 6.0, 1.3, 0.2, 0.03],
    [9.0, -41.0, 2.1, 6.4, 1.4, -0.1, -0.03],
];

/// The gate: two pillars and what lies on them.
const GATE_X_M: [f32; 2] = [2.1, 5.0];
const GATE_Z_M: f32 = -17.6;
const GATE_HEIGHT_M: f32 = 4.7;

/// People act here; nothing is scattered on it.
const ACTING_RADIUS_M: f32 = 5.5;

pub(crate) fn add(scene: &mut Scene, seed: u32) {
    for (nth, [x, z, w, h, d, yaw, tilt]) in PLACED.into_iter().enumerate() {
        standing(
            Vec2::new(x, z),
            Vec3::new(w, h, d),
            yaw,
            tilt,
            nth as u32,
            seed,
        )
        .add(scene);
    }
    gate(scene, seed);
    around(scene, seed);
    rubble(scene, seed);
}

fn standing(at: Vec2, size_m: Vec3, yaw: f32, tilt: f32, nth: u32, seed: u32) -> Rock {
    Rock {
        foot_m: Vec3::new(at.x, height_m(at, seed) - 0.02, at.y),
        size_m,
        yaw_rad: yaw,
        tilt_rad: tilt,
        round: 0.20,
        wear: 0.16,
        mesh: [30, 26],
        seed: seed.wrapping_mul(131).wrapping_add(nth * 7 + 1),
    }
}

fn gate(scene: &mut Scene, seed: u32) {
    for (nth, x) in GATE_X_M.into_iter().enumerate() {
        let size_m = Vec3::new(1.25, GATE_HEIGHT_M, 1.0);
        let at = Vec2::new(x, GATE_Z_M - 0.3 * nth as f32);
        standing(at, size_m, 0.08, 0.01, 40 + nth as u32, seed).add(scene);
    }
    let middle = (GATE_X_M[0] + GATE_X_M[1]) / 2.0;
    let lintel = Rock {
        foot_m: Vec3::new(middle, GATE_HEIGHT_M * 0.945, GATE_Z_M - 0.15),
        size_m: Vec3::new(4.7, 1.0, 1.15),
        yaw_rad: 0.10,
        tilt_rad: 0.0,
        round: 0.22,
        wear: 0.11,
        mesh: [18, 30],
        seed: seed ^ 4242,
    };
    lintel.add(scene);
    // The lintel hangs over the ground and must not darken it as a standing stone would.
    scene.footprints.pop();
}

/// Stones to the sides and behind, which only the outer view sees.
fn around(scene: &mut Scene, seed: u32) {
    for nth in 0..16 {
        let random = |k: i32| hash(IVec3::new(nth, k, 5), seed);
        let angle = TAU * (nth as f32 + 0.5 * random(0)) / 16.0;
        let direction = Vec2::new(angle.sin(), angle.cos());
        // Straight ahead stands what was placed by hand.
        if direction.y < -0.62 {
            continue;
        }
        let at = Vec2::new(0.0, -4.0) + direction * (10.5 + 9.0 * random(1));
        let height = 2.6 + 2.6 * random(2);
        let size_m = Vec3::new(1.0 + 0.6 * random(3), height, 0.75 + 0.4 * random(4));
        let tilt = (random(6) - 0.5) * 0.3;
        standing(at, size_m, angle, tilt, 60 + nth as u32, seed).add(scene);
    }
}

fn rubble(scene: &mut Scene, seed: u32) {
    for nth in 0..240 {
        let random = |k: i32| hash(IVec3::new(nth, k, 17), seed);
        let angle = TAU * random(0);
        let away = 3.0 + 27.0 * random(1) * random(1).sqrt();
        let at = FLAT_CENTRE_M + Vec2::new(angle.cos(), angle.sin()) * away;
        let size = 0.05 + 0.30 * random(2).powi(4);
        if (at - Vec2::new(0.0, -7.0)).length() < ACTING_RADIUS_M && size > 0.055
            || (at - FLAT_CENTRE_M).length() > FLAT_RADIUS_M * 2.0
        {
            continue;
        }
        let rock = Rock {
            foot_m: Vec3::new(at.x, height_m(at, seed) - 0.25 * size, at.y),
            size_m: Vec3::new(size * 1.4, size, size * 1.1),
            yaw_rad: TAU * random(3),
            tilt_rad: (random(4) - 0.5) * 0.6,
            round: 0.55,
            wear: 0.22,
            mesh: if size > 0.15 { [9, 12] } else { [5, 7] },
            seed: seed.wrapping_add(1000 + nth as u32),
        };
        rock.add(scene);
        scene.footprints.pop();
    }
}

//! One rock: a rounded box, bent and worn by noise.

use super::noise::fractal;
use super::{Finish, Mesh, Scene};
use glam::{Mat3, Vec2, Vec3};
use std::f32::consts::{PI, TAU};

/// A rock to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rock {
    /// Middle of its foot on the stage.
    pub foot_m: Vec3,
    /// Width, height, depth.
    pub size_m: Vec3,
    pub yaw_rad: f32,
    /// Tilt about its own X axis.
    pub tilt_rad: f32,
    /// 0 a box, 1 an ellipsoid.
    pub round: f32,
    /// Depth of its dents relative to its size.
    pub wear: f32,
    /// Rings and sectors of the mesh.
    pub mesh: [u32; 2],
    pub seed: u32,
}

impl Rock {
    pub(crate) fn add(&self, scene: &mut Scene) {
        let mut mesh = Mesh::default();
        let [rings, sectors] = self.mesh;
        let turn = Mat3::from_rotation_y(self.yaw_rad) * Mat3::from_rotation_x(self.tilt_rad);
        for ring in 0..=rings {
            for sector in 0..=sectors {
                let up = PI * (ring as f32 / rings as f32 - 0.5);
                let around = TAU * sector as f32 / sectors as f32;
                let local = self.local(up, around);
                let position = self.foot_m + turn * local;
                let above = (local.y / self.size_m.y).clamp(0.0, 1.0);
                let open = 0.35 + 0.65 * (above * 3.2).min(1.0);
                let shade = 0.86 + 0.28 * fractal(position * 0.4, self.seed, 2);
                let girth = self.size_m.x + self.size_m.z;
                let turns = (girth * 2.0 * TEXTURE_PER_M).round().max(1.0);
                let uv = Vec2::new(
                    turns * sector as f32 / sectors as f32 + 0.37 * (self.seed % 97) as f32,
                    local.y * TEXTURE_PER_M,
                );
                mesh.push(position, Vec3::Y, uv, [shade, shade, shade * 0.98, open]);
            }
        }
        for ring in 0..rings {
            for sector in 0..sectors {
                let next = sector + 1;
                let at = |r: u32, s: u32| r * (sectors + 1) + s;
                mesh.quad([
                    at(ring, next),
                    at(ring, sector),
                    at(ring + 1, sector),
                    at(ring + 1, next),
                ]);
            }
        }
        mesh.smooth_normals();
        close_seam(&mut mesh, sectors as usize);
        scene.add(Finish::Stone, &mesh);
        scene.footprints.push([
            self.foot_m.x,
            self.foot_m.z,
            self.size_m.x.min(self.size_m.z) * 0.5,
            self.size_m.y,
        ]);
    }

    /// A surface point before the rock is turned and placed.
    fn local(&self, up: f32, around: f32) -> Vec3 {
        let ball = Vec3::new(up.cos() * around.cos(), up.sin(), up.cos() * around.sin());
        // Between the sphere and the cube around it.
        let cube = ball / ball.abs().max_element().max(1e-3);
        let shape = cube.lerp(ball, self.round);
        let taper = 1.0 - 0.16 * (shape.y * 0.5 + 0.5) * (1.0 - self.round);
        let worn = fractal(
            shape * 1.3 + Vec3::splat(self.seed as f32 * 1.7),
            self.seed,
            4,
        ) - 0.5;
        let bent = fractal(Vec3::new(0.3, shape.y * 0.8, 0.7), self.seed ^ 77, 2) - 0.5;
        let half = self.size_m * 0.5;
        let swollen = shape * (1.0 + self.wear * 2.0 * worn);
        Vec3::new(
            swollen.x * half.x * taper + bent * self.wear * self.size_m.x,
            (swollen.y * 0.5 + 0.5) * self.size_m.y - 0.04 * self.size_m.y,
            swollen.z * half.z * taper,
        )
    }
}

/// Repeats of the texture per metre of stone.
const TEXTURE_PER_M: f32 = 0.55;

/// First and last column stand in the same places with other texture coordinates: they get one normal.
fn close_seam(mesh: &mut Mesh, sectors: usize) {
    for row in mesh.vertices.chunks_exact_mut(sectors + 1) {
        let sum = Vec3::from_array(row[0].normal) + Vec3::from_array(row[sectors].normal);
        let normal = sum.normalize_or(Vec3::Y).to_array();
        row[0].normal = normal;
        row[sectors].normal = normal;
    }
}

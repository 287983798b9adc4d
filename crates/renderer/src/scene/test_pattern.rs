//! The test pattern: a world to measure with. Fixed, so that figures can be compared between machines and years.
//!
//! A 1/f texture all around, blocks with hard edges between 6 and 25 m, and fiducials: small bright balls at known
//! places from 1 to 30 m, spread over every direction in which a camera may look at the walls.

use super::noise::hash;
use super::{Finish, Mesh, Scene};
use glam::{DVec3, IVec3, Vec2, Vec3};
use std::f32::consts::{PI, TAU};

/// A bright ball at a known place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fiducial {
    /// Its middle on the stage, metres.
    pub centre_m: DVec3,
    /// Its radius, metres.
    pub radius_m: f64,
}

const SEED: u32 = 20;

/// From about here the fiducials are spread evenly.
const ORIGIN_M: DVec3 = DVec3::new(0.0, 1.6, 1.0);

/// Angular radius of a fiducial seen from there: 4.5 pixels of a camera with 1280 pixels over 54°.
const ANGULAR_RADIUS: f64 = 0.0036;

/// The fiducials of the test pattern.
pub fn fiducials() -> Vec<Fiducial> {
    let mut all = Vec::new();
    for row in 0..15 {
        for column in 0..38 {
            let random = |k: i32| f64::from(hash(IVec3::new(column, row, k), SEED));
            let yaw = (-75.0 + 4.0 * (f64::from(column) + 0.4 * random(0))).to_radians();
            let pitch = (-16.0 + 3.6 * (f64::from(row) + 0.4 * random(1))).to_radians();
            let direction = DVec3::new(
                yaw.sin() * pitch.cos(),
                pitch.sin(),
                -yaw.cos() * pitch.cos(),
            );
            // Evenly in the logarithm, since a camera judges distance by ratio.
            let distance = 30f64.powf(random(2)).max(1.0);
            all.push(Fiducial {
                centre_m: ORIGIN_M + direction * distance,
                radius_m: distance * ANGULAR_RADIUS,
            });
        }
    }
    all
}

pub(super) fn add(scene: &mut Scene) {
    let backdrop = ball(Vec3::new(0.0, 1.6, 0.0), 45.0, [64, 128], true, 64.0);
    scene.add(Finish::Pattern, &backdrop);
    for nth in 0..60 {
        let random = |k: i32| hash(IVec3::new(nth, k, 3), SEED);
        let yaw = (-72.0 + 2.5 * nth as f32).to_radians();
        let distance = 6.5 + 18.0 * random(0);
        let foot = Vec3::new(
            yaw.sin() * distance,
            4.5 * random(1) * random(6),
            -yaw.cos() * distance,
        );
        let size = Vec3::new(
            0.4 + 1.4 * random(2),
            0.8 + 3.0 * random(3),
            0.4 + 1.4 * random(4),
        );
        let tint = [0, 1, 2].map(|k| if random(10 + k) < 0.5 { 0.02 } else { 0.9 });
        scene.add(Finish::Pattern, &block(foot, size, random(5) * TAU, tint));
    }
    for fiducial in fiducials() {
        let mesh = ball(
            fiducial.centre_m.as_vec3(),
            fiducial.radius_m as f32,
            [10, 16],
            false,
            1.0,
        );
        scene.add(Finish::Plain, &mesh);
    }
}

/// A ball seen from outside, or from inside when `inward`; `repeats` of the texture around it.
fn ball(centre: Vec3, radius: f32, [rings, sectors]: [u32; 2], inward: bool, repeats: f32) -> Mesh {
    let mut mesh = Mesh::default();
    for ring in 0..=rings {
        for sector in 0..=sectors {
            let up = PI * (ring as f32 / rings as f32 - 0.5);
            let around = TAU * sector as f32 / sectors as f32;
            let normal = Vec3::new(up.cos() * around.cos(), up.sin(), up.cos() * around.sin());
            let uv = Vec2::new(around / TAU * repeats, up / PI * repeats * 0.5);
            mesh.push(centre + normal * radius, normal, uv, [0.55, 0.5, 0.45, 1.0]);
        }
    }
    for ring in 0..rings {
        for sector in 0..sectors {
            let at = |r: u32, s: u32| r * (sectors + 1) + s;
            let corners = [
                at(ring, sector + 1),
                at(ring, sector),
                at(ring + 1, sector),
                at(ring + 1, sector + 1),
            ];
            if inward {
                let [a, b, c, d] = corners;
                mesh.quad([d, c, b, a]);
            } else {
                mesh.quad(corners);
            }
        }
    }
    mesh
}

fn block(foot: Vec3, size: Vec3, yaw: f32, tint: [f32; 3]) -> Mesh {
    let mut mesh = Mesh::default();
    let turn = glam::Mat3::from_rotation_y(yaw);
    for axis in 0..3 {
        for sign in [-1.0, 1.0] {
            let mut normal = Vec3::ZERO;
            normal[axis] = sign;
            let right = Vec3::new(normal.y, normal.z, normal.x);
            let up = normal.cross(right);
            let shade = 0.6 + 0.2 * axis as f32;
            let [r, g, b] = tint.map(|c| c * shade);
            let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(|(x, y)| {
                let unit = normal + right * x + up * y;
                let local = (unit * 0.5 + Vec3::Y * 0.5) * size;
                let uv = Vec2::new(x, y) * 0.9;
                mesh.push(foot + turn * local, turn * normal, uv, [r, g, b, 1.0])
            });
            mesh.quad(corners);
        }
    }
    mesh
}

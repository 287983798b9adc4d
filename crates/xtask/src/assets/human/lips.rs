//! Finds the parting of the lips on the shaped mesh and closes it.
//!
//! The shape leaves the lips half a millimetre apart, through which the teeth show as a white line.

use anyhow::{Context, Result, ensure};
use glam::Vec3;

use super::arkit;
use super::paint::smoothstep;
use super::target::Target;

/// How much of a jaw's opening moves a vertex of the lower lip at least, as offsets of the target.
const DROPS: f32 = 0.10;
/// How far each lip moves at the parting, metres: enough for the two to touch.
const UPPER_DOWN_M: f32 = 0.0011;
const LOWER_UP_M: f32 = 0.0009;
/// Lip this far from the parting stays as it is, metres.
const REACH_M: f32 = 0.006;
/// Half the width of the mouth, metres.
const HALF_WIDTH_M: f32 = 0.026;

/// Curvature of the parting: it falls towards the corners by this times the square of the distance.
pub const DROOP_PER_M: f32 = 1.6;

/// Middle of the parting: where an opening jaw tears the front of the face in two. `size` is that of the
/// face against the performer's.
///
/// # Errors
/// When the front of the face has no such place.
pub fn parting_m(positions_m: &[Vec3], shapes: &[Target], eye_m: Vec3, size: f32) -> Result<Vec3> {
    let jaw = arkit::NAMES
        .iter()
        .position(|name| *name == "jawOpen")
        .context("no jawOpen")?;
    let mut drop = vec![0.0; positions_m.len()];
    for &(vertex, offset) in &shapes[jaw].offsets {
        drop[vertex as usize] = -offset.y;
    }
    let (mut upper, mut lower) = (Vec3::INFINITY, Vec3::NEG_INFINITY);
    for (p, drop) in positions_m.iter().zip(drop) {
        let below_eyes = (eye_m.y - p.y) / size;
        if p.x.abs() < 0.002 && p.z > eye_m.z + 0.025 * size && (0.02..0.12).contains(&below_eyes) {
            if drop < DROPS && p.y < upper.y {
                upper = *p;
            } else if drop >= DROPS && p.y > lower.y {
                lower = *p;
            }
        }
    }
    let middle = 0.5 * (upper + lower);
    ensure!(middle.is_finite(), "the lips were not found");
    Ok(Vec3::new(0.0, middle.y, middle.z))
}

/// Moves the lips of the given vertices together.
pub fn close(positions_m: &mut [Vec3], body: &[u32], parting: Vec3, size: f32) {
    for &vertex in body {
        let p = &mut positions_m[vertex as usize];
        let x_m = p.x / size;
        if x_m.abs() < HALF_WIDTH_M && p.z > parting.z - 0.028 * size {
            let up = (p.y - (parting.y - size * DROOP_PER_M * x_m * x_m)) / size;
            let corners = smoothstep(HALF_WIDTH_M, 0.75 * HALF_WIDTH_M, x_m.abs());
            let near = corners * smoothstep(REACH_M, 0.0005, up.abs());
            p.y += near * size * if up > 0.0 { -UPPER_DOWN_M } else { LOWER_UP_M };
        }
    }
}

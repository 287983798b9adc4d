//! What space hands take up, from the surface that moves with them.
//!
//! The ellipsoid lies along the hand, and across it where the hand is wider: a palm, a paw and a ball each get their own.

use cyc_model::{HandShape, JointFrame, ModelSpace, Xf};
use glam::DVec3;

/// Fewer vertices are no hand.
const VERTICES_MIN: usize = 8;

/// What a hand holds belongs to the hand as far as this part of the forearm's length from the wrist.
const REACH_PART: f64 = 1.0;

/// The shape of a hand whose joint rests so, from its vertices in the rest pose; `None` without a surface.
pub(crate) fn hand_shape(
    wrist: Xf<ModelSpace, JointFrame>,
    forearm_m: f64,
    vertices: &[DVec3],
) -> Option<HandShape> {
    let origin = wrist.translation().metres();
    let into = wrist.rotation().conjugate();
    let near = |at: &&DVec3| at.distance(origin) <= REACH_PART * forearm_m;
    let local = vertices.iter().filter(near).map(|at| into * (*at - origin));
    let local: Vec<DVec3> = local.collect();
    if local.len() < VERTICES_MIN {
        return None;
    }
    let mean = local.iter().sum::<DVec3>() / local.len() as f64;
    let along = mean.try_normalize().unwrap_or(DVec3::X);
    let (u, v) = along.any_orthonormal_pair();
    // The direction across the hand in which it is widest: the major axis of its spread beside its length.
    let (mut uu, mut uv, mut vv) = (0.0, 0.0, 0.0);
    for at in &local {
        let (a, b) = ((*at - mean).dot(u), (*at - mean).dot(v));
        (uu, uv, vv) = (uu + a * a, uv + a * b, vv + b * b);
    }
    let (sin, cos) = (0.5 * (2.0 * uv).atan2(uu - vv)).sin_cos();
    let axes = [along, u * cos + v * sin, v * cos - u * sin];
    let spans = axes.map(|axis| {
        let at = local.iter().map(|at| at.dot(axis));
        at.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
            (low.min(x), high.max(x))
        })
    });
    let mut shape = HandShape::default();
    for ((axis, (low, high)), half) in axes.into_iter().zip(spans).zip(&mut shape.half_axes) {
        shape.centre += axis * (0.5 * (low + high));
        *half = axis * (0.5 * (high - low));
    }
    Some(shape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::DQuat;

    /// A palm of 18 × 8 × 3 cm with a sword in it, whose joint is turned and stands anywhere.
    #[test]
    fn a_palm_is_long_wide_and_thin_and_its_sword_is_no_part_of_it() {
        let turn = DQuat::from_rotation_y(0.7) * DQuat::from_rotation_x(-0.4);
        let wrist = Xf::saturating(turn, DVec3::new(0.6, 1.4, 0.1));
        let mut vertices = Vec::new();
        for i in 0..=18 {
            for j in -4..=4 {
                for k in [-0.015, 0.015] {
                    vertices.push(DVec3::new(0.01 * f64::from(i), k, 0.01 * f64::from(j)));
                }
            }
        }
        vertices.extend((0..20).map(|i| DVec3::new(0.05, 0.0, 0.3 + 0.02 * f64::from(i))));
        let outside: Vec<DVec3> = vertices
            .iter()
            .map(|at| wrist.translation().metres() + turn * *at)
            .collect();
        let shape = hand_shape(wrist, 0.26, &outside).unwrap();
        assert!(shape.centre.distance(DVec3::X * 0.09) < 1e-9, "{shape:?}");
        let lengths = shape.half_axes.map(DVec3::length);
        for (is, wanted) in lengths.into_iter().zip([0.09, 0.04, 0.015]) {
            assert!((is - wanted).abs() < 1e-9, "{shape:?}");
        }
        // With its palm down it is as deep as it is thick, whatever its joint's axes.
        let flat = DQuat::from_rotation_y(1.0);
        assert!((shape.depth_m(flat) - 0.015).abs() < 1e-9);
    }

    #[test]
    fn a_joint_without_a_surface_has_no_shape() {
        let wrist = Xf::saturating(DQuat::IDENTITY, DVec3::ZERO);
        assert_eq!(hand_shape(wrist, 0.26, &[DVec3::X * 0.01; 7]), None);
    }
}

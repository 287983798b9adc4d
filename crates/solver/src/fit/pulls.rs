//! What keeps a pose reasonable where markers do not say: priors and joint limits.
//!
//! All are squares in the coordinates of one joint, so they touch only the diagonal blocks of the normal matrix. Their
//! weights are in m²/rad²: a weight of (5 mm)² counts a radian as much as 5 mm on one marker. A rotation counts by its
//! chord `2 sin(θ/2)`, which is smooth everywhere and needs no inverse trigonometry.

use super::pose::{Coordinate, vector_from_rotation};
use super::tree::{Motion, Tree, TreeJoint};
use cyc_model::DofRange;
use glam::{DMat3, DVec3};

/// The weights of the pulls, a joint.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PullWeights {
    /// Towards the predicted pose.
    pub predicted: f64,
    /// Towards the rest pose.
    pub rest: f64,
}

/// The cost of all pulls; with `normal` given, their part of the matrix and gradient is added to it.
pub(crate) fn add_pulls(
    tree: &Tree,
    weights: &[PullWeights],
    limit_weight: f64,
    predicted: &[Coordinate],
    pose: &[Coordinate],
    mut normal: Option<(&mut [f64], &mut [f64])>,
) -> f64 {
    let mut cost = 0.0;
    for (j, joint) in tree.joints.iter().enumerate() {
        let n = joint.motion.count();
        if n == 0 {
            continue;
        }
        let from_predicted = Offset::between(joint.motion, &predicted[j], &pose[j]);
        let from_rest = Offset::between(joint.motion, &Coordinate::REST, &pose[j]);
        let w = weights[j];
        // A root has no rest place: only the prediction holds it.
        let rest = if matches!(joint.motion, Motion::Free) {
            0.0
        } else {
            w.rest
        };
        cost += 0.5 * (w.predicted * from_predicted.squared + rest * from_rest.squared);
        if let Some((h, gradient)) = &mut normal {
            for k in 0..n {
                let row = tree.rows[joint.first_dof + k];
                h[row.start + row.depth] += w.predicted + rest;
                gradient[joint.first_dof + k] +=
                    w.predicted * from_predicted.slope[k] + rest * from_rest.slope[k];
            }
        }
        if joint.ranges.iter().any(Option::is_some) {
            let normal = normal.as_mut().map(|(h, g)| (&mut **h, &mut **g));
            cost += add_limits(tree, joint, limit_weight, &pose[j], normal);
        }
    }
    cost
}

/// How far one coordinate is from another: squared, and half the slope of that along the tangent.
struct Offset {
    squared: f64,
    slope: [f64; 6],
}

impl Offset {
    #[inline]
    fn between(motion: Motion, from: &Coordinate, to: &Coordinate) -> Self {
        let mut slope = [0.0; 6];
        let mut squared = 0.0;
        match motion {
            Motion::Fixed => {}
            Motion::Hinge(_) => slope[0] = to.angles[0] - from.angles[0],
            Motion::Universal(_) => {
                slope[0] = to.angles[0] - from.angles[0];
                slope[1] = to.angles[1] - from.angles[1];
            }
            Motion::Ball => squared = chord(from, to, &mut slope[..3]),
            Motion::Free => {
                let shift = to.shift - from.shift;
                slope[..3].copy_from_slice(&shift.to_array());
                squared = shift.length_squared() + chord(from, to, &mut slope[3..]);
            }
        }
        if matches!(motion, Motion::Hinge(_) | Motion::Universal(_)) {
            squared = slope[0] * slope[0] + slope[1] * slope[1];
        }
        Self { squared, slope }
    }
}

#[inline]
fn chord(from: &Coordinate, to: &Coordinate, slope: &mut [f64]) -> f64 {
    let turn = from.rotation.conjugate() * to.rotation;
    let v = turn.xyz();
    slope.copy_from_slice(&(v * (2.0 * turn.w)).to_array());
    4.0 * v.length_squared()
}

/// How far an angle is outside its range; 0 inside.
fn excess(angle: f64, range: Option<DofRange>) -> f64 {
    match range {
        Some(r) if angle > r.max_rad => angle - r.max_rad,
        Some(r) if angle < r.min_rad => angle - r.min_rad,
        _ => 0.0,
    }
}

fn add_limits(
    tree: &Tree,
    joint: &TreeJoint,
    weight: f64,
    at: &Coordinate,
    normal: Option<(&mut [f64], &mut [f64])>,
) -> f64 {
    let (first, angles, is_vector) = match joint.motion {
        Motion::Fixed => return 0.0,
        Motion::Hinge(_) | Motion::Universal(_) => {
            (joint.first_dof, [at.angles[0], at.angles[1], 0.0], false)
        }
        Motion::Ball => (
            joint.first_dof,
            vector_from_rotation(at.rotation).to_array(),
            true,
        ),
        Motion::Free => (
            joint.first_dof + 3,
            vector_from_rotation(at.rotation).to_array(),
            true,
        ),
    };
    let mut over = [0.0; 3];
    for k in 0..3 {
        over[k] = excess(angles[k], joint.ranges[k]);
    }
    let over = DVec3::from_array(over);
    if over == DVec3::ZERO {
        return 0.0;
    }
    if let Some((h, gradient)) = normal {
        // How the limited angles follow the tangent step: the inverse right Jacobian for a rotation vector.
        let follow = if is_vector {
            inverse_right_jacobian(DVec3::from_array(angles))
        } else {
            DMat3::IDENTITY
        };
        let active = DVec3::select(over.cmpne(DVec3::ZERO), DVec3::splat(weight), DVec3::ZERO);
        let block = follow.transpose() * DMat3::from_diagonal(active) * follow;
        let pull = follow.transpose() * (over * weight);
        let n = joint.motion.count().min(3);
        for a in 0..n {
            let row = tree.rows[first + a];
            gradient[first + a] += pull[a];
            for b in 0..=a {
                h[row.start + row.depth - (a - b)] += block.col(b)[a];
            }
        }
    }
    0.5 * weight * over.length_squared()
}

/// The inverse right Jacobian of SO(3): `log(exp(φ)·exp(δ)) ≈ φ + J⁻¹(φ) δ` (Solà et al., *A micro Lie theory*, 2018).
pub(crate) fn inverse_right_jacobian(phi: DVec3) -> DMat3 {
    let angle2 = phi.length_squared();
    let cross = DMat3::from_cols(
        DVec3::new(0.0, phi.z, -phi.y),
        DVec3::new(-phi.z, 0.0, phi.x),
        DVec3::new(phi.y, -phi.x, 0.0),
    );
    let angle = angle2.sqrt();
    let second = if angle < 1e-4 {
        1.0 / 12.0
    } else {
        // cot(θ/2) is written so that it stays finite at π.
        let half = 0.5 * angle;
        (1.0 - half * half.cos() / half.sin()) / angle2
    };
    DMat3::IDENTITY + cross * 0.5 + cross * cross * second
}

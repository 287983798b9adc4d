//! What keeps a pose reasonable where markers do not say: priors and joint limits.
//!
//! All are squares in the coordinates of one joint, so they touch only the diagonal blocks of the normal matrix. Their
//! weights are in m²/rad²: a weight of (5 mm)² counts a radian as much as 5 mm on one marker. A rotation counts by its
//! chord `2 sin(θ/2)`, which is smooth everywhere and needs no inverse trigonometry. The cost and its slope come
//! together, because every pose that is tried may become the one that is built upon.

use super::pose::{Coordinate, vector_from_rotation};
use super::tree::{Motion, Tree, TreeJoint};
use cyc_model::DofRange;
use glam::{DMat3, DQuat, DVec3};
use std::f64::consts::PI;

/// The weights of the pulls, a joint.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PullWeights {
    /// Towards the predicted pose.
    pub predicted: f64,
    /// Towards the rest pose.
    pub rest: f64,
}

impl PullWeights {
    /// A root has no rest place: only the prediction holds it.
    fn rest_of(self, motion: Motion) -> f64 {
        if matches!(motion, Motion::Free) {
            0.0
        } else {
            self.rest
        }
    }
}

/// The cost of all pulls; their slope is written to `slope`, an entry a coordinate.
#[inline(always)]
pub(crate) fn pull_cost(
    tree: &Tree,
    weights: &[PullWeights],
    limit_weight: f64,
    predicted: &[Coordinate],
    pose: &[Coordinate],
    slope: &mut [f64],
) -> f64 {
    let mut cost = 0.0;
    for (((joint, w), from), to) in tree.joints.iter().zip(weights).zip(predicted).zip(pose) {
        let n = joint.motion.count();
        let Some(out) = slope.get_mut(joint.first_dof..joint.first_dof + n) else {
            continue;
        };
        let rest = w.rest_of(joint.motion);
        match joint.motion {
            Motion::Fixed => continue,
            Motion::Hinge(_) | Motion::Universal(_) => {
                for ((out, from), to) in out.iter_mut().zip(from.angles).zip(to.angles) {
                    *out = w.predicted * (to - from) + rest * to;
                    cost += 0.5 * (w.predicted * (to - from) * (to - from) + rest * to * to);
                }
            }
            Motion::Ball => {
                let (off, along) = chord(from.rotation, to.rotation);
                let v = to.rotation.xyz();
                let pull = along * w.predicted + v * (2.0 * to.rotation.w * rest);
                cost += 0.5 * (w.predicted * off + rest * 4.0 * v.length_squared());
                out.copy_from_slice(&pull.to_array());
            }
            Motion::Free => {
                let shift = to.shift - from.shift;
                let (off, along) = chord(from.rotation, to.rotation);
                cost += 0.5 * w.predicted * (shift.length_squared() + off);
                out[..3].copy_from_slice(&(shift * w.predicted).to_array());
                out[3..].copy_from_slice(&(along * w.predicted).to_array());
            }
        }
        if joint.is_limited && !is_well_inside(joint, to) {
            cost += add_limits(joint, limit_weight, to, slope);
        }
    }
    cost
}

/// Adds the pulls' part of the normal matrix.
pub(crate) fn add_pull_matrix(
    tree: &Tree,
    weights: &[PullWeights],
    limit_weight: f64,
    pose: &[Coordinate],
    h: &mut [f64],
) {
    for ((joint, w), at) in tree.joints.iter().zip(weights).zip(pose) {
        let rest = w.rest_of(joint.motion);
        let is_ball = matches!(joint.motion, Motion::Ball);
        let stay = w.predicted + if is_ball { 0.0 } else { rest };
        if is_ball {
            add_block(tree, joint.first_dof, rest_curvature(at.rotation) * rest, h);
        }
        for row in &tree.rows[joint.first_dof..joint.first_dof + joint.motion.count()] {
            h[row.start + row.depth] += stay;
        }
        if joint.is_limited && !is_well_inside(joint, at) {
            add_limit_matrix(tree, joint, limit_weight, at, h);
        }
    }
}

/// The curvature of half the squared chord from the rest pose: `w² 1 − v vᵀ` for a rotation `(v, w)`, which a far turn
/// makes less than 1; where it would become negative it is cut, so that the matrix stays positive.
fn rest_curvature(at: DQuat) -> DMat3 {
    let (v, w2) = (at.xyz(), at.w * at.w);
    let cut = (w2 / v.length_squared().max(f64::MIN_POSITIVE)).min(1.0);
    let outer = DMat3::from_cols(v * v.x, v * v.y, v * v.z);
    DMat3::from_diagonal(DVec3::splat(w2)) - outer * cut
}

/// Adds a block to the matrix of three coordinates of one joint.
fn add_block(tree: &Tree, first_dof: usize, block: DMat3, h: &mut [f64]) {
    for (a, row) in tree.rows[first_dof..first_dof + 3].iter().enumerate() {
        for b in 0..=a {
            h[row.start + row.depth - (a - b)] += block.col(b)[a];
        }
    }
}

/// The squared chord from one rotation to another, and half its slope along the tangent.
#[inline(always)]
fn chord(from: DQuat, to: DQuat) -> (f64, DVec3) {
    let turn = from.conjugate() * to;
    let v = turn.xyz();
    (4.0 * v.length_squared(), v * (2.0 * turn.w))
}

/// Whether a joint is so clearly inside its limits that no angle needs to be computed. The rotation vector is `f·q`
/// with `f = θ/sin(θ/2)`, which is convex in `q.w`: it lies under its chord from π to 2 and over its tangent at 2.
#[inline(always)]
fn is_well_inside(joint: &TreeJoint, at: &Coordinate) -> bool {
    let inside = |low: f64, high: f64, range: Option<DofRange>| {
        range.is_none_or(|r| low >= r.min_rad && high <= r.max_rad)
    };
    match joint.motion {
        Motion::Fixed => true,
        Motion::Hinge(_) => inside(at.angles[0], at.angles[0], joint.ranges[0]),
        Motion::Universal(_) => {
            inside(at.angles[0], at.angles[0], joint.ranges[0])
                && inside(at.angles[1], at.angles[1], joint.ranges[1])
        }
        Motion::Ball | Motion::Free => {
            let q = at.rotation;
            let sign = 1.0f64.copysign(q.w);
            let w = q.w.abs().min(1.0);
            let most = PI - (PI - 2.0) * w;
            let least = 2.0 + (2.0 / 3.0) * (1.0 - w);
            (0..3).all(|k| {
                let x = sign * [q.x, q.y, q.z][k];
                inside(
                    (x * most).min(x * least),
                    (x * most).max(x * least),
                    joint.ranges[k],
                )
            })
        }
    }
}

/// How far an angle is outside its range; 0 inside.
fn excess(angle: f64, range: Option<DofRange>) -> f64 {
    match range {
        Some(r) if angle > r.max_rad => angle - r.max_rad,
        Some(r) if angle < r.min_rad => angle - r.min_rad,
        _ => 0.0,
    }
}

/// The limited angles of a joint, how far they are outside, the first coordinate they belong to, and how they follow
/// the tangent step: the inverse right Jacobian for a rotation vector.
struct Limited {
    first_dof: usize,
    count: usize,
    over: DVec3,
    follow: DMat3,
}

impl Limited {
    fn of(joint: &TreeJoint, at: &Coordinate) -> Self {
        let is_vector = matches!(joint.motion, Motion::Ball | Motion::Free);
        let angles = if is_vector {
            vector_from_rotation(at.rotation).to_array()
        } else {
            [at.angles[0], at.angles[1], 0.0]
        };
        let over = [0, 1, 2].map(|k| excess(angles[k], joint.ranges[k]));
        let (first_dof, count) = match joint.motion {
            Motion::Free => (joint.first_dof + 3, 3),
            other => (joint.first_dof, other.count()),
        };
        let follow = if is_vector {
            inverse_right_jacobian(DVec3::from_array(angles))
        } else {
            DMat3::IDENTITY
        };
        Self {
            first_dof,
            count,
            over: DVec3::from_array(over),
            follow,
        }
    }
}

/// Adds the slope of the limits and returns their cost.
#[inline(never)]
fn add_limits(joint: &TreeJoint, weight: f64, at: &Coordinate, slope: &mut [f64]) -> f64 {
    let limited = Limited::of(joint, at);
    let pull = limited.follow.transpose() * (limited.over * weight);
    for a in 0..limited.count {
        slope[limited.first_dof + a] += pull[a];
    }
    0.5 * weight * limited.over.length_squared()
}

#[inline(never)]
fn add_limit_matrix(tree: &Tree, joint: &TreeJoint, weight: f64, at: &Coordinate, h: &mut [f64]) {
    let limited = Limited::of(joint, at);
    let is_over = limited.over.cmpne(DVec3::ZERO);
    let active = DVec3::select(is_over, DVec3::splat(weight), DVec3::ZERO);
    let block = limited.follow.transpose() * DMat3::from_diagonal(active) * limited.follow;
    for a in 0..limited.count {
        let row = tree.rows[limited.first_dof + a];
        for b in 0..=a {
            h[row.start + row.depth - (a - b)] += block.col(b)[a];
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_quick_look_never_misses_a_limit(q in prop::array::uniform4(-1.0..1.0f64), at in -3.0..3.0f64, k in 0usize..3) {
            let q = DQuat::from_array(q);
            prop_assume!(q.length() > 0.1);
            let mut ranges = [None; 3];
            ranges[k] = Some(DofRange { min_rad: at.min(0.1 * at), max_rad: at.max(0.1 * at) });
            let joint = TreeJoint {
                parent: 0,
                rest_rotation: DQuat::IDENTITY,
                rest_translation: DVec3::ZERO,
                motion: Motion::Ball,
                first_dof: 0,
                ranges,
                is_limited: true,
            };
            let pose = Coordinate { rotation: q.normalize(), ..Coordinate::REST };
            if is_well_inside(&joint, &pose) {
                let angles = vector_from_rotation(pose.rotation).to_array();
                prop_assert_eq!(excess(angles[k], ranges[k]), 0.0);
            }
        }
    }
}

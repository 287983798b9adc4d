//! The derivatives against differences of the cost, and of the marker positions, which know nothing of them.

use super::*;
use crate::fit::pose::step_pose;
use crate::fit::tree::NONE;
use crate::fit::{MatrixUse, Stop};
use cyc_model::{
    Dof, DofRange, HumanoidMap, JointDofs, JointFrame, JointIdx, JointSpec, Point, Rig, RigMarker,
    Skeleton, Xf,
};
use glam::{DQuat, DVec3};

type RigPart = (Option<usize>, Xf<JointFrame, JointFrame>, JointDofs);

/// Every kind of joint, with bent rest poses and limits.
fn parts() -> [RigPart; 8] {
    let bent = |x: f64, y: f64, z: f64| -> Xf<JointFrame, JointFrame> {
        let turn = DQuat::from_euler(glam::EulerRot::XYZ, 0.4 * x, -0.7 * y, 0.9 * z);
        Xf::saturating(turn, DVec3::new(x, y, z))
    };
    let limits = DofRange {
        min_rad: -0.1,
        max_rad: 0.15,
    };
    let limited = |dof| JointDofs {
        dof,
        ranges: [Some(limits); 3],
    };
    let axes = [DVec3::new(1.0, 0.2, -0.1), DVec3::new(-0.3, 0.9, 0.5)];
    [
        (None, bent(0.3, 1.0, -0.4), JointDofs::unlimited(Dof::Free)),
        (Some(0), bent(0.0, 0.3, 0.1), limited(Dof::Ball)),
        (
            Some(1),
            bent(0.2, 0.2, -0.2),
            limited(Dof::Universal { axes }),
        ),
        (
            Some(2),
            bent(0.1, 0.4, 0.2),
            JointDofs::unlimited(Dof::Fixed),
        ),
        (
            Some(3),
            bent(-0.2, 0.1, 0.3),
            limited(Dof::Hinge { axis: axes[1] }),
        ),
        (
            Some(1),
            bent(-0.3, 0.2, 0.0),
            JointDofs::unlimited(Dof::Ball),
        ),
        (
            Some(0),
            bent(0.1, -0.5, 0.1),
            limited(Dof::Universal { axes }),
        ),
        (
            Some(2),
            bent(0.1, 0.5, 0.2),
            JointDofs::unlimited(Dof::Free),
        ),
    ]
}

/// A tree with every kind of joint, branches, bent rest poses and limits.
fn rig() -> Rig {
    let parts = parts();
    let specs = parts
        .iter()
        .enumerate()
        .map(|(i, (parent, rest, _))| JointSpec {
            name: format!("j{i}"),
            parent: *parent,
            parent_from_joint: *rest,
        })
        .collect();
    let (skeleton, order) = Skeleton::build(specs).unwrap();
    let mut dofs = vec![JointDofs::unlimited(Dof::Fixed); order.len()];
    for (part, at) in parts.iter().zip(&order) {
        dofs[at.idx()] = part.2;
    }
    let markers = (0..24u16)
        .map(|k| RigMarker {
            name: format!("m{k}"),
            joint: JointIdx(k % 8),
            in_joint: Point::xyz(
                0.1 * f64::from(k % 3),
                0.05 * f64::from(k % 5) - 0.1,
                0.02 * f64::from(k),
            ),
            weight: 0.5 + 0.1 * f64::from(k % 4),
        })
        .collect();
    Rig::build("t".into(), skeleton, dofs, markers, HumanoidMap::default()).unwrap()
}

fn problem(loss: Loss) -> (Tree, Terms, Workspace) {
    let tree = Tree::new(&rig());
    let terms = Terms {
        loss,
        pulls: vec![
            PullWeights {
                predicted: 0.02,
                rest: 0.03,
            };
            tree.joints.len()
        ],
        limit_weight: 0.5,
    };
    let mut ws = Workspace::new(&tree);
    let step: Vec<f64> = (0..tree.dof_count())
        .map(|i| 0.5 * (1.7 * i as f64).sin())
        .collect();
    let rest = ws.pose.clone();
    step_pose(&tree, &rest, &step, &mut ws.pose);
    for (k, marker) in ws.markers.iter_mut().enumerate() {
        let k = k as f64;
        marker.target = DVec3::new(0.1 * k.sin(), 1.0 + 0.2 * (2.0 * k).cos(), 0.03 * k);
        marker.seen = (k as usize) % 7 != 3;
        marker.pulls = marker.seen;
        marker.weight = tree.markers[k as usize].weight;
    }
    (tree, terms, ws)
}

#[test]
fn the_gradient_is_the_slope_of_the_cost() {
    for loss in [
        Loss::Squared,
        Loss::GemanMcClure { sigma_m: 0.4 },
        Loss::Cauchy { sigma_m: 0.4 },
    ] {
        let (tree, terms, mut ws) = problem(loss);
        ws.evaluate(&tree, &terms);
        ws.build(&tree, &terms, false);
        let (pose, gradient) = (ws.pose.clone(), ws.gradient.clone());
        let mut cost_at = |k: usize, by: f64| {
            let mut step = vec![0.0; tree.dof_count()];
            step[k] = by;
            step_pose(&tree, &pose, &step, &mut ws.pose);
            ws.evaluate(&tree, &terms)
        };
        for (k, g) in gradient.iter().enumerate() {
            let h = 1e-6;
            let slope = (cost_at(k, h) - cost_at(k, -h)) / (2.0 * h);
            assert!(
                (slope - g).abs() < 1e-7,
                "{loss:?} {k}: {slope} against {g}"
            );
        }
    }
}

#[test]
fn the_matrix_is_jtj_of_the_differenced_jacobian() {
    let (tree, mut terms, mut ws) = problem(Loss::Squared);
    terms.limit_weight = 0.0;
    for pull in &mut terms.pulls {
        (pull.predicted, pull.rest) = (0.0, 0.0);
    }
    ws.evaluate(&tree, &terms);
    ws.build(&tree, &terms, false);
    let (pose, h) = (ws.pose.clone(), ws.h.clone());
    let n = tree.dof_count();
    let mut jacobian = vec![vec![DVec3::ZERO; tree.markers.len()]; n];
    for (k, columns) in jacobian.iter_mut().enumerate() {
        for (sign, by) in [(1.0, 1e-6), (-1.0, -1e-6)] {
            let mut step = vec![0.0; n];
            step[k] = by;
            step_pose(&tree, &pose, &step, &mut ws.pose);
            ws.evaluate(&tree, &terms);
            for (column, marker) in columns.iter_mut().zip(&ws.markers) {
                *column += marker.point * (sign / 2e-6);
            }
        }
    }
    for (a, row) in tree.rows.iter().enumerate() {
        let mut b = a;
        while b != NONE {
            let expected: f64 = (0..tree.markers.len())
                .filter(|&m| ws.markers[m].seen)
                .map(|m| tree.markers[m].weight * jacobian[a][m].dot(jacobian[b][m]))
                .sum();
            let entry = h[row.start + tree.rows[b].depth];
            assert!(
                (entry - expected).abs() < 1e-7,
                "{a},{b}: {entry} against {expected}"
            );
            b = tree.rows[b].parent;
        }
    }
}

#[test]
fn the_exact_matrix_is_the_slope_of_the_gradient() {
    let (tree, mut terms, mut ws) = problem(Loss::Squared);
    terms.limit_weight = 0.0;
    for pull in &mut terms.pulls {
        // The prediction's pull is taken as a plain square: its curvature is exact only near the prediction.
        pull.predicted = 0.0;
        pull.rest *= 0.1;
    }
    let pose: Vec<_> = (ws.pose.clone(), ws.evaluate(&tree, &terms)).0;
    ws.build(&tree, &terms, true);
    let h = ws.h.clone();
    let n = tree.dof_count();
    // Mixed second differences of the cost along one tangent vector: free of any gradient.
    let mut cost_at = |steps: [(usize, f64); 2]| {
        let mut step = vec![0.0; n];
        for (k, by) in steps {
            step[k] += by;
        }
        step_pose(&tree, &pose, &step, &mut ws.pose);
        ws.evaluate(&tree, &terms)
    };
    let e = 1e-4;
    for (a, row) in tree.rows.iter().enumerate() {
        let mut b = a;
        while b != NONE {
            let (up, down) = (
                cost_at([(a, e), (b, e)]) + cost_at([(a, -e), (b, -e)]),
                cost_at([(a, e), (b, -e)]) + cost_at([(a, -e), (b, e)]),
            );
            let expected = (up - down) / (4.0 * e * e);
            let entry = h[row.start + tree.rows[b].depth];
            assert!(
                (entry - expected).abs() < 2e-6,
                "{a},{b}: {entry} against {expected}"
            );
            b = tree.rows[b].parent;
        }
    }
}

#[test]
fn minimising_ends_where_the_gradient_vanishes() {
    let (tree, terms, mut ws) = problem(Loss::Cauchy { sigma_m: 0.4 });
    let start = ws.evaluate(&tree, &terms);
    let stop = Stop {
        max_iterations: 500,
        tolerance: 1e-12,
        matrix: MatrixUse::WhileItServes,
    };
    let (end, _) = ws.minimise(&tree, &terms, stop);
    assert!(end < start);
    ws.build(&tree, &terms, false);
    let steepest = ws.gradient.iter().fold(0.0f64, |m, g| m.max(g.abs()));
    assert!(steepest < 1e-5, "{steepest}");
}

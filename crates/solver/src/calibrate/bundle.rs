//! Poses of many frames and the parameters they share, solved for together.
//!
//! A bundle adjustment: each frame's pose touches only its own coordinates and the shared parameters, so the poses are
//! eliminated frame by frame (Schur complement; Triggs et al., *Bundle Adjustment*, 2000, §6) and a dense system of a
//! few hundred parameters remains. Unlike alternating poses and offsets it converges in a handful of rounds, because
//! a bone's length and the bend of its joint move together.

use super::dense::Symmetric;
use super::shared::Shared;
use crate::fit::packed;
use crate::fit::pose::step_pose;
use crate::fit::tree::{NONE, Tree};
use crate::fit::workspace::{Terms, Workspace};
use crate::fit::{MatrixUse, Stop};
use glam::DVec3;

/// Pose iterations after each step of the shared parameters.
const SETTLE_ITERATIONS: usize = 3;

pub(super) struct Bundle<'a> {
    pub tree: Tree,
    pub frames: Vec<Workspace>,
    shared: &'a Shared,
    terms: &'a Terms,
    values: Vec<f64>,
    matrix: Symmetric,
    gradient: Vec<f64>,
    /// For each frame `H_qq⁻¹ H_qp`, a row a parameter.
    coupling: Vec<Vec<f64>>,
    /// For each frame `H_qq⁻¹ g_q`.
    pose_steps: Vec<Vec<f64>>,
    damping: f64,
}

impl<'a> Bundle<'a> {
    pub(super) fn new(
        tree: Tree,
        frames: Vec<Workspace>,
        shared: &'a Shared,
        terms: &'a Terms,
    ) -> Self {
        let (n, p) = (tree.dof_count(), shared.count);
        let mut values = vec![0.0; p];
        shared.read(&tree, &mut values);
        Self {
            coupling: vec![vec![0.0; n * p]; frames.len()],
            pose_steps: vec![vec![0.0; n]; frames.len()],
            matrix: Symmetric::zero(p),
            gradient: vec![0.0; p],
            values,
            tree,
            frames,
            shared,
            terms,
            damping: 1e-6,
        }
    }

    /// Rounds until the cost hardly falls; returns how many.
    pub(super) fn minimise(&mut self, max_rounds: usize, tolerance: f64) -> usize {
        let mut cost = self.settle();
        for round in 1..=max_rounds {
            self.build();
            let before = cost;
            cost = self.descend(cost);
            if before - cost <= tolerance * cost {
                return round;
            }
        }
        max_rounds
    }

    /// Lets every pose settle for the present parameters; returns the whole cost.
    fn settle(&mut self) -> f64 {
        let mut cost = self.shared.add_priors(&self.values, None);
        for frame in &mut self.frames {
            let stop = Stop {
                max_iterations: SETTLE_ITERATIONS,
                tolerance: 1e-6,
                matrix: MatrixUse::EveryStep,
            };
            cost += frame.minimise(&self.tree, self.terms, stop).0;
        }
        cost
    }

    fn build(&mut self) {
        self.matrix.clear();
        self.gradient.fill(0.0);
        let prior = Some((&mut self.matrix, self.gradient.as_mut_slice()));
        self.shared.add_priors(&self.values, prior);
        let mut columns = Vec::new();
        for f in 0..self.frames.len() {
            let frame = &mut self.frames[f];
            frame.evaluate(&self.tree, self.terms);
            frame.build(&self.tree, self.terms, false);
            let coupling = &mut self.coupling[f];
            coupling.fill(0.0);
            let n = self.tree.dof_count();
            for m in 0..self.tree.markers.len() {
                let state = frame.markers[m];
                if !state.seen || state.pull <= 0.0 {
                    continue;
                }
                columns_of_marker(&self.tree, self.shared, frame, m, &mut columns);
                for (a, &(i, u)) in columns.iter().enumerate() {
                    self.gradient[i] += state.pull * u.dot(state.residual);
                    for &(j, v) in &columns[..=a] {
                        self.matrix.add(i, j, state.pull * u.dot(v));
                    }
                    let row = &mut coupling[i * n..(i + 1) * n];
                    let mut k = last_dof(&self.tree, self.tree.markers[m].joint);
                    while k != NONE {
                        row[k] += state.pull * frame.point_velocity(k, state.point).dot(u);
                        k = self.tree.rows[k].parent;
                    }
                }
            }
            self.eliminate(f);
        }
    }

    /// Eliminates a frame's pose from the shared system.
    fn eliminate(&mut self, f: usize) {
        let n = self.tree.dof_count();
        let frame = &mut self.frames[f];
        // A trace of damping keeps a joint that no marker of this frame holds.
        for row in &self.tree.rows {
            frame.h[row.start + row.depth] += 1e-9;
        }
        if !packed::factor(&self.tree.rows, &mut frame.h) {
            // Without a factor the frame says nothing this round and its pose stays.
            self.coupling[f].fill(0.0);
            self.pose_steps[f].fill(0.0);
            return;
        }
        let step = &mut self.pose_steps[f];
        step.copy_from_slice(&frame.gradient);
        let mut path = vec![0.0; self.tree.depth()];
        packed::solve(&self.tree.rows, &frame.h, &mut path, step);
        let coupling = &mut self.coupling[f];
        let mut plain = vec![0.0; n];
        // Row by row: the solved row against the plain rows that are not solved yet and those before.
        let before = coupling.clone();
        for (i, row) in coupling.chunks_exact_mut(n).enumerate() {
            plain.copy_from_slice(row);
            if plain.iter().all(|v| *v == 0.0) {
                continue;
            }
            packed::solve(&self.tree.rows, &frame.h, &mut path, row);
            let target = self.matrix.row_mut(i);
            for (entry, other) in target.iter_mut().zip(before.chunks_exact(n)) {
                let dot: f64 = row.iter().zip(other).map(|(a, b)| a * b).sum();
                *entry -= dot;
            }
            let dot: f64 = plain.iter().zip(step.iter()).map(|(a, b)| a * b).sum();
            self.gradient[i] -= dot;
        }
    }

    fn descend(&mut self, cost: f64) -> f64 {
        let (tree, values) = (self.tree.clone(), self.values.clone());
        let poses: Vec<_> = self.frames.iter().map(|f| f.pose.clone()).collect();
        for _ in 0..8 {
            let mut matrix = self.matrix.clone();
            for i in 0..self.shared.count {
                let d = matrix.diagonal(i);
                matrix.add(i, i, self.damping * d + 1e-12);
            }
            let mut step: Vec<f64> = self.gradient.iter().map(|g| -g).collect();
            if matrix.solve(&mut step) {
                for (v, s) in self.values.iter_mut().zip(&step) {
                    *v += s;
                }
                self.shared.write(&self.values, &mut self.tree);
                self.move_poses(&step);
                let lower = self.settle();
                if lower < cost {
                    self.damping = (self.damping * 0.1).max(1e-9);
                    return lower;
                }
                self.tree.clone_from(&tree);
                self.values.clone_from(&values);
                for (frame, pose) in self.frames.iter_mut().zip(&poses) {
                    frame.pose.clone_from(pose);
                }
            }
            self.damping = self.damping.max(1e-6) * 10.0;
        }
        cost
    }

    /// Moves each pose along with the shared parameters.
    fn move_poses(&mut self, step: &[f64]) {
        let n = self.tree.dof_count();
        let mut pose_step = vec![0.0; n];
        for (f, frame) in self.frames.iter_mut().enumerate() {
            for (s, own) in pose_step.iter_mut().zip(&self.pose_steps[f]) {
                *s = -own;
            }
            for (row, by) in self.coupling[f].chunks_exact(n).zip(step) {
                for (s, c) in pose_step.iter_mut().zip(row) {
                    *s -= c * by;
                }
            }
            let from = frame.pose.clone();
            step_pose(&self.tree, &from, &pose_step, &mut frame.pose);
        }
    }
}

/// The lowest coordinate that moves a joint.
fn last_dof(tree: &Tree, joint: usize) -> usize {
    let mut j = joint;
    while j != NONE {
        let joint = &tree.joints[j];
        if joint.motion.count() > 0 {
            return joint.first_dof + joint.motion.count() - 1;
        }
        j = joint.parent;
    }
    NONE
}

/// How a marker follows each shared parameter that moves it.
fn columns_of_marker(
    tree: &Tree,
    shared: &Shared,
    frame: &Workspace,
    marker: usize,
    out: &mut Vec<(usize, DVec3)>,
) {
    out.clear();
    let mut push = |first: usize, axes: &glam::DMat3| {
        for (k, axis) in [axes.x_axis, axes.y_axis, axes.z_axis]
            .into_iter()
            .enumerate()
        {
            out.push((first + k, axis));
        }
    };
    let mut j = tree.markers[marker].joint;
    push(shared.marker[marker], &frame.frames[j].axes);
    while tree.joints[j].parent != NONE {
        let parent = tree.joints[j].parent;
        if shared.joint[j] != NONE {
            push(shared.joint[j], &frame.frames[parent].axes);
        }
        j = parent;
    }
}

//! One frame's least-squares problem: its markers, its pose, its cost, and the normal matrix and gradient there.
//!
//! Everything lives in buffers made once. `evaluate` computes the cost of a pose and all that its gradient needs;
//! `build` the whole normal matrix. How they are used to get to the minimum is in `descent`.

use super::inertia::{Composite, Pull, Screw, add_gradient, build, screws};
use super::loss::Loss;
use super::pose::{Coordinate, Frame, forward};
use super::pulls::{PullWeights, add_pull_matrix, pull_cost};
use super::tree::Tree;
use cyc_model::{Point, Stage};
use glam::DVec3;

pub(super) const DAMPING_START: f64 = 1e-4;
/// The most that a caller's weight makes of a marker's own.
const WEIGHT_MAX: f64 = 1e3;

/// One marker in the present pose.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MarkerState {
    /// Where it was measured, metres.
    pub measured: DVec3,
    pub seen: bool,
    /// Where it is wanted: most often where it was measured.
    pub target: DVec3,
    /// Whether it is wanted anywhere.
    pub pulls: bool,
    /// What the rig and the caller make it count.
    pub given_weight: f64,
    /// What it counts in this frame, before the robust loss; and what it counted in the matrix that was built last.
    pub weight: f64,
    pub built_weight: f64,
    /// Where the pose puts it.
    pub point: DVec3,
    /// `point - target`.
    pub residual: DVec3,
    /// Its weight after the robust loss.
    pub pull: f64,
}

impl MarkerState {
    const UNSEEN: Self = Self {
        measured: DVec3::ZERO,
        seen: false,
        target: DVec3::ZERO,
        pulls: false,
        given_weight: 0.0,
        weight: 0.0,
        built_weight: 0.0,
        point: DVec3::ZERO,
        residual: DVec3::ZERO,
        pull: 0.0,
    };
}

/// The problem's weights.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub loss: Loss,
    pub pulls: Vec<PullWeights>,
    pub limit_weight: f64,
}

#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    pub markers: Vec<MarkerState>,
    pub pose: Vec<Coordinate>,
    pub frames: Vec<Frame>,
    pub predicted: Vec<Coordinate>,
    pub bodies: Vec<Composite>,
    pub h: Vec<f64>,
    pub gradient: Vec<f64>,
    pub(super) trial: Vec<Coordinate>,
    pub(super) trial_frames: Vec<Frame>,
    pub(super) pull_slope: Vec<f64>,
    pub(super) screws: Vec<Screw>,
    /// What pulls on each joint and all below it.
    pub(super) forces: Vec<Pull>,
    /// The factor that steps are solved with, the damping in it, and whether it may be used again.
    pub(super) factor: Vec<f64>,
    pub(super) factor_fits: bool,
    pub(super) step: Vec<f64>,
    /// Room for one chain of coordinates.
    pub(super) path: Vec<f64>,
    pub(super) damping: f64,
    /// What is added to every coordinate of the factor alike, m².
    pub(super) even_damping: f64,
}

impl Workspace {
    pub(crate) fn new(tree: &Tree) -> Self {
        let (joints, dofs) = (tree.joints.len(), tree.dof_count());
        let no_screw = Screw {
            turn: DVec3::ZERO,
            slide: DVec3::ZERO,
        };
        let mut made = Self {
            markers: vec![MarkerState::UNSEEN; tree.markers.len()],
            pose: vec![Coordinate::REST; joints],
            frames: vec![Frame::IDENTITY; joints],
            predicted: vec![Coordinate::REST; joints],
            bodies: vec![Composite::ZERO; joints],
            h: vec![0.0; tree.entries],
            gradient: vec![0.0; dofs],
            trial: vec![Coordinate::REST; joints],
            trial_frames: vec![Frame::IDENTITY; joints],
            pull_slope: vec![0.0; dofs],
            screws: vec![no_screw; dofs],
            forces: vec![Pull::ZERO; joints],
            factor: vec![0.0; tree.entries],
            factor_fits: false,
            step: vec![0.0; dofs],
            path: vec![0.0; tree.depth()],
            damping: DAMPING_START,
            even_damping: 0.0,
        };
        forward(tree, &made.pose, &mut made.frames);
        made
    }

    /// Takes what was measured, in the rig's marker order, with a weight on top of the rig's for each (1 where the
    /// list ends); returns how many markers were seen.
    pub(crate) fn set_targets(
        &mut self,
        tree: &Tree,
        markers: &[Option<Point<Stage>>],
        weights: &[f64],
    ) -> usize {
        let mut seen = 0;
        for (k, (state, marker)) in self.markers.iter_mut().zip(&tree.markers).enumerate() {
            let measured = markers.get(k).copied().flatten();
            let trusted = weights.get(k).copied().unwrap_or(1.0);
            let weight = if trusted.is_finite() && trusted > 0.0 {
                marker.weight * trusted.min(WEIGHT_MAX)
            } else {
                0.0
            };
            state.seen = measured.is_some();
            state.pulls = state.seen;
            state.given_weight = weight;
            state.weight = weight;
            state.pull = 0.0;
            if let Some(point) = measured {
                state.measured = point.metres();
                state.target = state.measured;
                seen += 1;
            }
        }
        seen
    }

    /// Believes what was measured, whatever was made of it since.
    pub(crate) fn believe_all(&mut self) {
        for state in &mut self.markers {
            state.pulls = state.seen;
            state.weight = state.given_weight;
            state.target = state.measured;
            state.pull = 0.0;
        }
    }

    /// Another set of markers, or other weights, is another matrix.
    pub(crate) fn check_factor(&mut self) {
        for state in &self.markers {
            let weight = if state.pulls { state.weight } else { 0.0 };
            let change = (weight - state.built_weight).abs();
            if change > 0.25 * weight.max(state.built_weight) {
                self.factor_fits = false;
            }
        }
    }

    /// Computes the frames of `self.pose` and its cost.
    pub(crate) fn evaluate(&mut self, tree: &Tree, terms: &Terms) -> f64 {
        forward(tree, &self.pose, &mut self.frames);
        marker_cost(tree, terms.loss, &self.frames, &mut self.markers)
            + pull_cost(
                tree,
                &terms.pulls,
                terms.limit_weight,
                &self.predicted,
                &self.pose,
                &mut self.pull_slope,
            )
    }

    /// The same of `self.trial`; markers and pulls then are the trial's.
    #[inline(always)]
    pub(super) fn evaluate_trial(&mut self, tree: &Tree, terms: &Terms) -> f64 {
        forward(tree, &self.trial, &mut self.trial_frames);
        marker_cost(tree, terms.loss, &self.trial_frames, &mut self.markers)
            + pull_cost(
                tree,
                &terms.pulls,
                terms.limit_weight,
                &self.predicted,
                &self.trial,
                &mut self.pull_slope,
            )
    }

    /// Makes the trial the pose.
    #[inline(always)]
    pub(super) fn accept_trial(&mut self) {
        std::mem::swap(&mut self.pose, &mut self.trial);
        std::mem::swap(&mut self.frames, &mut self.trial_frames);
    }

    fn reference(&self) -> DVec3 {
        self.frames.first().map_or(DVec3::ZERO, |f| f.origin)
    }

    /// Builds the normal matrix and gradient at the evaluated pose: with the residuals' own curvature (exact up to the
    /// robust loss's), or Gauss-Newton's.
    #[inline(always)]
    pub(crate) fn build(&mut self, tree: &Tree, terms: &Terms, is_exact: bool) {
        let reference = self.reference();
        self.bodies.fill(Composite::ZERO);
        for (marker, state) in tree.markers.iter().zip(&mut self.markers) {
            state.built_weight = if state.pulls { state.weight } else { 0.0 };
            if state.pull > 0.0 {
                self.bodies[marker.joint].add_marker(
                    state.point - reference,
                    state.residual,
                    state.pull,
                );
            }
        }
        screws(tree, &self.frames, reference, &mut self.screws);
        build(
            tree,
            &self.frames,
            reference,
            is_exact,
            &mut self.bodies,
            &self.screws,
            &mut self.h,
        );
        add_pull_matrix(
            tree,
            &terms.pulls,
            terms.limit_weight,
            &self.pose,
            &mut self.h,
        );
        self.build_gradient(tree);
    }

    /// Builds the gradient alone.
    #[inline(always)]
    pub(crate) fn build_gradient(&mut self, tree: &Tree) {
        let reference = self.reference();
        self.forces.fill(Pull::ZERO);
        for (marker, state) in tree.markers.iter().zip(&self.markers) {
            if state.pull > 0.0 {
                let arm = state.point - reference;
                self.forces[marker.joint].add_marker(arm, state.residual, state.pull);
            }
        }
        self.gradient.copy_from_slice(&self.pull_slope);
        add_gradient(
            tree,
            &self.frames,
            reference,
            &mut self.forces,
            &mut self.gradient,
        );
    }

    /// Whether any marker at or below a joint pulled at the last gradient.
    pub(crate) fn is_held(&self, joint: usize) -> bool {
        self.forces[joint].weight > 0.0
    }

    /// How much markers show of a joint's motion against its parent, in the coordinate that they show least, m²: its
    /// pivot in the factor, where everything below the joint is free, without the pulls and the damping.
    pub(crate) fn least_shown(&self, tree: &Tree, terms: &Terms, joint: usize) -> f64 {
        let first = tree.joints[joint].first_dof;
        let rows = &tree.rows[first..first + tree.joints[joint].motion.count()];
        let pull = terms.pulls[joint].predicted + terms.pulls[joint].rest + self.even_damping;
        let pivots = rows.iter().map(|row| self.factor[row.start + row.depth]);
        (pivots.fold(f64::INFINITY, f64::min) - pull).clamp(0.0, 1e6)
    }

    /// How a point of the body moves with a coordinate, at the pose that was built last.
    pub(crate) fn point_velocity(&self, dof: usize, point: DVec3) -> DVec3 {
        let screw = &self.screws[dof];
        screw.turn.cross(point - self.reference()) + screw.slide
    }
}

/// The markers' part of the cost; leaves point, residual and pull in their states.
#[inline(always)]
fn marker_cost(tree: &Tree, loss: Loss, frames: &[Frame], states: &mut [MarkerState]) -> f64 {
    match loss {
        Loss::Squared => marker_cost_with(tree, frames, states, |s| (s, 1.0)),
        other => marker_cost_with(tree, frames, states, |s| other.value_and_slope(s)),
    }
}

#[inline(always)]
fn marker_cost_with(
    tree: &Tree,
    frames: &[Frame],
    states: &mut [MarkerState],
    loss: impl Fn(f64) -> (f64, f64),
) -> f64 {
    let mut cost = 0.0;
    for (marker, state) in tree.markers.iter().zip(states) {
        let frame = &frames[marker.joint];
        state.point = frame.origin + frame.axes * marker.offset;
        if !state.pulls {
            continue;
        }
        state.residual = state.point - state.target;
        let (value, slope) = loss(state.residual.length_squared());
        state.pull = state.weight * slope;
        cost += 0.5 * state.weight * value;
    }
    cost
}

#[cfg(test)]
mod tests;

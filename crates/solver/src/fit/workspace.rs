//! One frame's least-squares problem and the Levenberg-Marquardt steps that solve it.
//!
//! Everything lives in buffers made once. A step is taken only when it lowers the cost; the damping is carried from
//! iteration to iteration and from frame to frame, because plain Gauss-Newton diverges on limbs that one marker holds.

use super::inertia::{Composite, Screw, build, screws};
use super::loss::Loss;
use super::packed;
use super::pose::{Coordinate, Frame, forward, step_pose};
use super::pulls::{PullWeights, add_pulls};
use super::tree::Tree;
use cyc_model::{Point, Stage};
use glam::DVec3;

const DAMPING_START: f64 = 1e-4;
const DAMPING_MIN: f64 = 1e-9;
const DAMPING_MAX: f64 = 1e8;
/// Above this a small gain says that the step was short, not that the end is near.
const DAMPING_OF_SHORT_STEPS: f64 = 1e-2;
/// A gain that rounding would hide, as a part of the cost.
const GAIN_MIN: f64 = 1e-14;
/// Tries of one iteration before it counts as converged: each multiplies the damping.
const TRIES: usize = 10;

/// One marker in the present pose.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MarkerState {
    /// Where it was measured, metres.
    pub target: DVec3,
    pub seen: bool,
    /// Where the pose puts it.
    pub point: DVec3,
    /// `point - target`.
    pub residual: DVec3,
    /// Its weight after the robust loss.
    pub pull: f64,
}

impl MarkerState {
    const UNSEEN: Self = Self {
        target: DVec3::ZERO,
        seen: false,
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
    trial: Vec<Coordinate>,
    trial_frames: Vec<Frame>,
    screws: Vec<Screw>,
    damped: Vec<f64>,
    step: Vec<f64>,
    damping: f64,
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
            screws: vec![no_screw; dofs],
            damped: vec![0.0; tree.entries],
            step: vec![0.0; dofs],
            damping: DAMPING_START,
        };
        forward(tree, &made.pose, &mut made.frames);
        made
    }

    /// Takes what was measured, in the rig's marker order; returns how many markers were seen.
    pub(crate) fn set_targets(&mut self, markers: &[Option<Point<Stage>>]) -> usize {
        let mut seen = 0;
        for (k, state) in self.markers.iter_mut().enumerate() {
            let measured = markers.get(k).copied().flatten();
            state.seen = measured.is_some();
            state.pull = 0.0;
            if let Some(point) = measured {
                state.target = point.metres();
                seen += 1;
            }
        }
        seen
    }

    pub(crate) fn reset_damping(&mut self) {
        self.damping = DAMPING_START;
    }

    /// Computes the frames of `self.pose` and its cost.
    pub(crate) fn evaluate(&mut self, tree: &Tree, terms: &Terms) -> f64 {
        forward(tree, &self.pose, &mut self.frames);
        marker_cost(tree, terms.loss, &self.frames, &mut self.markers)
            + add_pulls(
                tree,
                &terms.pulls,
                terms.limit_weight,
                &self.predicted,
                &self.pose,
                None,
            )
    }

    /// Builds the normal matrix and gradient at the evaluated pose.
    pub(crate) fn build(&mut self, tree: &Tree, terms: &Terms) {
        let reference = self.frames.first().map_or(DVec3::ZERO, |f| f.origin);
        self.bodies.fill(Composite::ZERO);
        for (marker, state) in tree.markers.iter().zip(&self.markers) {
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
            &mut self.bodies,
            &self.screws,
            &mut self.h,
            &mut self.gradient,
        );
        add_pulls(
            tree,
            &terms.pulls,
            terms.limit_weight,
            &self.predicted,
            &self.pose,
            Some((&mut self.h, &mut self.gradient)),
        );
    }

    /// How a point of the body moves with a coordinate, at the pose that was built last.
    pub(crate) fn point_velocity(&self, dof: usize, point: DVec3) -> DVec3 {
        let reference = self.frames.first().map_or(DVec3::ZERO, |f| f.origin);
        let screw = &self.screws[dof];
        screw.turn.cross(point - reference) + screw.slide
    }

    /// Iterates from `self.pose`; returns the cost reached and the iterations it took.
    pub(crate) fn minimise(
        &mut self,
        tree: &Tree,
        terms: &Terms,
        max_iterations: usize,
        tolerance: f64,
    ) -> (f64, usize) {
        let mut cost = self.evaluate(tree, terms);
        self.damping = self.damping.min(DAMPING_OF_SHORT_STEPS);
        let mut iterations = 0;
        while iterations < max_iterations {
            iterations += 1;
            self.build(tree, terms);
            let Some((lower, foretold)) = self.descend(tree, terms, cost) else {
                break;
            };
            let gain = cost - lower;
            cost = lower;
            // What the quadratic model got wrong in this step is about what the next one can still gain; with a robust
            // loss the weights follow one step behind, so that part of the gain repeats itself.
            let repeated = if terms.loss == Loss::Squared {
                0.0
            } else {
                0.2 * gain
            };
            let next_gain = (gain - foretold).abs().max(repeated).min(gain);
            if next_gain <= tolerance * cost && self.damping <= DAMPING_OF_SHORT_STEPS {
                break;
            }
        }
        (cost, iterations)
    }

    /// One accepted step: the cost after it and how much the model foretold that it would fall. `None` when no step
    /// lowers the cost; the marker states then may be those of the last try, so they are evaluated again.
    fn descend(&mut self, tree: &Tree, terms: &Terms, cost: f64) -> Option<(f64, f64)> {
        let damping = self.damping;
        for _ in 0..TRIES {
            let Some(expected) = self.damped_step(tree) else {
                self.damping = (self.damping * 10.0).min(DAMPING_MAX);
                continue;
            };
            if expected <= GAIN_MIN * cost {
                break;
            }
            step_pose(tree, &self.pose, &self.step, &mut self.trial);
            forward(tree, &self.trial, &mut self.trial_frames);
            let lower = marker_cost(tree, terms.loss, &self.trial_frames, &mut self.markers)
                + add_pulls(
                    tree,
                    &terms.pulls,
                    terms.limit_weight,
                    &self.predicted,
                    &self.trial,
                    None,
                );
            if lower < cost {
                std::mem::swap(&mut self.pose, &mut self.trial);
                std::mem::swap(&mut self.frames, &mut self.trial_frames);
                // Nielsen's rule: by as much as the model was right, at most to a third.
                let ratio = ((cost - lower) / expected.max(f64::MIN_POSITIVE)).min(1.0);
                let factor = (1.0 - (2.0 * ratio - 1.0).powi(3)).max(1.0 / 3.0);
                self.damping = (self.damping * factor).clamp(DAMPING_MIN, DAMPING_MAX);
                return Some((lower, expected));
            }
            self.damping = (self.damping.max(1e-6) * 5.0).min(DAMPING_MAX);
        }
        // Failing here is the end of this frame, not a reason to step carefully in the next.
        self.damping = damping;
        marker_cost(tree, terms.loss, &self.frames, &mut self.markers);
        None
    }

    /// Solves for `self.step`; returns how much the quadratic model says that it lowers the cost.
    fn damped_step(&mut self, tree: &Tree) -> Option<f64> {
        self.damped.copy_from_slice(&self.h);
        for row in &tree.rows {
            let diagonal = &mut self.damped[row.start + row.depth];
            *diagonal += self.damping * *diagonal + f64::MIN_POSITIVE;
        }
        if !packed::factor(&tree.rows, &mut self.damped) {
            return None;
        }
        for (s, g) in self.step.iter_mut().zip(&self.gradient) {
            *s = -g;
        }
        packed::solve(&tree.rows, &self.damped, &mut self.step);
        let mut expected = 0.0;
        for ((s, g), row) in self.step.iter().zip(&self.gradient).zip(&tree.rows) {
            expected += 0.5 * s * (self.damping * self.h[row.start + row.depth] * s - g);
        }
        expected.is_finite().then_some(expected)
    }
}

/// The markers' part of the cost; leaves point, residual and pull in their states.
fn marker_cost(tree: &Tree, loss: Loss, frames: &[Frame], states: &mut [MarkerState]) -> f64 {
    let mut cost = 0.0;
    for (marker, state) in tree.markers.iter().zip(states) {
        let frame = &frames[marker.joint];
        state.point = frame.origin + frame.axes * marker.offset;
        if !state.seen {
            continue;
        }
        state.residual = state.point - state.target;
        let (value, slope) = loss.value_and_slope(state.residual.length_squared());
        state.pull = marker.weight * slope;
        cost += 0.5 * marker.weight * value;
    }
    cost
}

#[cfg(test)]
mod tests;

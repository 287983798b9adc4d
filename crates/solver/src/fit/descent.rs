//! How a frame's pose gets to its minimum: Levenberg-Marquardt steps, and cheap steps between them.
//!
//! The normal matrix hardly changes from one frame to the next, but building and factorising it is most of a step's
//! work. So a factor is used again, with a fresh gradient, as long as its steps do what they foretell (a chord or
//! simplified Newton method: Ortega and Rheinboldt, 1970, §7.1; Kelley, *Iterative Methods*, 1995, §5.4); only then is it made
//! anew, and if its last step of a frame was poor, at the start of the next, so that no frame pays for both. A step is taken
//! only when it lowers the cost; the damping is carried from frame to frame, because plain Gauss-Newton diverges on limbs
//! that one marker holds. Turns that markers hardly show have an exact curvature about zero, of either sign a frame
//! later: a factor that is to serve again is damped there, in place of steps that go far and gain nothing.

use super::packed;
use super::pose::step_pose;
use super::tree::Tree;
use super::workspace::{DAMPING_START, Terms, Workspace};

const DAMPING_MIN: f64 = 1e-9;
const DAMPING_MAX: f64 = 1e8;
/// Above this a small gain says that the step was short, not that the end is near.
const DAMPING_OF_SHORT_STEPS: f64 = 1e-2;
/// A gain that rounding would hide, as a part of the cost.
const GAIN_MIN: f64 = 1e-14;
/// Tries of one iteration before it counts as converged: each multiplies the damping.
const TRIES: usize = 10;
/// A factor is made anew at once when a step with it left more than this part of what there was to gain.
const LEFT_MAX: f64 = 0.8;
/// A factor is made anew for the next frame when the last step with it left more than this part: before the first
/// step it costs a matrix, in the middle of a frame a matrix and the steps that did not help.
const LEFT_TO_GO_ON: f64 = 0.05;
/// A frame whose prediction is off by more than this (RMS, by what a step would gain) surprises: it begins with a factor of its
/// own, metres. What a dancer does at 60 Hz, not what one does at 120 Hz.
const SURPRISE_M: f64 = 0.003;
/// Damping of every coordinate in a factor that is to serve again, m²: what markers show of it with less than a 22 mm
/// lever is hardly curved, or curved the other way a frame later. Well-shown coordinates have a hundred times that.
pub(super) const DAMPING_TO_SERVE_M2: f64 = 5e-4;

/// When the normal matrix is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatrixUse {
    /// For every step: what other solvers do, for comparison.
    EveryStep,
    /// When the one at hand no longer serves: the same minimum in a fraction of the time.
    WhileItServes,
}

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop {
    pub max_iterations: usize,
    /// The part of the cost that may be left to gain.
    pub tolerance: f64,
    pub matrix: MatrixUse,
}

/// How one step ended.
enum Outcome {
    /// The cost after it.
    Lower(f64),
    /// There is less to gain than asked for.
    Done,
    /// No step lowers the cost.
    Stuck,
}

/// See [`SURPRISE_M`]; as a cost, m².
fn surprise_m2(tree: &Tree) -> f64 {
    let weight: f64 = tree.markers.iter().map(|marker| marker.weight).sum();
    SURPRISE_M * SURPRISE_M * weight
}

impl Workspace {
    pub(crate) fn reset_damping(&mut self) {
        self.damping = DAMPING_START;
        self.factor_fits = false;
    }

    /// Iterates from `self.pose`; returns the cost reached and the iterations it took.
    pub(crate) fn minimise(&mut self, tree: &Tree, terms: &Terms, stop: Stop) -> (f64, usize) {
        let cost = self.evaluate(tree, terms);
        self.minimise_from(cost, tree, terms, stop)
    }

    /// Iterates from `self.pose`, which was evaluated to this cost.
    pub(crate) fn minimise_from(
        &mut self,
        mut cost: f64,
        tree: &Tree,
        terms: &Terms,
        stop: Stop,
    ) -> (f64, usize) {
        self.damping = self.damping.min(DAMPING_OF_SHORT_STEPS);
        self.even_damping = match stop.matrix {
            MatrixUse::EveryStep => f64::MIN_POSITIVE,
            MatrixUse::WhileItServes => DAMPING_TO_SERVE_M2,
        };
        let mut iterations = 0;
        let mut foretold = f64::INFINITY;
        while iterations < stop.max_iterations {
            let is_new = !self.factor_fits || stop.matrix == MatrixUse::EveryStep;
            let outcome = if is_new {
                foretold = f64::INFINITY;
                self.newton_step(tree, terms, cost, stop, &mut foretold)
            } else {
                self.chord_step(tree, terms, cost, stop, &mut foretold)
            };
            match outcome {
                Outcome::Lower(lower) => cost = lower,
                Outcome::Stuck if !is_new => continue,
                Outcome::Stuck | Outcome::Done => break,
            }
            iterations += 1;
        }
        (cost, iterations)
    }

    /// A step with a new matrix, more damped until it lowers the cost.
    fn newton_step(
        &mut self,
        tree: &Tree,
        terms: &Terms,
        cost: f64,
        stop: Stop,
        foretold: &mut f64,
    ) -> Outcome {
        self.build(tree, terms, true);
        let damping = self.damping;
        let mut is_exact = true;
        for _ in 0..TRIES {
            if !self.factorise(tree) {
                if is_exact {
                    // Far from the minimum the Hessian may be indefinite; Gauss-Newton's never is.
                    is_exact = false;
                    self.build(tree, terms, false);
                    continue;
                }
                self.damping = (self.damping * 10.0).min(DAMPING_MAX);
                continue;
            }
            let expected = self.solve_step(tree) + self.damped_part(tree);
            let is_short = self.damping > DAMPING_OF_SHORT_STEPS;
            if expected <= GAIN_MIN * cost || (expected <= stop.tolerance * cost && !is_short) {
                return Outcome::Done;
            }
            if let Some(lower) = self.try_step(tree, terms, cost) {
                // Nielsen's rule: by as much as the model was right, at most to a third.
                let ratio = ((cost - lower) / expected.max(f64::MIN_POSITIVE)).min(1.0);
                let factor = (1.0 - (2.0 * ratio - 1.0).powi(3)).max(1.0 / 3.0);
                self.damping = (self.damping * factor).clamp(DAMPING_MIN, DAMPING_MAX);
                self.factor_fits = !is_short;
                *foretold = expected;
                return Outcome::Lower(lower);
            }
            self.damping = (self.damping.max(1e-6) * 5.0).min(DAMPING_MAX);
        }
        // Failing here is the end of this frame, not a reason to step carefully in the next.
        self.damping = damping;
        self.factor_fits = false;
        self.evaluate(tree, terms);
        Outcome::Stuck
    }

    /// A step with the factor at hand and a new gradient.
    #[inline(always)]
    fn chord_step(
        &mut self,
        tree: &Tree,
        terms: &Terms,
        cost: f64,
        stop: Stop,
        foretold: &mut f64,
    ) -> Outcome {
        self.build_gradient(tree);
        let expected = self.solve_step(tree);
        let left = expected / *foretold;
        if expected <= stop.tolerance * cost {
            self.factor_fits = left <= LEFT_TO_GO_ON;
            return Outcome::Done;
        }
        // Nor is it the factor of a frame that surprises: what it does not know of turns that markers hardly show, no later step
        // would lead back from.
        let is_surprised = foretold.is_infinite() && expected > surprise_m2(tree);
        // More than all of it cannot be gained: what such a factor says of a frame that surprises is wrong most of all in turns that
        // markers hardly show. It would turn the joints of a spine against each other by half a radian at once, lower the cost all
        // the same, and the rest of the frame's steps would not lead back.
        let is_believable = expected <= cost;
        if left > LEFT_MAX || is_surprised || !is_believable {
            self.factor_fits = false;
            return Outcome::Stuck;
        }
        *foretold = expected;
        match self.try_step(tree, terms, cost) {
            Some(lower) => Outcome::Lower(lower),
            None => {
                self.factor_fits = false;
                self.evaluate(tree, terms);
                Outcome::Stuck
            }
        }
    }

    /// Goes `self.step` from the pose; the new cost when it is lower.
    #[inline(always)]
    fn try_step(&mut self, tree: &Tree, terms: &Terms, cost: f64) -> Option<f64> {
        step_pose(tree, &self.pose, &self.step, &mut self.trial);
        let lower = self.evaluate_trial(tree, terms);
        (lower < cost).then(|| {
            self.accept_trial();
            lower
        })
    }

    /// Damps and factorises the matrix that was built. False when it is not positive definite.
    #[inline(always)]
    fn factorise(&mut self, tree: &Tree) -> bool {
        self.factor.copy_from_slice(&self.h);
        for row in &tree.rows {
            let diagonal = &mut self.factor[row.start + row.depth];
            *diagonal += self.damping * *diagonal + self.even_damping;
        }
        packed::factor(&tree.rows, &mut self.factor)
    }

    /// What the damping took from the step's quadratic model.
    fn damped_part(&self, tree: &Tree) -> f64 {
        let squares = self.step.iter().zip(&tree.rows);
        let sum: f64 = squares
            .map(|(s, row)| {
                let diagonal = self.h[row.start + row.depth];
                s * s * (self.damping * diagonal + self.even_damping)
            })
            .sum();
        0.5 * sum
    }

    /// Solves for `self.step`; returns how much the quadratic model says that it lowers the cost.
    #[inline(always)]
    fn solve_step(&mut self, tree: &Tree) -> f64 {
        for (s, g) in self.step.iter_mut().zip(&self.gradient) {
            *s = -g;
        }
        packed::solve(&tree.rows, &self.factor, &mut self.path, &mut self.step);
        let along: f64 = self
            .step
            .iter()
            .zip(&self.gradient)
            .map(|(s, g)| s * g)
            .sum();
        -0.5 * along
    }
}

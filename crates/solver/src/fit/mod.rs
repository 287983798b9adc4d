//! Fits a rig to labelled markers, frame after frame.
//!
//! Minimises `Σ w·ρ(‖marker(q) − measured‖²)` plus weak pulls to the predicted and the rest pose and soft joint limits
//! over the rig's coordinates `q`. Each frame starts from the pose predicted from the frames before; the first one,
//! and one that went badly wrong, starts from nothing. After construction nothing is allocated, and no input leads to
//! a value that is not finite: a step that does not lower the cost is not taken.

mod cold_start;
mod descent;
mod inertia;
mod loss;
mod marker_memory;
pub(crate) mod packed;
pub(crate) mod pose;
mod pulls;
mod settings;
mod snapshot;
pub(crate) mod tree;
pub(crate) mod workspace;

pub(crate) use descent::Stop;

pub use descent::MatrixUse;
pub use loss::Loss;
pub use settings::FitSettings;

use cyc_model::{HumanBone, JointFrame, JointIdx, Point, Rig, Stage, Xf};
use marker_memory::MarkerMemory;
use pose::{Coordinate, difference, step_pose};
use pulls::PullWeights;
use tree::Tree;
use workspace::{Terms, Workspace};

/// Fewest markers that a cold start is tried with.
const COLD_MARKERS_MIN: usize = 3;
/// Frames between two tries to start a badly fitting performer anew: one try costs as much as some 30 frames.
const RESTART_EVERY: u32 = 30;
/// What markers must show of a joint's least shown turn for it to go on turning, m²: one 15 mm beside the axis.
const SHOWN_M2: f64 = 0.015 * 0.015;
/// How much wider the robust loss is while a cold start searches.
const COLD_LOSS_WIDENING: f64 = 6.0;

/// What one frame's fit came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FitReport {
    /// Root mean square distance of the seen markers from where the pose puts them, metres; 0 when none was seen.
    pub rms_m: f64,
    /// Markers seen.
    pub seen: usize,
    /// Iterations taken.
    pub iterations: usize,
    /// Whether the pose was found from nothing.
    pub cold: bool,
}

/// Fits one performer. Owns all its memory.
#[derive(Clone, Debug)]
pub struct Fitter {
    tree: Tree,
    settings: FitSettings,
    terms: Terms,
    cold_terms: Terms,
    ws: Workspace,
    memory: MarkerMemory,
    /// The pose of the frame before, and how the last step led to it.
    last: Vec<Coordinate>,
    velocity: Vec<f64>,
    scratch: Vec<Coordinate>,
    globals: Vec<Xf<Stage, JointFrame>>,
    fitted: Vec<Point<Stage>>,
    tracking: bool,
    until_restart: u32,
}

impl Fitter {
    /// Prepares for a rig; all allocation happens here.
    pub fn new(rig: &Rig, settings: FitSettings) -> Self {
        let tree = Tree::new(rig);
        let terms = terms_of(rig, &settings);
        let cold_terms = Terms {
            loss: terms.loss.widened(COLD_LOSS_WIDENING),
            ..terms.clone()
        };
        let ws = Workspace::new(&tree);
        let joints = tree.joints.len();
        let mut made = Self {
            last: vec![Coordinate::REST; joints],
            velocity: vec![0.0; tree.dof_count()],
            scratch: vec![Coordinate::REST; joints],
            globals: vec![Xf::IDENTITY; joints],
            fitted: vec![Point::ORIGIN; tree.markers.len()],
            tracking: false,
            until_restart: 0,
            memory: MarkerMemory::new(&tree),
            tree,
            settings,
            terms,
            cold_terms,
            ws,
        };
        made.ws.evaluate(&made.tree, &made.terms);
        made.publish();
        made
    }

    /// Fits one frame. `markers` are in the rig's order; what is missing, beyond its end or `None`, was not seen.
    pub fn fit(&mut self, markers: &[Option<Point<Stage>>]) -> FitReport {
        self.fit_weighted(markers, &[])
    }

    /// Fits one frame of which some markers count less. `weights` are in the rig's order and multiply the rig's own:
    /// 1 (also where the list ends) is as usual, 0 or what is no number ignores a marker.
    pub fn fit_weighted(&mut self, markers: &[Option<Point<Stage>>], weights: &[f64]) -> FitReport {
        let seen = self.ws.set_targets(&self.tree, markers, weights);
        let mut cold = false;
        let mut iterations = 0;
        if seen == 0 {
            self.velocity.fill(0.0);
            self.ws.evaluate(&self.tree, &self.terms);
        } else if self.tracking {
            iterations = self.fit_warm();
            if self.until_restart > 0 {
                self.until_restart -= 1;
            } else if seen >= COLD_MARKERS_MIN
                && self.believed_rms_m() > self.settings.restart_rms_m
            {
                (iterations, cold) = self.try_restart(iterations);
            }
        } else if seen >= COLD_MARKERS_MIN {
            iterations = self.fit_cold();
            cold = true;
            self.tracking = true;
        } else {
            self.ws.evaluate(&self.tree, &self.terms);
        }
        self.remember(cold);
        self.memory.remember(&self.ws);
        self.publish();
        FitReport {
            rms_m: self.rms_m(),
            seen,
            iterations,
            cold,
        }
    }

    /// Forgets the performer: the next frame starts from nothing.
    pub fn reset(&mut self) {
        self.tracking = false;
        self.until_restart = 0;
        self.velocity.fill(0.0);
    }

    /// Whether a pose is being followed.
    pub fn is_tracking(&self) -> bool {
        self.tracking
    }

    /// The joints of the last fit, in the rig's order.
    pub fn globals(&self) -> &[Xf<Stage, JointFrame>] {
        &self.globals
    }

    /// Where the last fit puts the markers, in the rig's order: what a hidden marker is filled with.
    pub fn fitted_markers(&self) -> &[Point<Stage>] {
        &self.fitted
    }

    /// How far a marker was from where the pose puts it, metres; `None` when it was not seen or is not in the rig.
    pub fn residual_m(&self, marker: usize) -> Option<f64> {
        self.ws
            .markers
            .get(marker)
            .filter(|m| m.seen)
            .map(|m| m.point.distance(m.measured))
    }

    /// How much the robust loss and its past left of a marker's weight, 0 to 1; `None` when it was not seen or is not in
    /// the rig. A marker that has jumped has none.
    pub fn trust(&self, marker: usize) -> Option<f64> {
        let state = self.ws.markers.get(marker).filter(|m| m.seen)?;
        let weight = state.given_weight;
        let is_believed = weight > 0.0 && state.pulls && state.target == state.measured;
        Some(if is_believed {
            (state.pull / weight).min(1.0)
        } else {
            0.0
        })
    }

    /// The coordinates of the last fit.
    pub(crate) fn pose(&self) -> &[Coordinate] {
        &self.ws.pose
    }

    /// The whole cost of the pose, priors and limits with it, m².
    pub(crate) fn cost(&mut self) -> f64 {
        self.ws.evaluate(&self.tree, &self.terms)
    }

    fn fit_warm(&mut self) -> usize {
        if self.settings.predict {
            step_pose(&self.tree, &self.last, &self.velocity, &mut self.ws.pose);
        } else {
            self.ws.pose.copy_from_slice(&self.last);
        }
        self.ws.predicted.copy_from_slice(&self.ws.pose);
        let stop = Stop {
            max_iterations: self.settings.max_iterations,
            tolerance: self.settings.tolerance,
            matrix: self.settings.matrix,
        };
        let mut cost = self.ws.evaluate(&self.tree, &self.terms);
        if self.memory.judge(&self.tree, &mut self.ws) {
            cost = self.ws.evaluate(&self.tree, &self.terms);
        }
        self.ws.check_factor();
        self.ws.minimise_from(cost, &self.tree, &self.terms, stop).1
    }

    fn fit_cold(&mut self) -> usize {
        self.memory.forget();
        self.ws.believe_all();
        cold_start::cold_start(
            &self.tree,
            &self.cold_terms,
            &mut self.ws,
            &mut self.scratch,
        );
        let stop = Stop {
            max_iterations: self.settings.max_iterations_cold,
            tolerance: self.settings.tolerance.min(1e-5),
            matrix: MatrixUse::EveryStep,
        };
        let wide = self.ws.minimise(&self.tree, &self.cold_terms, stop).1;
        self.ws.predicted.copy_from_slice(&self.ws.pose);
        wide + self.ws.minimise(&self.tree, &self.terms, stop).1
    }

    /// Fits the frame from nothing as well and keeps the better pose.
    fn try_restart(&mut self, warm_iterations: usize) -> (usize, bool) {
        self.until_restart = RESTART_EVERY;
        let warm_cost = self.marker_cost();
        // `last` is not needed any more for this frame: the warm pose waits there.
        self.last.copy_from_slice(&self.ws.pose);
        let iterations = self.fit_cold();
        if self.marker_cost() < warm_cost {
            return (iterations, true);
        }
        self.ws.pose.copy_from_slice(&self.last);
        self.ws.reset_damping();
        self.ws.evaluate(&self.tree, &self.terms);
        (warm_iterations, false)
    }

    fn marker_cost(&self) -> f64 {
        self.ws
            .markers
            .iter()
            .filter(|state| state.seen)
            .map(|state| {
                let s = state.point.distance_squared(state.measured);
                state.given_weight * self.terms.loss.value_and_slope(s).0
            })
            .sum()
    }

    /// The same as the report's, without markers that have jumped.
    fn believed_rms_m(&self) -> f64 {
        let believed = self.ws.markers.iter().filter(|m| m.seen && m.pulls);
        let (sum, n) = believed.fold((0.0, 0usize), |(sum, n), m| {
            (sum + m.residual.length_squared(), n + 1)
        });
        (sum / n.max(1) as f64).sqrt()
    }

    fn rms_m(&self) -> f64 {
        let (mut sum, mut n) = (0.0, 0usize);
        for state in self.ws.markers.iter().filter(|m| m.seen) {
            sum += state.point.distance_squared(state.measured);
            n += 1;
        }
        (sum / n.max(1) as f64).sqrt()
    }

    /// Keeps the pose and, for joints that markers hold, how fast it changes. A joint that markers do not hold in every
    /// direction keeps its place instead of drifting on.
    fn remember(&mut self, cold: bool) {
        for (j, joint) in self.tree.joints.iter().enumerate() {
            let span = joint.first_dof..joint.first_dof + joint.motion.count();
            let velocity = &mut self.velocity[span];
            if cold || !self.tracking || !self.ws.is_held(j) {
                velocity.fill(0.0);
            } else {
                difference(joint.motion, &self.last[j], &self.ws.pose[j], velocity);
                let shown = self.ws.least_shown(&self.tree, &self.terms, j);
                let kept = shown / (shown + SHOWN_M2);
                velocity.iter_mut().for_each(|v| *v *= kept);
            }
        }
        self.last.copy_from_slice(&self.ws.pose);
    }

    fn publish(&mut self) {
        for (global, frame) in self.globals.iter_mut().zip(&self.ws.frames) {
            *global = Xf::saturating(frame.rotation, frame.origin);
        }
        for (fitted, state) in self.fitted.iter_mut().zip(&self.ws.markers) {
            *fitted = Point::saturating(state.point);
        }
    }
}

/// The weights of a rig's problem under given settings.
pub(crate) fn terms_of(rig: &Rig, settings: &FitSettings) -> Terms {
    Terms {
        loss: settings.loss.checked(),
        pulls: pull_weights(rig, settings),
        limit_weight: settings.limit_weight.max(0.0),
    }
}

/// Which joints are pulled to rest how strongly: the chains whose bend few markers see, more than the limbs.
fn pull_weights(rig: &Rig, settings: &FitSettings) -> Vec<PullWeights> {
    let chain = [
        HumanBone::Spine,
        HumanBone::Chest,
        HumanBone::UpperChest,
        HumanBone::Neck,
    ]
    .map(|bone| rig.humanoid().joint(bone));
    let collars =
        [HumanBone::LeftShoulder, HumanBone::RightShoulder].map(|bone| rig.humanoid().joint(bone));
    (0..rig.skeleton().len())
        .map(|j| {
            let is_in = |joints: &[Option<JointIdx>]| joints.iter().flatten().any(|c| c.idx() == j);
            let rest = if is_in(&chain) {
                settings.chain_rest_weight
            } else if is_in(&collars) {
                settings.collar_rest_weight
            } else {
                settings.rest_weight
            };
            PullWeights {
                predicted: settings.predicted_weight.max(1e-12),
                rest: rest.max(0.0),
            }
        })
        .collect()
}

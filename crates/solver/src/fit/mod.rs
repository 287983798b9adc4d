//! Fits a rig to labelled markers, frame after frame.
//!
//! Minimises `Σ w·ρ(‖marker(q) − measured‖²)` plus weak pulls to the predicted and the rest pose and soft joint limits
//! over the rig's coordinates `q`. Each frame starts from the pose predicted from the frames before; the first one,
//! and one that went badly wrong, starts from nothing. After construction nothing is allocated, and no input leads to
//! a value that is not finite: a step that does not lower the cost is not taken.

mod cold_start;
mod descent;
mod exchanged_names;
mod inertia;
mod joint_quality;
mod loss;
mod marker_memory;
pub(crate) mod packed;
pub(crate) mod pose;
mod pulls;
mod settings;
mod snapshot;
mod surprise;
mod terms;
pub(crate) mod tree;
mod warm_start;
pub(crate) mod workspace;

pub(crate) use descent::Stop;
pub(crate) use terms::terms_of;

pub use descent::MatrixUse;
pub use loss::Loss;
pub use settings::{FitSettings, JumpHold};

use crate::align::rigid_alignment;
use cyc_model::{JointFrame, Point, Rig, Stage, Xf};
use exchanged_names::ExchangedNames;
use joint_quality::JointQuality;
use marker_memory::MarkerMemory;
use pose::{Coordinate, difference};
use tree::{Motion, NONE, Tree};
use workspace::{Terms, Workspace};

/// Fewest markers that a cold start is tried with.
const COLD_MARKERS_MIN: usize = 3;
/// Frames between two tries to start a badly fitting performer anew, after the first few: one try costs as much as some 30 frames.
const RESTART_EVERY: u32 = 30;
/// Up to so many frames' time a frame follows the last one; beyond it some are missing.
const FOLLOWS_STEPS_MAX: f64 = 1.5;
/// Markers that are off by so many times what is usual, and this much more, make no right pose.
const BAD_RMS_TIMES: f64 = 2.0;
/// See [`BAD_RMS_TIMES`]; metres.
const BAD_RMS_M: f64 = 0.005;
/// Frames after a start from a frame of which it explains not every marker that are also tried from nothing: one wrong marker can
/// lead to a pose that no later frame leads out of.
const START_CHECKS: u32 = 2;
/// What a frame tells about the usual: some seconds' memory.
const USUAL_SHARE: f64 = 0.005;
/// More frames than this between two are a gap: nothing goes on so long as it was.
const STEPS_MAX: f64 = 16.0;
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
    names: ExchangedNames,
    /// The pose of the frame before, and how the last step led to it.
    last: Vec<Coordinate>,
    velocity: Vec<f64>,
    scratch: Vec<Coordinate>,
    globals: Vec<Xf<Stage, JointFrame>>,
    fitted: Vec<Point<Stage>>,
    quality: JointQuality,
    tracking: bool,
    until_restart: u32,
    /// Tries in a row that left it fitting badly.
    bad_tries: u32,
    /// Frames that are yet to confirm the start.
    start_checks: u32,
    /// The next frame does not follow the last one.
    after_gap: bool,
    /// Frames from the last one to the next, of those that the velocity is for.
    steps: f64,
    /// Its user tells what lies between frames. Who does not may also give frames that are no performance at all (the
    /// labeller tries poses with it), and bad ones mean nothing then but that they are bad.
    is_told_of_gaps: bool,
    /// What the markers are usually off by, metres; `None` before the first good frame.
    usual_rms_m: Option<f64>,
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
            quality: JointQuality::new(&tree),
            tracking: false,
            until_restart: 0,
            bad_tries: 0,
            start_checks: 0,
            after_gap: false,
            steps: 1.0,
            is_told_of_gaps: false,
            usual_rms_m: None,
            memory: MarkerMemory::new(&tree, settings.jump_hold),
            names: ExchangedNames::default(),
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
        self.names.apply(&mut self.ws);
        let mut cold = false;
        let mut iterations = 0;
        if seen == 0 {
            self.velocity.fill(0.0);
            self.ws.evaluate(&self.tree, &self.terms);
        } else if self.tracking {
            (iterations, cold) = self.fit_tracked(seen);
        } else if seen >= COLD_MARKERS_MIN {
            self.names.forget();
            iterations = self.fit_cold();
            cold = true;
            self.tracking = true;
            self.start_checks = match MarkerMemory::are_explained(&self.ws) {
                true => 0,
                false => START_CHECKS,
            };
        } else {
            self.ws.evaluate(&self.tree, &self.terms);
        }
        self.remember(cold);
        self.steps = 1.0;
        self.note_usual(seen);
        self.memory.remember(&self.tree, &self.ws);
        self.names.keep_known(&self.memory);
        if self.tracking && seen > 0 {
            let presence = |marker: usize| self.memory.presence(marker);
            self.quality
                .judge(&self.tree, &self.terms, &self.ws, presence);
        } else {
            self.quality.forget();
        }
        self.publish();
        FitReport {
            rms_m: self.rms_m(),
            seen,
            iterations,
            cold,
        }
    }

    /// So many frames lie between the last one and the next, of those that are usual: some that were lost, or passed over.
    /// One when it is not told.
    pub fn expect_steps(&mut self, steps: f64) {
        self.is_told_of_gaps = true;
        if steps.is_finite() {
            self.steps = steps.clamp(1.0, STEPS_MAX);
        }
    }

    /// The next frame does not follow the last one: she has moved unseen meanwhile. Its markers are compared with none
    /// before them, her pose is also looked for from nothing, and the better of both is kept.
    pub fn expect_gap(&mut self) {
        self.is_told_of_gaps = true;
        self.after_gap = true;
    }

    /// Forgets the performer: the next frame starts from nothing.
    pub fn reset(&mut self) {
        self.tracking = false;
        self.names.forget();
        self.after_gap = false;
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

    /// How surely markers show each joint's turn against its parent, in the rig's order, 0 to 1: its normal matrix' share of
    /// what holds it in the direction in which they show least. 1: markers alone hold it. ½: they show as much as one marker 15 mm
    /// beside the axis would. 0: nothing shows it, and it stands where priors and prediction have it.
    pub fn joint_quality(&self) -> &[f32] {
        self.quality.joints()
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
        let is_believed = weight > 0.0 && state.pulls;
        Some(if is_believed {
            (state.pull / weight).min(1.0) * self.memory.presence(marker)
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

    /// Fits a frame that follows another one; where that leads nowhere, from elsewhere too. Returns the iterations, and
    /// whether the pose was found from nothing.
    fn fit_tracked(&mut self, seen: usize) -> (usize, bool) {
        let after_gap = std::mem::take(&mut self.after_gap);
        if after_gap {
            self.velocity.fill(0.0);
            self.memory.forget();
            self.names.apply(&mut self.ws);
            self.names.forget();
            self.ws.believe_all();
        }
        // After lost frames a marker that jumped cannot be told from a limb that moved.
        let is_loose = after_gap || self.steps > FOLLOWS_STEPS_MAX;
        let iterations = self.fit_warm(is_loose);
        let rms_m = if is_loose {
            self.rms_m()
        } else {
            self.believed_rms_m()
        };
        if self.start_checks > 0 {
            self.start_checks -= 1;
            return match seen < COLD_MARKERS_MIN {
                true => (iterations, false),
                false => self.try_restart(iterations),
            };
        }
        if rms_m <= self.bad_rms_m() && !after_gap {
            self.bad_tries = 0;
            self.until_restart = match self.is_told_of_gaps {
                true => 0,
                false => self.until_restart.saturating_sub(1),
            };
            return (iterations, false);
        }
        if self.until_restart > 0 && !after_gap {
            self.until_restart -= 1;
            return (iterations, false);
        }
        if seen < COLD_MARKERS_MIN {
            return (iterations, false);
        }
        if !self.is_told_of_gaps {
            self.until_restart = RESTART_EVERY;
            return self.try_restart(iterations);
        }
        let carried = self.try_carried(iterations);
        let fitted = self.try_restart(carried);
        // At first the next try comes soon: what was found after a gap may be wrong.
        self.until_restart = RESTART_EVERY.min(2 << self.bad_tries.min(8));
        self.bad_tries += 1;
        fitted
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

    /// Fits the frame also from the last posture, laid as a whole onto the markers, and keeps the better pose.
    fn try_carried(&mut self, warm_iterations: usize) -> usize {
        let warm_cost = self.marker_cost();
        self.scratch.copy_from_slice(&self.ws.pose);
        self.ws.pose.copy_from_slice(&self.last);
        self.ws.evaluate(&self.tree, &self.cold_terms);
        carry_roots(&self.tree, &mut self.ws);
        self.ws.predicted.copy_from_slice(&self.ws.pose);
        self.ws.reset_damping();
        let stop = Stop {
            max_iterations: self.settings.max_iterations_cold,
            tolerance: self.settings.tolerance.min(1e-5),
            matrix: MatrixUse::EveryStep,
        };
        let wide = self.ws.minimise(&self.tree, &self.cold_terms, stop).1;
        self.ws.predicted.copy_from_slice(&self.ws.pose);
        let iterations = wide + self.ws.minimise(&self.tree, &self.terms, stop).1;
        if self.marker_cost() < warm_cost {
            return iterations;
        }
        self.ws.pose.copy_from_slice(&self.scratch);
        self.ws.reset_damping();
        self.ws.evaluate(&self.tree, &self.terms);
        warm_iterations
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

    /// Beyond this the believed markers are off by too much for the pose to be right.
    fn bad_rms_m(&self) -> f64 {
        let most = self.settings.restart_rms_m;
        let usual = self.usual_rms_m.filter(|_| self.is_told_of_gaps);
        usual.map_or(most, |usual| (BAD_RMS_TIMES * usual + BAD_RMS_M).min(most))
    }

    /// Learns slowly what the markers are off by when the pose is right.
    fn note_usual(&mut self, seen: usize) {
        let rms_m = self.rms_m();
        if 2 * seen > self.tree.markers.len() && rms_m <= self.bad_rms_m() {
            let usual = self.usual_rms_m.get_or_insert(rms_m);
            *usual += (rms_m - *usual) * USUAL_SHARE;
        }
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
                velocity.iter_mut().for_each(|v| *v *= kept / self.steps);
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

/// Lays the posture of the workspace as a whole onto its markers.
fn carry_roots(tree: &Tree, ws: &mut Workspace) {
    let seen = ws.markers.iter().filter(|m| m.seen && m.given_weight > 0.0);
    let pairs = seen.map(|m| (m.point, m.measured, m.given_weight));
    let (rotation, shift) = rigid_alignment(pairs.clone());
    for (j, joint) in tree.joints.iter().enumerate() {
        if joint.parent == NONE && matches!(joint.motion, Motion::Free) {
            let (frame, coordinate) = (&ws.frames[j], ws.pose[j]);
            let turned = frame.rotation.conjugate() * rotation * frame.rotation;
            ws.pose[j] = Coordinate {
                rotation: (coordinate.rotation * turned).normalize(),
                shift: rotation * frame.origin + shift - joint.rest_translation,
                ..coordinate
            };
        }
    }
}

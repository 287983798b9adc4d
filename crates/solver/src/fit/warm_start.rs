//! A frame that goes on from the last ones: predicted, doubted where it surprises, and fitted.

use super::descent::Stop;
use super::marker_memory::Jumps;
use super::pose::step_pose;
use super::{Fitter, JumpHold};

/// Markers that are off by so many times what is usual, and this much more, are explained by the pose.
const EXPLAINED_RMS_TIMES: f64 = 1.25;
/// See [`EXPLAINED_RMS_TIMES`]; metres.
const EXPLAINED_RMS_M: f64 = 0.001;

impl Fitter {
    /// Whether a pose that misses its markers by so much (RMS, metres) explains them as well as ever. Nothing is usual until a
    /// first good frame.
    pub fn is_usual(&self, rms_m: f64) -> bool {
        let usual_m = self.usual_rms_m;
        usual_m.is_some_and(|usual_m| rms_m <= EXPLAINED_RMS_TIMES * usual_m + EXPLAINED_RMS_M)
    }

    /// Fits the frame from where the last ones lead; `is_loose`: frames are missing in between. Returns the iterations.
    pub(super) fn fit_warm(&mut self, is_loose: bool) -> usize {
        if self.settings.predict {
            self.velocity.iter_mut().for_each(|v| *v *= self.steps);
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
        let mut iterations = 0;
        if self.settings.jump_hold == JumpHold::Firm {
            (cost, iterations) = self.try_exchanged_names(cost, stop);
        }
        let steps = if is_loose { f64::INFINITY } else { 1.0 };
        let shown = self.quality.joints();
        let jumps = self.memory.find_jumps(&self.tree, &self.ws, steps, shown);
        if jumps == Jumps::Doubtful {
            iterations += self.try_all_believed(cost, stop);
            cost = self.ws.evaluate(&self.tree, &self.terms);
        }
        if self.memory.hold(&self.tree, &mut self.ws, steps) {
            cost = self.ws.evaluate(&self.tree, &self.terms);
        }
        self.ws.check_factor();
        iterations + self.ws.minimise_from(cost, &self.tree, &self.terms, stop).1
    }

    /// Believes every marker where a pose explains all of them as well as ever: then a limb was flung, and none has jumped.
    /// Else goes back to the prediction.
    fn try_all_believed(&mut self, cost: f64, stop: Stop) -> usize {
        if self.usual_rms_m.is_none() {
            return 0;
        }
        self.ws.check_factor();
        let iterations = self.ws.minimise_from(cost, &self.tree, &self.terms, stop).1;
        if self.is_usual(self.rms_m()) {
            self.memory.absolve();
        } else {
            self.ws.pose.copy_from_slice(&self.ws.predicted);
        }
        iterations
    }
}

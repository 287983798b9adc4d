//! Lets one fitter go on from another one's pose, without allocating: how a labelling is tried before it is believed.

use super::Fitter;

impl Fitter {
    /// Takes over the pose of a fitter of the same rig, at rest. What was predicted and how damped steps were stays own.
    pub(crate) fn continue_from(&mut self, other: &Self) {
        self.last.copy_from_slice(&other.ws.pose);
        self.ws.pose.copy_from_slice(&other.ws.pose);
        self.ws.frames.copy_from_slice(&other.ws.frames);
        self.velocity.fill(0.0);
        self.globals.copy_from_slice(&other.globals);
        self.fitted.copy_from_slice(&other.fitted);
        // What markers did before was under other labels.
        self.memory.forget();
        self.names.forget();
        self.tracking = true;
    }

    /// Takes over the pose that a trial found for the present frame; the motion that led to the frame stays.
    pub(crate) fn adopt(&mut self, trial: &Self) {
        self.last.copy_from_slice(&trial.ws.pose);
        self.ws.pose.copy_from_slice(&trial.ws.pose);
        self.ws.frames.copy_from_slice(&trial.ws.frames);
        self.globals.copy_from_slice(&trial.globals);
        self.fitted.copy_from_slice(&trial.fitted);
        // What markers did before was under other labels.
        self.memory.forget();
        self.names.forget();
        self.tracking = true;
    }
}

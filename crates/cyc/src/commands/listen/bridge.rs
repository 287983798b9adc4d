//! A protocol bridge: what a source gives leaves again through outputs.

use cyc_capture::{FrameSink, SourceEvent};
use cyc_emit::Outputs;
use cyc_model::{HostNs, MocapFrame};
use std::sync::{Arc, Mutex, PoisonError};

/// Outputs that the receive threads of several sources share. A lock is fine here, as in the observer's sink: giving a
/// frame is copying it into a ring.
pub type SharedOutputs = Arc<Mutex<Outputs>>;

/// Gives frames to outputs, and everything to the sink behind it.
pub struct BridgeSink<S> {
    /// The sink behind.
    pub behind: S,
    /// The outputs, if there are any.
    pub outputs: Option<SharedOutputs>,
}

impl<S: FrameSink> FrameSink for BridgeSink<S> {
    fn frame(&mut self, frame: &MocapFrame) {
        if let Some(outputs) = &self.outputs {
            let mut outputs = outputs.lock().unwrap_or_else(PoisonError::into_inner);
            outputs.frame(frame);
        }
        self.behind.frame(frame);
    }

    fn event(&mut self, event: SourceEvent) {
        self.behind.event(event);
    }

    fn beat(&mut self, now: HostNs) {
        self.behind.beat(now);
    }
}

//! Two producers as one virtual system: recorded markers beside a virtual camera, say.

use crate::servers::FrameProducer;
use cyc_model::{MocapFrame, Roster, RosterError};
use std::sync::Arc;

/// The subjects of the first producer, then those of the second; paced by the first.
pub struct Together {
    first: Box<dyn FrameProducer>,
    second: Box<dyn FrameProducer>,
    roster: Arc<Roster>,
    scratch: MocapFrame,
    beside: MocapFrame,
}

impl Together {
    /// Joins two producers whose subjects have different names.
    pub fn new(
        first: Box<dyn FrameProducer>,
        second: Box<dyn FrameProducer>,
    ) -> Result<Self, RosterError> {
        let subjects = first
            .roster()
            .subjects()
            .iter()
            .chain(second.roster().subjects())
            .cloned()
            .collect();
        let roster = Arc::new(Roster::build(subjects)?);
        Ok(Self {
            first,
            second,
            roster,
            scratch: MocapFrame::default(),
            beside: MocapFrame::default(),
        })
    }
}

impl FrameProducer for Together {
    fn roster(&self) -> Arc<Roster> {
        Arc::clone(&self.roster)
    }

    fn rate_hz(&self) -> f64 {
        self.first.rate_hz()
    }

    fn produce(&mut self, number: u64, out: &mut MocapFrame) -> bool {
        if !self.first.produce(number, &mut self.scratch)
            || !self.second.produce(number, &mut self.beside)
        {
            return false;
        }
        out.reset(&self.roster);
        out.rate_hz = self.first.rate_hz();
        out.timecode = self.scratch.timecode.or(self.beside.timecode);
        let segments = self.scratch.segments.iter().chain(&self.beside.segments);
        for (slot, value) in out.segments.iter_mut().zip(segments) {
            *slot = *value;
        }
        let markers = self.scratch.markers.iter().chain(&self.beside.markers);
        for (slot, value) in out.markers.iter_mut().zip(markers) {
            *slot = *value;
        }
        out.unlabelled.extend_from_slice(&self.scratch.unlabelled);
        out.unlabelled.extend_from_slice(&self.beside.unlabelled);
        true
    }
}

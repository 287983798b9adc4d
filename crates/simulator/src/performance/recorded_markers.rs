//! A recorded marker take as a virtual capture system: what real cameras saw, served again.

use crate::servers::FrameProducer;
use cyc_model::{MocapFrame, Point, Roster, RosterError, Source, SubjectInfo};
use std::sync::Arc;

/// A take of labelled markers that repeats.
#[derive(Debug)]
pub struct RecordedMarkers {
    roster: Arc<Roster>,
    rate_hz: f64,
    frames: Vec<Vec<Option<Point<Source>>>>,
}

impl RecordedMarkers {
    /// One subject with the given labels; each frame has one entry a label.
    pub fn new(
        subject: &str,
        labels: Vec<String>,
        rate_hz: f64,
        frames: Vec<Vec<Option<Point<Source>>>>,
    ) -> Result<Self, RosterError> {
        let subject = SubjectInfo {
            name: subject.to_owned(),
            segments: vec![],
            markers: labels,
        };
        let roster = Arc::new(Roster::build(vec![subject])?);
        Ok(Self {
            roster,
            rate_hz,
            frames,
        })
    }

    /// Length in seconds.
    pub fn length_s(&self) -> f64 {
        self.frames.len() as f64 / self.rate_hz
    }
}

impl FrameProducer for RecordedMarkers {
    fn roster(&self) -> Arc<Roster> {
        Arc::clone(&self.roster)
    }

    fn rate_hz(&self) -> f64 {
        self.rate_hz
    }

    fn produce(&mut self, number: u64, out: &mut MocapFrame) -> bool {
        out.reset(&self.roster);
        out.rate_hz = self.rate_hz;
        let count = self.frames.len() as u64;
        let Some(frame) = number
            .checked_rem(count)
            .and_then(|i| self.frames.get(i as usize))
        else {
            return false;
        };
        for (slot, marker) in out.markers.iter_mut().zip(frame) {
            *slot = *marker;
        }
        true
    }
}

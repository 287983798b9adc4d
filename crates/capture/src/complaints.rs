//! What is wrong with what arrives, told to people at a pace they can read.
//!
//! Every refusal is counted; its text is made once a second at most, since a flood of rubbish must cost no more than its
//! counting.

use crate::sink::{FrameSink, SourceEvent};
use cyc_model::{HostNs, Nanos};
use cyc_wire::WireError;

/// Shortest time between two texts.
const PAUSE: Nanos = Nanos::from_secs(1);

/// When the last text was made.
#[derive(Debug, Default)]
pub(crate) struct Complaints {
    told: Option<HostNs>,
}

impl Complaints {
    /// Tells why something was refused, unless that was done just now.
    pub(crate) fn tell(&mut self, now: HostNs, error: &impl WireError, sink: &mut dyn FrameSink) {
        if self.told.is_none_or(|told| now - told >= PAUSE) {
            self.told = Some(now);
            sink.event(SourceEvent::Refused {
                key: error.key(),
                args: error.args(),
            });
        }
    }
}

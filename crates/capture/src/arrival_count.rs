//! Numbers for the frames of a source whose counter stands still, by the time that passed.
//!
//! What arrived cannot be counted instead: a frame that was lost would be missing in the count, and every later one seem to
//! be taken a period earlier than it was. A number that is too high does no such harm: the next frame that is quicker puts
//! it right ([`FrameClock`](cyc_timing::FrameClock) believes the quickest).

use cyc_model::{Epoch, FrameNumber, HostNs};

/// The count of one source.
#[derive(Debug, Default)]
pub(crate) struct ArrivalCount {
    /// When its first frame was taken, and the newest number.
    of: Option<(Epoch, HostNs, FrameNumber)>,
}

impl ArrivalCount {
    /// The number of the next frame of an epoch, which its source seems to have taken at a time. A source that tells no rate
    /// is counted by its frames.
    pub(crate) fn number(&mut self, epoch: Epoch, taken: HostNs, rate_hz: f64) -> FrameNumber {
        let known = self.of.filter(|(of, ..)| *of == epoch);
        let (began, number) = match known {
            Some((_, began, last)) => {
                let passed = ((taken - began).secs() * rate_hz).round();
                // Saturates: what is no number, or below none, is none.
                let number = (passed as u64).max(last.0.saturating_add(1));
                (began, FrameNumber(number))
            }
            None => (taken, FrameNumber(0)),
        };
        self.of = Some((epoch, began, number));
        number
    }
}

//! The last ten seconds of a latency histogram, for a live display.
//!
//! Nothing is added to the recording side: the reading side keeps what the histogram had counted at each of the last
//! seconds and subtracts.

use crate::{LatencyHistogram, LatencySnapshot};
use cyc_model::{HostNs, Nanos};

const SLICE: Nanos = Nanos::from_secs(1);
const SLICES: usize = 10;

/// A sliding view of 9 to 10 s on one histogram, moved once a second. 180 KiB, taken once.
#[derive(Debug)]
pub struct LatencyWindow {
    /// What the histogram had counted at the beginning of each slice; `next` is the oldest.
    past: [LatencySnapshot; SLICES],
    next: usize,
    slice_began: Option<HostNs>,
    view: LatencySnapshot,
}

impl Default for LatencyWindow {
    fn default() -> Self {
        Self {
            past: std::array::from_fn(|_| LatencySnapshot::default()),
            next: 0,
            slice_began: None,
            view: LatencySnapshot::default(),
        }
    }
}

impl LatencyWindow {
    /// Reads the histogram at `now` and returns what was recorded in the window. Call it at least once a second; after a
    /// longer pause the window is as long as the pause and shrinks back as the seconds go by. Allocates nothing.
    pub fn view(&mut self, now: HostNs, histogram: &LatencyHistogram) -> &LatencySnapshot {
        self.view.take_from(histogram);
        let due = self.slice_began.is_none_or(|began| now - began >= SLICE);
        if due {
            self.past[self.next].copy_from(&self.view);
            if self.slice_began.is_none() {
                // Before the first call nothing is known: the window begins here, not at zero.
                let (first, others) = self.past.split_at_mut(1);
                others
                    .iter_mut()
                    .for_each(|slice| slice.copy_from(&first[0]));
            }
            self.next = (self.next + 1) % SLICES;
            self.slice_began = Some(now);
        }
        self.view.since(&self.past[self.next]);
        &self.view
    }
}

//! Knows when all bones of a frame have come, from a sender that never says so.
//!
//! Which bones a sender sends is learnt. What must stay true: two frames are never mixed, a sender that leaves bones out
//! for good is believed after a while, and one whose first datagrams were missed is understood from its next frame on.

use super::limits::{PAUSE, SHORT_FRAMES_MAX};
use cyc_model::HostNs;

/// What a datagram or a bone does to the frame that is being collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It goes on.
    Goes,
    /// What was collected is a frame; begin the next.
    Whole,
    /// What was collected is no frame; begin the next.
    Broken,
}

/// The parts of a frame as bits: bones, and the root.
#[derive(Clone, Debug, Default)]
pub(super) struct Collector {
    seen: u64,
    expected: u64,
    /// What the last short frames had, together, and how many they were.
    lately: u64,
    short_frames: u32,
    last_heard: Option<HostNs>,
}

impl Collector {
    /// Whether parts of a frame were ever seen.
    pub(super) fn has_parts(&self) -> bool {
        self.expected != 0 || self.seen != 0
    }

    /// A datagram comes, before anything of it is taken.
    pub(super) fn datagram(&mut self, heard: HostNs) -> Step {
        let paused = self
            .last_heard
            .replace(heard)
            .is_some_and(|last| heard - last > PAUSE);
        if paused && self.seen != 0 {
            self.end_unexpectedly()
        } else {
            Step::Goes
        }
    }

    /// A part comes. When it ends the frame before, it belongs to the next one already.
    pub(super) fn part(&mut self, bit: u32) -> Step {
        let bit = 1u64 << bit;
        let step = if self.seen & bit == 0 {
            Step::Goes
        } else if self.is_complete() {
            self.end_whole()
        } else {
            self.end_unexpectedly()
        };
        self.seen |= bit;
        step
    }

    /// The datagram is read to its end.
    pub(super) fn datagram_ends(&mut self) -> Step {
        if self.is_complete() {
            self.end_whole()
        } else {
            Step::Goes
        }
    }

    fn is_complete(&self) -> bool {
        self.expected != 0 && self.seen & self.expected == self.expected
    }

    fn end_whole(&mut self) -> Step {
        self.expected |= self.seen;
        self.seen = 0;
        self.lately = 0;
        self.short_frames = 0;
        Step::Whole
    }

    fn end_unexpectedly(&mut self) -> Step {
        let seen = std::mem::take(&mut self.seen);
        if self.expected == 0 {
            self.expected = seen;
            return Step::Whole;
        }
        self.expected |= seen;
        self.lately |= seen;
        self.short_frames += 1;
        if self.short_frames >= SHORT_FRAMES_MAX {
            self.expected = std::mem::take(&mut self.lately);
            self.short_frames = 0;
        }
        Step::Broken
    }
}

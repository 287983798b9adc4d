//! How many values went in, came out and were lost: plain atomics that anybody may read at any time.
//!
//! Each counter has one writer (`pushed` and `dropped` the producing side, `popped` the consuming side, unless the
//! queue says otherwise), so counting is a load and a store, never a locked instruction. They are `std` atomics in
//! every build: nothing is ordered by them, so there is nothing in them for loom to prove.

use crossbeam::utils::CachePadded;
use std::sync::atomic::{AtomicU64, Ordering};

/// The counters of one queue, or of one reader's side of it.
#[derive(Debug, Default)]
pub struct QueueCounters {
    /// Values stored by the writer.
    pub pushed: AtomicU64,
    /// Values that were lost: displaced, refused, or skipped by this reader.
    pub dropped: AtomicU64,
    /// Values taken by the reader. On a cache line of its own, because another thread writes it.
    pub popped: CachePadded<AtomicU64>,
}

/// A reading of [`QueueCounters`]. The three are read one after the other, so they may be a few values apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueCounts {
    /// Values stored by the writer.
    pub pushed: u64,
    /// Values taken by the reader.
    pub popped: u64,
    /// Values lost.
    pub dropped: u64,
}

impl QueueCounters {
    /// Reads all three.
    pub fn read(&self) -> QueueCounts {
        QueueCounts {
            popped: self.popped.load(Ordering::Relaxed),
            pushed: self.pushed.load(Ordering::Relaxed),
            dropped: self.dropped.load(Ordering::Relaxed),
        }
    }
}

/// Adds to a counter that only the calling side writes.
#[inline(always)]
pub(crate) fn count(counter: &AtomicU64, n: u64) {
    counter.store(
        counter.load(Ordering::Relaxed).wrapping_add(n),
        Ordering::Relaxed,
    );
}

/// Sets a counter to what the calling side has counted for itself: cheaper than adding.
#[inline(always)]
pub(crate) fn show(counter: &AtomicU64, total: u64) {
    counter.store(total, Ordering::Relaxed);
}

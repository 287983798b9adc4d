//! How many values went in, came out and were lost: plain atomics that anybody may read at any time.
//!
//! Each counter has one writer (`pushed` and `dropped` the producing side, `popped` the consuming side, unless the
//! queue says otherwise), so counting is a load and a store, never a locked instruction. They are `std` atomics in
//! every build: nothing is ordered by them, so there is nothing in them for loom to prove. Where the queue itself works by
//! how many values went in and came out, those are read and nothing is counted besides.

use crate::sync;
use crossbeam::utils::CachePadded;
use std::sync::atomic::{AtomicU64, Ordering};

/// The counters of one queue, or of one reader's side of it.
#[derive(Debug, Default)]
pub struct QueueCounters {
    /// Values stored by the writer, unless `indices` say it.
    pub(crate) pushed: AtomicU64,
    /// Values that were lost: displaced, refused, or skipped by this reader.
    pub(crate) dropped: AtomicU64,
    /// Values taken by the reader, unless `indices` say it. On a cache line of its own, because another thread writes it.
    pub(crate) popped: CachePadded<AtomicU64>,
    indices: Option<sync::Arc<Indices>>,
}

/// How many values ever went in and came out, by which a ring's ends find each other.
#[derive(Debug)]
pub(crate) struct Indices {
    /// Stored; written by the producer.
    pub(crate) head: CachePadded<sync::AtomicU64>,
    /// Taken; written by the consumer.
    pub(crate) tail: CachePadded<sync::AtomicU64>,
}

impl Default for Indices {
    fn default() -> Self {
        Self {
            head: CachePadded::new(sync::AtomicU64::new(0)),
            tail: CachePadded::new(sync::AtomicU64::new(0)),
        }
    }
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
    /// Of a ring that works by these.
    pub(crate) fn of(indices: sync::Arc<Indices>) -> Self {
        Self {
            indices: Some(indices),
            ..Self::default()
        }
    }

    pub(crate) fn pushed(&self) -> u64 {
        let counted = || self.pushed.load(Ordering::Relaxed);
        let indices = self.indices.as_ref();
        indices.map_or_else(counted, |i| i.head.load(sync::Ordering::Relaxed))
    }

    pub(crate) fn popped(&self) -> u64 {
        let counted = || self.popped.load(Ordering::Relaxed);
        let indices = self.indices.as_ref();
        indices.map_or_else(counted, |i| i.tail.load(sync::Ordering::Relaxed))
    }

    /// Reads all three.
    pub fn read(&self) -> QueueCounts {
        QueueCounts {
            popped: self.popped(),
            pushed: self.pushed(),
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

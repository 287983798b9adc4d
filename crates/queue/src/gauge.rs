//! How full a queue is, for people: what waits, how much has room, the most that ever waited, what was lost.
//!
//! Anybody may read it at any time. The most is looked at with each push, which costs the producer a load of a word that
//! its consumer writes; so a ring has a gauge only when somebody asked for it.

use crate::counters::QueueCounters;
use crate::ring::OnFull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The gauge of a ring, or of one reader's side of a latest-value cell.
#[derive(Debug)]
pub struct QueueGauge {
    capacity: u64,
    kind: Kind,
    writer: Arc<QueueCounters>,
    reader: Arc<QueueCounters>,
    most: AtomicU64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A ring that refuses what is new.
    Refusing,
    /// A ring that displaces what was stored.
    Displacing,
    /// A latest-value cell, of which a reader skips what was stored.
    Cell,
}

/// A reading of a [`QueueGauge`]. What it is made of is read one after the other, so it may be off by a value or two while
/// the queue is in use; it is never beyond the capacity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueReading {
    /// Values that wait for the reader.
    pub waiting: u64,
    /// Values that there is room for.
    pub capacity: u64,
    /// The most that ever waited.
    pub most: u64,
    /// Values that were lost: displaced, refused, or skipped by this reader.
    pub dropped: u64,
}

impl QueueGauge {
    /// Of a ring.
    pub(crate) fn of_ring(counters: Arc<QueueCounters>, capacity: usize, on_full: OnFull) -> Self {
        Self {
            capacity: capacity as u64,
            kind: match on_full {
                OnFull::DropOldest => Kind::Displacing,
                OnFull::DropNewest | OnFull::Block => Kind::Refusing,
            },
            writer: Arc::clone(&counters),
            reader: counters,
            most: AtomicU64::new(0),
        }
    }

    /// Of one reader of a latest-value cell.
    pub(crate) fn of_cell(writer: Arc<QueueCounters>, reader: Arc<QueueCounters>) -> Self {
        Self {
            capacity: 1,
            kind: Kind::Cell,
            writer,
            reader,
            most: AtomicU64::new(0),
        }
    }

    /// Looks at how much waits. By the producer after a push: then nothing that waited is overlooked.
    #[inline(always)]
    pub(crate) fn look(&self) {
        let waiting = self.waiting();
        if waiting > self.most.load(Ordering::Relaxed) {
            self.most.fetch_max(waiting, Ordering::Relaxed);
        }
    }

    #[inline(always)]
    fn waiting(&self) -> u64 {
        // What was taken before what was put: a value in between shows as one that waits, never as a negative depth.
        let taken = self.reader.popped.load(Ordering::Relaxed);
        let lost = match self.kind {
            Kind::Refusing => 0,
            Kind::Displacing | Kind::Cell => self.reader.dropped.load(Ordering::Relaxed),
        };
        let stored = self.writer.pushed.load(Ordering::Relaxed);
        stored.saturating_sub(taken + lost).min(self.capacity)
    }

    /// How it is now.
    pub fn read(&self) -> QueueReading {
        let most = match self.kind {
            Kind::Refusing | Kind::Displacing => self.most.load(Ordering::Relaxed),
            // Its writer does not look: each value waits for its reader, if only for a moment.
            Kind::Cell => self.writer.pushed.load(Ordering::Relaxed).min(1),
        };
        let waiting = self.waiting();
        QueueReading {
            waiting,
            capacity: self.capacity,
            most: most.max(waiting),
            dropped: self.reader.dropped.load(Ordering::Relaxed),
        }
    }
}

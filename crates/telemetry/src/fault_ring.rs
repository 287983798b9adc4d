//! The fault ring: what went wrong, as a code, a time and a number, from any thread, without waiting and without text.
//!
//! Every entry is a sequence lock. Its sequence number says which push it belongs to (`2 × position + 2` when complete,
//! one less while it is written), so a reader recognises an entry that was overwritten under its eyes. All fields are
//! atomics: a torn entry is discarded, never undefined behaviour. (H. Boehm, "Can seqlocks get along with programming
//! language memory models?", MSPC 2012, gives the fences.)

#[cfg(loom)]
use loom::sync::atomic::{AtomicI64, AtomicU16, AtomicU64, Ordering, fence};
#[cfg(not(loom))]
use std::sync::atomic::{AtomicI64, AtomicU16, AtomicU64, Ordering, fence};

/// Something that went wrong on a hot path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which fault; the reading side knows the text.
    pub code: u16,
    /// When, nanoseconds of the host's monotonic clock.
    pub at_ns: i64,
    /// A number that goes with it: a frame number, an age, a size.
    pub value: i64,
}

#[derive(Debug)]
struct Entry {
    sequence: AtomicU64,
    at_ns: AtomicI64,
    value: AtomicI64,
    code: AtomicU16,
}

/// A ring of the last faults. When it is full the oldest are overwritten, which each reader counts.
#[derive(Debug)]
pub struct FaultRing {
    entries: Box<[Entry]>,
    head: AtomicU64,
    collided: AtomicU64,
}

/// How far a reader of a [`FaultRing`] has come, and what it missed.
#[derive(Debug, Default)]
pub struct FaultCursor {
    next: u64,
    overwritten: u64,
}

impl FaultCursor {
    /// Faults that were gone before this reader came to them.
    pub fn overwritten(&self) -> u64 {
        self.overwritten
    }

    fn miss(&mut self, n: u64) {
        self.next += n;
        self.overwritten += n;
    }
}

impl FaultRing {
    /// A ring of at least `capacity` faults (rounded up to a power of two, at least 2).
    pub fn new(capacity: usize) -> Self {
        let entry = |_| Entry {
            sequence: AtomicU64::new(0),
            at_ns: AtomicI64::new(0),
            value: AtomicI64::new(0),
            code: AtomicU16::new(0),
        };
        Self {
            entries: (0..capacity.next_power_of_two().max(2))
                .map(entry)
                .collect(),
            head: AtomicU64::new(0),
            collided: AtomicU64::new(0),
        }
    }

    /// Notes a fault; wait-free. It is lost only when, while another thread was writing one fault, the ring went all the
    /// way round: see [`Self::collided`].
    pub fn push(&self, fault: Fault) {
        let position = self.head.fetch_add(1, Ordering::Relaxed);
        let Some(entry) = self.entry(position) else {
            return;
        };
        let writing = 2 * position + 1;
        let seen = entry.sequence.load(Ordering::Relaxed);
        // Acquire: our fields come after those of the push that completed `seen`.
        let claim = || {
            let claimed = entry.sequence.compare_exchange(
                seen,
                writing,
                Ordering::Acquire,
                Ordering::Relaxed,
            );
            claimed.is_ok()
        };
        if seen % 2 == 1 || seen > writing || !claim() {
            self.collided.fetch_add(1, Ordering::Relaxed);
            return;
        }
        // Whoever reads one of the new fields will see that the entry is being written.
        fence(Ordering::Release);
        entry.code.store(fault.code, Ordering::Relaxed);
        entry.at_ns.store(fault.at_ns, Ordering::Relaxed);
        entry.value.store(fault.value, Ordering::Relaxed);
        entry.sequence.store(writing + 1, Ordering::Release);
    }

    /// Gives the faults since this cursor's last call to `take`, oldest first; how many there were. A fault that is being
    /// written at this moment ends the call: it comes with the next.
    pub fn drain(&self, cursor: &mut FaultCursor, mut take: impl FnMut(Fault)) -> usize {
        let head = self.head.load(Ordering::Relaxed);
        let capacity = self.entries.len() as u64;
        if head.saturating_sub(cursor.next) > capacity {
            cursor.miss(head - capacity - cursor.next);
        }
        let mut n = 0;
        while cursor.next < head {
            match self.read(cursor.next) {
                Reading::Complete(fault) => {
                    cursor.next += 1;
                    n += 1;
                    take(fault);
                }
                Reading::Overwritten => cursor.miss(1),
                // Half a ring behind, its writer will not come: it collided, or was stopped in the middle.
                Reading::Incomplete if head - cursor.next > capacity / 2 => cursor.miss(1),
                Reading::Incomplete => break,
            }
        }
        n
    }

    /// How many faults were pushed, the lost ones included.
    pub fn pushed(&self) -> u64 {
        self.head.load(Ordering::Relaxed)
    }

    /// How many faults could not be written, because the entry was still being written one round before. They are among
    /// the [`FaultCursor::overwritten`] of each reader too.
    pub fn collided(&self) -> u64 {
        self.collided.load(Ordering::Relaxed)
    }

    fn entry(&self, position: u64) -> Option<&Entry> {
        self.entries
            .get(position as usize & (self.entries.len() - 1))
    }

    fn read(&self, position: u64) -> Reading {
        let Some(entry) = self.entry(position) else {
            return Reading::Overwritten;
        };
        let complete = 2 * position + 2;
        let before = entry.sequence.load(Ordering::Acquire);
        if before < complete {
            return Reading::Incomplete;
        }
        let fault = Fault {
            code: entry.code.load(Ordering::Relaxed),
            at_ns: entry.at_ns.load(Ordering::Relaxed),
            value: entry.value.load(Ordering::Relaxed),
        };
        fence(Ordering::Acquire);
        let after = entry.sequence.load(Ordering::Relaxed);
        if before == complete && after == complete {
            Reading::Complete(fault)
        } else {
            Reading::Overwritten
        }
    }
}

enum Reading {
    Complete(Fault),
    Overwritten,
    Incomplete,
}

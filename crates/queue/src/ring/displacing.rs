//! The ring whose producer never waits: full, it takes the oldest slot back and uses it for the newest value.
//!
//! Each end owns one slot outside the ring, and slots change hands by exchange: the producer puts its full slot into a
//! cell and gets the cell's old slot (used up, or displaced unread); the consumer takes a full slot and leaves its used
//! one. So the value in the consumer's hands is never the one that the producer overwrites, and no memory is lost.
//!
//! Only a full cell is touched by both ends, so the producer needs a read-modify-write only when the ring is full.

use crate::order::{self, Check};
use crate::sync::{Arc, AtomicBool, AtomicU64, Ordering, TrackedCell};
use crate::word::Word;
use crossbeam::utils::CachePadded;

const UNREAD: u8 = 1;
const TAKEN: u8 = 0;

struct Shared<T> {
    cells: Box<[AtomicU64]>,
    producer_gone: AtomicBool,
    consumer_gone: AtomicBool,
    values: Box<[CachePadded<TrackedCell<T>>]>,
}

// SAFETY: each slot is owned by the producer, by the consumer or by one cell, and passes between them by an atomic
// exchange of its number (or by a store into a cell that the other end does not touch). Never shared: `T: Send` is enough.
unsafe impl<T: Send> Sync for Shared<T> {}
// SAFETY: the ring owns its values; moving it moves them.
unsafe impl<T: Send> Send for Shared<T> {}

pub(super) struct Producer<T> {
    shared: Arc<Shared<T>>,
    position: u64,
    cell_idx: usize,
    own: usize,
}

pub(super) struct Consumer<T> {
    shared: Arc<Shared<T>>,
    position: u64,
    taken: u64,
    cell_idx: usize,
    own: usize,
}

pub(super) fn new<T>(capacity: usize, mut init: impl FnMut() -> T) -> (Producer<T>, Consumer<T>) {
    let values = (0..capacity + 2)
        .map(|_| CachePadded::new(TrackedCell::new(init())))
        .collect();
    let cells = (0..capacity)
        .map(|slot| AtomicU64::new(Word::new(0, slot, TAKEN).0))
        .collect();
    let shared = Arc::new(Shared {
        cells,
        producer_gone: AtomicBool::new(false),
        consumer_gone: AtomicBool::new(false),
        values,
    });
    (
        Producer {
            shared: shared.clone(),
            position: 0,
            cell_idx: 0,
            own: capacity,
        },
        Consumer {
            shared,
            position: 0,
            taken: 0,
            cell_idx: 0,
            own: capacity + 1,
        },
    )
}

impl<T> Producer<T> {
    /// How many values were stored until now, and whether an unread one was displaced.
    #[inline(always)]
    pub(super) fn store_with(&mut self, fill: impl FnOnce(&mut T)) -> (u64, bool) {
        let value = &self.shared.values[self.own];
        // SAFETY: the slot is the producer's own, and `self` is the only producer.
        fill(unsafe { &mut *value.get_mut() });
        value.touch_mut();

        let cell = &self.shared.cells[self.cell_idx];
        let word = Word::new(self.position, self.own, UNREAD);
        let mut old = Word(cell.load(order::reclaim()));
        if old.mark() == UNREAD && order::checks(Check::DisplaceInOneStep) {
            // The consumer may be taking it at this moment: whoever exchanges first has it.
            old = Word(cell.swap(word.0, order::publish_and_reclaim()));
        } else {
            cell.store(word.0, order::publish());
        }
        self.own = old.slot();
        self.position += 1;
        let next = self.cell_idx + 1;
        self.cell_idx = if next == self.shared.cells.len() {
            0
        } else {
            next
        };
        (self.position, old.mark() == UNREAD)
    }

    pub(super) fn capacity(&self) -> usize {
        self.shared.cells.len()
    }

    pub(super) fn is_abandoned(&self) -> bool {
        self.shared.consumer_gone.load(order::observe())
    }
}

impl<T> Drop for Producer<T> {
    fn drop(&mut self) {
        self.shared.producer_gone.store(true, order::publish());
    }
}

impl<T> Consumer<T> {
    #[inline(always)]
    pub(super) fn take_with<R>(&mut self, take: impl FnOnce(&mut T) -> R) -> Option<R> {
        if !self.claim_oldest() {
            return None;
        }
        let value = &self.shared.values[self.own];
        // SAFETY: the slot is the consumer's own since the exchange, and `self` is the only consumer.
        let taken = take(unsafe { &mut *value.get_mut() });
        value.touch_mut();
        Some(taken)
    }

    #[inline(always)]
    pub(super) fn take_batch_with(&mut self, max: usize, mut take: impl FnMut(&mut T)) -> usize {
        let mut n = 0;
        while n < max && self.take_with(&mut take).is_some() {
            n += 1;
        }
        n
    }

    /// Exchanges the own, used slot for the oldest unread one.
    #[inline(always)]
    fn claim_oldest(&mut self) -> bool {
        loop {
            let cell = &self.shared.cells[self.cell_idx];
            let seen = Word(cell.load(order::observe()));
            if seen.mark() != UNREAD {
                return false;
            }
            if seen.ahead_of(self.position) > 0 {
                self.skip_displaced(seen);
                continue;
            }
            let used = Word::new(self.position, self.own, TAKEN);
            let exchange = order::observe_and_hand_back();
            if cell
                .compare_exchange(seen.0, used.0, exchange, Ordering::Relaxed)
                .is_ok()
            {
                self.own = seen.slot();
                self.position += 1;
                self.taken += 1;
                let next = self.cell_idx + 1;
                self.cell_idx = if next == self.shared.cells.len() {
                    0
                } else {
                    next
                };
                return true;
            }
        }
    }

    /// The producer has come round to the cell of our position: the oldest value left is in the cell after it.
    #[cold]
    fn skip_displaced(&mut self, newest: Word) {
        let capacity = self.shared.cells.len();
        let displaced = newest.ahead_of(self.position) - capacity as i64 + 1;
        self.position += displaced.max(1) as u64;
        self.cell_idx = (self.position % capacity as u64) as usize;
    }

    /// How many values were ever taken.
    #[inline(always)]
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    pub(super) fn is_closed(&self) -> bool {
        self.shared.producer_gone.load(order::observe())
    }
}

impl<T> Drop for Consumer<T> {
    fn drop(&mut self) {
        self.shared.consumer_gone.store(true, order::publish());
    }
}

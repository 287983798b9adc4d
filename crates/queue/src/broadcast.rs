//! The broadcast: one writer, up to eight readers that each take every value in order, at their own pace.
//!
//! It is the latest-value cell with a ring of cells. A reader that falls behind by more than the capacity loses the
//! oldest values, which its counter tells; the writer and the other readers do not notice. See `slot_pool`.

use crate::counters::{QueueCounters, show};
use crate::error::{QueueError, check_capacity, check_readers};
use crate::order::{self, Check};
use crate::slot_pool::{SlotPool, WriterSlots};
use crate::sync::{Arc, AtomicBool, AtomicU64};
use crate::word::Word;
use std::ops::{Deref, DerefMut};
use std::sync::Arc as StdArc;

struct Shared<T> {
    cells: Box<[AtomicU64]>,
    writer_gone: AtomicBool,
    pool: SlotPool<T>,
}

/// The writing end of a broadcast.
pub struct BroadcastWriter<T> {
    shared: Arc<Shared<T>>,
    slots: WriterSlots,
    position: u64,
    cell_idx: usize,
}

/// A value being written; nobody sees it before [`BroadcastSlot::publish`].
#[must_use = "a slot that is not published is not seen"]
pub struct BroadcastSlot<'w, T> {
    writer: &'w mut BroadcastWriter<T>,
}

/// A reading end of a broadcast.
pub struct BroadcastReader<T> {
    shared: Arc<Shared<T>>,
    reader: usize,
    held: Option<usize>,
    /// The publication to be read next.
    position: u64,
    dropped: u64,
    counters: StdArc<QueueCounters>,
}

/// Makes a broadcast that keeps the last `capacity` values for `readers` readers. `init` makes the values
/// (`capacity + readers + 1` of them) that will be written in place.
///
/// # Errors
/// [`QueueError`] when `capacity` or `readers` is zero or beyond [`limits`](crate::limits).
pub fn broadcast<T: Send + Sync>(
    capacity: usize,
    readers: usize,
    init: impl FnMut() -> T,
) -> Result<(BroadcastWriter<T>, Vec<BroadcastReader<T>>), QueueError> {
    check_capacity(capacity)?;
    check_readers(readers)?;
    let pool = SlotPool::new(capacity, readers, init);
    let slots = WriterSlots::new(&pool);
    let cells = (0..capacity)
        .map(|_| AtomicU64::new(Word::EMPTY.0))
        .collect();
    let shared = Arc::new(Shared {
        cells,
        writer_gone: AtomicBool::new(false),
        pool,
    });
    let reader = |reader| BroadcastReader {
        shared: shared.clone(),
        reader,
        held: None,
        position: 0,
        dropped: 0,
        counters: StdArc::default(),
    };
    let reading = (0..readers).map(reader).collect();
    Ok((
        BroadcastWriter {
            shared,
            slots,
            position: 0,
            cell_idx: 0,
        },
        reading,
    ))
}

impl<T> BroadcastWriter<T> {
    /// The next value, to be filled in place. It holds whatever was written in this slot before: write every field.
    #[inline(always)]
    pub fn slot_mut(&mut self) -> BroadcastSlot<'_, T> {
        BroadcastSlot { writer: self }
    }

    /// Fills the next value in place and publishes it.
    #[inline(always)]
    pub fn publish_with(&mut self, fill: impl FnOnce(&mut T)) {
        let mut slot = self.slot_mut();
        fill(&mut slot);
        slot.publish();
    }

    /// How many values were published.
    pub fn published(&self) -> u64 {
        self.position
    }
}

impl<T> Drop for BroadcastWriter<T> {
    fn drop(&mut self) {
        self.shared.writer_gone.store(true, order::publish());
    }
}

impl<T> BroadcastSlot<'_, T> {
    /// Makes the value the newest for all readers.
    #[inline(always)]
    pub fn publish(self) {
        let BroadcastWriter {
            shared,
            slots,
            position,
            cell_idx,
        } = self.writer;
        shared.pool.end_of_writing(slots.own);
        let word = Word::new(*position, slots.own, 0);
        let old = Word(shared.cells[*cell_idx].swap(word.0, order::publish()));
        *position += 1;
        *cell_idx = if *cell_idx + 1 == shared.cells.len() {
            0
        } else {
            *cell_idx + 1
        };
        let displaced = (!old.is_empty()).then(|| (old.slot(), old.mark()));
        slots.replace_own(&shared.pool, displaced);
    }
}

impl<T> Deref for BroadcastSlot<'_, T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: `own` is in no cell and has no reader, and `self` borrows its only writer.
        unsafe { &*self.writer.shared.pool.value_mut(self.writer.slots.own) }
    }
}

impl<T> DerefMut for BroadcastSlot<'_, T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and `self` is borrowed exclusively.
        unsafe { &mut *self.writer.shared.pool.value_mut(self.writer.slots.own) }
    }
}

impl<T> BroadcastReader<T> {
    /// Moves on to the next value and borrows it; `None` when all were read. The value stays as it is until this is
    /// called again. What was lost on the way is counted.
    #[inline(always)]
    pub fn next_value(&mut self) -> Option<&T> {
        // Before anything else: a reader may hold one slot only.
        self.release();
        let slot = self.claim_next()?;
        self.held = Some(slot);
        // SAFETY: this reader is registered for the slot; `release` needs an exclusive borrow of `self`.
        Some(unsafe { self.shared.pool.value(slot) })
    }

    /// Gives at most `max` values to `take`, oldest first; how many there were.
    pub fn read_batch(&mut self, max: usize, mut take: impl FnMut(&T)) -> usize {
        let mut n = 0;
        while n < max {
            let Some(value) = self.next_value() else {
                break;
            };
            take(value);
            n += 1;
        }
        n
    }

    /// Lets go of the value read last.
    #[inline(always)]
    pub fn release(&mut self) {
        if let Some(slot) = self.held.take() {
            self.shared.pool.release(self.reader, slot);
        }
    }

    #[inline(always)]
    fn claim_next(&mut self) -> Option<usize> {
        let capacity = self.shared.cells.len() as u64;
        loop {
            let cell = &self.shared.cells[(self.position % capacity) as usize];
            let seen = Word(cell.load(order::observe()));
            if seen.is_empty() || seen.ahead_of(self.position) < 0 {
                return None;
            }
            if seen.ahead_of(self.position) > 0 {
                self.skip_to_oldest(seen);
                continue;
            }
            let claimed = Word(cell.fetch_add(1, order::observe()));
            if claimed.ahead_of(self.position) > 0 && order::checks(Check::Lapped) {
                // Lapped between the look and the claim: this is a newer value, whose turn has not come.
                self.shared.pool.release(self.reader, claimed.slot());
                self.skip_to_oldest(claimed);
                continue;
            }
            self.position += 1;
            show(&self.counters.popped, self.position - self.dropped);
            return Some(claimed.slot());
        }
    }

    /// The writer has come round to the cell of our position: the oldest value left is in the cell after it.
    #[cold]
    fn skip_to_oldest(&mut self, newest: Word) {
        let capacity = self.shared.cells.len() as i64;
        let lost = (newest.ahead_of(self.position) - capacity + 1).max(1) as u64;
        self.position += lost;
        self.dropped += lost;
        show(&self.counters.dropped, self.dropped);
    }

    /// Whether the writer is gone; values may still be left to read.
    pub fn is_closed(&self) -> bool {
        self.shared.writer_gone.load(order::observe())
    }

    /// This reader's counters: `popped` counts the values it read, `dropped` those that it lost.
    pub fn counters(&self) -> StdArc<QueueCounters> {
        self.counters.clone()
    }
}

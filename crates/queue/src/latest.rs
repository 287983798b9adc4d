//! The latest-value cell: one writer, up to eight readers, each of which borrows the newest complete value.
//!
//! It carries the `StageFrame` from the solver to the renderers and the console. Publishing and reading take one
//! atomic read-modify-write each, however many readers there are and however slow they are; asking again when nothing is
//! new takes one load. See `slot_pool` for the algorithm.

use crate::counters::{QueueCounters, show};
use crate::error::{QueueError, check_readers};
use crate::gauge::QueueGauge;
use crate::limits::READERS_MAX;
use crate::order;
use crate::slot_pool::{SlotPool, WriterSlots};
use crate::sync::{Arc, AtomicU64, Ordering};
use crate::word::Word;
use crossbeam::utils::CachePadded;
use std::ops::{Deref, DerefMut};
use std::sync::Arc as StdArc;

struct Shared<T> {
    newest: CachePadded<AtomicU64>,
    pool: SlotPool<T>,
    /// Of what was published; the losses are the readers' own.
    published: StdArc<QueueCounters>,
}

/// The writing end of a latest-value cell.
pub struct LatestWriter<T> {
    shared: Arc<Shared<T>>,
    slots: WriterSlots,
    position: u64,
}

/// A value being written; nobody sees it before [`LatestSlot::publish`]. Dropped unpublished, it is as if it had never
/// been begun.
#[must_use = "a slot that is not published is not seen"]
pub struct LatestSlot<'w, T> {
    writer: &'w mut LatestWriter<T>,
}

/// A reading end of a latest-value cell.
pub struct LatestReader<T> {
    shared: Arc<Shared<T>>,
    reader: usize,
    /// The word that this reader registered in, with the slot that it holds.
    held: Word,
    /// Number of the publication after the one that is held.
    position: u64,
    dropped: u64,
    counters: StdArc<QueueCounters>,
}

/// Makes a latest-value cell for `readers` readers. `init` makes the values (`readers + 2` of them) that will be written
/// in place; give their vectors their capacity here.
///
/// # Errors
/// [`QueueError::Readers`] unless there are 1 to [`READERS_MAX`] readers.
pub fn latest_value<T: Send + Sync>(
    readers: usize,
    init: impl FnMut() -> T,
) -> Result<(LatestWriter<T>, Vec<LatestReader<T>>), QueueError> {
    check_readers(readers)?;
    let (writer, shared) = make(readers, init);
    let reading = (0..readers)
        .map(|reader| LatestReader::new(&shared, reader))
        .collect();
    Ok((writer, reading))
}

/// As [`latest_value`], for a number of readers known at compile time.
pub fn latest_value_array<T: Send + Sync, const N: usize>(
    init: impl FnMut() -> T,
) -> (LatestWriter<T>, [LatestReader<T>; N]) {
    const { assert!(N >= 1 && N <= READERS_MAX) };
    let (writer, shared) = make(N, init);
    (
        writer,
        std::array::from_fn(|reader| LatestReader::new(&shared, reader)),
    )
}

fn make<T>(readers: usize, init: impl FnMut() -> T) -> (LatestWriter<T>, Arc<Shared<T>>) {
    let pool = SlotPool::new(1, readers, init);
    let slots = WriterSlots::new(&pool);
    let newest = CachePadded::new(AtomicU64::new(Word::EMPTY.0));
    let shared = Arc::new(Shared {
        newest,
        pool,
        published: StdArc::default(),
    });
    (
        LatestWriter {
            shared: shared.clone(),
            slots,
            position: 0,
        },
        shared,
    )
}

impl<T> LatestWriter<T> {
    /// The next value, to be filled in place. It holds whatever was written in this slot some publications ago: write
    /// every field.
    ///
    /// Publishing consumes the slot, so a value cannot be published twice:
    ///
    /// ```compile_fail
    /// # let (mut writer, _readers) = cyc_queue::latest_value(1, || 0u64).unwrap();
    /// let slot = writer.slot_mut();
    /// slot.publish();
    /// slot.publish();
    /// ```
    #[inline(always)]
    pub fn slot_mut(&mut self) -> LatestSlot<'_, T> {
        LatestSlot { writer: self }
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

impl<T> LatestSlot<'_, T> {
    /// Makes the value the newest. Readers that are reading keep what they have.
    #[inline(always)]
    pub fn publish(self) {
        let LatestWriter {
            shared,
            slots,
            position,
        } = self.writer;
        shared.pool.end_of_writing(slots.own);
        let word = Word::new(*position, slots.own, 0);
        let old = Word(shared.newest.swap(word.0, order::publish()));
        *position += 1;
        show(&shared.published.pushed, *position);
        let displaced = (!old.is_empty()).then(|| (old.slot(), old.mark()));
        slots.replace_own(&shared.pool, displaced);
    }
}

impl<T> Deref for LatestSlot<'_, T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: `own` is in no cell and has no reader, and `self` borrows its only writer.
        unsafe { &*self.writer.shared.pool.value_mut(self.writer.slots.own) }
    }
}

impl<T> DerefMut for LatestSlot<'_, T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and `self` is borrowed exclusively.
        unsafe { &mut *self.writer.shared.pool.value_mut(self.writer.slots.own) }
    }
}

impl<T> LatestReader<T> {
    fn new(shared: &Arc<Shared<T>>, reader: usize) -> Self {
        let counters = StdArc::default();
        Self {
            shared: shared.clone(),
            reader,
            held: Word::EMPTY,
            position: 0,
            dropped: 0,
            counters,
        }
    }

    /// Moves to the newest value; whether it is another one than before.
    #[inline(always)]
    pub fn refresh(&mut self) -> bool {
        let seen = Word(self.shared.newest.load(Ordering::Relaxed));
        // Equal but for the number of registered readers: it is the one we hold (a held slot is not written again), or
        // nothing was published yet.
        if (seen.0 ^ self.held.0) >> 8 == 0 {
            return false;
        }
        if !self.held.is_empty() {
            self.shared.pool.release(self.reader, self.held.slot());
        }
        self.held = Word(self.shared.newest.fetch_add(1, order::observe()));
        let skipped = self.held.ahead_of(self.position).max(0) as u64;
        self.position += skipped + 1;
        if skipped > 0 {
            self.dropped += skipped;
            show(&self.counters.dropped, self.dropped);
        }
        show(&self.counters.popped, self.position - self.dropped);
        true
    }

    /// The value moved to last; `None` before there was one.
    #[inline(always)]
    pub fn held(&self) -> Option<&T> {
        if self.held.is_empty() {
            return None;
        }
        // SAFETY: this reader registered for the slot and releases it only in `refresh`, which borrows exclusively.
        Some(unsafe { self.shared.pool.value(self.held.slot()) })
    }

    /// Moves to the newest value and borrows it; `None` before the first publication.
    #[inline(always)]
    pub fn latest(&mut self) -> Option<&T> {
        self.refresh();
        self.held()
    }

    /// As [`Self::latest`], telling whether the value is another one than at the last call.
    #[inline(always)]
    pub fn latest_and_is_new(&mut self) -> Option<(bool, &T)> {
        let is_new = self.refresh();
        self.held().map(|value| (is_new, value))
    }

    /// The number of the publication that is held, from 0; `None` before there was one.
    pub fn version(&self) -> Option<u64> {
        self.position.checked_sub(1)
    }

    /// This reader's counters: `popped` counts the values it moved to, `dropped` those that it never saw.
    pub fn counters(&self) -> StdArc<QueueCounters> {
        self.counters.clone()
    }

    /// How full the cell is for this reader, for people: whether its newest value was looked at.
    pub fn gauge(&self) -> StdArc<QueueGauge> {
        let published = self.shared.published.clone();
        StdArc::new(QueueGauge::of_cell(published, self.counters.clone()))
    }
}

//! Values that one writer fills in place and several readers hold, without a lock and without a search through hazards.
//!
//! The idea is anonymous readers counting (Ianni, Pellegrini, Quaglia, "ARC", IEEE CLUSTER 2017): a cell's word carries
//! the number of readers that registered for its slot. Registering is one `fetch_add`, which also tells the reader
//! which slot it got; publishing is one `swap`, which also tells the writer how many readers the displaced slot has.
//! Differing from ARC, each reader counts its releases in a line of its own, so that releasing is a plain store.
//!
//! What must stay true: each reader holds at most one slot; there are as many slots as places in the queue, plus one for
//! each reader, plus one for the writer. So, after each publication, at least one slot is free.

use crate::order::{self, Check};
use crate::sync::{AtomicU32, Ordering, TrackedCell};
use crossbeam::utils::CachePadded;

/// Release counters that share one padded line (128 bytes).
const COUNTS_PER_LINE: usize = 32;

/// The values and, for each reader and slot, how often the reader let go of it.
pub(crate) struct SlotPool<T> {
    values: Box<[CachePadded<TrackedCell<T>>]>,
    released: Box<[CachePadded<[AtomicU32; COUNTS_PER_LINE]>]>,
    readers: usize,
    lines_per_reader: usize,
}

// SAFETY: a value is reached by `&mut` only by the writer while no reader is registered for its slot, and by `&` only
// by registered readers, of which there may be several on different threads: hence `T: Send + Sync`.
unsafe impl<T: Send + Sync> Sync for SlotPool<T> {}
// SAFETY: the pool owns its values; moving it moves them.
unsafe impl<T: Send> Send for SlotPool<T> {}

impl<T> SlotPool<T> {
    pub(crate) fn new(places: usize, readers: usize, mut init: impl FnMut() -> T) -> Self {
        let slots = places + readers + 1;
        let lines_per_reader = slots.div_ceil(COUNTS_PER_LINE);
        let line = |_| CachePadded::new(std::array::from_fn(|_| AtomicU32::new(0)));
        Self {
            values: (0..slots)
                .map(|_| CachePadded::new(TrackedCell::new(init())))
                .collect(),
            released: (0..readers * lines_per_reader).map(line).collect(),
            readers,
            lines_per_reader,
        }
    }

    #[inline(always)]
    fn releases(&self, reader: usize, slot: usize) -> &AtomicU32 {
        let line = reader * self.lines_per_reader + slot / COUNTS_PER_LINE;
        &self.released[line][slot % COUNTS_PER_LINE]
    }

    /// The reader lets go of a slot that it was registered for.
    #[inline(always)]
    pub(crate) fn release(&self, reader: usize, slot: usize) {
        self.values[slot].touch();
        let releases = self.releases(reader, slot);
        let n = releases.load(Ordering::Relaxed).wrapping_add(1);
        releases.store(n, order::hand_back());
    }

    /// Whether all `claims` that were ever made on the slot were released. Only for a slot that is in no cell, so that
    /// no reader can come to it while we count.
    #[inline(always)]
    fn is_free(&self, slot: usize, claims: u32) -> bool {
        let mut released = 0u32;
        for reader in 0..self.readers {
            released = released.wrapping_add(self.releases(reader, slot).load(order::reclaim()));
        }
        released == claims || !order::checks(Check::StillHeld)
    }

    /// # Safety
    /// The caller is registered for the slot and has not released it for as long as the borrow lasts.
    #[inline(always)]
    pub(crate) unsafe fn value(&self, slot: usize) -> &T {
        // SAFETY: the writer does not write a slot that has a reader; see above.
        unsafe { &*self.values[slot].get() }
    }

    /// # Safety
    /// The caller is the writer and the slot is [`WriterSlots::own`].
    #[inline(always)]
    pub(crate) unsafe fn value_mut(&self, slot: usize) -> *mut T {
        self.values[slot].get_mut()
    }

    /// The writer is about to publish the slot.
    #[inline(always)]
    pub(crate) fn end_of_writing(&self, slot: usize) {
        self.values[slot].touch_mut();
    }
}

/// The writer's account of the slots; no other thread sees it.
pub(crate) struct WriterSlots {
    /// The slot to be filled next: in no cell and without readers.
    pub(crate) own: usize,
    /// How many readers ever registered for each slot, as far as it was displaced since.
    claims: Box<[u32]>,
    /// In no cell and without readers, like `own`.
    free: Vec<usize>,
    /// Displaced while a reader held it; perhaps released by now.
    waiting: Vec<usize>,
}

impl WriterSlots {
    pub(crate) fn new<T>(pool: &SlotPool<T>) -> Self {
        let slots = pool.values.len();
        Self {
            own: 0,
            claims: vec![0; slots].into_boxed_slice(),
            free: (1..slots).collect(),
            waiting: Vec::with_capacity(slots),
        }
    }

    /// Finds the next slot to fill, after `own` was put in a cell and perhaps displaced another slot for which
    /// `claims` readers had registered.
    #[inline(always)]
    pub(crate) fn replace_own<T>(&mut self, pool: &SlotPool<T>, displaced: Option<(usize, u8)>) {
        if let Some((slot, claims)) = displaced {
            if claims == 0 {
                // Nobody came since it was published, and it was free then: no need to look.
                self.own = slot;
                return;
            }
            self.claims[slot] = self.claims[slot].wrapping_add(u32::from(claims));
            self.waiting.push(slot);
        }
        self.own = self.take_free(pool);
    }

    fn take_free<T>(&mut self, pool: &SlotPool<T>) -> usize {
        // At most one round, because there is one more slot than places and readers together. The one that was displaced
        // first is looked at first: it is the likeliest to be released.
        loop {
            let released = self
                .waiting
                .iter()
                .position(|&s| pool.is_free(s, self.claims[s]));
            if let Some(i) = released {
                return self.waiting.remove(i);
            }
            if let Some(slot) = self.free.pop() {
                return slot;
            }
            debug_assert!(false, "more slots are held than there are readers");
            crate::wait::pause();
        }
    }
}

//! The two-index ring (Lamport 1977), worked on in place.
//!
//! Each end owns its index and keeps the other end's in a cache that it renews only when it seems to have run out of
//! room or values, so that a busy ring rarely moves a cache line between processors. The crates that do the same (rtrb)
//! move values in and out; here a value stays, so that its vectors keep their memory.

use crate::order::{self, Check};
use crate::sync::{Arc, AtomicBool, AtomicU64, TrackedCell};
use crossbeam::utils::CachePadded;

struct Shared<T> {
    /// How many values were ever stored; written by the producer.
    head: CachePadded<AtomicU64>,
    /// How many values were ever taken; written by the consumer.
    tail: CachePadded<AtomicU64>,
    producer_gone: AtomicBool,
    consumer_gone: AtomicBool,
    values: Box<[TrackedCell<T>]>,
}

// SAFETY: between `tail` and `head` a value belongs to the consumer, elsewhere to the producer; it passes from one to the
// other by a release store and an acquire load of the index. Never both at once: `T: Send` is enough.
unsafe impl<T: Send> Sync for Shared<T> {}
// SAFETY: the ring owns its values; moving it moves them.
unsafe impl<T: Send> Send for Shared<T> {}

pub(super) struct Producer<T> {
    shared: Arc<Shared<T>>,
    head: u64,
    tail_seen: u64,
    idx: usize,
}

pub(super) struct Consumer<T> {
    shared: Arc<Shared<T>>,
    tail: u64,
    head_seen: u64,
    idx: usize,
}

pub(super) fn new<T>(capacity: usize, mut init: impl FnMut() -> T) -> (Producer<T>, Consumer<T>) {
    let shared = Arc::new(Shared {
        head: CachePadded::new(AtomicU64::new(0)),
        tail: CachePadded::new(AtomicU64::new(0)),
        producer_gone: AtomicBool::new(false),
        consumer_gone: AtomicBool::new(false),
        values: (0..capacity).map(|_| TrackedCell::new(init())).collect(),
    });
    (
        Producer {
            shared: shared.clone(),
            head: 0,
            tail_seen: 0,
            idx: 0,
        },
        Consumer {
            shared,
            tail: 0,
            head_seen: 0,
            idx: 0,
        },
    )
}

#[inline(always)]
fn following(idx: usize, capacity: usize) -> usize {
    if idx + 1 == capacity { 0 } else { idx + 1 }
}

impl<T> Producer<T> {
    #[inline(always)]
    pub(super) fn has_room(&mut self) -> bool {
        let capacity = self.shared.values.len() as u64;
        if self.head - self.tail_seen < capacity {
            return true;
        }
        self.tail_seen = self.shared.tail.load(order::reclaim());
        self.head - self.tail_seen < capacity || !order::checks(Check::Full)
    }

    /// Only after [`Self::has_room`] said yes. How many values were stored until now.
    #[inline(always)]
    pub(super) fn store_with(&mut self, fill: impl FnOnce(&mut T)) -> u64 {
        let cell = &self.shared.values[self.idx];
        // SAFETY: there is room, so the value at `head` belongs to the producer, of which `self` is the only one.
        fill(unsafe { &mut *cell.get_mut() });
        cell.touch_mut();
        self.idx = following(self.idx, self.shared.values.len());
        self.head += 1;
        self.shared.head.store(self.head, order::publish());
        self.head
    }

    pub(super) fn capacity(&self) -> usize {
        self.shared.values.len()
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

/// Gives the taken values back when it goes out of scope, also by a panic of the function that took them.
struct GiveBack<'a, T> {
    consumer: &'a mut Consumer<T>,
}

impl<T> Drop for GiveBack<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        self.consumer
            .shared
            .tail
            .store(self.consumer.tail, order::hand_back());
    }
}

impl<T> GiveBack<'_, T> {
    /// Uses the value at the tail; only when there is one.
    #[inline(always)]
    fn take<R>(&mut self, take: impl FnOnce(&mut T) -> R) -> R {
        let consumer = &mut *self.consumer;
        let cell = &consumer.shared.values[consumer.idx];
        consumer.idx = following(consumer.idx, consumer.shared.values.len());
        consumer.tail += 1;
        // SAFETY: the value lies before `head`, so it belongs to the consumer until `tail` is stored, after this.
        let taken = take(unsafe { &mut *cell.get_mut() });
        cell.touch_mut();
        taken
    }
}

impl<T> Consumer<T> {
    #[inline(always)]
    fn available(&mut self) -> u64 {
        if self.head_seen == self.tail {
            self.head_seen = self.shared.head.load(order::observe());
        }
        self.head_seen - self.tail
    }

    #[inline(always)]
    pub(super) fn take_with<R>(&mut self, take: impl FnOnce(&mut T) -> R) -> Option<R> {
        if self.available() == 0 {
            return None;
        }
        Some(GiveBack { consumer: self }.take(take))
    }

    #[inline(always)]
    pub(super) fn take_batch_with(&mut self, max: usize, mut take: impl FnMut(&mut T)) -> usize {
        self.head_seen = self.shared.head.load(order::observe());
        let n = (self.head_seen - self.tail).min(max as u64);
        if n > 0 {
            let mut batch = GiveBack { consumer: self };
            for _ in 0..n {
                batch.take(&mut take);
            }
        }
        n as usize
    }

    /// How many values were ever taken.
    #[inline(always)]
    pub(super) fn taken(&self) -> u64 {
        self.tail
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

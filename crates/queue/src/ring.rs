//! The ring: one producer, one consumer, and a named policy for when it is full.
//!
//! Two mechanisms stand behind it. Where the producer may not take anything away (`DropNewest`, `Block`) it is a
//! classic two-index ring, worked on in place (`in_place`). Where it may (`DropOldest`), slots change hands by exchange,
//! so that the consumer can go on using a value that the producer would otherwise overwrite (`displacing`).

mod displacing;
mod in_place;

use crate::counters::{QueueCounters, count, show};
use crate::error::{QueueError, check_capacity};
use crate::gauge::QueueGauge;
use crate::wait::Wait;
use std::sync::Arc;

/// What a producer does when its queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnFull {
    /// The oldest unread value makes room: for the live path, where the newest wins.
    DropOldest,
    /// The new value is refused: where what was accepted must be kept.
    DropNewest,
    /// The producer waits: for recording, where nothing may be lost. Not for a real-time thread.
    Block,
}

/// What became of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "a push can lose a value"]
pub enum Pushed {
    /// Stored; nothing was lost.
    Stored,
    /// Stored in place of the oldest value, which is lost (`DropOldest`).
    Displaced,
    /// Not stored, because the ring is full (`DropNewest`).
    Refused,
    /// Not stored, because the ring is full and its consumer is gone (`Block`).
    Abandoned,
}

impl Pushed {
    /// Whether the new value is in the ring.
    pub fn is_stored(self) -> bool {
        matches!(self, Self::Stored | Self::Displaced)
    }
}

/// The producing end of a ring.
pub struct RingProducer<T> {
    end: ProducerEnd<T>,
    on_full: OnFull,
    counters: Arc<QueueCounters>,
    /// Looked at with each push, once somebody asked for it.
    gauge: Option<Arc<QueueGauge>>,
}

enum ProducerEnd<T> {
    InPlace(in_place::Producer<T>),
    Displacing(displacing::Producer<T>),
}

/// The consuming end of a ring.
pub struct RingConsumer<T> {
    end: ConsumerEnd<T>,
    counters: Arc<QueueCounters>,
}

enum ConsumerEnd<T> {
    InPlace(in_place::Consumer<T>),
    Displacing(displacing::Consumer<T>),
}

/// Makes a ring that holds `capacity` values. `init` makes the values (`capacity`, plus two for
/// [`OnFull::DropOldest`]) that will be written in place; give their vectors their capacity here.
///
/// # Errors
/// [`QueueError::Capacity`] unless the capacity is 1 to [`CAPACITY_MAX`](crate::limits::CAPACITY_MAX).
pub fn ring<T: Send>(
    capacity: usize,
    on_full: OnFull,
    init: impl FnMut() -> T,
) -> Result<(RingProducer<T>, RingConsumer<T>), QueueError> {
    check_capacity(capacity)?;
    let counters: Arc<QueueCounters> = Arc::default();
    let (producer_end, consumer_end) = match on_full {
        OnFull::DropOldest => {
            let (producer, consumer) = displacing::new(capacity, init);
            (
                ProducerEnd::Displacing(producer),
                ConsumerEnd::Displacing(consumer),
            )
        }
        OnFull::DropNewest | OnFull::Block => {
            let (producer, consumer) = in_place::new(capacity, init);
            (
                ProducerEnd::InPlace(producer),
                ConsumerEnd::InPlace(consumer),
            )
        }
    };
    let producer = RingProducer {
        end: producer_end,
        on_full,
        counters: counters.clone(),
        gauge: None,
    };
    Ok((
        producer,
        RingConsumer {
            end: consumer_end,
            counters,
        },
    ))
}

impl<T> RingProducer<T> {
    /// Lets `fill` write the next value in place, then stores it. The value holds whatever was there before: write every
    /// field. When the value is not stored, `fill` is not called.
    #[inline(always)]
    pub fn push_with(&mut self, fill: impl FnOnce(&mut T)) -> Pushed {
        let pushed = self.put(fill);
        if let Some(gauge) = &self.gauge {
            gauge.look();
        }
        pushed
    }

    #[inline(always)]
    fn put(&mut self, fill: impl FnOnce(&mut T)) -> Pushed {
        match &mut self.end {
            ProducerEnd::InPlace(end) => {
                if !end.has_room() {
                    let refused = match self.on_full {
                        OnFull::Block => Self::wait_for_room(end),
                        OnFull::DropNewest | OnFull::DropOldest => Some(Pushed::Refused),
                    };
                    if let Some(refused) = refused {
                        count(&self.counters.dropped, 1);
                        return refused;
                    }
                }
                show(&self.counters.pushed, end.store_with(fill));
                Pushed::Stored
            }
            ProducerEnd::Displacing(end) => {
                let (stored, displaced) = end.store_with(fill);
                show(&self.counters.pushed, stored);
                if displaced {
                    count(&self.counters.dropped, 1);
                    return Pushed::Displaced;
                }
                Pushed::Stored
            }
        }
    }

    /// Stores a value by assignment: for small values. A value that owns memory is better filled in place.
    #[inline(always)]
    pub fn push(&mut self, value: T) -> Pushed {
        self.push_with(|slot| *slot = value)
    }

    #[cold]
    fn wait_for_room(end: &mut in_place::Producer<T>) -> Option<Pushed> {
        let wait = Wait::new();
        loop {
            // In this order: what the consumer took before it left still makes room.
            let gone = end.is_abandoned();
            if end.has_room() {
                return None;
            }
            if gone {
                return Some(Pushed::Abandoned);
            }
            wait.snooze();
        }
    }

    /// What this ring does when it is full.
    pub fn on_full(&self) -> OnFull {
        self.on_full
    }

    /// How many values the ring holds.
    pub fn capacity(&self) -> usize {
        match &self.end {
            ProducerEnd::InPlace(end) => end.capacity(),
            ProducerEnd::Displacing(end) => end.capacity(),
        }
    }

    /// Whether the consumer is gone.
    pub fn is_abandoned(&self) -> bool {
        match &self.end {
            ProducerEnd::InPlace(end) => end.is_abandoned(),
            ProducerEnd::Displacing(end) => end.is_abandoned(),
        }
    }

    /// The ring's counters; the consumer's are the same.
    pub fn counters(&self) -> Arc<QueueCounters> {
        self.counters.clone()
    }

    /// How full the ring is, for people. From the first call on every push looks at it.
    pub fn gauge(&mut self) -> Arc<QueueGauge> {
        let (capacity, on_full) = (self.capacity(), self.on_full);
        let counters = &self.counters;
        let made = || Arc::new(QueueGauge::of_ring(counters.clone(), capacity, on_full));
        self.gauge.get_or_insert_with(made).clone()
    }
}

impl<T> RingConsumer<T> {
    /// Lets `take` use the oldest value in place, or exchange it for another one (`std::mem::swap`); `None` when the ring
    /// is empty. What `take` leaves behind comes back to the producer, to be filled again. Should `take` panic, the value
    /// is gone all the same.
    #[inline(always)]
    pub fn pop_with<R>(&mut self, take: impl FnOnce(&mut T) -> R) -> Option<R> {
        let taken = match &mut self.end {
            ConsumerEnd::InPlace(end) => end.take_with(take),
            ConsumerEnd::Displacing(end) => end.take_with(take),
        };
        if taken.is_some() {
            self.show_taken();
        }
        taken
    }

    /// Takes the oldest value, leaving the default in its place: for small values.
    #[inline(always)]
    pub fn pop(&mut self) -> Option<T>
    where
        T: Default,
    {
        self.pop_with(std::mem::take)
    }

    /// As [`Self::pop_with`] for at most `max` values, oldest first; how many there were. On the policies that do not
    /// drop the oldest, the producer gets the room back in one step at the end.
    #[inline(always)]
    pub fn pop_batch_with(&mut self, max: usize, take: impl FnMut(&mut T)) -> usize {
        let n = match &mut self.end {
            ConsumerEnd::InPlace(end) => end.take_batch_with(max, take),
            ConsumerEnd::Displacing(end) => end.take_batch_with(max, take),
        };
        self.show_taken();
        n
    }

    /// Counted by the end itself, so that a value whose taker panicked is not missing.
    #[inline(always)]
    fn show_taken(&self) {
        let taken = match &self.end {
            ConsumerEnd::InPlace(end) => end.taken(),
            ConsumerEnd::Displacing(end) => end.taken(),
        };
        show(&self.counters.popped, taken);
    }

    /// Whether the producer is gone; values may still be left to take.
    pub fn is_closed(&self) -> bool {
        match &self.end {
            ConsumerEnd::InPlace(end) => end.is_closed(),
            ConsumerEnd::Displacing(end) => end.is_closed(),
        }
    }

    /// The ring's counters; the producer's are the same.
    pub fn counters(&self) -> Arc<QueueCounters> {
        self.counters.clone()
    }
}

//! The queues behind one interface each: push a number, pop a number.
//!
//! A full peer gives the value back, so it is made once however often the push is tried.

use crate::payload::Payload;
use crossbeam::channel::{self, TrySendError};
use crossbeam::queue::ArrayQueue;
use cyc_queue::{OnFull, RingConsumer, RingProducer, ring};
use std::sync::{Arc, mpsc};

/// Waits for another thread: spins, and yields after a while, since there may be fewer cores than threads.
#[derive(Default)]
pub struct Spin(u32);

impl Spin {
    #[inline(always)]
    pub fn wait(&mut self) {
        self.0 += 1;
        if self.0.is_multiple_of(512) {
            std::thread::yield_now();
        } else {
            std::hint::spin_loop();
        }
    }
}

pub trait Push: Send {
    fn push(&mut self, number: u64);
}

pub trait Pop: Send {
    fn pop(&mut self) -> Option<u64>;

    #[inline(always)]
    fn wait(&mut self) -> u64 {
        let mut spin = Spin::default();
        loop {
            if let Some(number) = self.pop() {
                return number;
            }
            spin.wait();
        }
    }
}

/// A queue for `T`; `new` makes one for this many values.
pub trait Queue<T: Payload> {
    const NAME: &'static str;
    const IS_OURS: bool = false;
    fn new(capacity: usize) -> (impl Push, impl Pop);
}

fn until_taken<T>(mut value: T, mut push: impl FnMut(T) -> Result<(), T>) {
    let mut spin = Spin::default();
    while let Err(back) = push(value) {
        value = back;
        spin.wait();
    }
}

macro_rules! ours {
    ($queue:ident, $name:literal, $on_full:expr) => {
        pub struct $queue;
        impl<T: Payload> Queue<T> for $queue {
            const NAME: &'static str = $name;
            const IS_OURS: bool = true;
            fn new(capacity: usize) -> (impl Push, impl Pop) {
                ring(capacity, $on_full, || T::make(0)).expect("a small capacity")
            }
        }
    };
}

ours!(DropNewest, "cyc ring, DropNewest", OnFull::DropNewest);
ours!(DropOldest, "cyc ring, DropOldest", OnFull::DropOldest);
ours!(Block, "cyc ring, Block", OnFull::Block);

impl<T: Payload> Push for RingProducer<T> {
    #[inline(always)]
    fn push(&mut self, number: u64) {
        let mut spin = Spin::default();
        while !self.push_with(|value| value.fill(number)).is_stored() {
            spin.wait();
        }
    }
}

impl<T: Payload> Pop for RingConsumer<T> {
    #[inline(always)]
    fn pop(&mut self) -> Option<u64> {
        self.pop_with(|value| value.number())
    }
}

pub struct Rtrb;

impl<T: Payload> Queue<T> for Rtrb {
    const NAME: &'static str = "rtrb";
    fn new(capacity: usize) -> (impl Push, impl Pop) {
        rtrb::RingBuffer::<T>::new(capacity)
    }
}

impl<T: Payload> Push for rtrb::Producer<T> {
    #[inline(always)]
    fn push(&mut self, number: u64) {
        until_taken(T::make(number), |value| {
            rtrb::Producer::push(self, value).map_err(|rtrb::PushError::Full(back)| back)
        });
    }
}

impl<T: Payload> Pop for rtrb::Consumer<T> {
    #[inline(always)]
    fn pop(&mut self) -> Option<u64> {
        rtrb::Consumer::pop(self).ok().map(|value| value.number())
    }
}

pub struct Array;

impl<T: Payload> Queue<T> for Array {
    const NAME: &'static str = "crossbeam ArrayQueue";
    fn new(capacity: usize) -> (impl Push, impl Pop) {
        let queue = Arc::new(ArrayQueue::<T>::new(capacity));
        (queue.clone(), queue)
    }
}

impl<T: Payload> Push for Arc<ArrayQueue<T>> {
    #[inline(always)]
    fn push(&mut self, number: u64) {
        until_taken(T::make(number), |value| ArrayQueue::push(self, value));
    }
}

impl<T: Payload> Pop for Arc<ArrayQueue<T>> {
    #[inline(always)]
    fn pop(&mut self) -> Option<u64> {
        ArrayQueue::pop(self).map(|value| value.number())
    }
}

pub struct Channel;

impl<T: Payload> Queue<T> for Channel {
    const NAME: &'static str = "crossbeam channel, bounded";
    fn new(capacity: usize) -> (impl Push, impl Pop) {
        channel::bounded::<T>(capacity)
    }
}

impl<T: Payload> Push for channel::Sender<T> {
    #[inline(always)]
    fn push(&mut self, number: u64) {
        until_taken(T::make(number), |value| match self.try_send(value) {
            Err(TrySendError::Full(back)) => Err(back),
            Ok(()) | Err(TrySendError::Disconnected(_)) => Ok(()),
        });
    }
}

impl<T: Payload> Pop for channel::Receiver<T> {
    #[inline(always)]
    fn pop(&mut self) -> Option<u64> {
        self.try_recv().ok().map(|value| value.number())
    }
}

pub struct Std;

impl<T: Payload> Queue<T> for Std {
    const NAME: &'static str = "std sync_channel";
    fn new(capacity: usize) -> (impl Push, impl Pop) {
        mpsc::sync_channel::<T>(capacity)
    }
}

impl<T: Payload> Push for mpsc::SyncSender<T> {
    #[inline(always)]
    fn push(&mut self, number: u64) {
        until_taken(T::make(number), |value| match self.try_send(value) {
            Err(mpsc::TrySendError::Full(back)) => Err(back),
            Ok(()) | Err(mpsc::TrySendError::Disconnected(_)) => Ok(()),
        });
    }
}

impl<T: Payload> Pop for mpsc::Receiver<T> {
    #[inline(always)]
    fn pop(&mut self) -> Option<u64> {
        self.try_recv().ok().map(|value| value.number())
    }
}

//! Real threads at full speed for a short time: complete values, in order, every one accounted for.
#![cfg(not(loom))]

use cyc_queue::{OnFull, Pushed, broadcast, latest_value_array, ring};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

const WORDS: usize = 64;
const VALUES: u64 = 100_000;

/// Large enough that a torn write shows.
struct Frame(Vec<u64>);

fn empty() -> Frame {
    Frame(vec![0; WORDS])
}

impl Frame {
    fn fill(&mut self, number: u64) {
        self.0
            .iter_mut()
            .enumerate()
            .for_each(|(i, word)| *word = number ^ i as u64);
    }

    fn number(&self) -> u64 {
        assert!(
            self.0
                .iter()
                .enumerate()
                .all(|(i, &word)| word ^ i as u64 == self.0[0]),
            "torn"
        );
        self.0[0]
    }
}

#[test]
fn latest_value_to_three_readers() {
    let (mut writer, readers) = latest_value_array::<_, 3>(empty);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for mut reader in readers {
            let done = &done;
            scope.spawn(move || {
                let mut last = None;
                loop {
                    let finished = done.load(Ordering::Acquire);
                    let number = reader.latest().map(Frame::number);
                    assert!(number >= last);
                    assert_eq!(number, reader.version());
                    last = number;
                    if finished {
                        break;
                    }
                    // Held for a while: the writer must not come back to it.
                    thread::yield_now();
                    assert_eq!(reader.held().map(Frame::number), last);
                }
                assert_eq!(last, Some(VALUES - 1));
                let counts = reader.counters().read();
                assert_eq!(counts.popped + counts.dropped, VALUES);
            });
        }
        for number in 0..VALUES {
            writer.publish_with(|frame| frame.fill(number));
        }
        done.store(true, Ordering::Release);
    });
}

#[test]
fn broadcast_to_three_readers() {
    let (mut writer, readers) = broadcast(16, 3, empty).expect("sizes");
    thread::scope(|scope| {
        for (pace, mut reader) in readers.into_iter().enumerate() {
            scope.spawn(move || {
                let mut next = 0;
                loop {
                    let closed = reader.is_closed();
                    if let Some(number) = reader.next_value().map(Frame::number) {
                        assert!(number >= next);
                        next = number + 1;
                        if number % 3 < pace as u64 {
                            thread::yield_now();
                        }
                    } else if closed {
                        break;
                    }
                }
                let counts = reader.counters().read();
                assert_eq!((next, counts.popped + counts.dropped), (VALUES, VALUES));
            });
        }
        for number in 0..VALUES {
            writer.publish_with(|frame| frame.fill(number));
        }
        drop(writer);
    });
}

fn ring_under_load(on_full: OnFull) {
    let (mut producer, mut consumer) = ring(8, on_full, empty).expect("sizes");
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut spare = empty();
            let mut next = 0;
            loop {
                let closed = consumer.is_closed();
                // By exchange, as the recorder does: the ring gets the spare's memory back.
                let taken = consumer.pop_with(|frame| std::mem::swap(frame, &mut spare));
                if taken.is_some() {
                    assert!(spare.number() >= next, "out of order");
                    next = spare.number() + 1;
                } else if closed {
                    break;
                }
            }
            let counts = consumer.counters().read();
            assert_eq!(counts.popped + counts.dropped, VALUES);
            match on_full {
                OnFull::Block => assert_eq!(counts.popped, VALUES),
                OnFull::DropOldest => assert_eq!((next, counts.pushed), (VALUES, VALUES)),
                OnFull::DropNewest => assert_eq!(counts.popped, counts.pushed),
            }
        });
        let mut lost = 0;
        for number in 0..VALUES {
            let pushed = producer.push_with(|frame| frame.fill(number));
            lost += u64::from(pushed != Pushed::Stored);
        }
        assert_eq!(producer.counters().read().dropped, lost);
        drop(producer);
    });
}

#[test]
fn ring_dropping_the_oldest() {
    ring_under_load(OnFull::DropOldest);
}

#[test]
fn ring_dropping_the_newest() {
    ring_under_load(OnFull::DropNewest);
}

#[test]
fn ring_waiting() {
    ring_under_load(OnFull::Block);
}

#[test]
fn a_blocked_producer_notices_that_its_consumer_left() {
    let (mut producer, consumer) = ring(1, OnFull::Block, || 0u64).expect("sizes");
    assert_eq!(producer.push(1), Pushed::Stored);
    thread::scope(|scope| {
        scope.spawn(move || drop(consumer));
        assert_eq!(producer.push(2), Pushed::Abandoned);
    });
    assert_eq!(producer.counters().read().dropped, 1);
}

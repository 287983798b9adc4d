//! Every interleaving (or every one with few preemptions, where three threads make too many) of the queues' operations,
//! explored by loom; then the same models with a planted bug, which loom must find.
//!
//! ```text
//! RUSTFLAGS="--cfg loom" cargo test -p cyc-queue --release --test loom
//! ```
#![cfg(loom)]

use cyc_queue::seeded::{Bug, Check, plant};
use cyc_queue::{OnFull, Pushed, broadcast, latest_value, ring};
use loom::thread;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A value that shows when it is torn. Its cells are tracked, so loom sees a race even where the numbers agree.
#[derive(Default)]
struct Frame {
    number: u64,
    copy: u64,
}

fn fill(number: u64) -> impl FnOnce(&mut Frame) {
    move |frame| (frame.number, frame.copy) = (number, number)
}

fn whole(frame: &Frame) -> u64 {
    assert_eq!(frame.number, frame.copy, "a torn value");
    frame.number
}

fn explore(preemption_bound: Option<usize>, model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = preemption_bound;
    builder.check(model);
}

fn expect_found(bug: Bug, model: fn()) {
    plant(Some(bug));
    let outcome = catch_unwind(AssertUnwindSafe(model));
    plant(None);
    assert!(outcome.is_err(), "loom did not find {bug:?}");
}

fn latest(readers: usize, values: u64, reads: usize, bound: Option<usize>) {
    explore(bound, move || {
        let (mut writer, mut reading) = latest_value(readers, Frame::default).expect("sizes");
        let mut mine = reading.pop().expect("a reader");
        let others: Vec<_> = reading
            .into_iter()
            .map(|mut reader| {
                thread::spawn(move || {
                    let first = reader.latest().map(whole);
                    let second = reader.latest().map(whole);
                    assert!(first <= second, "went back from {first:?} to {second:?}");
                })
            })
            .collect();
        let writing = thread::spawn(move || {
            for number in 0..values {
                writer.publish_with(fill(number));
            }
        });
        let mut last = None;
        for _ in 0..reads {
            let before = mine.held().map(whole);
            assert_eq!(before, last, "a held value changed");
            let now = mine
                .latest_and_is_new()
                .map(|(is_new, frame)| (is_new, whole(frame)));
            let number = now.map(|(_, number)| number);
            assert!(number >= last, "went back from {last:?} to {number:?}");
            assert_eq!(now.is_some_and(|(is_new, _)| is_new), number != last);
            last = number;
        }
        writing.join().expect("the writer");
        others
            .into_iter()
            .for_each(|other| other.join().expect("a reader"));
        assert_eq!(mine.latest().map(whole), Some(values - 1), "not the newest");
        let counts = mine.counters().read();
        assert_eq!(counts.popped + counts.dropped, values);
    });
}

fn latest_small() {
    latest(1, 3, 2, None);
}

fn latest_shared() {
    latest(2, 3, 2, Some(3));
}

fn broadcasting(capacity: usize, readers: usize, values: u64, bound: Option<usize>) {
    explore(bound, move || {
        let (mut writer, reading) = broadcast(capacity, readers, Frame::default).expect("sizes");
        let mut reading = reading.into_iter();
        let mine = reading.next().expect("a reader");
        let read_all = move |mut reader: cyc_queue::BroadcastReader<Frame>, rounds: usize| {
            let mut next = 0;
            for _ in 0..rounds {
                if let Some(frame) = reader.next_value() {
                    let number = whole(frame);
                    let lost = reader.counters().read().dropped;
                    let read = reader.counters().read().popped;
                    assert!(number >= next, "went back to {number}");
                    assert_eq!(number + 1, lost + read, "miscounted");
                    next = number + 1;
                }
            }
            reader
        };
        let others: Vec<_> = reading
            .map(|reader| thread::spawn(move || drop(read_all(reader, 2))))
            .collect();
        let writing = thread::spawn(move || {
            for number in 0..values {
                writer.publish_with(fill(number));
            }
        });
        let mine = read_all(mine, 2);
        writing.join().expect("the writer");
        others
            .into_iter()
            .for_each(|other| other.join().expect("a reader"));
        let mut mine = read_all(mine, capacity);
        assert!(mine.is_closed() && mine.next_value().is_none());
        let counts = mine.counters().read();
        assert_eq!(counts.popped + counts.dropped, values);
    });
}

fn broadcast_small() {
    broadcasting(1, 1, 3, None);
}

fn broadcast_shared() {
    broadcasting(1, 2, 3, Some(2));
}

fn ringing(capacity: usize, values: u64, on_full: OnFull, bound: Option<usize>) {
    explore(bound, move || {
        let (mut producer, mut consumer) = ring(capacity, on_full, Frame::default).expect("sizes");
        let producing = thread::spawn(move || {
            (0..values)
                .filter(|&number| producer.push_with(fill(number)).is_stored())
                .count()
        });
        let mut seen = Vec::new();
        for _ in 0..2 {
            seen.extend(consumer.pop_with(|frame| whole(frame)));
        }
        let stored = producing.join().expect("the producer") as u64;
        consumer.pop_batch_with(usize::MAX, |frame| seen.push(whole(frame)));
        assert!(seen.is_sorted_by(|a, b| a < b), "out of order: {seen:?}");
        assert!(consumer.is_closed() && consumer.pop_with(|_| ()).is_none());
        let counts = consumer.counters().read();
        assert_eq!((counts.pushed, counts.popped), (stored, seen.len() as u64));
        match on_full {
            OnFull::DropOldest => {
                assert_eq!(counts.popped + counts.dropped, values);
                assert_eq!(seen.last(), Some(&(values - 1)), "the newest is not there");
            }
            OnFull::DropNewest => assert_eq!(counts.popped + counts.dropped, values),
            OnFull::Block => assert_eq!(counts.popped, values, "lost: {counts:?}"),
        }
    });
}

fn ring_in_place() {
    ringing(2, 4, OnFull::DropNewest, None);
}

fn ring_displacing() {
    // Four values, so that a slot that the consumer used and left is written again.
    ringing(1, 4, OnFull::DropOldest, Some(4));
}

#[test]
fn latest_value_with_one_reader() {
    latest_small();
}

#[test]
fn latest_value_with_two_readers() {
    latest_shared();
}

#[test]
fn broadcast_to_one_reader() {
    broadcast_small();
    broadcasting(2, 1, 3, None);
}

#[test]
fn broadcast_to_two_readers() {
    broadcast_shared();
}

#[test]
fn ring_that_drops_the_newest() {
    ring_in_place();
    ringing(1, 3, OnFull::DropNewest, None);
}

#[test]
fn ring_that_drops_the_oldest() {
    ring_displacing();
    ringing(2, 3, OnFull::DropOldest, None);
    ringing(2, 4, OnFull::DropOldest, Some(3));
}

#[test]
fn ring_that_waits() {
    explore(Some(3), || {
        let (mut producer, mut consumer) = ring(1, OnFull::Block, Frame::default).expect("sizes");
        let producing = thread::spawn(move || {
            for number in 0..2 {
                assert_eq!(producer.push_with(fill(number)), Pushed::Stored);
            }
        });
        for number in 0..2 {
            while consumer
                .pop_with(|frame| assert_eq!(whole(frame), number))
                .is_none()
            {
                thread::yield_now();
            }
        }
        producing.join().expect("the producer");
    });
}

#[test]
fn ring_that_waits_for_a_consumer_who_leaves() {
    explore(Some(3), || {
        let (mut producer, consumer) = ring(1, OnFull::Block, Frame::default).expect("sizes");
        let leaving = thread::spawn(move || drop(consumer));
        assert_eq!(producer.push_with(fill(0)), Pushed::Stored);
        assert_eq!(producer.push_with(fill(1)), Pushed::Abandoned);
        leaving.join().expect("the consumer");
    });
}

#[test]
fn a_weak_ordering_in_the_latest_value_is_found() {
    for bug in [
        Bug::WeakPublish,
        Bug::WeakObserve,
        Bug::WeakHandBack,
        Bug::WeakReclaim,
    ] {
        expect_found(bug, latest_small);
    }
}

#[test]
fn a_missing_check_in_the_latest_value_is_found() {
    expect_found(Bug::Missing(Check::StillHeld), latest_small);
    expect_found(Bug::Missing(Check::StillHeld), latest_shared);
}

#[test]
fn a_weak_ordering_in_the_broadcast_is_found() {
    for bug in [
        Bug::WeakPublish,
        Bug::WeakObserve,
        Bug::WeakHandBack,
        Bug::WeakReclaim,
    ] {
        expect_found(bug, broadcast_small);
    }
}

#[test]
fn a_missing_check_in_the_broadcast_is_found() {
    for check in [Check::StillHeld, Check::Lapped] {
        expect_found(Bug::Missing(check), broadcast_small);
    }
}

#[test]
fn a_weak_ordering_in_the_ring_is_found() {
    for model in [ring_in_place, ring_displacing] {
        for bug in [
            Bug::WeakPublish,
            Bug::WeakObserve,
            Bug::WeakHandBack,
            Bug::WeakReclaim,
        ] {
            expect_found(bug, model);
        }
    }
}

#[test]
fn a_missing_check_in_the_ring_is_found() {
    expect_found(Bug::Missing(Check::Full), ring_in_place);
    expect_found(Bug::Missing(Check::DisplaceInOneStep), ring_displacing);
}

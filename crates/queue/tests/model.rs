//! The queues, one thread, against models that anybody can check by reading: a `VecDeque` and a few numbers.
#![cfg(not(loom))]

use cyc_queue::{LatestReader, OnFull, Pushed, QueueError, broadcast, latest_value, ring};
use proptest::prelude::*;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[derive(Clone, Debug)]
enum Step {
    Push,
    Pop,
    PopBatch(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Push),
        2 => Just(Step::Pop),
        1 => (0usize..5).prop_map(Step::PopBatch),
    ];
    proptest::collection::vec(step, 0..80)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_ring_is_a_bounded_deque(capacity in 1usize..6, drop_oldest: bool, steps in steps()) {
        let on_full = if drop_oldest { OnFull::DropOldest } else { OnFull::DropNewest };
        let (mut producer, mut consumer) = ring(capacity, on_full, Vec::new).expect("sizes");
        let gauge = producer.gauge();
        let (mut deque, mut most) = (VecDeque::new(), 0);
        let (mut number, mut pushed, mut popped, mut dropped) = (0u64, 0u64, 0u64, 0u64);
        for step in steps {
            match step {
                Step::Push => {
                    let expected = match (deque.len() == capacity, drop_oldest) {
                        (false, _) => Pushed::Stored,
                        (true, true) => Pushed::Displaced,
                        (true, false) => Pushed::Refused,
                    };
                    let outcome = producer.push_with(|value| {
                        value.clear();
                        value.push(number);
                    });
                    prop_assert_eq!(outcome, expected);
                    if expected == Pushed::Displaced {
                        deque.pop_front();
                    }
                    if expected != Pushed::Refused {
                        deque.push_back(number);
                        pushed += 1;
                    }
                    dropped += u64::from(expected != Pushed::Stored);
                    number += 1;
                    most = most.max(deque.len() as u64);
                }
                Step::Pop => {
                    let expected = deque.pop_front();
                    popped += u64::from(expected.is_some());
                    prop_assert_eq!(consumer.pop_with(|value| value[0]), expected);
                }
                Step::PopBatch(max) => {
                    let mut got = Vec::new();
                    let n = consumer.pop_batch_with(max, |value| got.push(value[0]));
                    let expected: Vec<_> = deque.drain(..max.min(deque.len())).collect();
                    popped += n as u64;
                    prop_assert_eq!((n, got), (expected.len(), expected));
                }
            }
            let read = gauge.read();
            prop_assert_eq!((read.waiting, read.capacity), (deque.len() as u64, capacity as u64));
            prop_assert_eq!((read.most, read.dropped), (most, dropped));
            let counts = producer.counters().read();
            prop_assert_eq!((counts.pushed, counts.popped, counts.dropped), (pushed, popped, dropped));
        }
    }

    #[test]
    fn each_reader_of_a_broadcast_has_its_own_deque(
        capacity in 1usize..5, readers in 1usize..4, steps in proptest::collection::vec(0usize..6, 0..100)
    ) {
        let (mut writer, mut reading) = broadcast(capacity, readers, || 0u64).expect("sizes");
        let mut deques = vec![(VecDeque::new(), 0u64); readers];
        let mut number = 0u64;
        for step in steps {
            if let Some((deque, lost)) = deques.get_mut(step) {
                let expected = deque.pop_front();
                prop_assert_eq!(reading[step].next_value().copied(), expected);
                // Losses are noticed when the reader comes to them.
                prop_assert_eq!(reading[step].counters().read().dropped, *lost);
                continue;
            }
            writer.publish_with(|value| *value = number);
            for (deque, lost) in &mut deques {
                if deque.len() == capacity {
                    deque.pop_front();
                    *lost += 1;
                }
                deque.push_back(number);
            }
            number += 1;
        }
    }

    #[test]
    fn each_reader_of_a_latest_value_stays_until_it_asks(
        readers in 1usize..4, steps in proptest::collection::vec(0usize..8, 0..100)
    ) {
        let (mut writer, mut reading) = latest_value(readers, || 0u64).expect("sizes");
        let gauges: Vec<_> = reading.iter().map(LatestReader::gauge).collect();
        let mut held = vec![None; readers];
        let mut skipped = vec![0; readers];
        let mut newest = None;
        for step in steps {
            if let Some(before) = held.get_mut(step) {
                let is_new = *before != newest;
                let next = before.map_or(0, |before| before + 1);
                skipped[step] += newest.map_or(0, |n: u64| n.saturating_sub(next));
                *before = newest;
                let seen = reading[step].latest_and_is_new().map(|(new, value)| (new, *value));
                prop_assert_eq!(seen, newest.map(|number| (is_new, number)));
            } else {
                let number = newest.map_or(0, |n| n + 1);
                // A slot that is begun and given up leaves no trace.
                *writer.slot_mut() = u64::MAX;
                writer.publish_with(|value| *value = number);
                newest = Some(number);
            }
            for (reader, expected) in reading.iter().zip(&held) {
                prop_assert_eq!(reader.held().copied(), *expected);
                prop_assert_eq!(reader.version(), *expected);
            }
            for (i, gauge) in gauges.iter().enumerate() {
                let read = gauge.read();
                prop_assert_eq!(read.waiting, u64::from(held[i] != newest));
                prop_assert_eq!((read.most, read.capacity), (u64::from(newest.is_some()), 1));
                prop_assert_eq!(read.dropped, skipped[i]);
            }
        }
    }
}

#[test]
fn values_keep_their_memory() {
    let mut made = 0;
    let (mut producer, mut consumer) = ring(3, OnFull::DropOldest, || {
        made += 1;
        Vec::<u8>::with_capacity(100)
    })
    .expect("sizes");
    for round in 0..50u8 {
        let _ = producer.push_with(|value| {
            assert_eq!(value.capacity(), 100);
            value.clear();
            value.extend([round; 100]);
        });
        if round % 4 == 0 {
            assert_eq!(consumer.pop_with(|value| value.len()), Some(100));
        }
    }
    assert_eq!(made, 3 + 2);
}

#[test]
fn a_value_whose_taker_panics_is_gone() {
    for on_full in [OnFull::DropOldest, OnFull::DropNewest] {
        let (mut producer, mut consumer) = ring(2, on_full, || 0u64).expect("sizes");
        assert!(producer.push(1).is_stored() && producer.push(2).is_stored());
        let panics = AssertUnwindSafe(|| consumer.pop_with(|_| panic!("poisoned")));
        assert!(catch_unwind(panics).is_err());
        let gauge = producer.gauge();
        assert_eq!(consumer.pop(), Some(2));
        assert!(producer.push(3).is_stored());
        assert_eq!(gauge.read().waiting, 1);
        assert_eq!(consumer.pop(), Some(3));
        assert_eq!(gauge.read().waiting, 0);
    }
}

#[test]
fn sizes_out_of_range_are_refused() {
    assert!(matches!(
        ring(0, OnFull::Block, || ()),
        Err(QueueError::Capacity { asked: 0 })
    ));
    assert!(matches!(
        ring(1 << 20, OnFull::Block, || ()),
        Err(QueueError::Capacity { .. })
    ));
    assert!(matches!(
        broadcast(1, 9, || ()),
        Err(QueueError::Readers { asked: 9 })
    ));
    assert!(matches!(
        latest_value(0, || ()),
        Err(QueueError::Readers { asked: 0 })
    ));
    let error = QueueError::Readers { asked: 9 };
    assert_eq!(error.key(), "queue-readers-out-of-range");
    assert_eq!(
        error.args(),
        [("asked", "9".to_string()), ("max", "8".to_string())]
    );
}

//! What is asked of the rings: alone, full, streaming to another thread, and there and back.

use crate::payload::Payload;
use crate::peers::{Array, Block, Channel, DropNewest, DropOldest, Pop, Push, Queue, Rtrb, Std};
use crossbeam::queue::ArrayQueue;
use cyc_benches::rounds::{Contender, Figures, in_turn, ns_each, percentile};
use cyc_queue::{OnFull, ring};
use std::hint::black_box;
use std::thread;
use std::time::Instant;

const CAPACITY: usize = 64;

fn contender<'a, T: Payload, Q: Queue<T>>(run: impl FnMut() -> Vec<f64> + 'a) -> Contender<'a> {
    Contender {
        name: Q::NAME,
        is_ours: Q::IS_OURS,
        run: Box::new(run),
    }
}

macro_rules! race {
    ($rounds:expr, $run:ident::<$payload:ident>($items:expr), [$($queue:ident),*]) => {
        in_turn($rounds, vec![$(contender::<$payload, $queue>(|| $run::<$payload, $queue>($items))),*])
    };
}

/// Push and pop in one thread: the cost of the instructions.
pub fn in_one_thread<T: Payload>(rounds: usize, items: usize) -> Vec<Figures> {
    fn run<T: Payload, Q: Queue<T>>(items: usize) -> Vec<f64> {
        let (mut push, mut pop) = Q::new(CAPACITY);
        vec![ns_each(items, || {
            for number in 0..items as u64 {
                push.push(black_box(number));
                black_box(pop.pop());
            }
        })]
    }
    race!(
        rounds,
        run::<T>(items),
        [DropNewest, DropOldest, Block, Rtrb, Array, Channel, Std]
    )
}

/// Push onto a ring that stays full, which only two of the queues can do.
pub fn onto_a_full_ring<T: Payload>(rounds: usize, items: usize) -> Vec<Figures> {
    let ours = || {
        let (mut producer, _consumer) =
            ring(CAPACITY, OnFull::DropOldest, || T::make(0)).expect("a small capacity");
        vec![ns_each(items, || {
            for number in 0..items as u64 {
                let _ = black_box(producer.push_with(|value| value.fill(black_box(number))));
            }
        })]
    };
    let array = || {
        let queue = ArrayQueue::new(CAPACITY);
        vec![ns_each(items, || {
            for number in 0..items as u64 {
                black_box(queue.force_push(T::make(black_box(number))));
            }
        })]
    };
    let peer = "crossbeam ArrayQueue, force_push";
    in_turn(
        rounds,
        vec![
            contender::<T, DropOldest>(ours),
            Contender {
                name: peer,
                is_ours: false,
                run: Box::new(array),
            },
        ],
    )
}

/// All values from one thread to another, as fast as they go.
pub fn between_two_threads<T: Payload>(rounds: usize, items: usize) -> Vec<Figures> {
    fn run<T: Payload, Q: Queue<T>>(items: usize) -> Vec<f64> {
        let (mut push, mut pop) = Q::new(CAPACITY);
        vec![ns_each(items, || {
            thread::scope(|scope| {
                scope.spawn(move || (0..items as u64).for_each(|number| push.push(number)));
                for number in 0..items as u64 {
                    assert_eq!(pop.wait(), number, "{}", Q::NAME);
                }
            });
        })]
    }
    race!(
        rounds,
        run::<T>(items),
        [DropNewest, Block, Rtrb, Array, Channel, Std]
    )
}

/// One value at a time to another thread and back, halved.
pub fn there_and_back<T: Payload>(rounds: usize, trips: usize) -> Vec<Figures> {
    fn run<T: Payload, Q: Queue<T>>(trips: usize) -> Vec<f64> {
        let (mut there, mut at_the_other) = Q::new(CAPACITY);
        let (mut back, mut home) = Q::new(CAPACITY);
        let mut one_way_ns = Vec::with_capacity(trips);
        thread::scope(|scope| {
            scope.spawn(move || (0..trips).for_each(|_| back.push(at_the_other.wait())));
            for number in 0..trips as u64 {
                let begin = Instant::now();
                there.push(number);
                assert_eq!(home.wait(), number, "{}", Q::NAME);
                one_way_ns.push(begin.elapsed().as_nanos() as f64 / 2.0);
            }
        });
        vec![
            percentile(one_way_ns.clone(), 0.5),
            percentile(one_way_ns, 0.99),
        ]
    }
    race!(
        rounds,
        run::<T>(trips),
        [DropNewest, DropOldest, Block, Rtrb, Array, Channel, Std]
    )
}

//! What is asked of the latest-value cells: alone, and there and back between two threads.

use crate::payload::Payload;
use crate::peers::Spin;
use crossbeam::queue::ArrayQueue;
use cyc_benches::rounds::{Contender, Figures, in_turn, ns_each, percentile};
use cyc_queue::{LatestReader, LatestWriter, latest_value};
use std::hint::black_box;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

trait Write: Send {
    fn publish(&mut self, number: u64);
}

trait Read: Send {
    /// The number of the newest value, which may be one read before.
    fn read(&mut self) -> u64;

    #[inline(always)]
    fn wait_for(&mut self, number: u64) {
        let mut spin = Spin::default();
        while self.read() != number {
            spin.wait();
        }
    }
}

impl<T: Payload> Write for LatestWriter<T> {
    #[inline(always)]
    fn publish(&mut self, number: u64) {
        self.publish_with(|value| value.fill(number));
    }
}

/// Reads a value only when it is a new one, as a renderer does.
struct OurReader<T>(LatestReader<T>, u64);

impl<T: Payload> Read for OurReader<T> {
    #[inline(always)]
    fn read(&mut self) -> u64 {
        if let Some((true, value)) = self.0.latest_and_is_new() {
            self.1 = value.number();
        }
        self.1
    }
}

struct TripleInput<T: Send>(triple_buffer::Input<T>);
struct TripleOutput<T: Send>(triple_buffer::Output<T>, u64);

impl<T: Payload> Write for TripleInput<T> {
    #[inline(always)]
    fn publish(&mut self, number: u64) {
        self.0.input_buffer_mut().fill(number);
        self.0.publish();
    }
}

impl<T: Payload> Read for TripleOutput<T> {
    #[inline(always)]
    fn read(&mut self) -> u64 {
        if self.0.update() {
            self.1 = self.0.output_buffer().number();
        }
        self.1
    }
}

struct ArrayOfOne<T>(Arc<ArrayQueue<T>>, u64);

impl<T: Payload> Write for ArrayOfOne<T> {
    #[inline(always)]
    fn publish(&mut self, number: u64) {
        self.0.force_push(T::make(number));
    }
}

impl<T: Payload> Read for ArrayOfOne<T> {
    #[inline(always)]
    fn read(&mut self) -> u64 {
        if let Some(value) = self.0.pop() {
            self.1 = value.number();
        }
        self.1
    }
}

fn ours<T: Payload>(readers: usize) -> (impl Write, impl Read, Vec<LatestReader<T>>) {
    let (writer, mut reading) = latest_value(readers, || T::make(0)).expect("few readers");
    let reader = reading.remove(0);
    (writer, OurReader(reader, u64::MAX), reading)
}

fn triple<T: Payload>() -> (impl Write, impl Read) {
    let (input, output) = triple_buffer::TripleBuffer::new(&T::make(0)).split();
    (TripleInput(input), TripleOutput(output, u64::MAX))
}

fn array<T: Payload>() -> (impl Write, impl Read) {
    let queue = Arc::new(ArrayQueue::<T>::new(1));
    (ArrayOfOne(queue.clone(), 0), ArrayOfOne(queue, u64::MAX))
}

fn contender<'a>(
    name: &'a str,
    is_ours: bool,
    run: impl FnMut() -> Vec<f64> + 'a,
) -> Contender<'a> {
    Contender {
        name,
        is_ours,
        run: Box::new(run),
    }
}

const OURS_1: &str = "cyc latest value, 1 reader";
const OURS_4: &str = "cyc latest value, 4 readers";
const TRIPLE: &str = "triple_buffer";
const ARRAY: &str = "crossbeam ArrayQueue of one, force_push";

/// Publish and read in one thread.
pub fn in_one_thread<T: Payload>(rounds: usize, items: usize) -> Vec<Figures> {
    fn go(items: usize, (mut writer, mut reader): (impl Write, impl Read)) -> Vec<f64> {
        vec![ns_each(items, || {
            for number in 0..items as u64 {
                writer.publish(black_box(number));
                black_box(reader.read());
            }
        })]
    }
    let with_readers = move |readers| {
        let (writer, reader, _others) = ours::<T>(readers);
        go(items, (writer, reader))
    };
    in_turn(
        rounds,
        vec![
            contender(OURS_1, true, move || with_readers(1)),
            contender(OURS_4, true, move || with_readers(4)),
            contender(TRIPLE, false, move || go(items, triple::<T>())),
            contender(ARRAY, false, move || go(items, array::<T>())),
        ],
    )
}

/// One value at a time to another thread and back, halved.
pub fn there_and_back<T: Payload>(rounds: usize, trips: usize) -> Vec<Figures> {
    fn go(
        trips: usize,
        (mut there, mut at_the_other): (impl Write, impl Read),
        (mut back, mut home): (impl Write, impl Read),
    ) -> Vec<f64> {
        let mut one_way_ns = Vec::with_capacity(trips);
        thread::scope(|scope| {
            scope.spawn(move || {
                for number in 0..trips as u64 {
                    at_the_other.wait_for(number);
                    back.publish(number);
                }
            });
            for number in 0..trips as u64 {
                let begin = Instant::now();
                there.publish(number);
                home.wait_for(number);
                one_way_ns.push(begin.elapsed().as_nanos() as f64 / 2.0);
            }
        });
        vec![
            percentile(one_way_ns.clone(), 0.5),
            percentile(one_way_ns, 0.99),
        ]
    }
    let with_readers = move |readers| {
        let (there, at_the_other, _others) = ours::<T>(readers);
        let (back, home, _more) = ours::<T>(readers);
        go(trips, (there, at_the_other), (back, home))
    };
    in_turn(
        rounds,
        vec![
            contender(OURS_1, true, move || with_readers(1)),
            contender(OURS_4, true, move || with_readers(4)),
            contender(TRIPLE, false, move || {
                go(trips, triple::<T>(), triple::<T>())
            }),
            contender(ARRAY, false, move || go(trips, array::<T>(), array::<T>())),
        ],
    )
}

//! The thread of an output: takes from its ring, writes, sleeps when there is nothing.

use crate::counters::OutputCounters;
use crate::error::OutputError;
use crate::limits::{KEEP_ALIVE, QUEUE_FRAMES};
use crate::writer::{Payload, Writer};
use cyc_queue::{OnFull, Pushed, RingConsumer, RingProducer, ring};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Longest sleep: how late the end is noticed when a wake-up was lost.
const SLEEP_MAX: Duration = Duration::from_millis(50);

/// The end of an output that frames are given to.
pub(crate) struct Transmitter<T> {
    input: RingProducer<T>,
    thread: Option<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
    counters: Arc<OutputCounters>,
}

impl<T: Payload> Transmitter<T> {
    /// Starts the thread.
    pub(crate) fn start(
        name: &str,
        writer: Box<dyn Writer<T>>,
        counters: Arc<OutputCounters>,
    ) -> Result<Self, OutputError> {
        let system = |reason: String| OutputError::System { reason };
        let (input, output) = ring(QUEUE_FRAMES, OnFull::DropOldest, T::default)
            .map_err(|e| system(e.to_string()))?;
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, counted) = (Arc::clone(&stop), Arc::clone(&counters));
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || run(output, writer, &stopped, &counted))
            .map_err(|e| system(e.to_string()))?;
        Ok(Self {
            input,
            thread: Some(thread),
            stop,
            counters,
        })
    }

    /// Gives it a value; never waits.
    pub(crate) fn give(&mut self, value: &T) {
        self.counters.frames.increment();
        if self.input.push_with(|slot| slot.copy_from(value)) == Pushed::Displaced {
            self.counters.frames_dropped.increment();
        }
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }

    /// Lets it write what it has, and waits for its end.
    pub(crate) fn stop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A panic there was said by its own hook.
            let _ = thread.join();
        }
    }
}

fn run<T: Payload>(
    mut from: RingConsumer<T>,
    mut writer: Box<dyn Writer<T>>,
    stop: &AtomicBool,
    counters: &OutputCounters,
) {
    let mut written = Instant::now();
    loop {
        // Before looking: what was given before the stop is still written.
        let is_last = stop.load(Ordering::Acquire);
        while from
            .pop_with(|value| writer.write(value, counters))
            .is_some()
        {
            written = Instant::now();
        }
        if is_last {
            return writer.end(counters);
        }
        if written.elapsed() >= KEEP_ALIVE {
            writer.keep_alive(counters);
            written = Instant::now();
        }
        std::thread::park_timeout(SLEEP_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::{FrameNumber, MocapFrame};
    use std::sync::{Mutex, mpsc};

    /// Writes when it is let.
    struct Slow {
        let_go: mpsc::Receiver<()>,
        written: Arc<Mutex<Vec<u64>>>,
    }

    impl Writer<MocapFrame> for Slow {
        fn write(&mut self, frame: &MocapFrame, _counters: &OutputCounters) {
            // Hung up: it is let for ever.
            let _ = self.let_go.recv();
            self.written.lock().unwrap().push(frame.number.0);
        }
    }

    #[test]
    fn a_slow_output_loses_its_oldest_frames_and_counts_them() {
        let (letter, let_go) = mpsc::sync_channel(1);
        let written = Arc::new(Mutex::new(Vec::new()));
        let slow = Slow {
            let_go,
            written: Arc::clone(&written),
        };
        let counters = Arc::new(OutputCounters::default());
        let mut output =
            Transmitter::start("tx-test", Box::new(slow), Arc::clone(&counters)).unwrap();
        let mut frame = MocapFrame::default();
        for number in 1..=100 {
            frame.number = FrameNumber(number);
            output.give(&frame);
        }
        drop(letter);
        output.stop();
        let written = written.lock().unwrap();
        let (given, dropped) = (counters.frames.get(), counters.frames_dropped.get());
        assert_eq!((given, written.len() as u64 + dropped), (100, 100));
        assert!(dropped >= 90, "{dropped}");
        assert!(written.windows(2).all(|w| w[0] < w[1]));
        assert_eq!(written.last(), Some(&100));
    }
}

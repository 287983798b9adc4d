//! The thread of an output: takes from its ring, writes, sleeps when there is nothing; and says that it lives.

use crate::counters::OutputCounters;
use crate::error::OutputError;
use crate::limits::{KEEP_ALIVE, QUEUE_FRAMES};
use crate::pulse::{EndOfPulse, Pulse};
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
    pulse: Arc<Pulse>,
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
        let pulse = Arc::new(Pulse::new());
        let beating = Arc::clone(&pulse);
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                // Also when it panics: its end is seen.
                let _end = EndOfPulse(Arc::clone(&beating));
                run(output, writer, &stopped, (&counted, &beating));
            })
            .map_err(|e| system(e.to_string()))?;
        Ok(Self {
            input,
            thread: Some(thread),
            stop,
            counters,
            pulse,
        })
    }

    /// The sign of life of its thread.
    pub(crate) fn pulse(&self) -> &Arc<Pulse> {
        &self.pulse
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
    (counters, pulse): (&OutputCounters, &Pulse),
) {
    let mut written = Instant::now();
    loop {
        pulse.beat();
        // Before looking: what was given before the stop is still written.
        let is_last = stop.load(Ordering::Acquire);
        while from
            .pop_with(|value| writer.write(value, counters))
            .is_some()
        {
            written = Instant::now();
            pulse.beat();
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
    use crate::pulse::Life;
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
        assert_eq!(output.pulse().state(), Life::Stopped);
        let written = written.lock().unwrap();
        let (given, dropped) = (counters.frames.get(), counters.frames_dropped.get());
        assert_eq!((given, written.len() as u64 + dropped), (100, 100));
        assert!(dropped >= 90, "{dropped}");
        assert!(written.windows(2).all(|w| w[0] < w[1]));
        assert_eq!(written.last(), Some(&100));
    }

    fn until(what: &str, is: impl Fn() -> bool) {
        let began = Instant::now();
        while !is() {
            assert!(began.elapsed() < Duration::from_secs(20), "not {what}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_writer_that_hangs_is_seen_and_seen_to_live_again() {
        let (letter, let_go) = mpsc::sync_channel(1);
        let slow = Slow {
            let_go,
            written: Arc::default(),
        };
        let mut output = Transmitter::start("tx-test", Box::new(slow), Arc::default()).unwrap();
        // Nothing to do is no illness: it is not given anything for longer than a hang lasts.
        std::thread::sleep(crate::limits::HUNG_AFTER + Duration::from_millis(100));
        assert_eq!(output.pulse().state(), Life::Beating);
        output.give(&MocapFrame::default());
        until("hung", || output.pulse().state() == Life::Hung);
        letter.send(()).unwrap();
        until("beating", || output.pulse().state() == Life::Beating);
        drop(letter);
    }

    struct Failing;

    impl Writer<MocapFrame> for Failing {
        fn write(&mut self, _frame: &MocapFrame, _counters: &OutputCounters) {
            panic!("a writer that fails");
        }
    }

    #[test]
    fn a_thread_that_failed_is_seen() {
        let mut output = Transmitter::start("tx-test", Box::new(Failing), Arc::default()).unwrap();
        output.give(&MocapFrame::default());
        until("failed", || output.pulse().state() == Life::Failed);
        // Giving it more harms nobody.
        output.give(&MocapFrame::default());
    }
}

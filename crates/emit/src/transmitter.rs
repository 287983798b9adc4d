//! The thread of an output: takes from its ring, writes, sleeps when there is nothing; and says that it lives.

use crate::counters::OutputCounters;
use crate::error::OutputError;
use crate::limits::{KEEP_ALIVE, QUEUE_FRAMES};
use crate::pulse::{EndOfPulse, Pulse};
use crate::station::Station;
use crate::writer::{Opener, Payload, Writer};
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
        again: Opener<T>,
        counters: Arc<OutputCounters>,
    ) -> Result<Self, OutputError> {
        let system = |reason: String| OutputError::System { reason };
        let (mut input, output) = ring(QUEUE_FRAMES, OnFull::DropOldest, T::default)
            .map_err(|e| system(e.to_string()))?;
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, counted) = (Arc::clone(&stop), Arc::clone(&counters));
        let pulse = Arc::new(Pulse::new(input.gauge()));
        let beating = Arc::clone(&pulse);
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                // Also when it panics: its end is seen.
                let _end = EndOfPulse(Arc::clone(&beating));
                let mut sending = Sending {
                    from: output,
                    station: Station::new(writer, again),
                    counters: &counted,
                    pulse: &beating,
                };
                sending.run(&stopped);
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

/// What runs on the thread.
struct Sending<'a, T> {
    from: RingConsumer<T>,
    station: Station<T>,
    counters: &'a OutputCounters,
    pulse: &'a Pulse,
}

impl<T: Payload> Sending<'_, T> {
    fn run(&mut self, stop: &AtomicBool) {
        let mut written = Instant::now();
        loop {
            self.pulse.beat();
            // Before looking: what was given before the stop is still written.
            let is_last = stop.load(Ordering::Acquire);
            // What comes while there is no writer displaces what is older, and is counted.
            while self.station.is_open((self.counters, self.pulse)) && self.write_next() {
                written = Instant::now();
                self.pulse.beat();
            }
            if is_last {
                let end = |writer: &mut dyn Writer<T>| writer.end(self.counters);
                self.station.with((self.counters, self.pulse), end);
                return;
            }
            if written.elapsed() >= KEEP_ALIVE {
                let again = |writer: &mut dyn Writer<T>| writer.keep_alive(self.counters);
                self.station.with((self.counters, self.pulse), again);
                written = Instant::now();
            }
            std::thread::park_timeout(SLEEP_MAX);
        }
    }

    /// Whether there was something.
    fn write_next(&mut self) -> bool {
        let (station, counters) = (&mut self.station, self.counters);
        let told = (counters, self.pulse);
        let write = |value: &mut T| station.with(told, |writer| writer.write(value, counters));
        self.from.pop_with(write).is_some()
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

    fn never() -> Opener<MocapFrame> {
        Box::new(|_| panic!("nothing failed"))
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
            Transmitter::start("tx-test", Box::new(slow), never(), Arc::clone(&counters)).unwrap();
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
            assert!(began.elapsed() < Duration::from_secs(60), "not {what}");
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
        let mut output =
            Transmitter::start("tx-test", Box::new(slow), never(), Arc::default()).unwrap();
        // Nothing to do is no illness: it is not given anything for longer than a hang lasts.
        std::thread::sleep(crate::limits::HUNG_AFTER + Duration::from_millis(100));
        assert_eq!(output.pulse().state(), Life::Beating);
        output.give(&MocapFrame::default());
        until("hung", || output.pulse().state() == Life::Hung);
        letter.send(()).unwrap();
        until("beating", || output.pulse().state() == Life::Beating);
        drop(letter);
    }

    /// Panics with the frames that it is told to.
    struct Failing {
        fails: Vec<u64>,
        written: Arc<Mutex<Vec<u64>>>,
    }

    impl Writer<MocapFrame> for Failing {
        fn write(&mut self, frame: &MocapFrame, counters: &OutputCounters) {
            let number = frame.number.0;
            assert!(!self.fails.contains(&number), "a writer that fails");
            self.written.lock().unwrap().push(number);
            counters.sent.increment();
        }
    }

    /// Row 21: an output that panics misses the frame in hand, and is opened again.
    #[test]
    fn row_21_an_output_that_panics_is_opened_again_and_the_next_frame_is_written() {
        let written = Arc::<Mutex<Vec<u64>>>::default();
        let open = |written: &Arc<Mutex<Vec<u64>>>| {
            let written = Arc::clone(written);
            Box::new(Failing {
                fails: vec![3, 5],
                written,
            })
        };
        let (first, again) = (open(&written), Arc::clone(&written));
        let times = Arc::<Mutex<Vec<u64>>>::default();
        let asked = Arc::clone(&times);
        let again: Opener<MocapFrame> = Box::new(move |times| {
            asked.lock().unwrap().push(times);
            // The port is still taken when it is first tried after the second panic.
            match times {
                2 => Err(OutputError::System {
                    reason: "taken".into(),
                }),
                _ => Ok(open(&again)),
            }
        });
        let counters = Arc::new(OutputCounters::default());
        let mut output =
            Transmitter::start("tx-test", first, again, Arc::clone(&counters)).unwrap();
        let mut frame = MocapFrame::default();
        for number in 1..=6 {
            frame.number = FrameNumber(number);
            output.give(&frame);
            let is_failing = [3, 5].contains(&number);
            until("written", || match is_failing {
                true => counters.panics.get() == (number - 1) / 2,
                false => written.lock().unwrap().last() == Some(&number),
            });
            if number == 5 {
                until("failed", || output.pulse().state() == Life::Failed);
            }
        }
        assert_eq!(output.pulse().state(), Life::Restarted);
        output.stop();
        assert_eq!(*written.lock().unwrap(), [1, 2, 4, 6]);
        assert_eq!(*times.lock().unwrap(), [1, 2, 3]);
        assert_eq!((counters.panics.get(), counters.sent.get()), (2, 4));
        assert_eq!(output.pulse().state(), Life::Stopped);
        println!("PROMISE 21: an output that panicked twice missed these two of 6 frames");
    }
}

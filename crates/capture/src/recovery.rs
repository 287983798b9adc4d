//! What a panic costs a source: itself, for a moment. It is counted, told as the end of a connection, and the source
//! begins again.
//!
//! Nothing that arrives should make a decoder panic, and a fuzzer says that nothing does; should one all the same, the other
//! sources and the stage know nothing of it. A source that lived for a while begins again at once, so that a stream of
//! packets misses the one that did it; one that fails again and again waits longer each time, as after a lost connection. The
//! same source begins again, not a new one: it counts its epochs on, and its counters are those that others read.

use crate::clock::now_host;
use crate::counters::ReceiveCounters;
use crate::sink::{DisconnectReason, FrameSink, SourceEvent};
use crate::source::{BackOff, FrameSource, wait};
use crate::stop_flag::StopFlag;
use cyc_model::Nanos;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Who lived for so long did not fail for what it failed before.
const STEADY_AFTER: Nanos = Nanos::from_secs(10);

/// Runs a source until it ends by itself. A panic in it is counted in [`ReceiveCounters::panics`], told with
/// [`DisconnectReason::Panicked`], and the source runs again.
pub fn run_recovering(source: &mut dyn FrameSource, sink: &mut dyn FrameSink, stop: &StopFlag) {
    let counters = source.counters();
    recovering(&counters, sink, stop, |sink| source.run(sink, stop));
}

/// The same for a part of a source.
pub(crate) fn recovering(
    counters: &ReceiveCounters,
    sink: &mut dyn FrameSink,
    stop: &StopFlag,
    mut life: impl FnMut(&mut dyn FrameSink),
) {
    let mut back_off = BackOff::new();
    let mut is_first = true;
    loop {
        let began = now_host();
        // What was in hand is lost; everything else that a life leaves behind is what the next one would find after a lost
        // connection.
        if catch_unwind(AssertUnwindSafe(|| life(sink))).is_ok() {
            return;
        }
        counters.panics.increment();
        if now_host() - began >= STEADY_AFTER {
            back_off.reset();
            is_first = true;
        }
        let retry_in = if std::mem::take(&mut is_first) {
            Nanos::ZERO
        } else {
            back_off.take()
        };
        let reason = DisconnectReason::Panicked;
        sink.event(SourceEvent::Disconnected { reason, retry_in });
        wait(retry_in, sink, stop);
        if stop.is_raised() {
            sink.event(SourceEvent::Stopped);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::MocapFrame;

    /// Panics in the lives that it is told to.
    struct Failing {
        lives: u64,
        fails: u64,
    }

    impl FrameSource for Failing {
        fn run(&mut self, sink: &mut dyn FrameSink, _stop: &StopFlag) {
            self.lives += 1;
            sink.frame(&MocapFrame::default());
            assert!(self.lives > self.fails, "a source that fails");
        }

        fn counters(&self) -> std::sync::Arc<ReceiveCounters> {
            std::sync::Arc::default()
        }
    }

    #[derive(Default)]
    struct Told {
        frames: u64,
        retries: Vec<Nanos>,
        has_stopped: bool,
        stop: StopFlag,
        stop_after: usize,
    }

    impl FrameSink for Told {
        fn frame(&mut self, _: &MocapFrame) {
            self.frames += 1;
        }

        fn event(&mut self, event: SourceEvent) {
            match event {
                SourceEvent::Disconnected { reason, retry_in } => {
                    assert_eq!(reason.key(), "capture-panicked");
                    self.retries.push(retry_in);
                    if self.retries.len() == self.stop_after {
                        self.stop.raise();
                    }
                }
                SourceEvent::Stopped => self.has_stopped = true,
                _ => {}
            }
        }
    }

    #[test]
    fn who_panics_begins_again_at_once_and_then_later_each_time() {
        let mut source = Failing { lives: 0, fails: 3 };
        let mut told = Told::default();
        run_recovering(&mut source, &mut told, &StopFlag::default());
        assert_eq!((source.lives, told.frames), (4, 4));
        assert_eq!(told.retries, [0, 300, 600].map(Nanos::from_millis));
        assert!(!told.has_stopped, "it ended by itself");
    }

    #[test]
    fn who_panics_for_ever_ends_when_it_is_told_to() {
        let mut source = Failing {
            lives: 0,
            fails: u64::MAX,
        };
        let stop = StopFlag::default();
        let mut told = Told {
            stop: stop.clone(),
            stop_after: 2,
            ..Told::default()
        };
        run_recovering(&mut source, &mut told, &stop);
        assert!(told.has_stopped);
        assert_eq!(source.lives, 2);
    }
}

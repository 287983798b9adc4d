//! One source over two networks or more: every frame once, whichever path brings it first.
//!
//! Each path is a source of its own on a thread of its own (another card, another group, the same server by TCP and by
//! multicast); its frames, as they came, go through a ring to the thread of this source, whose door drops the second
//! copies and puts the rest in order. Nothing is switched when a path dies: the other simply goes on, and the path's
//! trouble is told as [`SourceEvent::Path`], since the show would not notice.

use crate::clock::now_host;
use crate::counters::ReceiveCounters;
use crate::decoder::Numbering;
use crate::intake::MeetingPoint;
use crate::recovery::{recovering, run_recovering};
use crate::sink::{FrameSink, SourceEvent};
use crate::source::{FrameSource, SourceConfig};
use crate::stop_flag::{LOOK_EVERY, StopFlag};
use cyc_model::{MocapFrame, Nanos};
use cyc_queue::{OnFull, QueueGauge, RingConsumer, RingProducer, ring};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, Thread};
use std::time::Duration;

/// Frames that wait between a path's thread and this one: a quarter of a second at 240 Hz.
const RING_FRAMES: usize = 64;

/// News of a path that wait; they are rare, and taken at least each 50 ms.
const EVENTS_MAX: usize = 64;

/// Several sources that bring the same frames.
pub(crate) struct PathsSource {
    paths: Vec<Box<dyn FrameSource>>,
    /// A ring for each path, until it runs.
    rings: Vec<PathRing>,
    gauges: Vec<Arc<QueueGauge>>,
    numbering: Numbering,
    meeting: MeetingPoint,
    frame: MocapFrame,
}

type PathRing = (RingProducer<MocapFrame>, RingConsumer<MocapFrame>);

/// What comes from one path's thread.
struct Input {
    frames: RingConsumer<MocapFrame>,
    events: Receiver<SourceEvent>,
    is_connected: bool,
}

/// What a path's thread gives to.
struct PathSink {
    frames: RingProducer<MocapFrame>,
    events: SyncSender<SourceEvent>,
    merger: Thread,
}

impl FrameSink for PathSink {
    fn frame(&mut self, frame: &MocapFrame) {
        // A displaced frame is an old one that the merging thread was too slow for: the ring counts it.
        let _ = self.frames.push_with(|slot| slot.copy_from(frame));
        self.merger.unpark();
    }

    fn event(&mut self, event: SourceEvent) {
        // Fails only when this source has been stopped, and nobody wants to know any more.
        let _ = self.events.send(event);
        self.merger.unpark();
    }
}

impl PathsSource {
    /// Merges sources that were made with [`SourceConfig::as_came`] and number their frames alike.
    pub(crate) fn new(
        config: SourceConfig,
        paths: Vec<Box<dyn FrameSource>>,
        numbering: Numbering,
    ) -> Self {
        let made = |_| ring(RING_FRAMES, OnFull::DropOldest, MocapFrame::default);
        let mut rings: Vec<PathRing> = paths.iter().flat_map(made).collect();
        Self {
            meeting: MeetingPoint::new(&config, numbering, now_host()),
            gauges: rings.iter_mut().map(|(ring, _)| ring.gauge()).collect(),
            rings,
            paths,
            numbering,
            frame: MocapFrame::default(),
        }
    }

    /// Takes what the paths bring until it is stopped.
    fn merge(&mut self, inputs: &mut [Input], sink: &mut dyn FrameSink, stop: &StopFlag) {
        self.meeting.connected(now_host());
        while !stop.is_raised() {
            take_events(inputs, sink);
            let mut came = true;
            while came {
                came = false;
                for input in inputs.iter_mut() {
                    came |= self.take_frame(input, sink);
                }
            }
            let now = now_host();
            self.meeting.look(now, sink);
            let due = self.meeting.door.due().map_or(LOOK_EVERY, |due| due - now);
            park(due);
        }
    }

    /// Takes a path's oldest frame; false when there is none.
    fn take_frame(&mut self, input: &mut Input, sink: &mut dyn FrameSink) -> bool {
        let frame = &mut self.frame;
        if input
            .frames
            .pop_with(|slot| frame.copy_from(slot))
            .is_none()
        {
            return false;
        }
        self.meeting.pass(frame, now_host(), sink);
        true
    }
}

fn park(left: Nanos) {
    let left = left.clamp(Nanos::ZERO, LOOK_EVERY).0.unsigned_abs();
    std::thread::park_timeout(Duration::from_nanos(left));
}

/// Tells each path's news as its own, and the first connection and the loss of the last as the source's.
fn take_events(inputs: &mut [Input], sink: &mut dyn FrameSink) {
    for path in 0..inputs.len() {
        let others = inputs.iter().enumerate();
        let has_other = others
            .filter(|(i, _)| *i != path)
            .any(|(_, o)| o.is_connected);
        let Some(input) = inputs.get_mut(path) else {
            return;
        };
        while let Ok(event) = input.events.try_recv() {
            match &event {
                SourceEvent::Connected => {
                    input.is_connected = true;
                    if !has_other {
                        sink.event(SourceEvent::Connected);
                    }
                }
                SourceEvent::Disconnected { .. } => input.is_connected = false,
                // Of the merged frames these are told by the door.
                SourceEvent::RosterChanged(_)
                | SourceEvent::Restarted { .. }
                | SourceEvent::Stopped => continue,
                _ => {}
            }
            if let (SourceEvent::Disconnected { .. }, false) = (&event, has_other) {
                sink.event(event);
                continue;
            }
            let event = Box::new(event);
            sink.event(SourceEvent::Path { path, event });
        }
    }
}

impl FrameSource for PathsSource {
    fn run(&mut self, sink: &mut dyn FrameSink, stop: &StopFlag) {
        sink.event(SourceEvent::Connecting);
        let mut paths = std::mem::take(&mut self.paths);
        let mut rings = std::mem::take(&mut self.rings).into_iter();
        std::thread::scope(|scope| {
            let mut inputs = Vec::new();
            for (i, path) in paths.iter_mut().enumerate() {
                // One that runs again, after a fault, has new ones, which nobody sees.
                let anew = || ring(RING_FRAMES, OnFull::DropOldest, MocapFrame::default).ok();
                let Some((frames, consumer)) = rings.next().or_else(anew) else {
                    continue;
                };
                let (events, receiver) = sync_channel(EVENTS_MAX);
                let mut path_sink = PathSink {
                    frames,
                    events,
                    merger: std::thread::current(),
                };
                let thread = Builder::new().name(format!("rx-path-{}", i + 1));
                let run = move || run_recovering(&mut **path, &mut path_sink, stop);
                if thread.spawn_scoped(scope, run).is_ok() {
                    inputs.push(Input {
                        frames: consumer,
                        events: receiver,
                        is_connected: false,
                    });
                }
            }
            let counters = self.counters();
            recovering(&counters, sink, stop, |sink| {
                self.merge(&mut inputs, sink, stop);
            });
        });
        self.paths = paths;
        sink.event(SourceEvent::Stopped);
    }

    fn counters(&self) -> Arc<ReceiveCounters> {
        Arc::clone(&self.meeting.counters)
    }

    fn numbering(&self) -> Numbering {
        self.numbering
    }

    fn queues(&self) -> Vec<Arc<QueueGauge>> {
        self.gauges.clone()
    }

    fn paths(&self) -> Vec<Arc<ReceiveCounters>> {
        self.paths.iter().map(|path| path.counters()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::{FrameNumber, SourceId};
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// Brings the numbers it was given, about one each millisecond and never two ahead of the other path, then nothing: how
    /// far two paths drift apart is the network's, not that of this machine's scheduler.
    struct Scripted {
        numbers: Vec<u64>,
        own: Arc<AtomicU64>,
        other: Arc<AtomicU64>,
    }

    /// Two paths that wait for each other.
    fn two_paths(first: Vec<u64>, second: Vec<u64>) -> Vec<Box<dyn FrameSource>> {
        let (a, b) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
        let path = |numbers, own: &Arc<AtomicU64>, other: &Arc<AtomicU64>| {
            let (own, other) = (Arc::clone(own), Arc::clone(other));
            Box::new(Scripted {
                numbers,
                own,
                other,
            }) as Box<dyn FrameSource>
        };
        vec![path(first, &a, &b), path(second, &b, &a)]
    }

    impl FrameSource for Scripted {
        fn run(&mut self, sink: &mut dyn FrameSink, stop: &StopFlag) {
            sink.event(SourceEvent::Connected);
            for number in &self.numbers {
                std::thread::sleep(Duration::from_millis(1));
                while self.other.load(Ordering::Acquire).saturating_add(1) < *number {
                    std::thread::sleep(Duration::from_micros(50));
                }
                let frame = MocapFrame {
                    number: FrameNumber(*number),
                    heard: now_host(),
                    rate_hz: *number as f64,
                    ..MocapFrame::default()
                };
                sink.frame(&frame);
                self.own.store(*number, Ordering::Release);
            }
            self.own.store(u64::MAX, Ordering::Release);
            while stop.nap(LOOK_EVERY) {}
        }
        fn counters(&self) -> Arc<ReceiveCounters> {
            Arc::default()
        }
        fn numbering(&self) -> Numbering {
            Numbering::Counter { bits: 32 }
        }
    }

    #[derive(Clone, Default)]
    struct Numbers(Arc<Mutex<Vec<(u64, f64)>>>, StopFlag);

    impl FrameSink for Numbers {
        fn frame(&mut self, frame: &MocapFrame) {
            let mut numbers = self.0.lock().unwrap();
            numbers.push((frame.number.0, frame.rate_hz));
            if frame.number.0 == 300 {
                self.1.raise();
            }
        }
        fn event(&mut self, _: SourceEvent) {}
    }

    /// Row 6: one path has only the first third, the other lacks every fifth frame of it.
    #[test]
    fn row_06_a_path_that_dies_is_not_missed() {
        let first: Vec<u64> = (1..100).collect();
        let second: Vec<u64> = (1..=300).filter(|n| *n > 90 || n % 5 != 0).collect();
        let paths = two_paths(first, second);
        let numbering = Numbering::Counter { bits: 32 };
        let config = SourceConfig::new(SourceId(1));
        let mut source = PathsSource::new(config, paths, numbering);
        let mut numbers = Numbers::default();
        let stop = numbers.1.clone();
        source.run(&mut numbers, &stop);
        let numbers = numbers.0.lock().unwrap();
        assert!(numbers.windows(2).all(|w| w[0].0 < w[1].0));
        assert!(numbers.iter().all(|(number, rate)| *number as f64 == *rate));
        // Two threads on a busy machine may drift apart further than the window reaches: that is counted, not hidden.
        let missing = source.counters().frames_missing.get();
        assert_eq!(numbers.len() as u64 + missing, 300);
        assert!(missing < 18, "{missing}");
    }
}

//! A sink that keeps what it is given, and a receiver on a thread of its own.

use crate::volume;
use cyc_capture::{
    FrameSink, ReceiveCounters, SourceConfig, SourceEvent, SourceUrl, StopFlag, source_of,
};
use cyc_model::{Epoch, Hop, MocapFrame, SourceId};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What was received.
#[derive(Default)]
pub struct Heard {
    pub numbers: Vec<(Epoch, u64)>,
    pub events: Vec<String>,
    /// Frames whose values were not those that were sent.
    pub wrong: Vec<String>,
    pub last: MocapFrame,
}

struct Collect {
    heard: Arc<Mutex<Heard>>,
    metres: f64,
}

impl FrameSink for Collect {
    fn frame(&mut self, frame: &MocapFrame) {
        let mut heard = self.heard.lock().unwrap();
        heard.numbers.push((frame.epoch, frame.number.0));
        if let Some(what) = what_is_wrong(frame, self.metres) {
            heard
                .wrong
                .push(format!("frame {}: {what}", frame.number.0));
        }
        heard.last.copy_from(frame);
    }

    fn event(&mut self, event: SourceEvent) {
        let text = match event {
            SourceEvent::RosterChanged(r) => format!("roster {}", r.subjects().len()),
            SourceEvent::Disconnected { reason, .. } => format!("disconnected {}", reason.key()),
            SourceEvent::Restarted { epoch } => format!("restarted {}", epoch.0),
            SourceEvent::Silent { .. } => "silent".to_owned(),
            other => format!("{other:?}").to_lowercase(),
        };
        self.heard.lock().unwrap().events.push(text);
    }
}

/// Compares a frame with what the volume shows at its number.
fn what_is_wrong(frame: &MocapFrame, metres: f64) -> Option<String> {
    let mut sent = MocapFrame::default();
    volume::fill(&frame.roster, frame.number.0, &mut sent);
    for (i, (a, b)) in sent.segments.iter().zip(&frame.segments).enumerate() {
        let (Some(a), Some(b)) = (a, b) else {
            return Some(format!("segment {i} is missing"));
        };
        let chord = (a.rotation() - b.rotation()).length();
        let chord = chord.min((a.rotation() + b.rotation()).length());
        let off = a.translation().distance_m(b.translation());
        if off > metres || chord > metres {
            return Some(format!("segment {i} is off by {off} m, {chord}"));
        }
    }
    let has_markers = frame.markers.iter().any(Option::is_some);
    for (i, (a, b)) in sent.markers.iter().zip(&frame.markers).enumerate() {
        let same = match (a, b) {
            (Some(a), Some(b)) => a.distance_m(*b) <= metres,
            (a, b) => a.is_some() == b.is_some(),
        };
        if has_markers && !same {
            return Some(format!("marker {i}: {a:?} {b:?}"));
        }
    }
    let (heard, decoded) = (frame.stamps.at(Hop::Heard), frame.stamps.at(Hop::Decoded));
    let in_order = heard
        .zip(decoded)
        .is_some_and(|(h, d)| h <= d && h == frame.heard);
    (!in_order).then(|| format!("stamps {:?}", frame.stamps))
}

/// A source that runs on its thread.
pub struct Receiver {
    pub heard: Arc<Mutex<Heard>>,
    pub counters: Arc<ReceiveCounters>,
    stop: StopFlag,
    thread: Option<JoinHandle<()>>,
}

impl Receiver {
    /// Starts receiving; values may be off by `metres`.
    pub fn start(url: &str, metres: f64) -> Self {
        let url: SourceUrl = url.parse().unwrap();
        let mut source = source_of(&url, SourceConfig::new(SourceId(7)));
        let (heard, stop) = (Arc::<Mutex<Heard>>::default(), StopFlag::default());
        let mut sink = Collect {
            heard: Arc::clone(&heard),
            metres,
        };
        let (counters, flag) = (source.counters(), stop.clone());
        let thread = std::thread::Builder::new().name("rx-test".into());
        let thread = thread.spawn(move || source.run(&mut sink, &flag)).unwrap();
        Self {
            heard,
            counters,
            stop,
            thread: Some(thread),
        }
    }

    /// Waits until what was heard satisfies the condition.
    #[track_caller]
    pub fn wait_for(&self, what: &str, condition: impl Fn(&Heard) -> bool) {
        let began = Instant::now();
        while !condition(&self.heard.lock().unwrap()) {
            if began.elapsed() > Duration::from_secs(15) {
                let heard = self.heard.lock().unwrap();
                let (n, wrong) = (heard.numbers.len(), heard.wrong.first());
                panic!(
                    "no {what}: {n} frames, events {:?}, wrong {wrong:?}",
                    heard.events
                );
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[track_caller]
    pub fn wait_for_frames(&self, n: usize) {
        self.wait_for(&format!("{n} frames"), |h| h.numbers.len() >= n);
    }

    /// Stops, and checks that every frame was as it was sent, in order.
    #[track_caller]
    pub fn finish(mut self) -> Arc<Mutex<Heard>> {
        self.end();
        let heard = self.heard.lock().unwrap();
        assert!(heard.wrong.is_empty(), "{:?}", heard.wrong);
        assert!(
            heard.numbers.windows(2).all(|w| w[0] < w[1]),
            "{:?}",
            heard.numbers
        );
        assert_eq!(heard.last.source, SourceId(7));
        drop(heard);
        Arc::clone(&self.heard)
    }

    fn end(&mut self) {
        self.stop.raise();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.stop.raise();
    }
}

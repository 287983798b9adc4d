//! What is known about one source while it is listened to: filled by its receive thread, read by the display.

use crate::plausibility::{Doubt, Plausibility};
use cyc_capture::{FrameSink, ReceiveCounters, SourceEvent, Transport};
use cyc_machine::{Place, datagrams_unheard};
use cyc_model::{ClockReference, HostNs, MocapFrame, Roster};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Frames over which the rate is measured: two seconds at 250 Hz.
const WINDOW: usize = 500;
/// Time over which the rate is measured, seconds.
const WINDOW_S: f64 = 2.0;
/// Weight of a new difference in the running jitter (RFC 3550, section 6.4.1).
const JITTER_GAIN: f64 = 1.0 / 16.0;

/// How a source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Being connected to.
    Connecting,
    /// Connected; no frame yet.
    Connected,
    /// Frames come.
    Live,
    /// Connected, but frames have not come, or no longer come.
    Silent,
    /// A recording that was played to its end.
    Ended,
    /// Not connected: the text's key and its variables.
    Disconnected {
        /// Why: a key of the texts.
        key: &'static str,
        /// The variables of that text.
        args: Vec<(&'static str, String)>,
    },
}

impl State {
    /// The name in `--json`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Live => "live",
            Self::Silent => "silent",
            Self::Ended => "ended",
            Self::Disconnected { .. } => "disconnected",
        }
    }
}

/// A subject as it was seen last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// Markers seen, and how many it has.
    pub markers: [usize; 2],
    /// Segments seen, and how many it has.
    pub segments: [usize; 2],
    /// Whether its face is seen.
    pub has_face: bool,
    /// Its focal length, tenths of a millimetre, when its lens is told.
    pub focal_length_tenths_mm: Option<u32>,
}

/// What was seen of a source.
#[derive(Debug)]
pub struct Seen {
    /// How it is.
    pub state: State,
    /// The newest frame.
    newest: MocapFrame,
    /// When frames were heard.
    heard: VecDeque<HostNs>,
    last: Option<(u64, HostNs)>,
    /// Running jitter, seconds.
    jitter_s: Option<f64>,
    /// Sum and count of the frames' ages when heard, seconds.
    age_s: (f64, u64),
    /// Why a datagram was refused last: the text's key and its variables.
    pub refused: Option<(&'static str, Vec<(&'static str, String)>)>,
    /// Why one of several paths was given up last.
    pub path_trouble: Option<(&'static str, Vec<(&'static str, String)>)>,
    plausibility: Plausibility,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            state: State::Connecting,
            newest: MocapFrame::default(),
            heard: VecDeque::with_capacity(WINDOW),
            last: None,
            jitter_s: None,
            age_s: (0.0, 0),
            refused: None,
            path_trouble: None,
            plausibility: Plausibility::default(),
        }
    }
}

impl Seen {
    fn frame(&mut self, frame: &MocapFrame) {
        let (number, heard) = (frame.number.0, frame.heard);
        if let Some((last_number, last_heard)) = self.last {
            let rate_hz = if frame.rate_hz > 0.0 {
                frame.rate_hz
            } else {
                self.rate_hz(heard)
            };
            let steps = number.saturating_sub(last_number) as f64;
            if rate_hz > 0.0 && steps > 0.0 {
                let off_s = ((heard - last_heard).secs() - steps / rate_hz).abs();
                let before_s = self.jitter_s.unwrap_or(off_s);
                self.jitter_s = Some(before_s + (off_s - before_s) * JITTER_GAIN);
            }
        }
        self.last = Some((number, heard));
        if let Some(taken) = frame.taken {
            self.age_s.0 += (heard - taken).secs();
            self.age_s.1 += 1;
        }
        if self.heard.len() == WINDOW {
            self.heard.pop_front();
        }
        self.heard.push_back(heard);
        self.newest.copy_from(frame);
        self.plausibility.frame(frame);
    }

    /// Frames a second over the last two seconds before `now`.
    pub fn rate_hz(&self, now: HostNs) -> f64 {
        let recent = |t: &&HostNs| (now - **t).secs() <= WINDOW_S;
        let mut times = self.heard.iter().filter(recent);
        match (times.next(), times.next_back()) {
            (Some(first), Some(last)) if last > first => {
                let count = self.heard.iter().filter(recent).count();
                (count - 1) as f64 / (*last - *first).secs()
            }
            _ => 0.0,
        }
    }

    /// Points of the newest frame that the source gives no name.
    pub fn unlabelled(&self) -> usize {
        self.newest.unlabelled.len()
    }

    /// What does not look like a person on a floor, and who.
    pub fn doubt(&self) -> Option<(String, Doubt)> {
        let (subject, doubt) = self.plausibility.doubt()?;
        Some((subject.to_owned(), doubt))
    }

    /// Whether a frame ever came.
    pub fn has_frames(&self) -> bool {
        self.last.is_some()
    }

    /// When the last frame was heard.
    pub fn last_heard(&self) -> Option<HostNs> {
        self.last.map(|l| l.1)
    }

    /// Mean deviation of the frames' arrival from their numbers, milliseconds.
    pub fn jitter_ms(&self) -> Option<f64> {
        self.jitter_s.map(|s| s * 1000.0)
    }

    /// Mean age of frames when heard, as far as the source tells when they were taken, milliseconds.
    pub fn latency_ms(&self) -> Option<f64> {
        (self.age_s.1 > 0).then(|| self.age_s.0 * 1000.0 / self.age_s.1 as f64)
    }

    /// Whether the source's clock follows its reference, by the newest frame.
    pub fn reference(&self) -> ClockReference {
        self.newest.reference
    }

    /// The newest frame's timecode.
    pub fn timecode(&self) -> Option<String> {
        self.newest.timecode.map(|t| t.to_string())
    }

    /// The newest frame's subjects.
    pub fn subjects(&self) -> Vec<Subject> {
        let roster: &Roster = &self.newest.roster;
        let seen_in = |range: std::ops::Range<usize>, seen: &dyn Fn(usize) -> bool| {
            let all = range.len();
            [range.filter(|i| seen(*i)).count(), all]
        };
        let marker = |i: usize| matches!(self.newest.markers.get(i), Some(Some(_)));
        let segment = |i: usize| matches!(self.newest.segments.get(i), Some(Some(_)));
        let subjects = roster.subjects().iter().zip(roster.spans());
        let focal = |i: usize| self.newest.lens_of(i)?.focal_length_m;
        subjects
            .enumerate()
            .map(|(i, (subject, span))| Subject {
                has_face: self.newest.face_of(i).is_some(),
                focal_length_tenths_mm: focal(i).map(|f| (f * 1e4).round() as u32),
                name: subject.name.clone(),
                markers: seen_in(span.markers(), &marker),
                segments: seen_in(span.segments(), &segment),
            })
            .collect()
    }
}

/// A source that is listened to.
#[derive(Clone, Debug)]
pub struct Observed {
    /// As it was written on the command line.
    pub url: String,
    /// What carries its protocol.
    pub transport: Transport,
    /// What it counts.
    pub counters: Arc<ReceiveCounters>,
    /// Names of subjects that it should send.
    pub expected: Vec<String>,
    /// When it began to be listened to, and what had come to this machine by then that nobody listened for.
    began: (Instant, Option<u64>),
    seen: Arc<Mutex<Seen>>,
}

impl Observed {
    /// Nothing seen yet.
    pub fn new(url: String, transport: Transport, counters: Arc<ReceiveCounters>) -> Self {
        let seen = Arc::default();
        Self {
            url,
            transport,
            counters,
            expected: Vec::new(),
            began: (Instant::now(), datagrams_unheard(&Place::here())),
            seen,
        }
    }

    /// The same, which should send these subjects.
    pub fn expecting(self, expected: Vec<String>) -> Self {
        Self { expected, ..self }
    }

    /// Looks at what was seen.
    pub fn look<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        look(&mut seen)
    }

    /// Datagrams a second that came to this machine since it is listened to, where nobody listens; `None` where the
    /// system does not tell.
    pub fn unheard_hz(&self) -> Option<f64> {
        let (began, before) = self.began;
        let unheard = datagrams_unheard(&Place::here())?.saturating_sub(before?);
        Some(unheard as f64 / began.elapsed().as_secs_f64().max(1.0))
    }

    /// Share of frames that never came.
    pub fn loss(&self) -> f64 {
        let missing = self.counters.frames_missing.get();
        let all = self.counters.frames.get() + missing;
        if all == 0 {
            0.0
        } else {
            missing as f64 / all as f64
        }
    }

    /// The sink for the receive thread. A lock is fine here, unlike on a stage: the display holds it for microseconds a
    /// few times a second, and what is shown matters less than that it is whole.
    pub fn sink(&self) -> impl FrameSink + use<> {
        ObserverSink(self.clone())
    }
}

struct ObserverSink(Observed);

impl FrameSink for ObserverSink {
    fn frame(&mut self, frame: &MocapFrame) {
        self.0.look(|seen| seen.frame(frame));
    }

    fn event(&mut self, event: SourceEvent) {
        self.0.look(|seen| match event {
            // While it is tried again, why it failed is worth more than that it is tried.
            SourceEvent::Connecting if matches!(seen.state, State::Disconnected { .. }) => {}
            SourceEvent::Connecting => seen.state = State::Connecting,
            SourceEvent::Connected => seen.state = State::Connected,
            SourceEvent::Live => seen.state = State::Live,
            SourceEvent::Silent { .. } => seen.state = State::Silent,
            SourceEvent::Ended => seen.state = State::Ended,
            SourceEvent::Disconnected { reason, .. } => {
                let (key, args) = (reason.key(), reason.args());
                seen.state = State::Disconnected { key, args };
            }
            SourceEvent::Restarted { .. } => seen.last = None,
            SourceEvent::Refused { key, args } => seen.refused = Some((key, args)),
            // Which path it is makes no difference to what is wrong with it.
            SourceEvent::Path { event, .. } => {
                if let SourceEvent::Disconnected { reason, .. } = *event {
                    seen.path_trouble = Some((reason.key(), reason.args()));
                }
            }
            SourceEvent::RosterChanged(_) | SourceEvent::Stopped => {}
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::FrameNumber;

    fn heard(seen: &mut Seen, number: u64, at_ms: f64) {
        let frame = MocapFrame {
            number: FrameNumber(number),
            heard: HostNs((at_ms * 1e6) as i64),
            taken: Some(HostNs(((at_ms - 4.0) * 1e6) as i64)),
            rate_hz: 100.0,
            ..MocapFrame::default()
        };
        seen.frame(&frame);
    }

    #[test]
    fn rate_jitter_and_latency_are_those_of_the_frames() {
        let mut seen = Seen::default();
        for i in 0..600u64 {
            // Every second frame is two milliseconds late, and one in ten is missing.
            if i % 10 != 3 {
                heard(&mut seen, i, i as f64 * 10.0 + (i % 2) as f64 * 2.0);
            }
        }
        let rate_hz = seen.rate_hz(HostNs(5_990_000_000));
        assert!((rate_hz - 90.0).abs() < 1.0, "{rate_hz}");
        let jitter_ms = seen.jitter_ms().unwrap();
        assert!((1.2..=2.0).contains(&jitter_ms), "{jitter_ms}");
        assert!((seen.latency_ms().unwrap() - 4.0).abs() < 1e-6);
        // Nothing for three seconds is no rate.
        assert_eq!(seen.rate_hz(HostNs(9_000_000_000)), 0.0);
    }

    #[test]
    fn a_source_that_is_tried_again_still_says_why_it_failed() {
        let observed = Observed::new(String::new(), Transport::Stream, Arc::default());
        let mut sink = observed.sink();
        let reason = cyc_capture::DisconnectReason::Closed;
        let retry_in = cyc_model::Nanos::from_millis(1);
        sink.event(SourceEvent::Disconnected { reason, retry_in });
        sink.event(SourceEvent::Connecting);
        assert_eq!(observed.look(|s| s.state.name()), "disconnected");
        sink.event(SourceEvent::Connected);
        assert_eq!(observed.look(|s| s.state.name()), "connected");
    }
}

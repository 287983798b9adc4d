//! What a source's thread does with what it hears: newest to the solver, everything to the recording.

use super::heartbeat::Heartbeat;
use super::record_feed::RecordFeed;
use super::solve_desk::SolveDesk;
use cyc_capture::{DisconnectReason, FrameSink, Packet, PacketKind, SourceEvent, now_host};
use cyc_model::{ClockReference, Hop, HostNs, MocapFrame, Nanos, SourceId};
use cyc_queue::{LatestWriter, RingProducer};
use cyc_take::RawKind;
use cyc_telemetry::Counter;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How a source is doing, for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum SourceState {
    /// Trying to reach it.
    #[default]
    Connecting,
    /// Reached, nothing heard yet.
    Connected,
    /// Frames arrive.
    Live,
    /// Reached, but frames have stopped.
    Silent,
    /// The connection ended.
    Disconnected,
    /// A recording was played to its end.
    Ended,
}

impl SourceState {
    fn from_u8(v: u8) -> Self {
        [
            Self::Connecting,
            Self::Connected,
            Self::Live,
            Self::Silent,
            Self::Disconnected,
            Self::Ended,
        ]
        .into_iter()
        .find(|s| *s as u8 == v)
        .unwrap_or_default()
    }
}

/// Why nothing can be received, as the message's key and its arguments.
pub type CannotReceive = (&'static str, Vec<(&'static str, String)>);

/// A source's state and counts; written by its thread, read by anyone.
#[derive(Debug, Default)]
pub struct SourceStatus {
    state: AtomicU8,
    last_heard_ns: AtomicI64,
    is_off: AtomicBool,
    jitter_ns: AtomicI64,
    timecode_ns: AtomicI64,
    reference: AtomicU8,
    /// Written when a connection or socket does not come about, and when one does.
    cannot: Mutex<Option<CannotReceive>>,
    /// Frames handed on.
    pub frames: Counter,
    /// Frame numbers that were jumped over.
    pub lost: Counter,
    /// Frames that the recording's queue had no room for.
    pub not_recorded: Counter,
    /// Frames that were solved; counted by the solve thread.
    pub solved: Counter,
    /// Frames that the solve thread passed over, because a newer one was there already.
    pub superseded: Counter,
}

impl SourceStatus {
    /// Whether its frames are taken. An operator may turn a source off that disturbs the others.
    pub fn is_on(&self) -> bool {
        !self.is_off.load(Ordering::Relaxed)
    }

    /// Takes its frames from now on, or lets them fall; they are still heard, so that it can be seen that it sends.
    pub fn set_on(&self, on: bool) {
        self.is_off.store(!on, Ordering::Relaxed);
    }

    /// How it is doing.
    pub fn state(&self) -> SourceState {
        SourceState::from_u8(self.state.load(Ordering::Relaxed))
    }

    /// Why nothing can be received of it, where that is a matter of this computer or of what the stage file says: a port that
    /// another program has, a name that leads nowhere, a file that is not there.
    pub fn cannot(&self) -> Option<CannotReceive> {
        let cannot = self.cannot.lock().unwrap_or_else(PoisonError::into_inner);
        cannot.clone()
    }

    fn set_cannot(&self, why: Option<CannotReceive>) {
        *self.cannot.lock().unwrap_or_else(PoisonError::into_inner) = why;
    }

    /// How unevenly frames arrive (RFC 3550, section 6.4.1), against their own times where they have any.
    pub fn jitter(&self) -> Nanos {
        Nanos(self.jitter_ns.load(Ordering::Relaxed))
    }

    /// When the newest timecode frame began: the first capture frame with its label was heard. `None` without timecode.
    pub fn timecode_began(&self) -> Option<HostNs> {
        let ns = self.timecode_ns.load(Ordering::Relaxed);
        (ns != 0).then_some(HostNs(ns))
    }

    /// Whether its clock follows its reference, by its newest frame.
    pub fn reference(&self) -> ClockReference {
        ClockReference::from_u8(self.reference.load(Ordering::Relaxed))
    }

    /// When the newest frame was heard; `None` before the first.
    pub fn last_heard(&self) -> Option<HostNs> {
        let ns = self.last_heard_ns.load(Ordering::Relaxed);
        (ns != 0).then_some(HostNs(ns))
    }
}

/// The least time between two frames that are shown to people.
const SHOWN_EVERY: Nanos = Nanos::from_millis(33);

/// How evenly frames arrive.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rhythm {
    before: Option<(HostNs, Option<HostNs>)>,
    usual_ns: f64,
    jitter_ns: f64,
}

/// A gap this long is silence, not jitter.
const GAP: Nanos = Nanos::from_millis(500);

impl Rhythm {
    /// Takes a frame and tells the deviation of the gaps between arrivals from those between the frames' own times; a
    /// source without times is held against its usual gap.
    pub fn jitter(&mut self, frame: &MocapFrame) -> Nanos {
        let before = self.before.replace((frame.heard, frame.taken));
        if let Some((heard, taken)) = before
            && frame.heard - heard < GAP
        {
            let gap_ns = (frame.heard - heard).0 as f64;
            let own_ns = match (frame.taken, taken) {
                (Some(now), Some(then)) => (now - then).0 as f64,
                _ => self.usual_ns,
            };
            if self.usual_ns == 0.0 {
                self.usual_ns = gap_ns;
            } else {
                self.usual_ns += (gap_ns - self.usual_ns) / 64.0;
                self.jitter_ns += ((gap_ns - own_ns).abs() - self.jitter_ns) / 16.0;
            }
        }
        Nanos(self.jitter_ns as i64)
    }
}

/// The sink that a source's thread writes into.
pub struct EngineSink {
    pub source: SourceId,
    pub live: RingProducer<MocapFrame>,
    pub record: RecordFeed,
    pub newest: LatestWriter<MocapFrame>,
    pub newest_at: HostNs,
    pub rhythm: Rhythm,
    pub desk: Arc<SolveDesk>,
    pub status: Arc<SourceStatus>,
    pub heartbeat: Arc<Heartbeat>,
    pub last_number: Option<(u32, u64)>,
    /// The newest frame's timecode frame.
    pub last_label: Option<i64>,
}

impl EngineSink {
    fn count(&mut self, frame: &MocapFrame) {
        self.status.frames.increment();
        self.status
            .last_heard_ns
            .store(frame.heard.0, Ordering::Relaxed);
        let reference = frame.reference as u8;
        self.status.reference.store(reference, Ordering::Relaxed);
        let now = (frame.epoch.0, frame.number.0);
        if let Some((epoch, number)) = self.last_number
            && epoch == now.0
            && now.1 > number
        {
            self.status.lost.add(now.1 - number - 1);
        }
        self.last_number = Some(now);
        let label = frame.timecode.map(|t| t.frame_of_day());
        if label.is_some() && label != self.last_label {
            let heard = frame.heard.0;
            self.status.timecode_ns.store(heard, Ordering::Relaxed);
        }
        self.last_label = label;
        let jitter = self.rhythm.jitter(frame);
        self.status.jitter_ns.store(jitter.0, Ordering::Relaxed);
    }

    /// People look at what is heard some thirty times a second; more copies would be for nobody.
    fn show(&mut self, frame: &MocapFrame) {
        if frame.heard - self.newest_at >= SHOWN_EVERY {
            self.newest_at = frame.heard;
            self.newest.publish_with(|slot| slot.copy_from(frame));
        }
    }
}

impl FrameSink for EngineSink {
    fn frame(&mut self, frame: &MocapFrame) {
        self.count(frame);
        let decoded = now_host();
        self.heartbeat.beat(decoded);
        self.show(frame);
        if !self.status.is_on() {
            return;
        }
        let source = self.source;
        let fill = |slot: &mut MocapFrame| {
            slot.copy_from(frame);
            slot.source = source;
            slot.stamps.stamp(Hop::Heard, frame.heard);
            slot.stamps.stamp(Hop::Decoded, decoded);
        };
        // A displaced frame is an older one that the solver was too slow for: its queue counts it.
        let _ = self.live.push_with(fill);
        self.desk.wake();
        if !self.record.frame(fill) {
            self.status.not_recorded.increment();
        }
    }

    fn packet(&mut self, packet: Packet<'_>) {
        let kind = match packet.kind {
            PacketKind::Datagram => RawKind::Datagram,
            PacketKind::Stream => RawKind::Stream,
            PacketKind::Connected => RawKind::Connected,
        };
        let (heard, from) = (packet.heard, packet.from);
        if self.status.is_on() {
            self.record.packet(kind, heard, from, packet.bytes);
        }
    }

    fn event(&mut self, event: SourceEvent) {
        // The other side may take seconds to answer, and its name may take as long to be found.
        if matches!(event, SourceEvent::Connecting) {
            self.heartbeat.go_away();
        }
        if has_panicked(&event) {
            self.heartbeat.note_panic();
        }
        match &event {
            SourceEvent::Connected | SourceEvent::Live => self.status.set_cannot(None),
            SourceEvent::Disconnected { reason, .. } => self.status.set_cannot(ours(reason)),
            _ => {}
        }
        let state = match event {
            SourceEvent::Connecting => SourceState::Connecting,
            SourceEvent::Connected => SourceState::Connected,
            SourceEvent::Live => SourceState::Live,
            SourceEvent::Silent { .. } => SourceState::Silent,
            // What has been played to its end stays so when it is stopped.
            SourceEvent::Stopped if self.status.state() == SourceState::Ended => return,
            SourceEvent::Disconnected { .. } | SourceEvent::Stopped => SourceState::Disconnected,
            SourceEvent::Ended => SourceState::Ended,
            SourceEvent::RosterChanged(_)
            | SourceEvent::Restarted { .. }
            | SourceEvent::Refused { .. }
            | SourceEvent::Path { .. } => return,
        };
        self.status.state.store(state as u8, Ordering::Relaxed);
    }

    fn beat(&mut self, now: HostNs) {
        self.heartbeat.beat(now);
    }
}

/// Why a source is not connected, unless the other side is to blame.
fn ours(reason: &DisconnectReason) -> Option<CannotReceive> {
    let is_ours = match reason {
        DisconnectReason::Bind { .. }
        | DisconnectReason::Resolve { .. }
        | DisconnectReason::File { .. }
        | DisconnectReason::Recording { .. } => true,
        DisconnectReason::Refused { .. }
        | DisconnectReason::Unreachable { .. }
        | DisconnectReason::Closed
        | DisconnectReason::Failed(_)
        | DisconnectReason::Panicked
        | DisconnectReason::Malformed(_) => false,
    };
    is_ours.then(|| (reason.key(), reason.args()))
}

/// Whether a source, or one of its paths, began again after a panic.
fn has_panicked(event: &SourceEvent) -> bool {
    match event {
        SourceEvent::Path { event, .. } => has_panicked(event),
        SourceEvent::Disconnected { reason, .. } => matches!(reason, DisconnectReason::Panicked),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jitter_ms(heard_ms: &[f64], taken_ms: Option<&[f64]>) -> f64 {
        let mut rhythm = Rhythm::default();
        let mut jitter = Nanos(0);
        let at = |ms: f64| HostNs((ms * 1e6) as i64);
        for (i, heard) in heard_ms.iter().enumerate() {
            let frame = MocapFrame {
                heard: at(*heard),
                taken: taken_ms.map(|t| at(t[i])),
                ..MocapFrame::default()
            };
            jitter = rhythm.jitter(&frame);
        }
        jitter.millis()
    }

    #[test]
    fn even_frames_have_no_jitter_and_uneven_ones_have_theirs() {
        let even: Vec<f64> = (0..400).map(|i| f64::from(i) * 8.0).collect();
        assert!(jitter_ms(&even, None) < 0.01);
        // Every other frame comes 2 ms late: gaps of 10 and 6 ms.
        let late = |(i, t): (usize, &f64)| t + 2.0 * f64::from(i as u32 % 2);
        let uneven: Vec<f64> = even.iter().enumerate().map(late).collect();
        assert!((jitter_ms(&uneven, None) - 2.0).abs() < 0.1);
        assert!((jitter_ms(&uneven, Some(&even)) - 2.0).abs() < 0.1);
        // A source that is itself uneven, and heard as it sends, has none.
        assert!(jitter_ms(&uneven, Some(&uneven)) < 0.01);
        // A pause is no jitter.
        let mut paused = even.clone();
        for t in &mut paused[200..] {
            *t += 3000.0;
        }
        assert!(jitter_ms(&paused, None) < 0.01);
    }
}

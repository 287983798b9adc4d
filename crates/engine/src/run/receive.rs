//! What a source's thread does with what it hears: newest to the solver, everything to the recording.

use super::watch::Heartbeat;
use cyc_capture::{FrameSink, SourceEvent, now_host};
use cyc_model::{Hop, HostNs, MocapFrame, SourceId};
use cyc_queue::RingProducer;
use cyc_telemetry::Counter;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, Ordering};
use std::thread::Thread;

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
}

impl SourceState {
    fn from_u8(v: u8) -> Self {
        [
            Self::Connecting,
            Self::Connected,
            Self::Live,
            Self::Silent,
            Self::Disconnected,
        ]
        .into_iter()
        .find(|s| *s as u8 == v)
        .unwrap_or_default()
    }
}

/// A source's state and counts; written by its thread, read by anyone.
#[derive(Debug, Default)]
pub struct SourceStatus {
    state: AtomicU8,
    last_heard_ns: AtomicI64,
    is_off: AtomicBool,
    /// Frames handed on.
    pub frames: Counter,
    /// Frame numbers that were jumped over.
    pub lost: Counter,
    /// Frames that the recording's queue had no room for.
    pub not_recorded: Counter,
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

    /// When the newest frame was heard; `None` before the first.
    pub fn last_heard(&self) -> Option<HostNs> {
        let ns = self.last_heard_ns.load(Ordering::Relaxed);
        (ns != 0).then_some(HostNs(ns))
    }
}

/// The sink that a source's thread writes into.
pub struct EngineSink {
    pub source: SourceId,
    pub live: RingProducer<MocapFrame>,
    pub record: RingProducer<MocapFrame>,
    pub recording: Arc<AtomicBool>,
    pub solver: Thread,
    pub status: Arc<SourceStatus>,
    pub heartbeat: Arc<Heartbeat>,
    pub last_number: Option<(u32, u64)>,
}

impl EngineSink {
    fn count(&mut self, frame: &MocapFrame) {
        self.status.frames.increment();
        self.status
            .last_heard_ns
            .store(frame.heard.0, Ordering::Relaxed);
        let now = (frame.epoch.0, frame.number.0);
        if let Some((epoch, number)) = self.last_number
            && epoch == now.0
            && now.1 > number
        {
            self.status.lost.add(now.1 - number - 1);
        }
        self.last_number = Some(now);
    }
}

impl FrameSink for EngineSink {
    fn frame(&mut self, frame: &MocapFrame) {
        self.count(frame);
        let decoded = now_host();
        self.heartbeat.beat(decoded);
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
        self.solver.unpark();
        if self.recording.load(Ordering::Acquire) && !self.record.push_with(fill).is_stored() {
            self.status.not_recorded.increment();
        }
    }

    fn event(&mut self, event: SourceEvent) {
        let state = match event {
            SourceEvent::Connecting => SourceState::Connecting,
            SourceEvent::Connected => SourceState::Connected,
            SourceEvent::Live => SourceState::Live,
            SourceEvent::Silent { .. } => SourceState::Silent,
            SourceEvent::Disconnected { .. } | SourceEvent::Stopped => SourceState::Disconnected,
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

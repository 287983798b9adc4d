//! The door between decoding and the rest of the program: each frame once, in order, with its source, epoch and
//! widened number.

use crate::clock::now_host;
use crate::counters::ReceiveCounters;
use crate::decoder::Numbering;
use crate::sink::{FrameSink, Liveness, SourceEvent};
use cyc_model::{Epoch, FrameNumber, Hop, HostNs, MocapFrame, Roster, SourceId};
use cyc_timing::{FrameGate, Passage};
use std::sync::Arc;

/// Bits of the count of frames that carry no number: it never wraps.
const ARRIVAL_BITS: u32 = 64;

/// After a new connection: how far, in seconds, the count may be from where it should be by now.
const COUNT_OFF_MAX_S: f64 = 0.1;

/// The same, as a share of the time without a connection: rates are not exact.
const COUNT_OFF_SHARE: f64 = 0.02;

/// The door of one source; lives as long as the source, so that its count goes on over a reconnect.
#[derive(Debug)]
pub(crate) struct Door {
    source: SourceId,
    numbering: Numbering,
    /// Frames that arrived, for a source that does not number them.
    arrived: u64,
    gate: FrameGate,
    /// Epochs of gates before this one.
    epochs_before: u32,
    /// Wire number and time of the newest frame.
    newest: Option<(u64, HostNs)>,
    /// A new connection has not yet brought a frame.
    is_new_connection: bool,
    /// Who was in the newest frame.
    roster: Option<Arc<Roster>>,
}

impl Door {
    pub(crate) fn new(source: SourceId, numbering: Numbering) -> Self {
        Self {
            source,
            numbering,
            arrived: 0,
            gate: gate(numbering),
            epochs_before: 0,
            newest: None,
            is_new_connection: false,
            roster: None,
        }
    }

    /// There is a new connection. Its first frame decides whether it is the same run of the source.
    pub(crate) fn connected(&mut self) {
        self.is_new_connection = true;
    }

    /// Judges a decoded frame and gives it on.
    pub(crate) fn pass(
        &mut self,
        frame: &mut MocapFrame,
        liveness: &mut Liveness,
        sink: &mut dyn FrameSink,
        counters: &ReceiveCounters,
    ) {
        if self.numbering == Numbering::Arrival {
            self.arrived += 1;
            frame.number = FrameNumber(self.arrived);
        }
        let on_wire = (frame.number.0, frame.heard);
        let restarted = std::mem::take(&mut self.is_new_connection)
            && self.counts_from_elsewhere(on_wire, frame.rate_hz);
        if restarted {
            self.epochs_before = self.epoch(self.gate.epoch()).0.saturating_add(1);
            self.gate = gate(self.numbering);
        }
        let (epoch, number, missing) = match self.gate.judge(frame.number.0, frame.heard) {
            Passage::Fresh {
                epoch,
                number,
                missing,
            } => (epoch, number, Some(missing)),
            Passage::Restarted { epoch, number } => (epoch, number, None),
            Passage::Duplicate => return counters.frames_duplicate.increment(),
            Passage::Late => return counters.frames_late.increment(),
            Passage::Stray => return counters.frames_stray.increment(),
        };
        let epoch = self.epoch(epoch);
        counters.frames_missing.add(missing.unwrap_or(0));
        if restarted || missing.is_none() {
            counters.restarts.increment();
            sink.event(SourceEvent::Restarted { epoch });
        }
        self.newest = Some(on_wire);
        self.tell_roster(&frame.roster, sink);
        frame.source = self.source;
        frame.epoch = epoch;
        frame.number = FrameNumber(number.0);
        let now = now_host();
        frame.stamps.stamp(Hop::Decoded, now);
        liveness.frame(now, sink);
        counters.frames.increment();
        sink.frame(frame);
    }

    /// Tells when the subjects are others than before. A reconnect brings the same subjects again: only a difference is
    /// news.
    fn tell_roster(&mut self, roster: &Arc<Roster>, sink: &mut dyn FrameSink) {
        let known = self.roster.as_ref();
        if known.is_some_and(|k| Arc::ptr_eq(k, roster)) {
            return;
        }
        if known.is_none_or(|k| **k != **roster) {
            sink.event(SourceEvent::RosterChanged(Arc::clone(roster)));
        }
        self.roster = Some(Arc::clone(roster));
    }

    fn epoch(&self, of_gate: Epoch) -> Epoch {
        Epoch(self.epochs_before.saturating_add(of_gate.0))
    }

    /// Whether the first frame of a new connection is not where the old count would be by now. A server that was
    /// restarted counts from its own beginning, and by the time it is found again it may well be ahead of the number
    /// that was seen last; only the rate tells the two apart.
    fn counts_from_elsewhere(&self, (number, heard): (u64, HostNs), rate_hz: f64) -> bool {
        let Numbering::Counter { bits } = self.numbering else {
            return false;
        };
        let Some((newest, heard_newest)) = self.newest.filter(|_| rate_hz > 0.0) else {
            return false;
        };
        // Signed distance of a counter that wraps.
        let unused = 64 - bits.clamp(8, 64);
        let counted = (number.wrapping_sub(newest) << unused) as i64 >> unused;
        let counted = counted as f64 / rate_hz;
        let passed = (heard - heard_newest).secs();
        (counted - passed).abs() > COUNT_OFF_MAX_S + COUNT_OFF_SHARE * passed
    }
}

fn gate(numbering: Numbering) -> FrameGate {
    match numbering {
        Numbering::Counter { bits } => FrameGate::new(bits),
        Numbering::Arrival => FrameGate::new(ARRIVAL_BITS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::Nanos;

    struct Numbers(Vec<(u32, u64)>);

    impl FrameSink for Numbers {
        fn frame(&mut self, frame: &MocapFrame) {
            self.0.push((frame.epoch.0, frame.number.0));
        }
        fn event(&mut self, _: SourceEvent) {}
    }

    /// What comes out for wire numbers at times in milliseconds; `None` is a new connection.
    fn through(frames: &[Option<(u64, i64)>]) -> Vec<(u32, u64)> {
        let (mut door, mut sink) = (
            Door::new(SourceId(0), Numbering::Counter { bits: 32 }),
            Numbers(Vec::new()),
        );
        let mut liveness = Liveness::connected(Nanos::from_secs(9));
        let counters = ReceiveCounters::default();
        for frame in frames {
            let Some((number, ms)) = frame else {
                door.connected();
                continue;
            };
            let mut frame = MocapFrame {
                number: FrameNumber(*number),
                heard: HostNs(ms * 1_000_000),
                rate_hz: 100.0,
                ..MocapFrame::default()
            };
            door.pass(&mut frame, &mut liveness, &mut sink, &counters);
        }
        sink.0
    }

    #[test]
    fn a_cable_that_was_out_is_no_restart() {
        let out = through(&[
            None,
            Some((500, 0)),
            None,
            Some((1000, 5010)),
            Some((1001, 5020)),
        ]);
        assert_eq!(out, [(0, 500), (0, 1000), (0, 1001)]);
    }

    #[test]
    fn a_server_that_counts_anew_is_one_even_when_it_is_ahead() {
        let out = through(&[None, Some((50, 0)), None, Some((80, 900)), Some((81, 910))]);
        assert_eq!(out, [(0, 50), (1, 80), (1, 81)]);
        let out = through(&[
            None,
            Some((50, 0)),
            None,
            Some((1, 400)),
            None,
            Some((1, 900)),
        ]);
        assert_eq!(out, [(0, 50), (1, 1), (2, 1)]);
    }

    #[test]
    fn a_counter_that_wraps_goes_on() {
        let top = u64::from(u32::MAX);
        let out = through(&[Some((top, 0)), Some((0, 10)), Some((1, 20))]);
        assert_eq!(out, [(0, top), (0, top + 1), (0, top + 2)]);
    }
}

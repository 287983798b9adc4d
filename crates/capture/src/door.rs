//! The door between decoding and the rest of the program: each frame once, in order, with its source, epoch and
//! widened number.

use crate::arrival_count::ArrivalCount;
use crate::counters::ReceiveCounters;
use crate::decoder::Numbering;
use crate::sink::{FrameSink, Liveness, SourceEvent};
use crate::source::SourceConfig;
use crate::source_correction::Corrector;
use cyc_model::{Epoch, FrameNumber, Hop, HostNs, MocapFrame, Roster, SourceId};
use cyc_timing::{Arrival, FrameClock, FrameOrder, OrderCounts, Ordered};
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
    numbering: Numbering,
    /// Frames that arrived, for a source that does not number them.
    arrived: u64,
    order: FrameOrder<MocapFrame>,
    counted: OrderCounts,
    /// Frames are given out as they came.
    as_came: bool,
    /// A new connection has not yet brought a frame.
    is_new_connection: bool,
    desk: Desk,
}

/// What gives frames out, once they are in order.
#[derive(Debug)]
struct Desk {
    source: SourceId,
    /// Who was in the newest frame.
    roster: Option<Arc<Roster>>,
    /// When frames were taken, by their numbers; `None` for frames that carry none, or that are given out as they came.
    clock: Option<FrameClock>,
    /// Their numbers while the source's counter stands still.
    arrivals: ArrivalCount,
    /// What frames are corrected by; none for those that are given out as they came.
    corrector: Option<Corrector>,
}

impl Door {
    /// A door for datagrams, which may overtake each other.
    pub(crate) fn for_datagrams(config: &SourceConfig, numbering: Numbering) -> Self {
        let order = FrameOrder::with_window(bits(numbering), config.reorder);
        Self::with(config, numbering, order)
    }

    /// A door for a stream, which keeps its order.
    pub(crate) fn for_stream(config: &SourceConfig, numbering: Numbering) -> Self {
        Self::with(config, numbering, FrameOrder::in_order(bits(numbering)))
    }

    fn with(config: &SourceConfig, numbering: Numbering, order: FrameOrder<MocapFrame>) -> Self {
        Self {
            numbering,
            arrived: 0,
            order,
            counted: OrderCounts::default(),
            as_came: config.as_came,
            is_new_connection: false,
            desk: Desk {
                source: config.source,
                roster: None,
                clock: (numbering != Numbering::Arrival && !config.as_came)
                    .then(FrameClock::default),
                arrivals: ArrivalCount::default(),
                corrector: Corrector::new(&config.correction).filter(|_| !config.as_came),
            },
        }
    }

    /// There is a new connection. Its first frame decides whether it is the same run of the source.
    pub(crate) fn connected(&mut self) {
        self.is_new_connection = true;
    }

    /// Judges a frame that was decoded at `now` and gives out what is in order by now. `frame` may be exchanged for another.
    pub(crate) fn pass(
        &mut self,
        frame: &mut MocapFrame,
        now: HostNs,
        liveness: &mut Liveness,
        sink: &mut dyn FrameSink,
        counters: &ReceiveCounters,
    ) {
        if self.numbering == Numbering::Arrival {
            self.arrived += 1;
            frame.number = FrameNumber(self.arrived);
        }
        if self.as_came {
            let as_came = Ordered {
                epoch: Epoch(0),
                number: frame.number,
                missing: 0,
                is_restart: false,
                by_arrival: false,
            };
            return self
                .desk
                .give(frame, (as_came, now), liveness, sink, counters);
        }
        let arrival = Arrival {
            number: frame.number.0,
            heard: frame.heard,
            fingerprint: fingerprint(frame),
        };
        let is_other = std::mem::take(&mut self.is_new_connection)
            && self.counts_from_elsewhere(arrival, frame.rate_hz);
        if is_other {
            self.order.restart();
            let epoch = self.order.epoch();
            counters.restarts.increment();
            sink.event(SourceEvent::Restarted { epoch });
        }
        let desk = &mut self.desk;
        self.order.push(arrival, frame, |frame, ordered| {
            desk.give(frame, (ordered, now), liveness, sink, counters);
        });
        self.count(counters);
    }

    /// When a frame that waits for an earlier one is to be given out without it.
    pub(crate) fn due(&self) -> Option<HostNs> {
        self.order.due()
    }

    /// Gives out what has waited long enough.
    pub(crate) fn release_due(
        &mut self,
        now: HostNs,
        liveness: &mut Liveness,
        sink: &mut dyn FrameSink,
        counters: &ReceiveCounters,
    ) {
        let desk = &mut self.desk;
        self.order.release_due(now, |frame, ordered| {
            desk.give(frame, (ordered, now), liveness, sink, counters);
        });
        self.count(counters);
    }

    /// Moves what was dropped since the last look to the source's counters.
    fn count(&mut self, counters: &ReceiveCounters) {
        let (now, before) = (self.order.counts(), self.counted);
        let duplicate = |c: OrderCounts| c.gate.duplicate + c.duplicate_waiting;
        counters
            .frames_duplicate
            .add(duplicate(now) - duplicate(before));
        counters.frames_late.add(now.gate.late - before.gate.late);
        counters
            .frames_stray
            .add(now.gate.stray - before.gate.stray);
        counters
            .frames_reordered
            .add(now.reordered - before.reordered);
        counters.counters_stuck.add(now.stuck - before.stuck);
        self.counted = now;
    }

    /// Whether the first frame of a new connection is not where the old count would be by now. A server that was
    /// restarted counts from its own beginning, and by the time it is found again it may well be ahead of the number
    /// that was seen last; only the rate tells the two apart.
    fn counts_from_elsewhere(&self, arrival: Arrival, rate_hz: f64) -> bool {
        let Numbering::Counter { bits } = self.numbering else {
            return false;
        };
        let Some(newest) = self.order.newest().filter(|_| rate_hz > 0.0) else {
            return false;
        };
        // Signed distance of a counter that wraps.
        let unused = 64 - bits.clamp(8, 64);
        let counted = ((arrival.number.wrapping_sub(newest.number) << unused) as i64) >> unused;
        let counted = counted as f64 / rate_hz;
        let passed = (arrival.heard - newest.heard).secs();
        (counted - passed).abs() > COUNT_OFF_MAX_S + COUNT_OFF_SHARE * passed
    }
}

impl Desk {
    fn give(
        &mut self,
        frame: &mut MocapFrame,
        (ordered, now): (Ordered, HostNs),
        liveness: &mut Liveness,
        sink: &mut dyn FrameSink,
        counters: &ReceiveCounters,
    ) {
        counters.frames_missing.add(ordered.missing);
        if ordered.is_restart {
            counters.restarts.increment();
            sink.event(SourceEvent::Restarted {
                epoch: ordered.epoch,
            });
        }
        if let Some(corrector) = &mut self.corrector {
            corrector.correct(frame, counters);
        }
        self.tell_roster(&frame.roster, sink);
        frame.source = self.source;
        frame.epoch = ordered.epoch;
        let told = frame.taken.unwrap_or(frame.heard).min(frame.heard);
        frame.number = if ordered.by_arrival {
            self.arrivals.number(ordered.epoch, told, frame.rate_hz)
        } else {
            ordered.number
        };
        if let Some(clock) = &mut self.clock {
            let taken = clock.taken(ordered.epoch, frame.number, frame.rate_hz, told);
            frame.taken = Some(taken);
        }
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
}

fn bits(numbering: Numbering) -> u32 {
    match numbering {
        Numbering::Counter { bits } => bits,
        Numbering::Arrival => ARRIVAL_BITS,
    }
}

/// Values of each list that a fingerprint is made of: a body that moves, moves all over.
const FINGERPRINT_VALUES: usize = 32;

/// A number that differs when what two frames show differs. Not cryptographic: it tells a copy from a counter that
/// stands still. What is not seen is not in it: one path may know of somebody who left before the other was heard again.
fn fingerprint(frame: &MocapFrame) -> u64 {
    let mut hash = Hash::default();
    for pose in frame.segments.iter().take(FINGERPRINT_VALUES).flatten() {
        hash.take(pose.translation().metres().to_array());
        hash.take(pose.rotation().to_array());
    }
    for marker in frame.markers.iter().take(FINGERPRINT_VALUES).flatten() {
        hash.take(marker.metres().to_array());
    }
    for marker in frame.unlabelled.iter().take(FINGERPRINT_VALUES) {
        hash.take(marker.at.metres().to_array());
    }
    for face in frame.faces.iter().take(FINGERPRINT_VALUES) {
        for weight in face.weights.all() {
            hash.take([f64::from(*weight)]);
        }
    }
    hash.finish()
}

/// Four sums side by side, so that none waits for the multiplication before it.
struct Hash([u64; 4]);

impl Default for Hash {
    fn default() -> Self {
        Self([0xcbf2_9ce4_8422_2325; 4])
    }
}

impl Hash {
    fn take<const N: usize>(&mut self, values: [f64; N]) {
        for (sum, value) in self.0.iter_mut().zip(values) {
            *sum = mix(*sum ^ value.to_bits());
        }
    }

    fn finish(self) -> u64 {
        let sums = self.0.into_iter();
        sums.fold(0, |all, sum| mix(all ^ sum))
    }
}

fn mix(bits: u64) -> u64 {
    let bits = bits.wrapping_mul(0x0100_0000_01b3);
    bits ^ (bits >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::Nanos;

    struct Numbers(Vec<(u32, u64)>, Vec<Option<HostNs>>);

    impl FrameSink for Numbers {
        fn frame(&mut self, frame: &MocapFrame) {
            self.0.push((frame.epoch.0, frame.number.0));
            self.1.push(frame.taken);
        }
        fn event(&mut self, _: SourceEvent) {}
    }

    /// What comes out for wire numbers at times in milliseconds; `None` is a new connection.
    fn through(frames: &[Option<(u64, i64)>]) -> Vec<(u32, u64)> {
        let (mut door, mut sink) = (
            Door::for_stream(
                &SourceConfig::new(SourceId(0)),
                Numbering::Counter { bits: 32 },
            ),
            Numbers(Vec::new(), Vec::new()),
        );
        let mut liveness = Liveness::connected(Nanos::from_secs(9), HostNs(0));
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
            let now = frame.heard;
            door.pass(&mut frame, now, &mut liveness, &mut sink, &counters);
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

    /// What shows something else in each of its frames.
    fn moving(number: u64, ms: i64) -> MocapFrame {
        let at = cyc_model::Point::new(glam::DVec3::new(ms as f64 * 1e-3, 0.0, 0.0));
        MocapFrame {
            number: FrameNumber(number),
            heard: HostNs(ms * 1_000_000),
            rate_hz: 100.0,
            markers: vec![at],
            ..MocapFrame::default()
        }
    }

    #[test]
    fn a_frame_lost_while_the_counter_stands_makes_no_later_one_older() {
        let (mut door, mut sink) = (
            Door::for_datagrams(
                &SourceConfig::new(SourceId(0)),
                Numbering::Counter { bits: 32 },
            ),
            Numbers(Vec::new(), Vec::new()),
        );
        let mut liveness = Liveness::connected(Nanos::from_secs(9), HostNs(0));
        let counters = ReceiveCounters::default();
        for n in (0..200).filter(|n| ![90, 131, 132].contains(n)) {
            let mut frame = moving(if n < 50 { n as u64 } else { 50 }, n * 10);
            let heard = frame.heard;
            door.pass(&mut frame, heard, &mut liveness, &mut sink, &counters);
            let taken = sink.1.last().copied().flatten().unwrap_or_default();
            // What comes under the number of the frame before is let through from the second on.
            let is_refused = n == 51;
            assert!(is_refused || heard == taken, "{n}: {heard:?} {taken:?}");
        }
        let (_, last) = sink.0.last().copied().unwrap_or_default();
        assert_eq!(last, 199 - 52, "what was lost is in the count");
    }

    #[test]
    fn two_paths_that_know_of_others_bring_copies_all_the_same() {
        let seen = cyc_model::Pose::IDENTITY;
        let of = |segments: Vec<Option<_>>| MocapFrame {
            segments,
            ..MocapFrame::default()
        };
        let [both, one] = [of(vec![Some(seen), None]), of(vec![Some(seen)])];
        assert_eq!(fingerprint(&both), fingerprint(&one));
        assert_ne!(fingerprint(&one), fingerprint(&of(vec![None])));
    }

    #[test]
    fn a_counter_that_wraps_goes_on() {
        let top = u64::from(u32::MAX);
        let out = through(&[Some((top, 0)), Some((0, 10)), Some((1, 20))]);
        assert_eq!(out, [(0, top), (0, top + 1), (0, top + 2)]);
    }
}

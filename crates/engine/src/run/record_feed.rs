//! What goes from a source's thread to the recording: its frames and its packets, and what did not fit.
//!
//! Two rings, and two counters of what was lost on the way. The source's thread never waits; the record thread sees from
//! the counters that something is missing and says so in the take.

use super::error::EngineError;
use cyc_model::{HostNs, MocapFrame, SourceId};
use cyc_queue::{OnFull, QueueGauge, RingConsumer, RingProducer, ring};
use cyc_take::{GapKind, GapReason, RAW_BYTES_MAX, RawKind, RawPacket, TakeGap};
use cyc_telemetry::Counter;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Frames that wait: over four seconds at 240 Hz.
pub const RECORD_FRAMES: usize = 1024;
/// Packets that wait: a tenth of a second of 40 packets for each of 240 frames. The record thread looks every 5 ms.
const RECORD_PACKETS: usize = 1024;
/// Bytes of a stream that go as one packet, so that what waits is 8 MiB at most: seconds of the 2 MB/s of six performers at
/// 240 Hz. A place has room for so many from its first packet on. A stream is read in pieces of any length; with places that
/// grew to the longest piece they ever held, a take's memory would grow for as long as it rolls.
const STREAM_PART: usize = 8 << 10;

/// What did not fit.
#[derive(Debug, Default)]
struct Losses {
    frames: Counter,
    packets: Counter,
}

/// The source's end.
pub struct RecordFeed {
    recording: Arc<AtomicBool>,
    frames: RingProducer<MocapFrame>,
    packets: RingProducer<RawPacket>,
    losses: Arc<Losses>,
}

/// The record thread's end.
pub struct RecordIntake {
    /// Whose it is.
    pub source: SourceId,
    /// Its frames.
    pub frames: RingConsumer<MocapFrame>,
    /// Its packets.
    pub packets: RingConsumer<RawPacket>,
    losses: Arc<Losses>,
    frames_told: u64,
    packets_told: u64,
}

/// Makes both ends.
pub fn record_feed(
    source: SourceId,
    recording: Arc<AtomicBool>,
) -> Result<(RecordFeed, RecordIntake), EngineError> {
    let (frames, frames_out) = ring(RECORD_FRAMES, OnFull::DropNewest, MocapFrame::default)?;
    let (packets, packets_out) = ring(RECORD_PACKETS, OnFull::DropNewest, RawPacket::default)?;
    let losses = Arc::<Losses>::default();
    let feed = RecordFeed {
        recording,
        frames,
        packets,
        losses: Arc::clone(&losses),
    };
    let intake = RecordIntake {
        source,
        frames: frames_out,
        packets: packets_out,
        losses,
        frames_told: 0,
        packets_told: 0,
    };
    Ok((feed, intake))
}

impl RecordFeed {
    /// How full its rings are: of frames, and of packets.
    pub fn gauges(&mut self) -> [Arc<QueueGauge>; 2] {
        [self.frames.gauge(), self.packets.gauge()]
    }

    /// Gives a frame while a take rolls; false when it did not fit.
    pub fn frame(&mut self, fill: impl FnOnce(&mut MocapFrame)) -> bool {
        if !self.recording.load(Ordering::Acquire) || self.frames.push_with(fill).is_stored() {
            return true;
        }
        self.losses.frames.increment();
        false
    }

    /// Gives a packet while a take rolls. A long one of a stream goes as several.
    pub fn packet(&mut self, kind: RawKind, heard: HostNs, from: Option<SocketAddr>, bytes: &[u8]) {
        if !self.recording.load(Ordering::Acquire) {
            return;
        }
        let (part_max, room) = match kind {
            RawKind::Datagram => (RAW_BYTES_MAX, 0),
            RawKind::Stream | RawKind::Connected => (STREAM_PART, STREAM_PART),
        };
        let mut rest = bytes;
        loop {
            let (part, more) = rest.split_at_checked(part_max).unwrap_or((rest, &[]));
            let fill = |slot: &mut RawPacket| {
                slot.bytes.clear();
                slot.bytes.reserve_exact(room);
                slot.fill(kind, heard, from, part);
            };
            if !self.packets.push_with(fill).is_stored() {
                self.losses.packets.increment();
            }
            if more.is_empty() {
                return;
            }
            rest = more;
        }
    }
}

impl RecordIntake {
    /// What was lost since the last look, as gaps between two times.
    pub fn gaps(&mut self, from: HostNs, to: HostNs) -> [Option<TakeGap>; 2] {
        let source = Some(self.source);
        let gap = |what, told: &mut u64, counted: &Counter| {
            let now = counted.get();
            let count = now - std::mem::replace(told, now);
            (count > 0).then_some(TakeGap {
                what,
                source,
                reason: GapReason::QueueFull,
                from,
                to,
                count,
            })
        };
        [
            gap(GapKind::Mocap, &mut self.frames_told, &self.losses.frames),
            gap(GapKind::Raw, &mut self.packets_told, &self.losses.packets),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stream_sends_is_whole_and_no_place_grows_with_the_longest_piece() {
        let (mut feed, mut intake) =
            record_feed(SourceId(0), Arc::new(AtomicBool::new(true))).expect("a feed");
        let sent: Vec<u8> = (0..200_000u32).map(|i| (i % 251) as u8).collect();
        let mut rest = sent.as_slice();
        let mut received = Vec::new();
        // Pieces of very different lengths, through every place several times.
        for round in 0..4 * RECORD_PACKETS {
            let length = [1, 9_000, 40, 70_000][round % 4].min(rest.len());
            let (piece, more) = rest.split_at(length);
            feed.packet(RawKind::Stream, HostNs(round as i64), None, piece);
            rest = more;
            let mut take = |packet: &mut RawPacket| {
                received.extend_from_slice(&packet.bytes);
                assert_eq!(packet.bytes.capacity(), STREAM_PART, "round {round}");
            };
            while intake.packets.pop_with(&mut take).is_some() {}
        }
        assert!(rest.is_empty() && received == sent);
        assert!(
            intake
                .gaps(HostNs(0), HostNs(1))
                .iter()
                .all(Option::is_none)
        );
        // A datagram stays whole.
        feed.packet(RawKind::Datagram, HostNs(0), None, &sent[..60_000]);
        let length = intake.packets.pop_with(|packet| packet.bytes.len());
        assert_eq!(length, Some(60_000));
    }
}

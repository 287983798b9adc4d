//! Frames to datagrams: what the simulator sends, and what a stage gives to others.

use super::encode_sample::{SampleTimes, sample_of};
use super::limits::{SENT_SEGMENT_BYTES, STATIC_EVERY_S};
use super::packet::{Encoding, Packet, encode_packet};
use super::sample::encode_sample;
use cyc_model::{MocapFrame, Roster};
use std::sync::Arc;

/// How datagrams are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeSettings {
    /// JSON or CBOR.
    pub encoding: Encoding,
    /// The subjects that are sent, as sources numbered from `first_source` in this order; all rigid bodies in the
    /// roster's order when empty.
    pub cameras: Vec<String>,
    /// The first source's number.
    pub first_source: u32,
    /// What makes the sources' ids: give each sender its own.
    pub source_id: u128,
    /// Longest segment, bytes; a sample beyond it is cut.
    pub segment_bytes: usize,
}

impl Default for EncodeSettings {
    fn default() -> Self {
        Self {
            encoding: Encoding::default(),
            cameras: Vec::new(),
            first_source: 1,
            source_id: 0x6379_636c_6f72_4d61_8000_0000_0000_0000,
            segment_bytes: SENT_SEGMENT_BYTES,
        }
    }
}

/// Frames a second of a stage whose sources tell no rate, at the least.
const UNKNOWN_HZ: f64 = 24.0;

/// Makes the datagrams of a frame: a sample for each camera.
#[derive(Debug, Default)]
pub struct Encoder {
    settings: EncodeSettings,
    roster: Arc<Roster>,
    /// Position in the roster and source number of each camera.
    cameras: Vec<(usize, u32)>,
    sequence: u16,
    samples: u64,
    /// Seconds since static data were sent.
    since_static_s: f64,
    bytes: Vec<u8>,
    datagram: Vec<u8>,
}

impl Encoder {
    /// An encoder for frames of any roster. Static data are in its first samples.
    pub fn new(settings: EncodeSettings) -> Self {
        Self {
            settings,
            since_static_s: STATIC_EVERY_S,
            ..Self::default()
        }
    }

    /// Gives each datagram of a frame to `send`, with the number of the source that it is of. `taken_tai_ns` is when the
    /// frame was taken, nanoseconds since 1970-01-01 00:00:00 TAI, when that is known. A camera that is not tracked has a
    /// sample without transforms. Returns how many samples could not be sent.
    pub fn encode(
        &mut self,
        frame: &MocapFrame,
        taken_tai_ns: Option<u64>,
        send: &mut dyn FnMut(u32, &[u8]),
    ) -> usize {
        if !Arc::ptr_eq(&self.roster, &frame.roster) {
            self.meet(&frame.roster);
        }
        let is_static = self.since_static_s >= STATIC_EVERY_S;
        self.since_static_s = if is_static { 0.0 } else { self.since_static_s };
        // Where no rate is known, static data come as often as they do at the lowest there is.
        let rate_hz = if frame.rate_hz > 0.0 {
            frame.rate_hz
        } else {
            UNKNOWN_HZ
        };
        self.since_static_s += 1.0 / rate_hz;
        let mut unsent = 0;
        for i in 0..self.cameras.len() {
            let Some((subject, source_number)) = self.cameras.get(i).copied() else {
                continue;
            };
            self.samples += 1;
            let times = SampleTimes {
                taken_tai_ns,
                is_static,
                sample: self.samples,
            };
            let id = self.settings.source_id;
            let sample = sample_of(frame, subject, source_number, id, &times);
            self.bytes.clear();
            if encode_sample(self.settings.encoding, &sample, &mut self.bytes) {
                self.send(source_number, send);
            } else {
                unsent += 1;
            }
        }
        unsent
    }

    /// Cuts the sample into segments.
    fn send(&mut self, source_number: u32, send: &mut dyn FnMut(u32, &[u8])) {
        let step = self.settings.segment_bytes.clamp(1, SENT_SEGMENT_BYTES);
        let mut offset = 0;
        for payload in self.bytes.chunks(step) {
            let packet = Packet {
                encoding: self.settings.encoding,
                sequence: self.sequence,
                offset: u32::try_from(offset).unwrap_or(u32::MAX),
                is_last: offset + payload.len() == self.bytes.len(),
                payload,
            };
            self.datagram.clear();
            encode_packet(&packet, &mut self.datagram);
            send(source_number, &self.datagram);
            self.sequence = self.sequence.wrapping_add(1);
            offset += payload.len();
        }
    }

    fn meet(&mut self, roster: &Arc<Roster>) {
        self.roster = Arc::clone(roster);
        self.cameras.clear();
        self.since_static_s = STATIC_EVERY_S;
        let named = &self.settings.cameras;
        let first = self.settings.first_source;
        if named.is_empty() {
            let subjects = roster.subjects().iter().enumerate();
            let bodies = subjects.filter(|(_, s)| s.is_rigid_body()).map(|(i, _)| i);
            self.cameras.extend(bodies.zip(first..));
        } else {
            // A camera that is not in the roster keeps its number.
            let found = named.iter().zip(first..);
            let found = found.filter_map(|(name, n)| Some((roster.find(name)?, n)));
            self.cameras.extend(found);
        }
    }
}

//! Frames to datagrams: what the simulator sends.

use super::chunk::{begin_chunk, end_chunk, put_chunk};
use super::limits::{INFO_EVERY_S, SENT_BYTES_MAX};
use super::{Depth, ids};
use crate::little_endian::PutLe;
use crate::vicon_axes::SourcePose;
use cyc_model::{HostNs, MocapFrame, Roster};
use std::sync::Arc;

/// How datagrams are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeSettings {
    /// The subjects that are sent, numbered from 0 in this order; all rigid bodies in the roster's order when empty.
    pub trackers: Vec<String>,
    /// What the system calls itself.
    pub system_name: String,
    /// Which way z points.
    pub depth: Depth,
    /// Largest datagram, bytes.
    pub datagram_bytes: usize,
}

impl Default for EncodeSettings {
    fn default() -> Self {
        Self {
            trackers: Vec::new(),
            system_name: "Cyclorama".to_owned(),
            depth: Depth::default(),
            datagram_bytes: SENT_BYTES_MAX,
        }
    }
}

/// Makes the datagrams of frames, and about once a second those with the names.
#[derive(Debug, Default)]
pub struct Encoder {
    settings: EncodeSettings,
    roster: Arc<Roster>,
    /// Position in the roster and number of each tracker.
    trackers: Vec<(usize, u16)>,
    info_id: u8,
    since_info_s: f64,
    began: Option<HostNs>,
    /// Trackers as chunks, each by where it ends.
    body: Vec<u8>,
    ends: Vec<usize>,
    datagram: Vec<u8>,
}

impl Encoder {
    /// An encoder for frames of any roster. Names are sent before the first frame.
    pub fn new(settings: EncodeSettings) -> Self {
        Self {
            settings,
            since_info_s: INFO_EVERY_S,
            ..Self::default()
        }
    }

    /// Gives each datagram of a frame, taken at `taken`, to `send`. A tracker that is not tracked is sent with status 0
    /// and no position.
    pub fn encode(&mut self, frame: &MocapFrame, taken: HostNs, send: &mut dyn FnMut(&[u8])) {
        if !Arc::ptr_eq(&self.roster, &frame.roster) {
            self.meet(&frame.roster);
        }
        // The specification counts time from the start of the server.
        let began = *self.began.get_or_insert(taken);
        let timestamp_us = u64::try_from((taken - began).0 / 1000).unwrap_or(0);
        if self.since_info_s >= INFO_EVERY_S {
            self.since_info_s = 0.0;
            self.info_id = self.info_id.wrapping_add(1);
            self.names();
            self.send_packets(ids::INFO, self.info_id, timestamp_us, send);
        }
        if frame.rate_hz > 0.0 {
            self.since_info_s += 1.0 / frame.rate_hz;
        }
        self.body.clear();
        self.ends.clear();
        for i in 0..self.trackers.len() {
            let Some((subject, id)) = self.trackers.get(i).copied() else {
                continue;
            };
            let pose = frame.segments_of(subject).first().copied().flatten();
            self.tracker(id, pose, timestamp_us);
        }
        let frame_id = (frame.number.0 & 0xff) as u8;
        self.send_packets(ids::DATA, frame_id, timestamp_us, send);
    }

    fn tracker(&mut self, id: u16, pose: Option<SourcePose>, timestamp_us: u64) {
        let body = &mut self.body;
        let at = begin_chunk(id, true, body);
        if let Some(pose) = pose {
            let depth = self.settings.depth;
            let metres = depth.position(pose.translation().metres().to_array());
            let turn = depth.rotation(pose.rotation().to_scaled_axis().to_array());
            for (chunk, value) in [(ids::POSITION, metres), (ids::ORIENTATION, turn)] {
                let at = begin_chunk(chunk, false, body);
                body.put_f32s(&value.map(|v| v as f32));
                end_chunk(at, body);
            }
        }
        let valid: f32 = if pose.is_some() { 1.0 } else { 0.0 };
        put_chunk(ids::STATUS, &valid.to_le_bytes(), body);
        put_chunk(ids::TIMESTAMP, &timestamp_us.to_le_bytes(), body);
        end_chunk(at, body);
        self.ends.push(self.body.len());
    }

    fn names(&mut self) {
        self.body.clear();
        self.ends.clear();
        for (subject, id) in &self.trackers {
            let name = self
                .roster
                .subjects()
                .get(*subject)
                .map(|s| s.name.as_str());
            let at = begin_chunk(*id, true, &mut self.body);
            put_chunk(
                ids::TRACKER_NAME,
                name.unwrap_or_default().as_bytes(),
                &mut self.body,
            );
            end_chunk(at, &mut self.body);
            self.ends.push(self.body.len());
        }
    }

    /// Cuts the trackers into packets, each of which has the header and, for an info, the system's name.
    fn send_packets(
        &mut self,
        id: u16,
        frame_id: u8,
        timestamp_us: u64,
        send: &mut dyn FnMut(&[u8]),
    ) {
        let fixed = self.write_packet(id, [frame_id, 0], timestamp_us, 0..0);
        let room = self
            .settings
            .datagram_bytes
            .min(SENT_BYTES_MAX)
            .saturating_sub(fixed);
        // Counted first, because every packet says how many there are.
        let mut packets = 0u8;
        let mut from = 0;
        while let Some(to) = self.next_cut(from, room) {
            packets = packets.saturating_add(1);
            from = to;
        }
        if packets == 0 {
            self.write_packet(id, [frame_id, 1], timestamp_us, 0..0);
            return send(&self.datagram);
        }
        let mut from = 0;
        for _ in 0..packets {
            let to = self.next_cut(from, room).unwrap_or(self.body.len());
            self.write_packet(id, [frame_id, packets], timestamp_us, from..to);
            send(&self.datagram);
            from = to;
        }
    }

    /// Where a packet that begins at byte `from` of the trackers ends: as many as fit, but at least one.
    fn next_cut(&self, from: usize, room: usize) -> Option<usize> {
        let mut after = self.ends.iter().copied().filter(|end| *end > from);
        let first = after.next()?;
        let fitting = after.take_while(|end| end - from <= room).last();
        Some(fitting.unwrap_or(first))
    }

    /// Writes a packet; returns its length.
    fn write_packet(
        &mut self,
        id: u16,
        [frame_id, packets]: [u8; 2],
        timestamp_us: u64,
        trackers: std::ops::Range<usize>,
    ) -> usize {
        let out = &mut self.datagram;
        out.clear();
        let packet = begin_chunk(id, true, out);
        let header = begin_chunk(ids::HEADER, false, out);
        out.extend_from_slice(&timestamp_us.to_le_bytes());
        // Version 2.03 as the specification's own code writes it: 2 and 3.
        out.extend_from_slice(&[2, 3, frame_id, packets]);
        end_chunk(header, out);
        let list = if id == ids::INFO {
            put_chunk(
                ids::INFO_SYSTEM_NAME,
                self.settings.system_name.as_bytes(),
                out,
            );
            ids::INFO_TRACKERS
        } else {
            ids::DATA_TRACKERS
        };
        let at = begin_chunk(list, true, out);
        out.extend_from_slice(self.body.get(trackers).unwrap_or_default());
        end_chunk(at, out);
        end_chunk(packet, out);
        out.len()
    }

    fn meet(&mut self, roster: &Arc<Roster>) {
        self.roster = Arc::clone(roster);
        self.trackers.clear();
        self.since_info_s = INFO_EVERY_S;
        let named = &self.settings.trackers;
        if named.is_empty() {
            let subjects = roster.subjects().iter().enumerate();
            let bodies = subjects.filter(|(_, s)| s.is_rigid_body()).map(|(i, _)| i);
            self.trackers.extend(bodies.zip(0..));
        } else {
            // A tracker that is not in the roster keeps its number.
            let found = named.iter().zip(0..);
            let found = found.filter_map(|(name, id)| Some((roster.find(name)?, id)));
            self.trackers.extend(found);
        }
    }
}

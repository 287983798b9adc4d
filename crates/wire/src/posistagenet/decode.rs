//! Datagrams to frames.

use super::chunk::Chunks;
use super::error::DecodeError;
use super::limits::{DATAGRAM_MAX, HEADER_BYTES};
use super::{Depth, ids};
use crate::body_list::BodyList;
use crate::little_endian::Reader;
use crate::vicon_axes::SourcePose;
use cyc_model::{FrameNumber, HostNs, MocapFrame, Roster, Xf};
use glam::{DQuat, DVec3};
use std::sync::Arc;

/// How packets are understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecodeSettings {
    /// Which way z points.
    pub depth: Depth,
}

/// What arrived but could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DecoderCounts {
    /// Poses that cannot be: shown as not tracked.
    pub values: u64,
    /// Trackers beyond the number that is taken, names that cannot be, and chunks of kinds that are not known.
    pub unknown: u64,
    /// Packets that came twice.
    pub duplicates: u64,
    /// Frames of several packets of which some never came.
    pub incomplete: u64,
}

/// A packet's header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Header {
    timestamp_us: u64,
    frame_id: u8,
    packets: u8,
}

/// Remembers the trackers of a group and the packets of the frame that is under way.
#[derive(Debug, Default)]
pub struct Decoder {
    settings: DecodeSettings,
    trackers: BodyList<u16>,
    /// The frame under way.
    under_way: Option<Header>,
    /// The first tracker of each of its packets that has come: a packet that comes twice is known by it.
    have: Vec<u16>,
    /// Wide frame number and header of the newest frame that was begun.
    newest: Option<(u32, Header)>,
    system_name: String,
    counts: DecoderCounts,
}

impl Decoder {
    /// A decoder that knows no tracker yet.
    pub fn new(settings: DecodeSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// Decodes a datagram, received at `heard`, into `out`, except for its source and epoch, which are the caller's. True
    /// when it completed a frame; an info packet never does, but its names are those of the next frame.
    ///
    /// The frame's number is the frame id of 8 bits, widened to 32 by the packets' time. Trackers of an incomplete frame
    /// are dropped with it. A tracker is called by its name, or `Tracker` and its number until an info came.
    pub fn decode(
        &mut self,
        datagram: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        let bytes = datagram.len();
        if bytes > DATAGRAM_MAX {
            return Err(DecodeError::TooLarge { bytes });
        }
        let empty = DecodeError::ChunkCut { needed: 4, left: 0 };
        let packet = Chunks::new(datagram).next().ok_or(empty)??;
        check(packet.id, packet.data)?;
        let mut chunks = Chunks::new(packet.data).flatten();
        let header = chunks.find(|c| c.id == ids::HEADER);
        let header = header
            .and_then(|c| header_of(c.data))
            .ok_or(DecodeError::NoHeader)?;
        if packet.id == ids::INFO {
            self.take_info(packet.data);
            return Ok(false);
        }
        let lists = Chunks::new(packet.data).flatten();
        let mut lists = lists.filter(|c| c.id == ids::DATA_TRACKERS);
        let first = lists.find_map(|l| Chunks::new(l.data).flatten().next());
        if !self.begin(header, first.map_or(u16::MAX, |t| t.id)) {
            self.counts.duplicates += 1;
            return Ok(false);
        }
        for chunk in Chunks::new(packet.data).flatten() {
            match chunk.id {
                ids::DATA_TRACKERS => {
                    for tracker in Chunks::new(chunk.data).flatten() {
                        self.take_tracker(tracker.id, tracker.data);
                    }
                }
                ids::HEADER => {}
                _ => self.counts.unknown += 1,
            }
        }
        if self.have.len() < usize::from(header.packets) {
            return Ok(false);
        }
        self.under_way = None;
        self.trackers.write(heard, out);
        let number = self.newest.map_or(0, |(number, _)| number);
        out.number = FrameNumber(u64::from(number));
        out.rate_hz = 0.0;
        Ok(true)
    }

    /// Notes a packet of a frame. False when it came before.
    fn begin(&mut self, header: Header, first_tracker: u16) -> bool {
        if self.under_way == Some(header) {
            let is_new = !self.have.contains(&first_tracker);
            if is_new {
                self.have.push(first_tracker);
            }
            return is_new;
        }
        if self.newest.is_some_and(|(_, newest)| newest == header) {
            return false;
        }
        self.counts.incomplete += u64::from(self.under_way.is_some());
        self.under_way = Some(header);
        self.have.clear();
        self.have.push(first_tracker);
        self.trackers.begin();
        let number = match self.newest {
            None => u32::from(header.frame_id),
            Some((number, before)) => number.wrapping_add(step(before, header)),
        };
        self.newest = Some((number, header));
        true
    }

    fn take_tracker(&mut self, id: u16, data: &[u8]) {
        let (mut at_m, mut rotvec, mut valid) = (None, [0.0; 3], true);
        for chunk in Chunks::new(data).flatten() {
            let mut r = Reader::new(chunk.data);
            match chunk.id {
                ids::POSITION => at_m = r.f32s::<3>().ok().map(|v| v.map(f64::from)),
                ids::ORIENTATION => {
                    rotvec = r.f32s::<3>().unwrap_or_default().map(f64::from);
                }
                // Validity, 0 to 1.
                ids::STATUS => valid = r.f32().is_ok_and(|v| v > 0.0),
                _ => {}
            }
        }
        let place = self.trackers.find(&id).or_else(|| {
            let is_full = self.trackers.is_full();
            (!is_full).then(|| self.trackers.introduce(id, &format!("Tracker {id}")))?
        });
        let Some(place) = place else {
            self.counts.unknown += 1;
            return;
        };
        let Some(at_m) = at_m.filter(|_| valid) else {
            return;
        };
        let depth = self.settings.depth;
        let pose = pose_of(depth.position(at_m), depth.rotation(rotvec));
        self.counts.values += u64::from(pose.is_none());
        self.trackers.set_pose(place, pose);
    }

    fn take_info(&mut self, data: &[u8]) {
        for chunk in Chunks::new(data).flatten() {
            match chunk.id {
                ids::INFO_SYSTEM_NAME if self.system_name.as_bytes() != chunk.data => {
                    self.system_name = String::from_utf8_lossy(chunk.data).into_owned();
                }
                ids::INFO_TRACKERS => {
                    for tracker in Chunks::new(chunk.data).flatten() {
                        let mut inner = Chunks::new(tracker.data).flatten();
                        if let Some(name) = inner.find(|c| c.id == ids::TRACKER_NAME) {
                            self.name(tracker.id, name.data);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Gives a tracker its name. A name that another one has, or that is none, is not taken.
    fn name(&mut self, id: u16, name: &[u8]) {
        let end = name.iter().position(|b| *b == 0).unwrap_or(name.len());
        let name = std::str::from_utf8(name.get(..end).unwrap_or(name)).unwrap_or_default();
        let is_named = match self.trackers.find(&id) {
            Some(place) => self.trackers.rename(place, name),
            None if self.trackers.is_full() => false,
            None => self.trackers.introduce(id, name).is_some(),
        };
        self.counts.unknown += u64::from(!is_named);
    }

    /// What the system calls itself; empty until an info came.
    pub fn system_name(&self) -> &str {
        &self.system_name
    }

    /// The trackers seen so far.
    pub fn roster(&self) -> &Arc<Roster> {
        self.trackers.roster()
    }

    /// What could not be taken.
    pub fn counts(&self) -> DecoderCounts {
        self.counts
    }
}

/// How many frames lie between two headers: by the ids, which wrap after 256, made as large as the time between them
/// needs at the specification's 60 frames a second. A frame that is older than the newest is a step backwards.
fn step(before: Header, header: Header) -> u32 {
    let by_id = header.frame_id.wrapping_sub(before.frame_id);
    let passed_us = header.timestamp_us.saturating_sub(before.timestamp_us);
    let expected = passed_us / 16_667;
    if header.timestamp_us < before.timestamp_us && by_id > 127 {
        return (by_id as i8 as i32) as u32;
    }
    let wraps = (expected.saturating_sub(u64::from(by_id)) + 128) / 256;
    u32::from(by_id).wrapping_add((wraps as u32).wrapping_mul(256))
}

fn header_of(data: &[u8]) -> Option<Header> {
    let (head, _) = data.split_first_chunk::<HEADER_BYTES>()?;
    let [t0, t1, t2, t3, t4, t5, t6, t7, _, _, frame_id, packets] = *head;
    Some(Header {
        timestamp_us: u64::from_le_bytes([t0, t1, t2, t3, t4, t5, t6, t7]),
        frame_id,
        packets: packets.max(1),
    })
}

fn pose_of([x, y, z]: [f64; 3], rotvec: [f64; 3]) -> Option<SourcePose> {
    let turn = DVec3::from_array(rotvec);
    // Also refuses what is not finite.
    if !(turn.length() <= 1e3) {
        return None;
    }
    Xf::new(DQuat::from_scaled_axis(turn), DVec3::new(x, y, z))
}

/// Walks through everything once, so that nothing of a damaged packet is taken.
fn check(id: u16, data: &[u8]) -> Result<(), DecodeError> {
    if id != ids::DATA && id != ids::INFO {
        return Err(DecodeError::NotPosiStageNet { found: id });
    }
    for chunk in Chunks::new(data) {
        let chunk = chunk?;
        let list = if id == ids::DATA {
            ids::DATA_TRACKERS
        } else {
            ids::INFO_TRACKERS
        };
        if chunk.id != list {
            continue;
        }
        for tracker in Chunks::new(chunk.data) {
            let tracker = tracker?;
            for value in Chunks::new(tracker.data) {
                let value = value?;
                let needed = match value.id {
                    _ if id == ids::INFO => 0,
                    ids::STATUS => 4,
                    0..=5 => 12,
                    // Eight by the specification; four are sent as well.
                    ids::TIMESTAMP => 4,
                    _ => 0,
                };
                if value.data.len() < needed {
                    return Err(DecodeError::ValueCut {
                        tracker: tracker.id,
                        id: value.id,
                        bytes: value.data.len(),
                    });
                }
            }
        }
    }
    Ok(())
}

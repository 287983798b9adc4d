//! Datagrams to frames.
//!
//! A sample is several datagrams: some for each character. It is whole when every character that is known has come
//! whole; when the next sample begins before, it is given out without what is missing.

use super::error::DecodeError;
use super::limits::{
    BODY_SEGMENTS_MAX, DATAGRAM_MAX, FINGER_SEGMENTS_MAX, HEADER_BYTES, PARTS_MAX, POSE_BYTES,
    PROPS_MAX,
};
use super::segments::Shape;
use crate::big_endian::BigEndianReader;
use crate::up_axis::UpAxis;
use crate::vicon_axes::SourcePose;
use cyc_model::{
    FrameNumber, Hop, HostNs, MocapFrame, NAME_BYTES_MAX, Roster, SUBJECTS_MAX, SubjectInfo,
};
use glam::DQuat;
use std::borrow::Cow;
use std::sync::Arc;

/// What positions are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Unit {
    /// By how high the first pelvis is: nobody's is three metres above the floor.
    #[default]
    ByPelvis,
    /// Centimetres.
    Centimetres,
    /// Metres.
    Metres,
}

/// A pelvis higher than this, as a number, is in centimetres.
const PELVIS_MAX_M: f64 = 3.0;

/// What is not on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DecoderSettings {
    /// What positions are in.
    pub unit: Unit,
}

/// What arrived but could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DecoderCounts {
    /// Poses that are not finite, out of bounds or no rotation: shown as not seen.
    pub values: u64,
    /// Poses of segments, and characters, beyond those that are known or taken.
    pub unknown: u64,
    /// Samples of which some datagrams never came.
    pub incomplete: u64,
    /// Datagrams of kinds that a frame has no use for: points, angles, sensors, times.
    pub unused: u64,
}

/// One character.
#[derive(Debug)]
struct Character {
    id: u8,
    name: String,
    shape: Shape,
    poses: Vec<Option<SourcePose>>,
    /// Which datagrams of the sample came, a bit each, and how many there are, once the last came.
    parts: u32,
    parts_total: Option<u32>,
}

impl Character {
    fn is_whole(&self) -> bool {
        self.parts_total
            .is_some_and(|n| self.parts.count_ones() == n)
    }

    fn begin(&mut self) {
        self.poses.fill(None);
        self.parts = 0;
        self.parts_total = None;
    }
}

/// A datagram's header.
#[derive(Clone, Copy, Debug)]
struct Header {
    kind: u8,
    sample: u32,
    part: u8,
    items: u8,
    character: u8,
    shape: Shape,
}

/// Remembers the characters of a source.
#[derive(Debug, Default)]
pub struct Decoder {
    settings: DecoderSettings,
    metres_per_unit: Option<f64>,
    characters: Vec<Character>,
    roster: Arc<Roster>,
    is_stale: bool,
    /// The sample that is being gathered, and when its newest datagram came.
    sample: Option<(u32, HostNs)>,
    /// A whole sample that waits to be given out.
    is_waiting: bool,
    counts: DecoderCounts,
}

impl Decoder {
    /// For a source that was set up so.
    pub fn new(settings: DecoderSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// Takes a datagram, received at `heard`. True when `out` was filled with a frame, except for its source and epoch,
    /// which are the caller's; then [`Self::next`] may have another.
    pub fn decode(
        &mut self,
        datagram: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        let (header, payload) = split(datagram)?;
        match header.kind {
            2 => {}
            12 => {
                self.take_name(header.character, payload);
                return Ok(false);
            }
            kind @ (1 | 5) => return Err(DecodeError::OtherPoses { kind }),
            _ => {
                self.counts.unused += 1;
                return Ok(false);
            }
        }
        let needed = usize::from(header.items) * POSE_BYTES;
        if needed > payload.len() {
            let left = payload.len();
            return Err(DecodeError::Cut { needed, left });
        }
        // A new sample: the old one is given out without what is missing.
        let before = self.sample.filter(|(sample, _)| *sample != header.sample);
        let mut gave = false;
        if let Some((sample, heard)) = before {
            self.counts.incomplete += 1;
            self.give(sample, heard, out);
            gave = true;
        }
        self.take_poses(&header, payload, heard);
        let is_whole = self.sample.is_some() && self.characters.iter().all(Character::is_whole);
        if !is_whole {
            return Ok(gave);
        }
        if gave {
            self.is_waiting = true;
            return Ok(true);
        }
        self.give(header.sample, heard, out);
        Ok(true)
    }

    /// Fills in the frame that the last datagram made whole, after the one that it ended.
    pub fn next(&mut self, out: &mut MocapFrame) -> bool {
        match self.sample.filter(|_| std::mem::take(&mut self.is_waiting)) {
            Some((sample, heard)) => {
                self.give(sample, heard, out);
                true
            }
            None => false,
        }
    }

    fn take_name(&mut self, id: u8, payload: &[u8]) {
        let Some(name) = name_in(payload) else {
            return;
        };
        let name = name.trim();
        let is_taken = self.characters.iter().any(|c| c.name == name && c.id != id);
        if name.is_empty() || name.len() > NAME_BYTES_MAX || is_taken {
            self.counts.unknown += 1;
            return;
        }
        let known = self.characters.iter_mut().find(|c| c.id == id);
        if let Some(character) = known.filter(|c| c.name != name) {
            name.clone_into(&mut character.name);
            self.is_stale = true;
        }
    }

    fn take_poses(&mut self, header: &Header, payload: &[u8], heard: HostNs) {
        let (part, is_last) = (u32::from(header.part & 0x7f), header.part & 0x80 != 0);
        let Some(place) = self
            .character(header)
            .filter(|_| (part as usize) < PARTS_MAX)
        else {
            self.counts.unknown += 1;
            return;
        };
        self.sample = Some((header.sample, heard));
        let mut r = BigEndianReader::new(payload);
        for _ in 0..header.items {
            let Ok((id, at, turn)) = pose(&mut r) else {
                return;
            };
            self.take_pose(place, id, at, turn);
        }
        if let Some(character) = self.characters.get_mut(place) {
            character.parts |= 1 << part;
            if is_last {
                character.parts_total = Some(part + 1);
            }
        }
    }

    /// The place of a character, which is introduced when it is new, and made anew when it has other segments.
    fn character(&mut self, header: &Header) -> Option<usize> {
        let known = self
            .characters
            .iter()
            .position(|c| c.id == header.character);
        let place = match known {
            Some(place) => place,
            None if self.characters.len() == SUBJECTS_MAX => return None,
            None => {
                self.characters.push(Character {
                    id: header.character,
                    name: format!("Character{}", u32::from(header.character) + 1),
                    shape: Shape::default(),
                    poses: Vec::new(),
                    parts: 0,
                    parts_total: None,
                });
                self.characters.len() - 1
            }
        };
        let character = self.characters.get_mut(place)?;
        if character.shape != header.shape {
            character.shape = header.shape;
            character.poses.clear();
            character.poses.resize(header.shape.count(), None);
            self.is_stale = true;
        }
        Some(place)
    }

    fn take_pose(&mut self, place: usize, id: i32, at: [f64; 3], turn: DQuat) {
        let scale = match (self.settings.unit, self.metres_per_unit) {
            (Unit::Centimetres, _) => 0.01,
            (Unit::Metres, _) => 1.0,
            (Unit::ByPelvis, Some(known)) => known,
            (Unit::ByPelvis, None) if id == 1 && at[2].is_finite() => {
                let guess = if at[2].abs() < PELVIS_MAX_M {
                    1.0
                } else {
                    0.01
                };
                *self.metres_per_unit.insert(guess)
            }
            // The pelvis comes first; what comes before it has no unit yet.
            (Unit::ByPelvis, None) => {
                self.counts.unknown += 1;
                return;
            }
        };
        let pose = UpAxis::Z.pose(at.map(|v| v * scale), turn);
        let index = usize::try_from(id).ok().and_then(|id| id.checked_sub(1));
        let character = self.characters.get_mut(place);
        match character.and_then(|c| c.poses.get_mut(index?)) {
            Some(slot) => {
                self.counts.values += u64::from(pose.is_none());
                *slot = pose;
            }
            None => self.counts.unknown += 1,
        }
    }

    /// Fills the frame of the sample and begins the next.
    fn give(&mut self, sample: u32, heard: HostNs, out: &mut MocapFrame) {
        if std::mem::take(&mut self.is_stale) {
            self.rebuild();
        }
        out.reset(&self.roster);
        for (character, span) in self.characters.iter_mut().zip(self.roster.spans()) {
            if let Some(slots) = out.segments.get_mut(span.segments()) {
                for (slot, pose) in slots.iter_mut().zip(&character.poses) {
                    *slot = *pose;
                }
            }
            character.begin();
        }
        out.number = FrameNumber(u64::from(sample));
        out.heard = heard;
        out.rate_hz = 0.0;
        out.stamps.stamp(Hop::Heard, heard);
        self.sample = None;
    }

    fn rebuild(&mut self) {
        let subject = |c: &Character| SubjectInfo {
            name: c.name.clone(),
            segments: c.shape.segments(),
            markers: Vec::new(),
        };
        // Names are short and one of a kind, and their number is limited, so this holds.
        if let Ok(roster) = Roster::build(self.characters.iter().map(subject).collect()) {
            self.roster = Arc::new(roster);
        }
    }

    /// What could not be taken.
    pub fn counts(&self) -> DecoderCounts {
        self.counts
    }
}

/// The name in a character's description, a line among others. Text may stand behind its length. Borrowed, unless it is no
/// UTF-8: names come with every sample.
fn name_in(payload: &[u8]) -> Option<Cow<'_, str>> {
    payload.split(|b| *b == b'\n' || *b == 0).find_map(|line| {
        let at = line.windows(5).position(|w| w == b"name:")?;
        line.get(at + 5..).map(String::from_utf8_lossy)
    })
}

fn pose(r: &mut BigEndianReader<'_>) -> Result<(i32, [f64; 3], DQuat), crate::UnexpectedEnd> {
    let id = r.i32()?;
    let mut number = || Ok(f64::from(r.f32()?));
    let at = [number()?, number()?, number()?];
    // The one protocol whose quaternions begin with w.
    let [w, x, y, z] = [number()?, number()?, number()?, number()?];
    Ok((id, at, DQuat::from_xyzw(x, y, z, w)))
}

/// How long the packet is that a stream over TCP begins with: the same bytes as a datagram, one after the other, each with its
/// length in its header. `None` until the header is there.
///
/// # Errors
/// When it begins as no packet of MVN's does, says no length, or a length over the limit: what follows has no known start.
pub fn packet_bytes(stream: &[u8]) -> Result<Option<usize>, DecodeError> {
    const MAGIC: &[u8] = b"MXTP";
    let seen = stream.get(..MAGIC.len()).unwrap_or(stream);
    if !MAGIC.starts_with(seen) {
        let bytes = stream.len();
        return Err(DecodeError::NotMvn { bytes });
    }
    let Some([high, low]) = stream.get(HEADER_BYTES - 2..HEADER_BYTES) else {
        return Ok(None);
    };
    let payload = usize::from(u16::from_be_bytes([*high, *low]));
    let bytes = HEADER_BYTES + payload;
    match payload {
        0 => Err(DecodeError::NoLength),
        _ if bytes > DATAGRAM_MAX => {
            let limit = DATAGRAM_MAX;
            Err(DecodeError::TooLarge { bytes, limit })
        }
        _ => Ok(Some(bytes)),
    }
}

fn split(datagram: &[u8]) -> Result<(Header, &[u8]), DecodeError> {
    let bytes = datagram.len();
    if bytes > DATAGRAM_MAX {
        let limit = DATAGRAM_MAX;
        return Err(DecodeError::TooLarge { bytes, limit });
    }
    let mut r = BigEndianReader::new(datagram);
    let cut = |end: crate::UnexpectedEnd| DecodeError::Cut {
        needed: end.needed,
        left: end.left,
    };
    let not_mvn = DecodeError::NotMvn { bytes };
    let magic = r.array::<6>().map_err(|_| not_mvn)?;
    let [
        b'M',
        b'X',
        b'T',
        b'P',
        tens @ b'0'..=b'9',
        ones @ b'0'..=b'9',
    ] = magic
    else {
        return Err(not_mvn);
    };
    let sample = r.u32().map_err(cut)?;
    let [part, items] = r.array().map_err(cut)?;
    let _milliseconds = r.u32().map_err(cut)?;
    let [character, body, props, fingers] = r.array().map_err(cut)?;
    let [_, _, high, low] = r.array().map_err(cut)?;
    let shape = Shape {
        body: usize::from(body).min(BODY_SEGMENTS_MAX),
        props: usize::from(props).min(PROPS_MAX),
        fingers: usize::from(fingers).min(FINGER_SEGMENTS_MAX),
    };
    let needed = usize::from(u16::from_be_bytes([high, low]));
    let left = r.rest().len();
    // Senders of older revisions leave the size zero; then what arrived is the payload.
    let payload = match needed {
        0 => r.rest(),
        _ => r
            .bytes(needed)
            .map_err(|_| DecodeError::Cut { needed, left })?,
    };
    let header = Header {
        kind: (tens - b'0') * 10 + (ones - b'0'),
        sample,
        part,
        items,
        character,
        shape,
    };
    Ok((header, payload))
}

//! The bytes of a compact take.
//!
//! ```text
//! 8 bytes   magic
//! 1         version
//! 4         length of the header    little-endian, as all that follows
//! 4         its CRC-32
//! header    f64 error, metres; description; tracks; of each:
//!             name; description; frames; numbers; points; joints
//!             step of translations; of each joint: parent + 1 or 0; whether it stays, and then where (3 f32);
//!             reference (4 i16); 3 steps
//!             weights of each channel; 16 tables
//!             chunks; of each: frames; bytes; CRC-32
//! chunks    track after track; of each: fineness; references; of each: joint, 4 i16; then what `coder` makes
//! ```
//!
//! Counts, lengths and weights are LEB128; texts and descriptions have their length before them.

use crate::channels::Channels;
use crate::chunk_plan::ChunkPlan;
use crate::coder::Tables;
use crate::error::{CompactError, Part};
use crate::expectation::CLASSES;
use crate::fields::{Fields, put, put_bytes, put_f64};
use crate::limits::{
    CHUNK_BYTES_MAX, CHUNK_CELLS_MAX, CHUNK_FRAMES_MAX, DESCRIPTION_BYTES_MAX, ERROR_MAX_M,
    ERROR_MIN_M, HEADER_BYTES_MAX, TRACK_FRAMES_MAX, TRACK_JOINTS_MAX, TRACK_NUMBERS_MAX,
    TRACK_POINTS_MAX, TRACKS_MAX,
};
use crate::pose_code::{PoseCode, StepIndex, channels_of, put_reference, reference};
use crate::predictor::Taps;
use crate::symbol_table::SymbolTable;
use crate::track::{TrackShape, too_large};
use crate::turn::from_short;
use cyc_model::NAME_BYTES_MAX;
use glam::DQuat;

/// How a file begins.
pub(crate) const MAGIC: [u8; 8] = *b"CYCPACK\x1a";

/// The version that is written; older ones are read for ever.
const VERSION: u8 = 1;

/// Bytes before the header.
const HEAD_BYTES: usize = 17;

/// A chunk as the header lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChunkEntry {
    /// Its first frame.
    pub first_frame: usize,
    /// Its frames.
    pub frames: usize,
    /// Its first byte in the file.
    pub offset: usize,
    /// Its bytes.
    pub bytes: usize,
    /// Their checksum.
    pub crc: u32,
}

/// A track as the header has it.
#[derive(Clone, Debug)]
pub(crate) struct TrackHeader {
    pub name: String,
    pub description: Vec<u8>,
    pub frames: usize,
    pub shape: TrackShape,
    pub code: PoseCode,
    pub translation: StepIndex,
    pub channels: Channels,
    pub taps: Vec<Taps>,
    pub tables: Tables,
    pub chunks: Vec<ChunkEntry>,
}

/// The header.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub error_m: f64,
    pub description: Vec<u8>,
    pub tracks: Vec<TrackHeader>,
}

/// Whether bytes begin as a compact take does.
pub fn looks_compact(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// The channels of a track: its own numbers, one for whether each point is seen, points, poses.
pub(crate) fn channels(shape: TrackShape, code: &PoseCode) -> Channels {
    channels_of(shape.numbers + shape.points, shape.points, code.joints())
}

impl Header {
    /// Head and header as bytes.
    pub(crate) fn write(&self) -> Result<Vec<u8>, CompactError> {
        let mut body = Vec::new();
        put_f64(&mut body, self.error_m);
        put_bytes(&mut body, &self.description);
        put(&mut body, self.tracks.len() as u64);
        self.tracks.iter().for_each(|t| t.write(&mut body));
        if body.len() > HEADER_BYTES_MAX {
            return Err(too_large("header bytes", body.len(), HEADER_BYTES_MAX));
        }
        let mut out = MAGIC.to_vec();
        out.push(VERSION);
        out.extend_from_slice(&(body.len() as u32).to_le_bytes());
        out.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
        out.extend_from_slice(&body);
        Ok(out)
    }

    /// Reads the header of a file and checks that its chunks are there.
    pub(crate) fn read(file: &[u8]) -> Result<Self, CompactError> {
        if !looks_compact(file) {
            return Err(CompactError::NotCompact);
        }
        let short = |part| CompactError::Truncated {
            part,
            bytes: file.len(),
        };
        let head: &[u8; HEAD_BYTES] = file.first_chunk().ok_or(short(Part::Head))?;
        let [.., version, l0, l1, l2, l3, c0, c1, c2, c3] = *head;
        if version != VERSION {
            return Err(CompactError::Version { version });
        }
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        if length > HEADER_BYTES_MAX {
            return Err(too_large("header bytes", length, HEADER_BYTES_MAX));
        }
        let end = HEAD_BYTES + length;
        let body = file.get(HEAD_BYTES..end).ok_or(short(Part::Header))?;
        let mut fields = Fields::new(body, Part::Header, HEAD_BYTES);
        if crc32fast::hash(body) != u32::from_le_bytes([c0, c1, c2, c3]) {
            return Err(fields.damaged());
        }
        let error_m = fields.f64()?;
        if !(ERROR_MIN_M..=ERROR_MAX_M).contains(&error_m) {
            return Err(fields.damaged());
        }
        let description = fields
            .bytes("description bytes", DESCRIPTION_BYTES_MAX)?
            .to_vec();
        let count = fields.count("tracks", TRACKS_MAX)?;
        let mut offset = end;
        let tracks = (0..count).map(|_| TrackHeader::read(&mut fields, error_m, &mut offset));
        let tracks: Vec<_> = tracks.collect::<Result<_, _>>()?;
        if fields.left() > 0 {
            return Err(fields.damaged());
        }
        if offset > file.len() {
            return Err(short(Part::Chunk));
        }
        if offset < file.len() {
            let part = Part::Chunk;
            return Err(CompactError::Damaged { part, offset });
        }
        Ok(Self {
            error_m,
            description,
            tracks,
        })
    }
}

impl TrackHeader {
    fn write(&self, out: &mut Vec<u8>) {
        put_bytes(out, self.name.as_bytes());
        put_bytes(out, &self.description);
        put(out, self.frames as u64);
        put(out, self.shape.numbers as u64);
        put(out, self.shape.points as u64);
        put(out, self.shape.joints as u64);
        self.code.write(self.translation, out);
        for (channel, taps) in self.taps.iter().enumerate() {
            taps.write(self.channels.others(channel).list().len(), out);
        }
        self.tables.0.iter().for_each(|t| t.write(out));
        put(out, self.chunks.len() as u64);
        for chunk in &self.chunks {
            put(out, chunk.frames as u64);
            put(out, chunk.bytes as u64);
            out.extend_from_slice(&chunk.crc.to_le_bytes());
        }
    }

    fn read(
        fields: &mut Fields<'_>,
        error_m: f64,
        offset: &mut usize,
    ) -> Result<Self, CompactError> {
        let name = fields.text("name bytes", NAME_BYTES_MAX)?;
        let description = fields
            .bytes("description bytes", DESCRIPTION_BYTES_MAX)?
            .to_vec();
        let frames = fields.count("frames", TRACK_FRAMES_MAX as usize)?;
        let shape = TrackShape {
            numbers: fields.count("numbers", TRACK_NUMBERS_MAX)?,
            points: fields.count("points", TRACK_POINTS_MAX)?,
            joints: fields.count("joints", TRACK_JOINTS_MAX)?,
        };
        shape.check()?;
        let (code, translation) = PoseCode::read(shape.joints, error_m, fields)?;
        let channels = channels(shape, &code);
        // A channel has three weights at least, of a byte each.
        if channels.len() * 3 > fields.left() {
            return Err(fields.damaged());
        }
        let taps = (0..channels.len()).map(|c| Taps::read(channels.others(c).list().len(), fields));
        let taps = taps.collect::<Result<Vec<_>, _>>()?;
        let tables = (0..CLASSES).map(|_| SymbolTable::read(fields));
        let tables = Tables(tables.collect::<Result<_, _>>()?);
        let chunks = chunks(fields, (frames, channels.len()), offset)?;
        Ok(Self {
            name,
            description,
            frames,
            shape,
            code,
            translation,
            channels,
            taps,
            tables,
            chunks,
        })
    }
}

/// Reads the list of chunks, which must have all frames and no more.
fn chunks(
    fields: &mut Fields<'_>,
    (frames, channels): (usize, usize),
    offset: &mut usize,
) -> Result<Vec<ChunkEntry>, CompactError> {
    // An entry has six bytes at least.
    let count = fields.count("chunks", fields.left() / 6)?;
    let (mut all, mut first_frame) = (Vec::with_capacity(count), 0);
    for _ in 0..count {
        let own = fields.count("frames of a chunk", CHUNK_FRAMES_MAX)?;
        let bytes = fields.count("bytes of a chunk", CHUNK_BYTES_MAX)?;
        let crc = fields.take(4)?.try_into().unwrap_or_default();
        if own == 0 || own * channels > CHUNK_CELLS_MAX {
            return Err(fields.damaged());
        }
        all.push(ChunkEntry {
            first_frame,
            frames: own,
            offset: *offset,
            bytes,
            crc: u32::from_le_bytes(crc),
        });
        first_frame += own;
        *offset += bytes;
    }
    if first_frame != frames {
        return Err(fields.damaged());
    }
    Ok(all)
}

/// What stands before a chunk's numbers.
pub(crate) fn write_chunk_head(fineness: u8, plan: &ChunkPlan, out: &mut Vec<u8>) {
    out.push(fineness);
    put(out, plan.references.len() as u64);
    for (joint, reference) in &plan.references {
        put(out, *joint as u64);
        put_reference(*reference, out);
    }
}

/// Reads it: the fineness, the references set in the list, and the rest of the bytes.
pub(crate) fn read_chunk_head<'a>(
    bytes: &'a [u8],
    offset: usize,
    references: &mut [DQuat],
) -> Result<(u8, &'a [u8]), CompactError> {
    let mut fields = Fields::new(bytes, Part::Chunk, offset);
    let fineness = fields.take(1)?.first().copied().unwrap_or(0);
    for _ in 0..fields.count("references", references.len())? {
        let joint = fields.number()? as usize;
        let parts = reference(&mut fields)?;
        let (Some(slot), Some(q)) = (references.get_mut(joint), from_short(parts)) else {
            return Err(fields.damaged());
        };
        *slot = q;
    }
    let left = fields.left();
    Ok((fineness, fields.take(left)?))
}

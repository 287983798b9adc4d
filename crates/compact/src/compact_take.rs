//! A compact take, opened, and the frames of its tracks.
//!
//! Opening reads the header alone. A cursor decodes the chunk that a frame is in and keeps it, with some others, so that
//! frames of a chunk cost the same in any order.

use crate::coder::Wiring;
use crate::error::{CompactError, Part};
use crate::joint_lanes::RotationLanes;
use crate::layout::{Header, TrackHeader, read_chunk_head};
use crate::matrix::{point_step_m, scale};
use crate::matrix_decoder::MatrixDecoder;
use crate::track::TrackShape;
use cyc_model::{JointFrame, Point, Source, Xf};
use glam::{DQuat, DVec3};
use std::sync::Arc;

/// Numbers that a cursor keeps decoded, of several chunks: 8 MiB. The newest is kept whatever its size.
const KEPT_CELLS_MAX: usize = 1 << 20;

#[derive(Debug)]
struct File {
    bytes: Vec<u8>,
    header: Header,
}

/// A compact take whose header has been read. Clones share the bytes.
#[derive(Clone, Debug)]
pub struct CompactTake {
    file: Arc<File>,
}

/// What the header says of a track.
#[derive(Clone, Copy, Debug)]
pub struct TrackInfo<'a> {
    /// Its name.
    pub name: &'a str,
    /// What whoever packed it wrote.
    pub description: &'a [u8],
    /// Frames.
    pub frames: usize,
    /// What each frame has.
    pub shape: TrackShape,
    /// Bytes of its chunks.
    pub bytes: usize,
    /// How many chunks.
    pub chunks: usize,
}

impl CompactTake {
    /// Reads the header. The chunks' checksums are checked when they are decoded; [`Self::check`] does all.
    pub fn open(bytes: Vec<u8>) -> Result<Self, CompactError> {
        let header = Header::read(&bytes)?;
        Ok(Self {
            file: Arc::new(File { bytes, header }),
        })
    }

    /// The error that nothing exceeds, metres.
    pub fn error_m(&self) -> f64 {
        self.file.header.error_m
    }

    /// What whoever packed it wrote.
    pub fn description(&self) -> &[u8] {
        &self.file.header.description
    }

    /// Bytes of the whole file.
    pub fn byte_count(&self) -> usize {
        self.file.bytes.len()
    }

    /// The tracks, in order.
    pub fn tracks(&self) -> impl Iterator<Item = TrackInfo<'_>> {
        self.file.header.tracks.iter().map(|t| TrackInfo {
            name: &t.name,
            description: &t.description,
            frames: t.frames,
            shape: t.shape,
            bytes: t.chunks.iter().map(|c| c.bytes).sum(),
            chunks: t.chunks.len(),
        })
    }

    /// Reads a track's frames. `None` beyond the last track.
    pub fn cursor(&self, track: usize) -> Option<TrackCursor> {
        let header = self.file.header.tracks.get(track)?;
        let wiring = Wiring::new(&header.channels, &header.taps);
        Some(TrackCursor {
            file: Arc::clone(&self.file),
            track,
            decoder: MatrixDecoder::new(wiring, &header.tables),
            references: Vec::new(),
            kept: Vec::new(),
            place: vec![NOWHERE; header.chunks.len()],
            next: 0,
            now: 0,
        })
    }

    /// Decodes every chunk.
    pub fn check(&self) -> Result<(), CompactError> {
        for track in 0..self.file.header.tracks.len() {
            let Some(mut cursor) = self.cursor(track) else {
                continue;
            };
            let chunks = self
                .file
                .header
                .tracks
                .get(track)
                .map_or(0, |t| t.chunks.len());
            (0..chunks).try_for_each(|chunk| cursor.load(chunk))?;
        }
        Ok(())
    }
}

/// A chunk that is not kept.
const NOWHERE: u32 = u32::MAX;

/// A decoded chunk.
#[derive(Clone, Debug, Default)]
struct Kept {
    chunk: usize,
    values: Vec<i64>,
    references: Vec<RotationLanes>,
    scale: f64,
}

/// The frames of a track, in any order.
#[derive(Clone, Debug)]
pub struct TrackCursor {
    file: Arc<File>,
    track: usize,
    decoder: MatrixDecoder,
    /// The references of the chunk that is being read.
    references: Vec<DQuat>,
    kept: Vec<Kept>,
    place: Vec<u32>,
    next: usize,
    now: usize,
}

/// One frame, decoded to whole numbers.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    header: &'a TrackHeader,
    kept: &'a Kept,
    row: &'a [i64],
    step_m: f64,
}

impl TrackCursor {
    fn header(&self) -> Option<&TrackHeader> {
        self.file.header.tracks.get(self.track)
    }

    /// How many frames.
    pub fn frames(&self) -> usize {
        self.header().map_or(0, |h| h.frames)
    }

    /// One frame. Allocates nothing once as many chunks are kept as there is room for.
    pub fn frame(&mut self, frame: usize) -> Result<Frame<'_>, CompactError> {
        let frames = self.frames();
        let none = CompactError::NoFrame { frame, frames };
        let is_now = |k: &Kept, h: &TrackHeader| {
            h.chunks
                .get(k.chunk)
                .is_some_and(|c| (c.first_frame..c.first_frame + c.frames).contains(&frame))
        };
        let here = self
            .kept
            .get(self.now)
            .zip(self.header())
            .is_some_and(|(k, h)| is_now(k, h));
        if !here {
            let chunks = self.header().map_or(&[][..], |h| &h.chunks);
            let after = chunks.partition_point(|c| c.first_frame <= frame);
            if frame >= frames || after == 0 {
                return Err(none);
            }
            self.load(after - 1)?;
        }
        let (Some(header), Some(kept)) = (
            self.file.header.tracks.get(self.track),
            self.kept.get(self.now),
        ) else {
            return Err(none);
        };
        let first = header.chunks.get(kept.chunk).map_or(0, |c| c.first_frame);
        let width = header.channels.len();
        let start = frame.saturating_sub(first) * width;
        Ok(Frame {
            header,
            kept,
            row: kept.values.get(start..start + width).ok_or(none)?,
            step_m: point_step_m(self.file.header.error_m),
        })
    }

    /// Makes a chunk the present one, decoding it unless it is kept.
    fn load(&mut self, chunk: usize) -> Result<(), CompactError> {
        if let Some(place) = self.place.get(chunk).filter(|p| **p != NOWHERE) {
            self.now = *place as usize;
            return Ok(());
        }
        let file = Arc::clone(&self.file);
        let header = file.header.tracks.get(self.track);
        let Some((header, entry)) = header.and_then(|h| Some((h, *h.chunks.get(chunk)?))) else {
            return Err(CompactError::NoFrame {
                frame: 0,
                frames: self.frames(),
            });
        };
        let damaged = CompactError::Damaged {
            part: Part::Chunk,
            offset: entry.offset,
        };
        let bytes = file.bytes.get(entry.offset..entry.offset + entry.bytes);
        let bytes = bytes.ok_or(damaged.clone())?;
        if crc32fast::hash(bytes) != entry.crc {
            return Err(damaged);
        }
        let cells = entry.frames * header.channels.len();
        let mut kept = self.room(cells);
        self.references.clear();
        self.references.extend_from_slice(header.code.references());
        let (fineness, numbers) = read_chunk_head(bytes, entry.offset, &mut self.references)?;
        kept.references.clear();
        kept.references
            .extend(RotationLanes::gather(&self.references));
        kept.scale = scale(fineness);
        // All of it is written over; new memory comes zeroed from the system.
        if kept.values.len() < cells {
            kept.values = vec![0; cells];
        }
        kept.values.truncate(cells);
        kept.chunk = chunk;
        self.decoder
            .decode(numbers, &mut kept.values)
            .ok_or(damaged)?;
        let place = self.next.min(self.kept.len());
        match self.kept.get_mut(place) {
            Some(slot) => *slot = kept,
            None => self.kept.push(kept),
        }
        if let Some(slot) = self.place.get_mut(chunk) {
            *slot = place as u32;
        }
        self.now = place;
        self.next = place + 1;
        Ok(())
    }

    /// A place for a chunk of so many numbers: a new one while there is room, else that of the chunk kept longest.
    fn room(&mut self, cells: usize) -> Kept {
        let held: usize = self.kept.iter().map(|k| k.values.capacity()).sum();
        if held + cells <= KEPT_CELLS_MAX && self.next >= self.kept.len() {
            return Kept::default();
        }
        if self.next >= self.kept.len() {
            self.next = 0;
        }
        let Some(oldest) = self.kept.get_mut(self.next) else {
            return Kept::default();
        };
        if let Some(slot) = self.place.get_mut(oldest.chunk) {
            *slot = NOWHERE;
        }
        let taken = std::mem::take(oldest);
        // What stands in its place until the new one does is no chunk.
        oldest.chunk = usize::MAX;
        taken
    }
}

impl Frame<'_> {
    /// The track's own numbers.
    pub fn numbers(&self) -> &[i64] {
        self.row.get(..self.header.shape.numbers).unwrap_or(&[])
    }

    /// A point; `None` when it was not seen or there is none of that number.
    pub fn point(&self, point: usize) -> Option<Point<Source>> {
        let channels = &self.header.channels;
        if point >= channels.points || *self.row.get(self.header.shape.numbers + point)? == 0 {
            return None;
        }
        let first = channels.first_point() + 3 * point;
        let steps = self.row.get(first..first + 3)?;
        let at = DVec3::from_array([0, 1, 2].map(|i| steps.get(i).map_or(0.0, |v| *v as f64)));
        Some(Point::saturating(at * self.step_m))
    }

    /// All points, in order.
    pub fn points(&self) -> impl Iterator<Item = Option<Point<Source>>> {
        (0..self.header.channels.points).map(|p| self.point(p))
    }

    /// The poses of all joints in their parents, as many as there is room for.
    pub fn locals(&self, out: &mut [Xf<JointFrame, JointFrame>]) {
        let channels = &self.header.channels;
        let poses = self.row.get(channels.first_translation()..).unwrap_or(&[]);
        let moving = 3 * channels.moving.len();
        let Some(poses) = poses.split_at_checked(moving) else {
            return;
        };
        self.header
            .code
            .locals(&self.kept.references, self.kept.scale, poses, out);
    }
}

//! The rows that make up nearly all bytes of a frame: segment poses and markers, read in place.
//!
//! A table is borrowed from the packet: its count is checked once against the block's length, after that its rows
//! are fixed slices and iterating them cannot fail. Nothing is allocated. Reading a row is inlined, so that what its user
//! does not look at (a marker's covariance, half of all bytes) is not loaded.

use super::error::DecodeError;
use super::limits::{
    LABELLED_RECON_BYTES, LIGHTWEIGHT_SEGMENT_BYTES, SEGMENT_BYTES, UNLABELLED_RECON_BYTES,
};
use super::object_type::ObjectType;
use super::objects::too_short;
use crate::little_endian::{PutLe, Reader, UnexpectedEnd};
use std::marker::PhantomData;

/// A row of a fixed number of bytes.
pub(crate) trait Row: Sized {
    /// Its size on the wire.
    const BYTES: usize;
    /// Reads one row.
    fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd>;
    /// Appends one row.
    fn write(&self, out: &mut Vec<u8>);
}

/// A segment in `GlobalSegments` (9) or `LocalSegments` (8).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SegmentRow {
    /// The segment.
    pub segment_id: u32,
    /// Translation, millimetres.
    pub t_mm: [f64; 3],
    /// Row-major rotation.
    pub rows: [f64; 9],
}

impl Row for SegmentRow {
    const BYTES: usize = SEGMENT_BYTES;

    #[inline]
    fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd> {
        Ok(Self {
            segment_id: r.u32()?,
            t_mm: r.f64s()?,
            rows: r.f64s()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.put_u32(self.segment_id);
        out.put_f64s(&self.t_mm);
        out.put_f64s(&self.rows);
    }
}

/// A segment in `LightweightSegments` (901): in its parent, although the vendor's header comment says global.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LightweightRow {
    /// The segment.
    pub segment_id: u32,
    /// Translation, millimetres.
    pub t_mm: [f32; 3],
    /// Axis times angle, radians.
    pub rotvec: [f32; 3],
}

impl Row for LightweightRow {
    const BYTES: usize = LIGHTWEIGHT_SEGMENT_BYTES;

    #[inline]
    fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd> {
        Ok(Self {
            segment_id: r.u32()?,
            t_mm: r.f32s()?,
            rotvec: r.f32s()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.put_u32(self.segment_id);
        out.put_f32s(&self.t_mm);
        out.put_f32s(&self.rotvec);
    }
}

/// A marker in `LabeledRecons` (6).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LabelledRecon {
    /// The subject.
    pub subject_id: u32,
    /// The marker in the subject.
    pub marker_id: u32,
    /// What is known without a label.
    pub recon: Recon,
}

impl Row for LabelledRecon {
    const BYTES: usize = LABELLED_RECON_BYTES;

    #[inline]
    fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd> {
        Ok(Self {
            subject_id: r.u32()?,
            marker_id: r.u32()?,
            recon: Recon::read(r)?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.put_u32(self.subject_id);
        out.put_u32(self.marker_id);
        self.recon.write(out);
    }
}

/// A reconstructed marker; alone it is a row of `UnlabeledRecons` (7).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recon {
    /// Radius, millimetres.
    pub radius_mm: f64,
    /// Position, millimetres.
    pub at_mm: [f64; 3],
    /// Covariance of the position, square millimetres, row major.
    pub covariance: [f64; 9],
    /// Trajectory; stable while the marker is seen.
    pub trajectory: u32,
}

impl Row for Recon {
    const BYTES: usize = UNLABELLED_RECON_BYTES;

    #[inline]
    fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd> {
        Ok(Self {
            radius_mm: r.f64()?,
            at_mm: r.f64s()?,
            covariance: r.f64s()?,
            trajectory: r.u32()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.put_f64s(&[self.radius_mm]);
        out.put_f64s(&self.at_mm);
        out.put_f64s(&self.covariance);
        out.put_u32(self.trajectory);
    }
}

/// A counted list of rows, borrowed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'a, R> {
    rows: &'a [u8],
    kind: PhantomData<R>,
}

impl<'a, R: Row> Table<'a, R> {
    /// Reads the count and takes the rows.
    pub(crate) fn read(r: &mut Reader<'a>) -> Result<Self, UnexpectedEnd> {
        let n = r.count(R::BYTES)?;
        Ok(Self {
            rows: r.bytes(n * R::BYTES)?,
            kind: PhantomData,
        })
    }

    /// A block that is a table and nothing else.
    pub(crate) fn decode(object: ObjectType, body: &'a [u8]) -> Result<Self, DecodeError> {
        too_short(object, Self::read(&mut Reader::new(body)))
    }

    /// A block that is a subject's id and a table.
    pub(crate) fn decode_of_subject(
        object: ObjectType,
        body: &'a [u8],
    ) -> Result<(u32, Self), DecodeError> {
        let mut r = Reader::new(body);
        let read = r.u32().and_then(|id| Ok((id, Self::read(&mut r)?)));
        too_short(object, read)
    }

    pub(crate) fn iter(self) -> Rows<'a, R> {
        Rows(self)
    }
}

/// Reads a table's rows one after the other.
pub(crate) struct Rows<'a, R>(Table<'a, R>);

impl<R: Row> Iterator for Rows<'_, R> {
    type Item = R;

    // Always inlined: called, it would write the whole row to the stack, and a frame has a thousand.
    #[inline(always)]
    fn next(&mut self) -> Option<R> {
        let (row, rest) = self.0.rows.split_at_checked(R::BYTES)?;
        self.0.rows = rest;
        // The row has exactly its size, so reading it cannot fail.
        R::read(&mut Reader::new(row)).ok()
    }
}

/// Writes rows whose number is not known before: the count is put in afterwards.
pub(crate) fn write_table<R: Row>(out: &mut Vec<u8>, rows: impl Iterator<Item = R>) {
    let at = out.len();
    out.put_u32(0);
    let mut n = 0u32;
    for row in rows {
        row.write(out);
        n += 1;
    }
    if let Some(slot) = out.get_mut(at..at + 4) {
        slot.copy_from_slice(&n.to_le_bytes());
    }
}

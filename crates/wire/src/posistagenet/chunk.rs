//! Chunks: an id, a length, and bytes that may be chunks again.
//!
//! Nothing is read recursively: the depth that the protocol has is written out where it is read, so bytes from outside
//! cannot make it deeper.

use super::error::DecodeError;
use super::limits::CHUNK_HEADER_BYTES;

/// One chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chunk<'a> {
    pub(crate) id: u16,
    pub(crate) data: &'a [u8],
}

/// The chunks of some bytes, one after the other; ends after an error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chunks<'a> {
    rest: &'a [u8],
}

const LENGTH_MASK: u16 = 0x7fff;
const HAS_CHUNKS: u16 = 0x8000;

impl<'a> Chunks<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Result<Chunk<'a>, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let read = first_chunk(self.rest);
        self.rest = match read {
            Ok((_, rest)) => rest,
            Err(_) => &[],
        };
        Some(read.map(|(chunk, _)| chunk))
    }
}

/// The chunk that bytes begin with, and the bytes after it.
fn first_chunk(bytes: &[u8]) -> Result<(Chunk<'_>, &[u8]), DecodeError> {
    let cut = |needed| DecodeError::ChunkCut {
        needed,
        left: bytes.len(),
    };
    let &[id0, id1, l0, l1, ref after @ ..] = bytes else {
        return Err(cut(CHUNK_HEADER_BYTES));
    };
    let length = usize::from(u16::from_le_bytes([l0, l1]) & LENGTH_MASK);
    let (data, rest) = after
        .split_at_checked(length)
        .ok_or(cut(CHUNK_HEADER_BYTES + length))?;
    let id = u16::from_le_bytes([id0, id1]);
    Ok((Chunk { id, data }, rest))
}

/// Begins a chunk, whose length is filled in by [`end_chunk`]. Returns where it begins.
pub(crate) fn begin_chunk(id: u16, has_chunks: bool, out: &mut Vec<u8>) -> usize {
    let at = out.len();
    let length = if has_chunks { HAS_CHUNKS } else { 0 };
    out.extend_from_slice(&id.to_le_bytes());
    out.extend_from_slice(&length.to_le_bytes());
    at
}

/// Fills in the length of the chunk that begins at `at` and ends here.
pub(crate) fn end_chunk(at: usize, out: &mut [u8]) {
    let length = out.len().saturating_sub(at + CHUNK_HEADER_BYTES);
    if let Some([_, _, l0, l1]) = out
        .get_mut(at..)
        .and_then(|o| o.first_chunk_mut::<CHUNK_HEADER_BYTES>())
    {
        let flag = u16::from_le_bytes([*l0, *l1]) & HAS_CHUNKS;
        [*l0, *l1] = ((length as u16 & LENGTH_MASK) | flag).to_le_bytes();
    }
}

/// A chunk of bytes.
pub(crate) fn put_chunk(id: u16, data: &[u8], out: &mut Vec<u8>) {
    let at = begin_chunk(id, false, out);
    out.extend_from_slice(data);
    end_chunk(at, out);
}

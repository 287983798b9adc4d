//! Packets and the object blocks in them: cutting a stream of bytes, and putting one together.
//!
//! `u32 0x1A2B0001`, `u32` payload length, then blocks of `u32` type, `u32` length, bytes. A block longer than its
//! reader knows is skipped to its end; a packet or block that claims more than there is ends the connection.

use super::error::DecodeError;
use super::limits::{OBJECT_HEADER_BYTES, PACKET_HEADER_BYTES, PACKET_PAYLOAD_MAX};
use super::object_type::ObjectType;
use crate::little_endian::{PutLe, Reader};

/// First word of every packet.
pub const PACKET_MAGIC: u32 = 0x1A2B_0001;

/// Collects received bytes and cuts whole packets from them, in place: what the kernel wrote is not moved again unless it
/// is the beginning of a packet behind another one.
///
/// Bounded: as long as every [`Self::next_payload`] is taken before the next [`Self::feed`] or [`Self::room`], it never
/// holds more than one packet of the largest size and one feed.
#[derive(Debug)]
pub(crate) struct Assembler {
    /// Its length is the room that there is; received are the bytes from `start` to `end`.
    buf: Vec<u8>,
    start: usize,
    end: usize,
    payload_max: usize,
}

impl Assembler {
    /// An empty one that refuses payloads over `payload_max` bytes.
    pub(crate) fn new(payload_max: usize) -> Self {
        Self {
            buf: Vec::new(),
            start: 0,
            end: 0,
            payload_max,
        }
    }

    /// Room for at least `bytes` more, to be written from its beginning; [`Self::filled`] says how much was.
    pub(crate) fn room(&mut self, bytes: usize) -> &mut [u8] {
        if self.start > 0 {
            // Closing the gap here, and not per packet, moves each byte at most once.
            self.buf.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        let needed = self.end + bytes;
        if self.buf.len() < needed {
            self.buf.resize(needed, 0);
        }
        self.buf.get_mut(self.end..).unwrap_or_default()
    }

    /// So many bytes of the room were written.
    pub(crate) fn filled(&mut self, bytes: usize) {
        self.end = self.end.saturating_add(bytes).min(self.buf.len());
    }

    /// Adds received bytes.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        if let Some(room) = self.room(bytes.len()).get_mut(..bytes.len()) {
            room.copy_from_slice(bytes);
            self.filled(bytes.len());
        }
    }

    /// The payload of the next whole packet, or `None` until more bytes come.
    pub(crate) fn next_payload(&mut self) -> Result<Option<&[u8]>, DecodeError> {
        let rest = self.buf.get(self.start..self.end).unwrap_or(&[]);
        let mut r = Reader::new(rest);
        let (Ok(magic), rest_of_header) = (r.u32(), r.u32()) else {
            return Ok(None);
        };
        // The magic is judged as soon as it is there: a stranger is refused before it can claim a length.
        if magic != PACKET_MAGIC {
            return Err(DecodeError::NotAPacket { found: magic });
        }
        let Ok(bytes) = rest_of_header else {
            return Ok(None);
        };
        let bytes = bytes as usize;
        if bytes > self.payload_max {
            return Err(DecodeError::PacketTooLarge {
                bytes,
                limit: self.payload_max,
            });
        }
        let (from, to) = (
            self.start + PACKET_HEADER_BYTES,
            self.start + PACKET_HEADER_BYTES + bytes,
        );
        if self.end < to {
            return Ok(None);
        }
        self.start = to;
        Ok(self.buf.get(from..to))
    }

    /// Forgets what was collected.
    pub(crate) fn clear(&mut self) {
        (self.start, self.end) = (0, 0);
    }

    /// Bytes waiting for the rest of their packet.
    pub(crate) fn pending_bytes(&self) -> usize {
        self.end - self.start
    }
}

/// The object blocks of a payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Blocks<'a> {
    rest: Reader<'a>,
}

impl<'a> Blocks<'a> {
    pub(crate) fn of(payload: &'a [u8]) -> Self {
        Self {
            rest: Reader::new(payload),
        }
    }

    fn read(&mut self) -> Result<(ObjectType, &'a [u8]), DecodeError> {
        let left = self.rest.left();
        let header = self.rest.u32().and_then(|t| Ok((t, self.rest.u32()?)));
        let (object, bytes) = header.map_err(|_| DecodeError::BlockHeaderCut { left })?;
        let body = self.rest.bytes(bytes as usize);
        let body = body.map_err(|end| DecodeError::BlockTooLong {
            object: ObjectType(object),
            claimed: end.needed,
            left: end.left,
        })?;
        Ok((ObjectType(object), body))
    }
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Result<(ObjectType, &'a [u8]), DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.left() == 0 {
            return None;
        }
        let item = self.read();
        if item.is_err() {
            // An error ends the walk: what follows has no known start.
            self.rest = Reader::new(&[]);
        }
        Some(item)
    }
}

/// Writes one packet at the end of a buffer.
#[derive(Debug)]
pub(crate) struct PacketWriter<'a> {
    out: &'a mut Vec<u8>,
    start: usize,
}

impl<'a> PacketWriter<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        let start = out.len();
        out.put_u32(PACKET_MAGIC);
        out.put_u32(0);
        Self { out, start }
    }

    /// Writes one object; `body` appends its bytes.
    pub(crate) fn object(&mut self, object: ObjectType, body: impl FnOnce(&mut Vec<u8>)) {
        write_object(self.out, object, body);
    }

    /// Appends object blocks that are already encoded.
    pub(crate) fn encoded(&mut self, blocks: &[u8]) {
        self.out.extend_from_slice(blocks);
    }

    /// Bytes of payload so far.
    fn payload_bytes(&self) -> usize {
        self.out.len() - self.start - PACKET_HEADER_BYTES
    }

    /// Writes the length. The packet is taken back when it is over the limit.
    pub(crate) fn finish(self) -> Result<(), DecodeError> {
        let bytes = self.payload_bytes();
        if bytes > PACKET_PAYLOAD_MAX {
            self.out.truncate(self.start);
            return Err(DecodeError::PacketTooLarge {
                bytes,
                limit: PACKET_PAYLOAD_MAX,
            });
        }
        patch_length(self.out, self.start + PACKET_HEADER_BYTES);
        Ok(())
    }
}

/// Appends one object block; `body` appends its bytes.
pub(crate) fn write_object(out: &mut Vec<u8>, object: ObjectType, body: impl FnOnce(&mut Vec<u8>)) {
    out.put_u32(object.0);
    out.put_u32(0);
    let from = out.len();
    body(out);
    patch_length(out, from);
}

/// Writes the length of what follows `from` into the four bytes before it.
fn patch_length(out: &mut [u8], from: usize) {
    let bytes = u32::try_from(out.len() - from).unwrap_or(u32::MAX);
    if let Some(slot) = out.get_mut(from - 4..from) {
        slot.copy_from_slice(&bytes.to_le_bytes());
    }
}

const _: () = assert!(OBJECT_HEADER_BYTES == PACKET_HEADER_BYTES);

//! Packets: cutting a stream of bytes, and putting one together.

use super::error::DecodeError;
use super::limits::HEADER_BYTES;
use crate::little_endian::{PutLe, Reader};

/// What a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketType(pub u32);

impl PacketType {
    /// A refusal, as text.
    pub const ERROR: Self = Self(0);
    /// A command, or the answer to one, as text.
    pub const COMMAND: Self = Self(1);
    /// Parameters.
    pub const XML: Self = Self(2);
    /// A frame.
    pub const DATA: Self = Self(3);
    /// No frame comes any more.
    pub const NO_MORE_DATA: Self = Self(4);
    /// Something happened: one byte.
    pub const EVENT: Self = Self(6);
    /// Looks for servers.
    pub const DISCOVER: Self = Self(7);
    /// The largest type that a server sends.
    pub(crate) const LAST: Self = Self(9);
}

/// Collects received bytes and cuts whole packets from them. Bounded: when every packet is taken before the next
/// feed, it holds at most one packet of the largest size and one feed.
#[derive(Debug)]
pub(crate) struct Assembler {
    buf: Vec<u8>,
    start: usize,
    limit: usize,
}

impl Assembler {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            buf: Vec::new(),
            start: 0,
            limit,
        }
    }

    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.buf.copy_within(self.start.., 0);
            self.buf.truncate(self.buf.len() - self.start);
            self.start = 0;
        }
        self.buf.extend_from_slice(bytes);
    }

    /// The next whole packet, or `None` until more bytes come.
    pub(crate) fn next_packet(&mut self) -> Result<Option<(PacketType, &[u8])>, DecodeError> {
        let rest = self.buf.get(self.start..).unwrap_or(&[]);
        let Ok((size, kind)) = header(rest, self.limit)? else {
            return Ok(None);
        };
        if rest.len() < size {
            return Ok(None);
        }
        let from = self.start + HEADER_BYTES;
        self.start += size;
        let body = self.buf.get(from..self.start).unwrap_or(&[]);
        Ok(Some((kind, body)))
    }

    pub(crate) fn clear(&mut self) {
        self.buf.clear();
        self.start = 0;
    }
}

/// Size and type, as soon as they are there: a stranger is refused before its size is waited for.
fn header(
    bytes: &[u8],
    limit: usize,
) -> Result<Result<(usize, PacketType), crate::UnexpectedEnd>, DecodeError> {
    let mut r = Reader::new(bytes);
    let read = r.u32().and_then(|size| Ok((size as usize, r.u32()?)));
    let (size, kind) = match read {
        Ok(read) => read,
        Err(end) => return Ok(Err(end)),
    };
    if size < HEADER_BYTES || size > limit {
        return Err(DecodeError::BadSize { bytes: size, limit });
    }
    if kind > PacketType::LAST.0 {
        return Err(DecodeError::UnknownType { found: kind });
    }
    Ok(Ok((size, PacketType(kind))))
}

/// The one packet of a datagram.
pub(crate) fn of_datagram(
    datagram: &[u8],
    limit: usize,
) -> Result<(PacketType, &[u8]), DecodeError> {
    let bytes = datagram.len();
    let (size, kind) = header(datagram, limit)?.map_err(super::error::cut("header"))?;
    let body = datagram.get(HEADER_BYTES..size);
    let body = body.ok_or(DecodeError::BadSize { bytes, limit })?;
    Ok((kind, body))
}

/// Appends a packet; `body` appends what is in it.
pub(crate) fn write(kind: PacketType, out: &mut Vec<u8>, body: impl FnOnce(&mut Vec<u8>)) {
    block(kind.0, out, body);
}

/// Appends size, type and what `body` appends: a packet, or a component.
pub(crate) fn block(kind: u32, out: &mut Vec<u8>, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.put_u32(0);
    out.put_u32(kind);
    body(out);
    let size = u32::try_from(out.len() - start).unwrap_or(u32::MAX);
    if let Some(slot) = out.get_mut(start..start + 4) {
        slot.copy_from_slice(&size.to_le_bytes());
    }
}

/// Appends a packet of text.
pub(crate) fn text(kind: PacketType, text: &str, out: &mut Vec<u8>) {
    write(kind, out, |out| out.put_nul_ended(text));
}

/// The text of a packet, up to its NUL.
pub(crate) fn text_of(body: &[u8]) -> String {
    let text = body.split(|b| *b == 0).next().unwrap_or_default();
    String::from_utf8_lossy(text).into_owned()
}

//! The header of a datagram, and its checksum.

use super::error::DecodeError;
use super::limits::{HEADER_BYTES, SEGMENT_BYTES_MAX};

/// How a sample is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Encoding {
    /// JSON: 1.
    #[default]
    Json,
    /// CBOR: 2.
    Cbor,
}

impl Encoding {
    fn on_wire(self) -> u8 {
        match self {
            Self::Json => 1,
            Self::Cbor => 2,
        }
    }

    fn from_wire(encoding: u8) -> Result<Self, DecodeError> {
        match encoding {
            1 => Ok(Self::Json),
            2 => Ok(Self::Cbor),
            _ => Err(DecodeError::Encoding { encoding }),
        }
    }
}

/// A datagram: a segment of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// How the sample is written.
    pub encoding: Encoding,
    /// Counts packets.
    pub sequence: u16,
    /// Where in the sample the segment begins.
    pub offset: u32,
    /// Whether the sample ends with it.
    pub is_last: bool,
    /// The segment.
    pub payload: &'a [u8],
}

const IDENTIFIER: [u8; 4] = *b"OTrk";
/// The header up to its checksum.
const SUMMED_BYTES: usize = HEADER_BYTES - 2;
const LAST_SEGMENT: u16 = 1 << 15;

/// Fletcher-16 with both sums modulo 256.
fn fletcher(parts: [&[u8]; 2]) -> u16 {
    let (mut low, mut high) = (0u8, 0u8);
    for byte in parts.into_iter().flatten() {
        low = low.wrapping_add(*byte);
        high = high.wrapping_add(low);
    }
    u16::from_be_bytes([high, low])
}

/// Reads a datagram. Bytes after the payload are refused: the length must be what the header says.
pub fn decode_packet(datagram: &[u8]) -> Result<Packet<'_>, DecodeError> {
    let bytes = datagram.len();
    let cut = DecodeError::Length {
        bytes,
        needed: HEADER_BYTES,
    };
    let (header, payload) = datagram.split_first_chunk::<HEADER_BYTES>().ok_or(cut)?;
    let [
        i0,
        i1,
        i2,
        i3,
        _,
        encoding,
        s0,
        s1,
        o0,
        o1,
        o2,
        o3,
        l0,
        l1,
        c0,
        c1,
    ] = *header;
    let found = [i0, i1, i2, i3];
    if found != IDENTIFIER {
        return Err(DecodeError::NotOpenTrackIo { found });
    }
    let length = u16::from_be_bytes([l0, l1]);
    let needed = HEADER_BYTES + usize::from(length & !LAST_SEGMENT);
    if bytes != needed {
        return Err(DecodeError::Length { bytes, needed });
    }
    let summed = header.get(..SUMMED_BYTES).unwrap_or_default();
    let (found, computed) = (u16::from_be_bytes([c0, c1]), fletcher([summed, payload]));
    if found != computed {
        return Err(DecodeError::Checksum { computed, found });
    }
    Ok(Packet {
        encoding: Encoding::from_wire(encoding)?,
        sequence: u16::from_be_bytes([s0, s1]),
        offset: u32::from_be_bytes([o0, o1, o2, o3]),
        is_last: length & LAST_SEGMENT != 0,
        payload,
    })
}

/// Appends a datagram. A payload beyond 32 767 bytes is cut to that; the caller's segments are shorter.
pub fn encode_packet(packet: &Packet<'_>, out: &mut Vec<u8>) {
    let length = packet.payload.len().min(SEGMENT_BYTES_MAX);
    let payload = packet.payload.get(..length).unwrap_or_default();
    let last = if packet.is_last { LAST_SEGMENT } else { 0 };
    let start = out.len();
    out.extend_from_slice(&IDENTIFIER);
    out.extend_from_slice(&[0, packet.encoding.on_wire()]);
    out.extend_from_slice(&packet.sequence.to_be_bytes());
    out.extend_from_slice(&packet.offset.to_be_bytes());
    out.extend_from_slice(&(length as u16 | last).to_be_bytes());
    let checksum = fletcher([out.get(start..).unwrap_or_default(), payload]);
    out.extend_from_slice(&checksum.to_be_bytes());
    out.extend_from_slice(payload);
}

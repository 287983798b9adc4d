//! OpenTrackIO 1.0: a camera's pose, lens and timing as a JSON or CBOR sample, in datagrams of a multicast group.
//!
//! A datagram is a header of 16 bytes, big endian, and a segment of a sample: `OTrk`, a reserved byte, `u8` encoding
//! (1 JSON, 2 CBOR; some published code says 0 and 1), `u16` sequence number of the packet, `u32` offset of the segment,
//! one bit for the last segment and 15 bits of length, and a Fletcher-16 checksum modulo 256 (not 255) over the header
//! before it and the payload. A sample that lost a segment is lost. The group tells the source: 239.135.1.N.
//!
//! In a sample everything is optional. Positions, focus distance and entrance pupil are in metres, but focal length,
//! sensor, projection offset and distortion in millimetres. The volume is right-handed with Z up and Y forward; angles
//! are degrees about moving axes in the order pan (Z, X towards Y), tilt (X, Y towards Z), roll (Y, Z towards X), as the
//! figure `Axis_Rotation.svg` of the specification draws them, although a sentence beside it says "clockwise". Transforms
//! compose in the order of their list. Source: SMPTE RIS-OSVP, OpenTrackIO 1.0.1 and OpenLensIO 1.0.

mod assembly;
mod decode;
mod encode;
mod encode_sample;
mod error;
mod inline;
mod lens;
pub mod limits;
mod packet;
mod sample;
#[cfg(test)]
mod tests;
mod transform;

pub use decode::{DecodeSettings, Decoder, DecoderCounts};
pub use encode::{EncodeSettings, Encoder};
pub use error::DecodeError;
pub use inline::{List, Real, Text, Whole};
pub use packet::{Encoding, Packet, decode_packet, encode_packet};
pub use sample::{
    CameraPart, Dimensions, DistortionPart, Fraction, IrisFocusZoom, LensPart, Offset, Protocol,
    RawIrisFocusZoom, Rotation, Sample, StaticPart, Synchronization, TimecodePart, Timestamp,
    Timing, TrackerPart, Transform, Triple, decode_sample, encode_sample,
};

use std::net::Ipv4Addr;

/// The port of the group.
pub const DEFAULT_PORT: u16 = 55555;

/// The multicast group of a source number; `None` unless it is 1 to 200.
pub fn group_of(source_number: u32) -> Option<Ipv4Addr> {
    let number = u8::try_from(source_number).ok()?;
    (1..=limits::SOURCE_NUMBER_MAX)
        .contains(&number)
        .then(|| Ipv4Addr::new(239, 135, 1, number))
}

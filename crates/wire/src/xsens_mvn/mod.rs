//! Xsens MVN's network streamer: inertial suits as datagrams, port 9763.
//!
//! Big endian. A header of 24 bytes: `MXTP` and two digits of a kind, `u32` sample, `u8` datagram of the sample (its
//! highest bit marks the last), `u8` items, `u32` milliseconds, `u8` character, `u8` segments of its body, `u8` props,
//! `u8` segments of its fingers, two bytes, `u16` payload bytes. Kind 02 holds poses: `i32` id, position, quaternion
//! **w, x, y, z**, right-handed with Z up; kind 12 the character's name. Ids count from 1: body, props, left fingers,
//! right fingers.
//!
//! Over TCP MVN connects to the receiver, and the same packets follow one another ([`packet_bytes`]).
//!
//! Positions are centimetres by the description and metres in several programs, so the unit is a setting, and by
//! default taken from how high the pelvis is. Poses of other kinds are refused by name: 05 is left-handed, and 01 does
//! not say in which order its angles turn. Source: the vendor's description of the protocol, revision N.

mod decode;
mod encode;
mod error;
pub mod limits;
mod segments;
#[cfg(test)]
mod tests;

pub use decode::{Decoder, DecoderCounts, DecoderSettings, Unit, packet_bytes};
pub use encode::encode_frame;
pub use error::DecodeError;
pub use segments::BODY_SEGMENTS;

/// The port that MVN sends to unless told otherwise.
pub const DEFAULT_PORT: u16 = 9763;

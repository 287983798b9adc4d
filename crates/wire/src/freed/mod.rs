//! FreeD, message D1: the pose, zoom and focus of a camera, as a datagram of 29 bytes.
//!
//! Big endian: `0xD1`, `u8` camera id, then as 24 bits each pan, tilt, roll (signed, degrees × 32768), X, Y, Z (signed,
//! millimetres × 64), zoom and focus (unsigned, in steps that every maker chooses), `u16` for the maker's own use, and
//! a checksum: 0x40 minus all bytes before it. Pan comes first, although some readers call it pitch. X points right, Y
//! forward and Z up; pan is positive to the right, tilt upwards, roll clockwise seen from behind the camera.
//!
//! There is no time, no frame number and no state: a camera that is not tracked is a camera that sends nothing. Several
//! cameras may send to one port and are told apart by id; each message is a frame of its own, in which the other cameras
//! are not tracked. What zoom and focus mean is told by a [`LensProfile`]. Source: Vinten Free-d manual, section A.3.

mod decode;
mod encode;
mod error;
mod lens_profile;
pub mod limits;
mod message;
#[cfg(test)]
mod tests;

pub use decode::{DecodeSettings, Decoder, DecoderCounts};
pub use encode::{EncodeSettings, Encoder};
pub use error::DecodeError;
pub use lens_profile::{LensProfile, ProfileError};
pub use message::{Message, decode_message, encode_message};

/// The port that is used by convention; there is no registered one.
pub const DEFAULT_PORT: u16 = 40000;

//! Live Link Face: a phone's view of a face as datagrams, port 11111.
//!
//! Big endian: `u8` version 6, device id and subject name (each an `i32` length and that many bytes), `i32` frame of the
//! day, `f32` sub-frame, `i32` numerator and denominator of the rate, then `u8` count and that many `f32`: the 52 shapes
//! in [`FaceShape::ALL`](cyc_model::FaceShape::ALL)'s order, and yaw, pitch and roll of head, left eye and right eye in
//! radians. When there is no face in view the packet ends after the rate: occluded. There is no head position.
//!
//! The version is one byte and the device id's length four. A reader that takes five bytes for a version and a letter
//! works only while the id has 36 characters.
//!
//! Several phones may send to one port, each with its own clock, so a packet fills a frame with its own subject's face
//! and with those of the others as long as they are fresh ([`limits::FRESH`]). What is late or comes twice is dropped by
//! each device's own count, unless that jumps back: programs that send these packets count as they like.
//!
//! Rotations: Unreal's rotators of ARKit's face anchor. Turned into our axes (a face at rest looks along +Z) a positive
//! yaw turns the head to its own right, a positive pitch lowers the nose, a positive roll tilts the head to its own
//! left: `Ry(-yaw) · Rx(pitch) · Rz(-roll)`. The layout is proven against a third-party reader and writer; these three
//! signs follow from Unreal's published conversion of axes and were not seen on a phone.
//!
//! Source: Epic's receiver for the layout and the shapes.

mod decode;
mod encode;
mod error;
pub mod limits;
mod packet;
#[cfg(test)]
mod tests;

pub use decode::{Decoder, DecoderCounts};
pub use encode::{Encoder, device_id};
pub use error::DecodeError;
pub use packet::{FaceFrameTime, FacePacket, put_packet};

/// The port that the app sends to unless told otherwise.
pub const DEFAULT_PORT: u16 = 11111;

/// The version of the packets.
pub const VERSION: u8 = 6;

//! Rokoko Studio's JSON stream, version 3: suits, gloves, faces and props as datagrams, port 14043.
//!
//! A datagram is a whole frame: UTF-8 JSON, as it is or in an LZ4 frame, which its first four bytes tell. `scene` has a
//! timestamp in seconds, `actors` (name, `meta` with what is worn, `body` of 63 joints, `face` of ARKit's 52 shapes from 0
//! to 100) and `props`. Positions and rotations are global, in Unity's axes: left-handed, Y up, metres, quaternions x y z w.
//!
//! In the T pose the joints of a body are not unturned: each has a rotation of its own (`joints.rs`). What leaves here is
//! told against an unturned T pose, by VRM's names of the bones, as every other avatar's is. A joint that is not sent is
//! not seen. Version 2, which says 3 when it is chosen as "2.5", is known by its `trackers` and refused.
//!
//! Source: Rokoko's plugins for Unity (the fields, the T pose) and Blender (compression, versions, the unit of faces).

mod decode;
mod encode;
mod error;
mod joints;
pub mod limits;
mod lz4_frame;
mod scene;
#[cfg(test)]
mod tests;

pub use decode::{Decoder, DecoderCounts};
pub use encode::Encoder;
pub use error::DecodeError;
pub use joints::{Joint, joint_of, joints};

/// The port that Studio sends to unless told otherwise.
pub const DEFAULT_PORT: u16 = 14043;

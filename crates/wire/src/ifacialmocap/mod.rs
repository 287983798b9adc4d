//! iFacialMocap (and MeowFace, which speaks the same): a phone's view of a face as text, port 49983.
//!
//! A datagram is a face: sections between `|`. `mouthSmile_R-32` is a shape, ARKit's name with its side at the end, from 0
//! to 100; in version 2 the sign between them is `&`. `=head#rx,ry,rz,px,py,pz` is the head, `rightEye#x,y,z` and
//! `leftEye#x,y,z` the eyes, in degrees and metres. `trackingStatus-0` says that no face is seen. There is no name, no
//! number and no time. The phone begins to send to port 49983 when it is sent a fixed text ([`Client`]), to which
//! `|sendDataVersion=v2` may be added; it can also be told an address by hand.
//!
//! Over TCP the phone connects to port 49986 when it is sent another text; each face is followed by a mark ([`split_face`]).
//!
//! Axes: not written down by the maker. Positions have the face in front of the camera at minus Z, so they are ARKit's:
//! right-handed, Y up, a face at rest looks along +Z. In published samples the eyes' yaw is larger on the right by the 4°
//! with which eyes meet at a phone, and their roll is pitch times yaw: both fit `Ry · Rx · Rz` in those same axes, and
//! mirrored ones would have the eyes look apart. No phone was at hand.
//!
//! Source: the maker's page for developers, by many who read it.

mod client;
mod decode;
mod encode;
mod error;
pub mod limits;
mod shape;
mod stream;
#[cfg(test)]
mod tests;

pub use client::{Client, Request};
pub use decode::{Decoder, DecoderCounts};
pub use encode::Encoder;
pub use error::DecodeError;
pub use shape::{shape_name, shape_of};
pub use stream::{END_OF_FACE, split_face};

/// The port on both sides: where the phone is asked, and where it sends to.
pub const DEFAULT_PORT: u16 = 49983;

/// The port that a phone connects to, when faces are to come over TCP.
pub const STREAM_PORT: u16 = 49986;

/// The subject's name: the protocol has none for a face.
pub const DEFAULT_SUBJECT: &str = "face";

/// How a shape is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Version {
    /// `name-value`.
    #[default]
    V1,
    /// `name&value`.
    V2,
}

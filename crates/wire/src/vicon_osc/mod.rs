//! Vicon's OSC output (Tracker 3.10 and later, Nexus): markers and objects as one OSC bundle a frame.
//!
//! `/vicon/frame` comes first: frame number (64 bits), rate, and the timecode as hours, minutes, seconds, frames,
//! sub-frames, field flag, standard, sub-frames in a frame, user bits. Then one message a thing, in millimetres and
//! Vicon's Z-up axes: `/vicon/marker/<subject>/<name>` with x y z, the subject left out when there is only one and the
//! operator asked for that. What is occluded is not sent.
//!
//! How sure that is: the frame's first seven values are from Vicon's help pages, the rest of their order is DataStream's;
//! the marker's form was seen in use; the form of objects and unlabelled markers is not confirmed, so the reader takes
//! what is likely: `/vicon/object/<subject>[/<segment>]` with a translation and a quaternion x y z w or Euler XYZ
//! angles in radians, and `/vicon/unlabeled…` with x y z. Messages that are not known are counted and skipped.

mod decode;
mod encode;
mod error;
#[cfg(test)]
mod tests;

pub use decode::{Decoder, DecoderCounts};
pub use encode::{EncodeSettings, encode_frame};
pub use error::DecodeError;

/// Where frames are sent to unless told otherwise. Vicon has no fixed port: the operator names it; this is the one of
/// its examples.
pub const DEFAULT_PORT: u16 = 8000;

/// The subject that markers without one belong to: with "Use Object Name" off, Vicon names it nowhere.
pub const NAMELESS_SUBJECT: &str = "subject";

pub use crate::osc::limits::DATAGRAM_MAX;

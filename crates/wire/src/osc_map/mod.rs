//! OSC from anyone: a table says which addresses are markers and poses, and in which order, unit and axes.
//!
//! The table is TOML that people write (an example stands in `rigs/osc/`). It is used both ways: to read what a tool
//! sends, and to send what a tool can read.
//!
//! ```toml
//! units = "mm"                # mm, cm, m or in
//! axes = ["x", "z", "-y"]     # our X, Y (up) and Z in the sender's terms
//! frame = "datagram"          # each datagram is a frame; or "first" or "last": so is the message that numbers it
//!
//! [[message]]
//! address = "/frame"
//! is = "frame"
//! arguments = ["number"]
//!
//! [[message]]
//! address = "/mocap/{subject}/{marker}"
//! is = "marker"
//! arguments = ["x", "y", "z"]
//! ```
//!
//! What must stay true: only addresses of the table are looked at further; nothing is allocated per message once every
//! name is known; and a thing that is not sent, or sent as exactly zero, is occluded.

mod decode;
mod encode;
mod error;
mod map;
mod pattern;
#[cfg(test)]
mod tests;

pub use crate::osc::limits::DATAGRAM_MAX;
pub use decode::{Decoder, DecoderCounts};
pub use encode::{Encoded, encode_frame};
pub use error::MapError;
pub use map::{FrameBoundary, OscMap};
pub use pattern::AddressPattern;

/// The port of the example map. OSC has none of its own.
pub const DEFAULT_PORT: u16 = 9000;

/// The table that people copy from, and that is read by when no other is named.
pub const EXAMPLE: &str = include_str!("../../../../rigs/osc/markers.toml");

/// Messages of one table.
pub const MESSAGES_MAX: usize = 64;

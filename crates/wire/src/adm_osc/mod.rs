//! ADM-OSC: where sound objects are, as OSC messages, port 4001. Only written, never read.
//!
//! `/adm/obj/N/aed azimuth elevation distance` is polar: degrees, azimuth positive to the left and -90 on the right,
//! elevation positive upwards, distance 0 to 1. `/adm/obj/N/xyz x y z` is cartesian: each from -1 to 1, X to the right, Y
//! to the front, Z up. Neither is in metres: how far 1 is, the receiver and we agree on ([`EncodeSettings::extent_m`]).
//! What is further away is sent as far as the format reaches, in its direction, and counted.
//!
//! Each message is a datagram of its own: small receivers take no bundles. Source: ADM-OSC 1.0 of the immersive audio
//! live group; PyPI `adm-osc` is the peer of the tests.

mod encode;
pub mod limits;
#[cfg(test)]
mod tests;

pub use encode::{EncodeSettings, Encoder, Form, ObjectSettings};

/// The port that a renderer listens on.
pub const DEFAULT_PORT: u16 = 4001;

//! PosiStageNet 2.03: trackers of a stage, as chunks in datagrams of a multicast group.
//!
//! Little endian. A chunk is `u16` id, 15 bits of length and one that says it has chunks in it, and that many bytes. A
//! data packet (0x6755) has a header (time in microseconds, version, frame id, count of the frame's packets) and a list
//! of trackers with position, speed, orientation, status, acceleration, target and time; an info packet (0x6756), about
//! once a second, has the same header, the system's name and the trackers' names. A frame with many trackers is several
//! packets of one frame id, and is given out when all have come.
//!
//! The axes are x to the right, y up and z into the depth of the stage, which is left-handed; a set-up whose z comes
//! towards the audience is right-handed. Orientation is axis times angle, radians, in those axes. Source:
//! `PosiStageNet protocol v2.03` and `psn_defs.hpp` of VYV; the direction of z is common knowledge and not in these, so it
//! is a setting.

mod chunk;
mod decode;
mod encode;
mod error;
pub mod limits;
#[cfg(test)]
mod tests;

pub use decode::{DecodeSettings, Decoder, DecoderCounts};
pub use encode::{EncodeSettings, Encoder};
pub use error::DecodeError;

use std::net::Ipv4Addr;

/// The port of the group.
pub const DEFAULT_PORT: u16 = 56565;

/// The multicast group.
pub const DEFAULT_GROUP: Ipv4Addr = Ipv4Addr::new(236, 10, 10, 10);

/// Which way z points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Depth {
    /// Away from the audience: left-handed.
    #[default]
    Away,
    /// Towards the audience: right-handed, as ours.
    Towards,
}

impl Depth {
    /// A position between this and ours; its own inverse.
    pub(crate) fn position(self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        match self {
            Self::Away => [x, y, -z],
            Self::Towards => [x, y, z],
        }
    }

    /// A rotation vector between this and ours: in a mirror, what turns about the axes in the mirror turns backwards.
    pub(crate) fn rotation(self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        match self {
            Self::Away => [-x, -y, z],
            Self::Towards => [x, y, z],
        }
    }
}

pub(crate) mod ids {
    //! The numbers of the chunks.
    pub(crate) const DATA: u16 = 0x6755;
    pub(crate) const INFO: u16 = 0x6756;
    pub(crate) const HEADER: u16 = 0;
    pub(crate) const DATA_TRACKERS: u16 = 1;
    pub(crate) const INFO_SYSTEM_NAME: u16 = 1;
    pub(crate) const INFO_TRACKERS: u16 = 2;
    pub(crate) const TRACKER_NAME: u16 = 0;
    pub(crate) const POSITION: u16 = 0;
    pub(crate) const ORIENTATION: u16 = 2;
    pub(crate) const STATUS: u16 = 3;
    pub(crate) const TIMESTAMP: u16 = 6;
}

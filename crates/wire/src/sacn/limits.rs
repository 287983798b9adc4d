//! What an E1.31 packet may say.

/// Channels of a universe.
pub const CHANNELS: usize = 512;

/// Universes that carry data.
pub const UNIVERSE: std::ops::RangeInclusive<u16> = 1..=63_999;

/// Highest priority.
pub const PRIORITY_MAX: u8 = 200;

/// Bytes of a source's name; the last one is a zero.
pub const NAME_BYTES: usize = 64;

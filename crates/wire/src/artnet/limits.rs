//! What an ArtDmx packet may say.

/// Channels of a universe.
pub const CHANNELS: usize = 512;

/// Port addresses have 15 bits: net, sub-net and universe.
pub const UNIVERSE_MAX: u16 = (1 << 15) - 1;

//! Art-Net 4, message ArtDmx: universes of 512 channels as datagrams, port 6454. Only written.
//!
//! `Art-Net`, zero, `u16` operation 0x5000 (little endian), `u16` protocol 14 (big endian), sequence number (1 to 255; 0
//! says that there is none), physical port, the universe's 15 bits (low byte, then the other seven), `u16` length (big
//! endian, even), channels. Nothing announces its end: a receiver holds the last values. Source: Artistic Licence, Art-Net
//! 4; PyPI `stupidArtnet` is the peer of the tests.

mod encode;
pub mod limits;
#[cfg(test)]
mod tests;

pub use encode::{Encoder, PACKET_BYTES, encode_packet};

/// The port that nodes listen on.
pub const DEFAULT_PORT: u16 = 6454;

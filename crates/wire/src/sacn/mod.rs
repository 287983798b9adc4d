//! sACN (ANSI E1.31): universes of 512 channels as datagrams, port 5568, group 239.255.(universe). Only written.
//!
//! A packet of 638 bytes, big endian, is three layers: root (who sends: a UUID), framing (source name, priority, sequence
//! number, universe) and DMP (start code 0 and the channels). A receiver takes the source of the highest priority, and
//! gives one up that was silent for 2.5 s or says that it ends. Source: ANSI E1.31-2018, tables 4-1 to 7-8.
//!
//! Why it is not left to the crate `sacn`: that one makes its own sockets and threads, and announces its universes to a
//! group that nobody named. PyPI `sacn` is the peer of the tests.

mod encode;
pub mod limits;
#[cfg(test)]
mod tests;

pub use encode::{Encoder, Header, PACKET_BYTES, encode_packet};

use std::net::Ipv4Addr;

/// The port that receivers listen on.
pub const DEFAULT_PORT: u16 = 5568;

/// The priority that is the usual one.
pub const DEFAULT_PRIORITY: u8 = 100;

/// The group of a universe; `None` when it is none.
pub fn group_of(universe: u16) -> Option<Ipv4Addr> {
    let [high, low] = universe.to_be_bytes();
    let is_one = limits::UNIVERSE.contains(&universe);
    is_one.then_some(Ipv4Addr::new(239, 255, high, low))
}

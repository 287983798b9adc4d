//! How much a PosiStageNet packet may hold.

/// Largest datagram, by the specification.
pub const DATAGRAM_MAX: usize = 1500;

/// What is sent: a datagram that fits an Ethernet frame beside the headers of IP and UDP.
pub const SENT_BYTES_MAX: usize = 1472;

/// Time, version, frame id and count of packets.
pub const HEADER_BYTES: usize = 12;

/// Id and length of a chunk.
pub const CHUNK_HEADER_BYTES: usize = 4;

/// Frames a second that the specification asks for; frame ids wrap after 4 s.
pub const FRAME_ID_BITS: u32 = 8;

/// Seconds between two infos.
pub const INFO_EVERY_S: f64 = 1.0;

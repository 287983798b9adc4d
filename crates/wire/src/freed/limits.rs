//! How much a FreeD datagram may hold, and in which units.

/// One D1 message.
pub const MESSAGE_BYTES: usize = 29;

/// The first byte of a D1 message.
pub const MESSAGE_TYPE: u8 = 0xd1;

/// What the sum of all bytes of a message is, modulo 256: 0x40.
pub const CHECKSUM_TOTAL: u8 = 0x40;

/// Messages of one datagram: as many as an Ethernet frame holds.
pub const MESSAGES_MAX: usize = 1472 / MESSAGE_BYTES;

/// Largest datagram that is taken.
pub const DATAGRAM_MAX: usize = MESSAGES_MAX * MESSAGE_BYTES;

/// Steps in a degree.
pub const STEPS_PER_DEGREE: f64 = 32768.0;

/// Steps in a metre: 64 in a millimetre.
pub const STEPS_PER_M: f64 = 64_000.0;

/// Largest signed 24-bit number: 256 degrees less one step, or 131.07 m.
pub const I24_MAX: i32 = (1 << 23) - 1;

/// Smallest signed 24-bit number.
pub const I24_MIN: i32 = -(1 << 23);

/// Largest unsigned 24-bit number.
pub const U24_MAX: u32 = (1 << 24) - 1;

/// Bytes of a lens profile's text.
pub const PROFILE_BYTES_MAX: usize = 64 * 1024;

/// Entries of a lens profile's table: a lens calibrated at every hundredth of its ring has 100.
pub const TABLE_MAX: usize = 1024;

const _: () = assert!(MESSAGES_MAX == 50 && DATAGRAM_MAX == 1450);

//! How much an F4 datagram may hold, and in which units.

/// The first byte of a packet.
pub const COMMAND_BYTE: u8 = 0xf4;

/// What the sum of all bytes of a packet is, modulo 256: 0x40, as in FreeD.
pub const CHECKSUM_TOTAL: u8 = 0x40;

/// Command, camera, count and status.
pub const HEADER_BYTES: usize = 4;

/// One axis: id, status and three bytes.
pub const AXIS_BYTES: usize = 5;

/// Largest packet: the count is one byte.
pub const PACKET_BYTES_MAX: usize = HEADER_BYTES + u8::MAX as usize * AXIS_BYTES + 1;

/// Largest datagram that is taken: what fits an Ethernet frame, which is a whole packet of any size.
pub const DATAGRAM_MAX: usize = 1472;

/// Steps in a degree.
pub const STEPS_PER_DEGREE: f64 = 1000.0;

/// Steps in a metre: 100 in a millimetre. 24 bits reach 83.88 m.
pub const STEPS_PER_M: f64 = 100_000.0;

/// Steps of a ring between its end stops.
pub const RING_STEPS: f64 = 65_536.0;

/// A focal length below this is an angle in degrees: as pixels it would see more than 169° of a picture of 1920.
pub const FOCAL_LENGTH_DEGREES_MAX: f64 = 180.0;

/// Width and height of the picture that focal lengths in pixels are of.
pub const PICTURE_PX: [f64; 2] = [1920.0, 1080.0];

const _: () = assert!(PACKET_BYTES_MAX == 1280 && PACKET_BYTES_MAX <= DATAGRAM_MAX);

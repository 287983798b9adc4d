//! How much a datagram of Rokoko's may hold.

/// Largest datagram that is taken: what UDP over IPv4 carries.
pub const DATAGRAM_MAX: usize = 65_507;

/// Most bytes of JSON that a datagram may become. Five actors with gloves and faces are about 70 kB (63 joints of 170
/// bytes, 52 shapes of 25, each); LZ4 could make 255 times a datagram of it, 16 MB.
pub const JSON_MAX: usize = 1 << 20;

/// Joints of a body: 13 of trunk and arms, 10 of the legs, 20 of each hand.
pub const JOINTS: usize = 13 + 10 + 2 * 20;

/// A timestamp that is less than this behind the newest came late; one that is further back is a new take.
pub const LATE_MAX_S: f64 = 1.0;

/// Datagrams in a row that may have the same timestamp before it is taken for a clock that stands still.
pub const SAME_TIME_MAX: u32 = 4;

const _: () = assert!(JOINTS == 63);

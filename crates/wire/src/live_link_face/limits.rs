//! How much a Live Link Face packet may hold.

use cyc_model::{FaceShape, NAME_BYTES_MAX, Nanos};

/// Shapes, and three angles of head, left and right eye.
pub const VALUES: usize = FaceShape::COUNT + 9;

/// Largest datagram that is taken: 1 of version, two texts of 4 + 128, 16 of time and rate, 1 of count and 255 values of
/// 4 bytes are 1302.
pub const DATAGRAM_MAX: usize = 1 + 2 * (4 + NAME_BYTES_MAX) + 16 + 1 + 255 * 4;

/// How long a face is shown when its own phone is silent and another one's packet makes the frame: six packets at 60 Hz.
pub const FRESH: Nanos = Nanos::from_millis(100);

/// How far behind its phone's newest a packet may be and is still only late, frames: what a network exchanges. Further
/// back the phone's clock was set, a day ended, or the sender's count means nothing.
pub const LATE_MAX_FRAMES: f64 = 3.0;

const _: () = assert!(VALUES == 61);

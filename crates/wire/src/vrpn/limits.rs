//! How much VRPN may say.

use cyc_model::SUBJECTS_MAX;

/// Bytes of the cookie.
pub const COOKIE_BYTES: usize = 24;

/// Bytes of a message's header: six i32.
pub const HEADER_BYTES: usize = 6 * 4;

/// Messages begin at multiples of this.
pub const ALIGNMENT: usize = 8;

/// A pose: sensor and padding, 3 + 4 f64.
pub const POSE_BYTES: usize = 4 + 4 + 8 * (3 + 4);

/// Largest message that is taken, header and padding included: the library's own buffers hold 64 000 bytes.
pub const MESSAGE_MAX: usize = 64 << 10;

/// Senders and types that a server may describe: its devices, and some types for each.
pub const DESCRIPTIONS_MAX: usize = 16 * SUBJECTS_MAX;

const _: () = assert!(HEADER_BYTES == 24 && POSE_BYTES == 64);
const _: () = assert!(HEADER_BYTES.is_multiple_of(ALIGNMENT));

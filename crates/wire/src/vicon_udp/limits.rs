//! How much a Vicon UDP object stream datagram may hold.

use cyc_model::SUBJECTS_MAX;

/// `u32` frame number and `u8` count of items.
pub const HEADER_BYTES: usize = 5;

/// `u8` id and `u16` size before every item.
pub const ITEM_HEADER_BYTES: usize = 3;

/// Bytes of an object's name, NUL padded.
pub const NAME_BYTES: usize = 24;

/// What follows an object's item header: the name and six f64.
pub const OBJECT_DATA_BYTES: usize = NAME_BYTES + 6 * 8;

/// One object with its header.
pub const OBJECT_BYTES: usize = ITEM_HEADER_BYTES + OBJECT_DATA_BYTES;

/// The block sizes that Tracker offers; a datagram is padded to a multiple of one.
pub const BLOCK_BYTES: [usize; 3] = [256, 512, 1024];

/// Largest datagram that is taken: 255 items (the count is one byte) of 75 bytes are 19 130, padded to 1024.
pub const DATAGRAM_MAX: usize = 19 * 1024;

const _: () = assert!(OBJECT_DATA_BYTES == 72 && OBJECT_BYTES == 75);
const _: () = assert!(HEADER_BYTES + u8::MAX as usize * OBJECT_BYTES <= DATAGRAM_MAX);
const _: () = assert!(SUBJECTS_MAX <= u8::MAX as usize);

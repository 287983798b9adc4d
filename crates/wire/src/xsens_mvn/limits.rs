//! How much an MVN datagram may hold.

use cyc_model::SUBJECTS_MAX;

/// The header.
pub const HEADER_BYTES: usize = 24;

/// One pose: i32 id, 3 + 4 f32.
pub const POSE_BYTES: usize = 4 + 4 * (3 + 4);

/// Segments of a body.
pub const BODY_SEGMENTS_MAX: usize = 23;

/// Segments of the fingers of both hands.
pub const FINGER_SEGMENTS_MAX: usize = 40;

/// Props of one character: MVN has four.
pub const PROPS_MAX: usize = 16;

/// Poses of one character.
pub const POSES_MAX: usize = BODY_SEGMENTS_MAX + PROPS_MAX + FINGER_SEGMENTS_MAX;

/// Largest datagram that is taken: all poses of a character in one are 2.5 kB; names and other kinds are smaller.
pub const DATAGRAM_MAX: usize = 4096;

/// Bytes of poses in a datagram that is made, so that it fits an Ethernet frame.
pub const POSES_A_DATAGRAM: usize = (1472 - HEADER_BYTES) / POSE_BYTES;

/// Datagrams of one sample of one character: the count has seven bits, and a bit for each is kept.
pub const PARTS_MAX: usize = 32;

const _: () = assert!(POSE_BYTES == 32 && POSES_MAX <= POSES_A_DATAGRAM * PARTS_MAX);
const _: () = assert!(HEADER_BYTES + POSES_MAX * POSE_BYTES <= DATAGRAM_MAX);
const _: () = assert!(SUBJECTS_MAX <= u8::MAX as usize);

//! How much a NatNet datagram may hold.

use cyc_model::{SUBJECTS_MAX, UNLABELLED_MAX};

/// `u16` message id and `u16` payload bytes before every message.
pub const HEADER_BYTES: usize = 4;

/// Largest datagram that is taken or made: the largest that UDP over IPv4 carries.
pub const DATAGRAM_MAX: usize = 65_507;

/// One rigid body or bone in a frame: i32 id, 3 + 4 f32, f32 error, u16 parameters.
pub const RIGID_BODY_BYTES: usize = 4 + 4 * (3 + 4) + 4 + 2;

/// One labelled marker in a frame: i32 id, 3 f32, f32 size, u16 parameters, f32 residual.
pub const LABELLED_MARKER_BYTES: usize = 4 + 4 * 3 + 4 + 2 + 4;

/// One position: 3 f32.
pub const POSITION_BYTES: usize = 4 * 3;

/// Bytes of the application's name in a server's introduction, NUL padded.
pub const APPLICATION_NAME_BYTES: usize = 256;

/// A server's introduction: name, two versions of 4 bytes, u64 clock, u16 port, u8 kind, 4 bytes of group.
pub const SERVER_INFO_BYTES: usize = APPLICATION_NAME_BYTES + 4 + 4 + 8 + 2 + 1 + 4;

/// Bytes of a command; Motive's longest are names of takes.
pub const COMMAND_BYTES_MAX: usize = 1024;

// Ten performers of 53 markers and 20 bones with all unlabelled markers that the model takes, with every marker in a
// set and labelled, and every unlabelled one twice as Motive sends them, fit into one datagram.
const _: () = assert!(
    10 * (20 * RIGID_BODY_BYTES + 53 * (POSITION_BYTES + LABELLED_MARKER_BYTES))
        + UNLABELLED_MAX * LABELLED_MARKER_BYTES
        <= DATAGRAM_MAX
);
const _: () = assert!(RIGID_BODY_BYTES == 38 && LABELLED_MARKER_BYTES == 26);
const _: () = assert!(SERVER_INFO_BYTES == 279 && SUBJECTS_MAX < 1 << 15);

//! How much an OSC datagram may hold.

use cyc_model::{SUBJECT_PARTS_MAX, SUBJECTS_MAX};

/// Largest datagram: what UDP over IPv4 can carry, 65 535 less 20 of IP header and 8 of UDP header. Six performers of
/// 53 markers are 318 messages of some 70 bytes, 22 kB.
pub const DATAGRAM_MAX: usize = 65_507;

/// Bundles within bundles. Real senders use one or two.
pub const BUNDLE_DEPTH_MAX: usize = 4;

/// Messages and bundles of one datagram: the smallest element is 8 bytes with its size, so that no datagram of true
/// elements comes near.
pub const ELEMENTS_MAX: usize = 8192;

/// Arguments of one message. The longest that is known, VMC's root, has 14.
pub const ARGUMENTS_MAX: usize = 64;

/// Arrays within arrays.
pub const ARRAY_DEPTH_MAX: usize = 4;

/// Bytes of an address.
pub const ADDRESS_BYTES_MAX: usize = 128;

/// Bytes of a string argument: a file's path, as VMC sends.
pub const STRING_BYTES_MAX: usize = 4096;

/// Bytes of a blob argument.
pub const BLOB_BYTES_MAX: usize = 8192;

const _: () = assert!(DATAGRAM_MAX / 8 < ELEMENTS_MAX);
const _: () = assert!(SUBJECTS_MAX * SUBJECT_PARTS_MAX > ELEMENTS_MAX);

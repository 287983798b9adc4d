//! The limits of files read here, in one place, with their arithmetic.

/// Bytes of a BVH or C3D file: an hour of 60 joints at 120 Hz as BVH text is 1.2 GB; longer takes belong into MCAP.
pub const TEXT_BYTES_MAX: u64 = 2 << 30;

/// Frames of one interchange file: 24 hours at 240 Hz are 20.7 M.
pub const FRAMES_MAX: u64 = 1 << 25;

/// Poses (joints times frames) of one BVH file: 56 bytes each, 2^26 of them are 3.5 GiB.
pub const POSES_MAX: u64 = 1 << 26;

/// Bytes of a line that holds a joint's name.
pub const LINE_BYTES_MAX: usize = 4096;

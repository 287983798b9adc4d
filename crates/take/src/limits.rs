//! The limits of files read here, in one place, with their arithmetic.

/// Bytes of a BVH or C3D file: an hour of 60 joints at 120 Hz as BVH text is 1.2 GB; longer takes belong into MCAP.
pub const TEXT_BYTES_MAX: u64 = 2 << 30;

/// Frames of one interchange file: 24 hours at 240 Hz are 20.7 M.
pub const FRAMES_MAX: u64 = 1 << 25;

/// Poses (joints times frames) of one BVH file: 56 bytes each, 2^26 of them are 3.5 GiB.
pub const POSES_MAX: u64 = 1 << 26;

/// Parameters of a C3D file: the format has 127 groups; the richest files have some 300 parameters in all.
pub const C3D_PARAMETERS_MAX: usize = 1 << 14;

/// Elements of one C3D parameter that are looked at: a label for each of the 65 535 points that the format can count.
pub const C3D_ELEMENTS_MAX: usize = 1 << 16;

/// Bytes of a line that holds a joint's name.
pub const LINE_BYTES_MAX: usize = 4096;

/// Uncompressed bytes at which a take's chunk is closed.
pub const CHUNK_BYTES_TARGET: u64 = 256 << 10;

/// Time of frames after which a take's chunk is closed: with the frame that follows it, at most 50 ms are lost when the
/// program is killed (33.3 ms + one frame of 60 Hz).
pub const CHUNK_SPAN_MAX_NS: u64 = 33_000_000;

/// Bytes of one record of a take, chunks included, compressed or not. The largest frame, 64 humans of 512 joints at 56
/// bytes, is 1.8 MiB.
pub const RECORD_BYTES_MAX: u64 = 64 << 20;

/// Bytes that a whole take may decompress to: a day of 4 MB/s.
pub const TAKE_BYTES_MAX: u64 = 512 << 30;

/// Bytes of all attachments together that are kept.
pub const ATTACHMENT_BYTES_MAX: u64 = 64 << 20;

/// Rosters of one take: one each time that a source's subjects change.
pub const ROSTERS_MAX: usize = 4096;

/// Channels of one take.
pub const CHANNELS_MAX: usize = 1024;

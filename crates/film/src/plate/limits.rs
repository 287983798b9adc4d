//! The limits of plates, in one place, with their arithmetic.

/// Side of a picture, pixels: 8K is 7680 × 4320, and a dome is often 8192 wide.
pub const PLATE_SIDE_MAX_PX: u32 = 8192;

/// Bytes that decoding one still may take: 8192² pixels of four floats of 32 bits are 1.1 GB.
pub const PLATE_DECODE_BYTES_MAX: u64 = 1200 << 20;

/// Bytes of a still's file: 8192 × 4320 pixels of four floats of 32 bits, not compressed, are 566 MB.
pub const PLATE_STILL_BYTES_MAX: u64 = 600 << 20;

/// Bytes of a film's tables: 24 hours at 60 a second are 5.2 million frames of 12 bytes.
pub const PLATE_TABLES_BYTES_MAX: u64 = 64 << 20;

/// Frames of a film or stills of a sequence: 24 hours at 60 a second.
pub const PLATE_FRAMES_MAX: usize = 24 * 3600 * 60;

/// Bytes of one coded frame: 8K without compression is 53 MB in 4:2:0.
pub const PLATE_SAMPLE_BYTES_MAX: u32 = 64 << 20;

/// Frames that are decoded ahead of the show: at 24 a second an eighth of one, in which a disk may hesitate.
pub const PLATE_AHEAD: usize = 3;

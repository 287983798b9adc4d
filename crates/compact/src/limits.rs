//! The limits of compact takes, in one place, with their arithmetic.

/// Largest and smallest error that may be asked for, metres: a tenth of a metre says where somebody stood, a micrometre is
/// below what any capture system measures.
pub const ERROR_MAX_M: f64 = 0.1;
/// See [`ERROR_MAX_M`].
pub const ERROR_MIN_M: f64 = 1e-6;

/// How far from a joint the error is measured, metres: where the skin is that the joint moves.
pub const SHELL_M: f64 = 0.03;

/// Tracks of one file: a source and a stage with all their actors, and room.
pub const TRACKS_MAX: usize = 1024;

/// Joints of one track: the model's skeletons have 512; the segments of a source are joints too.
pub const TRACK_JOINTS_MAX: usize = 8192;

/// Points of one track: 64 subjects of 512 markers.
pub const TRACK_POINTS_MAX: usize = 1 << 15;

/// Whole numbers beside them: stamps, qualities, one for whether each point is seen.
pub const TRACK_NUMBERS_MAX: usize = 1 << 16;

/// Frames of one track: 24 hours at 240 Hz are 20.7 M.
pub const TRACK_FRAMES_MAX: u64 = 1 << 25;

/// Bytes of a track's or a file's description: rigs, stage and names; a stage with ten rigs has some 200 kB.
pub const DESCRIPTION_BYTES_MAX: usize = 16 << 20;

/// Frames of one chunk: two seconds at 120 Hz. Longer chunks would save 1 % and make a seek dearer.
pub const CHUNK_FRAMES_MAX: usize = 256;

/// Numbers of one chunk, frames times channels: 8 MiB decoded. A frame of the widest track fits: 8192 × 6 + 32 768 × 3 +
/// 65 536 channels are 213 000.
pub const CHUNK_CELLS_MAX: usize = 1 << 20;

/// Bytes of one chunk: a number has at most 2 bytes of symbol and 70 + 32 bits beside it.
pub const CHUNK_BYTES_MAX: usize = CHUNK_CELLS_MAX * 16;

/// Bytes of the part before the chunks: descriptions, taps (a byte or two for each of at most 12 a channel), tables, and 14
/// bytes a chunk for 2^18 chunks.
pub const HEADER_BYTES_MAX: usize = 64 << 20;

const _: () =
    assert!(TRACK_JOINTS_MAX * 6 + TRACK_POINTS_MAX * 3 + TRACK_NUMBERS_MAX < CHUNK_CELLS_MAX);

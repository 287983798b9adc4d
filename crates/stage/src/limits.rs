//! The limits of a stage file, in one place, with their arithmetic.

/// Bytes of a stage file: a hundred times the largest that we have seen.
pub const STAGE_FILE_BYTES_MAX: usize = 1 << 20;

/// Walls of one stage (a large volume has 8 panels and a ceiling of 3).
pub const WALLS_MAX: usize = 32;

/// Cameras with an inner frustum; the composite draws one after the other.
pub const CAMERAS_MAX: usize = 4;

/// Capture sources.
pub const SOURCES_MAX: usize = 16;

/// Addresses of a source's allow-list: as many as the kernel's filter compares.
pub const ALLOW_MAX: usize = 64;

/// Subjects of a source that have another name on the stage.
pub const SUBJECT_NAMES_MAX: usize = 64;

/// Rates that sources send at, hertz: the fastest optical systems are at 2 kHz.
pub const SOURCE_RATE_RANGE_HZ: std::ops::RangeInclusive<f64> = 1.0..=10_000.0;

/// Corrections of a source's lengths: an inch that was taken for a millimetre, and back, is within.
pub const SOURCE_SCALE_RANGE: std::ops::RangeInclusive<f64> = 0.001..=1000.0;

/// Latency of a source that it does not tell, milliseconds: half a second is a video chain of many frames.
pub const SOURCE_LATENCY_MAX_MS: f64 = 500.0;

/// Frames that may wait for one before them: 33 ms at 240 Hz.
pub const REORDER_FRAMES_MAX: usize = 8;

/// Longest wait for a frame before others, milliseconds.
pub const REORDER_MAX_MS: f64 = 100.0;

/// Most delay that is added for jitter, milliseconds: as long as the motion of a performer is remembered at 120 Hz.
pub const PLAYOUT_MAX_MS: f64 = 100.0;

/// Longest step of the dropout policy, milliseconds: a subject is absent after a second.
pub const TRANSITION_MAX_MS: f64 = 500.0;

/// Outputs.
pub const OUTPUTS_MAX: usize = 16;

/// Performers, and props.
pub const SLOTS_MAX: usize = 64;

/// Side of the canvas in pixels: the smallest guaranteed texture side of the GPUs meant (Vulkan 1.x desktop).
pub const CANVAS_SIDE_MAX_PX: u32 = 16_384;

/// Cabinets of one wall: 30 × 10 m of 0.25 m cabinets are 4800.
pub const CABINETS_MAX: u32 = 16_384;

/// Lengths of walls and radii, metres.
pub const WALL_LENGTH_MAX_M: f64 = 200.0;

/// Overscan of an inner frustum (2.5: 12 frames of delay at 30°/s need 1.92).
pub const OVERSCAN_RANGE: std::ops::RangeInclusive<f64> = 1.0..=2.5;

/// Frame rates of a wall, hertz.
pub const FRAME_RATE_RANGE_HZ: std::ops::RangeInclusive<f64> = 1.0..=480.0;

/// Triangles of a wall's mesh: a 20 × 8 m wall in triangles of 7 cm sides, finer than any cabinet.
pub const MESH_TRIANGLES_MAX: usize = 65_536;

/// Vertices of a wall's mesh: three for each triangle when nothing is shared.
pub const MESH_VERTICES_MAX: usize = 3 * MESH_TRIANGLES_MAX;

/// Panels of a folded wall.
pub const PANELS_MAX: usize = 64;

/// Blocks of a wall's pixel map: one for each output of a large LED processor.
pub const CANVAS_BLOCKS_MAX: usize = 256;

/// Displays: windows and offscreen pictures.
pub const DISPLAYS_MAX: usize = 16;

/// Latency of a display or of the whole way, milliseconds: beyond a second something else is wrong.
pub const LATENCY_MAX_MS: f64 = 1000.0;

/// Machines that may send OSC commands: a lighting desk, a sound desk, tablets; more are a mistake.
pub const OSC_ALLOW_MAX: usize = 16;

/// Light cards: more than a film set has lamps; the composite looks at each of them for each pixel (16 × 80 bytes of uniform).
pub const LIGHT_CARDS_MAX: usize = 16;

/// Plates: each has a thread that decodes and pictures on the graphics card (8 of 4096 × 2160 in half floats are 0.6 GB).
pub const PLATES_MAX: usize = 8;

/// Frames of a plate: a whole day at 60 a second.
pub const PLATE_FRAMES_MAX: u64 = 24 * 3600 * 60;

/// Gain of a plate: ten stops, as for light cards and exposure beyond which something else is meant.
pub const PLATE_GAIN_MAX: f64 = 1024.0;

/// Exposure, stops: the half floats of the views hold 30.
pub const EXPOSURE_RANGE_EV: std::ops::RangeInclusive<f64> = -10.0..=10.0;

/// Side of a cube of colours: 65 is the largest that calibration programs write.
pub const CUBE_SIDE_MAX: usize = 65;

/// Entries of a calibration curve: one for each code of 16 bits.
pub const CUBE_CURVE_ENTRIES_MAX: usize = 65_536;

/// Bytes of a `.cube` file: (65³ + 65 536) lines of three numbers of 24 characters at most are 25 MB.
pub const CUBE_FILE_BYTES_MAX: usize = 32 << 20;

/// Size of a number in a `.cube` file: beyond what half floats hold, nothing is meant.
pub const CUBE_VALUE_MAX: f64 = 65_504.0;
/// Lead of a prediction, milliseconds: nine frames of 60 a second; a guess beyond is worse than what is known.
pub const LEAD_MAX_MS: f64 = 150.0;

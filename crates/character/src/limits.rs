//! The limits of the loader, in one place, with their arithmetic.
//!
//! A character comes from a USB stick: its file may claim anything. Every allocation is bounded by one of these.

/// Bytes of a file, or of one external buffer: the largest scanned humans with 8K textures are some 300 MiB.
pub const FILE_BYTES_MAX: u64 = 512 << 20;

/// Objects, arrays and separators of the JSON: a scanned head with 900 morph targets in five meshes has some 50 000. The
/// parser makes up to 300 bytes of each, so that 2^20 are 300 MiB; without this bound three bytes (`{},`) would become a
/// node, and a file of the size limit 50 GiB.
pub const JSON_ITEMS_MAX: usize = 1 << 20;

/// Bytes of everything decoded from one file (vertices, morph targets, pictures): with what is held twice on the way it
/// stays within 2 × [`FILE_BYTES_MAX`], which row 38 of the fault matrix promises. Fifteen 4K pictures are 960 MiB.
pub const EXPANDED_BYTES_MAX: u64 = 960 << 20;

/// Side of a picture in pixels; 8192² RGBA is 256 MiB.
pub const PICTURE_SIDE_MAX_PX: u32 = 8192;

/// Nodes of one file.
pub const NODES_MAX: usize = 65_536;

/// How deep nodes may be nested.
pub const NODE_DEPTH_MAX: usize = 256;

/// Primitives after instancing.
pub const PRIMITIVES_MAX: usize = 4096;

/// Different morph target names: a scanned head has some 900.
pub const MORPHS_MAX: usize = 2048;

/// Morph lists of all primitives together, empty ones included: 2^18 of 72 bytes are 18 MiB.
pub const MORPH_SLOTS_MAX: usize = 1 << 18;

/// Elements of one accessor: 16 M vertices are 192 MiB of positions. Binding for accessors without a buffer view,
/// whose count nothing else bounds.
pub const ELEMENTS_MAX: u64 = 1 << 24;

/// Materials, and pictures, of one file.
pub const MATERIALS_MAX: usize = 4096;

/// Factors by which a joint's rest pose may scale: beyond them f32 skinning matrices lose their digits.
pub const JOINT_SCALE_RANGE: std::ops::RangeInclusive<f64> = 1e-4..=1e4;

/// Remarks kept for people; more are dropped, since nobody reads a thousand.
pub const NOTES_MAX: usize = 64;

/// Animations of one file: game characters come with some 200.
pub const ANIMATIONS_MAX: usize = 4096;

/// Channels of one animation: three for each of 512 joints, and morph weights, many times over.
pub const CHANNELS_MAX: usize = 1 << 14;

/// Bytes of a character map: 512 joints and 52 shapes of a hundred bytes each are 60 kB.
pub const MAP_BYTES_MAX: usize = 1 << 20;

/// Expressions of a VRM: 18 presets, 52 of PerfectSync, and as many of the author's own.
pub const EXPRESSIONS_MAX: usize = 128;

/// Binds of all expressions together: 128 of 32 each are 4096, four times over.
pub const EXPRESSION_BINDS_MAX: usize = 16_384;

/// Morph targets and expressions that one face shape moves.
pub const FACE_TARGETS_MAX: usize = 64;

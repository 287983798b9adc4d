//! How much a Qualisys packet may hold.

use cyc_model::{SUBJECT_PARTS_MAX, SUBJECTS_MAX, UNLABELLED_MAX};

/// `u32` size and `u32` type before every packet and every component.
pub const HEADER_BYTES: usize = 8;

/// One labelled marker: 3 f32.
pub const MARKER_BYTES: usize = 4 * 3;

/// One marker without a label: 3 f32, u32 id.
pub const LOOSE_MARKER_BYTES: usize = 4 * 3 + 4;

/// One body: 3 + 9 f32.
pub const BODY_BYTES: usize = 4 * (3 + 9);

/// One body with angles: 3 + 3 f32.
pub const BODY_EULER_BYTES: usize = 4 * (3 + 3);

/// One segment of a skeleton: u32 id, 3 + 4 f32.
pub const SEGMENT_BYTES: usize = 4 + 4 * (3 + 4);

/// A residual after any of the above.
pub const RESIDUAL_BYTES: usize = 4;

/// One timecode: three u32.
pub const TIMECODE_BYTES: usize = 4 * 3;

/// Largest packet that a client takes or a server makes. Frames of the model's limits are 64 × 512 × (32 + 16) +
/// 1024 × 20 bytes = 1.6 MB; parameters of as many markers, some 80 bytes each, are 2.6 MB, and skeletons with three
/// transforms a segment, some 500 bytes each, at most 16 MB; a stage has a twentieth of that, so 4 MiB.
pub const PACKET_MAX: usize = 4 << 20;

/// Largest packet that a server takes from a client: a command with a list of components.
pub const COMMAND_MAX: usize = 16 << 10;

/// Largest datagram of a frame over UDP.
pub const DATAGRAM_MAX: usize = 65_507;

/// Nodes of the parameters: elements, attributes' owners and texts, twelve for each segment and marker.
pub const PARAMETER_NODES_MAX: u32 = 1 << 18;

/// Components of one frame; the protocol knows nineteen.
pub const COMPONENTS_MAX: usize = 64;

const _: () = assert!(
    SUBJECTS_MAX * SUBJECT_PARTS_MAX * (SEGMENT_BYTES + MARKER_BYTES + RESIDUAL_BYTES)
        + UNLABELLED_MAX * (LOOSE_MARKER_BYTES + RESIDUAL_BYTES)
        <= PACKET_MAX
);
const _: () = assert!(BODY_BYTES == 48 && SEGMENT_BYTES == 32);

//! How much a Vicon DataStream packet may hold.
//!
//! The numbers come from the stage, not from the wire: 64 subjects (the model's limit) of 128 segments and 128
//! markers each is ten times the largest production seen (10 actors are 82 to 102 kB a frame).

use cyc_model::{Nanos, SUBJECTS_MAX, UNLABELLED_MAX};

/// `u32` magic and `u32` length before every packet's payload.
pub const PACKET_HEADER_BYTES: usize = 8;

/// `u32` type and `u32` length before every object.
pub const OBJECT_HEADER_BYTES: usize = 8;

/// One segment in `GlobalSegments` or `LocalSegments`: u32 id, 3 + 9 f64.
pub const SEGMENT_BYTES: usize = 4 + 8 * (3 + 9);

/// One segment in `LightweightSegments`: u32 id, 3 + 3 f32.
pub const LIGHTWEIGHT_SEGMENT_BYTES: usize = 4 + 4 * (3 + 3);

/// One marker in `LabeledRecons`: u32 subject, u32 marker, f64 radius, 3 + 9 f64, u32 trajectory.
pub const LABELLED_RECON_BYTES: usize = 4 + 4 + 8 * (1 + 3 + 9) + 4;

/// One marker in `UnlabeledRecons`: f64 radius, 3 + 9 f64, u32 trajectory.
pub const UNLABELLED_RECON_BYTES: usize = 8 * (1 + 3 + 9) + 4;

/// Segments, and markers, counted for each subject in the packet limit. A subject may have more (up to the model's
/// `SUBJECT_PARTS_MAX`) while others have fewer.
const PARTS_A_SUBJECT: usize = 128;

/// Names, bounds, neutral pose and scale of one segment or marker, when statics ride with a frame.
const STATICS_A_PART: usize = 2 * 128 + 32 + SEGMENT_BYTES + 28;

/// Largest payload that is taken or made: every pose three ways (global, local, lightweight), every marker, all
/// unlabelled markers, and the statics: 64 × 128 × (100 + 100 + 28 + 116 + 416) + 1024 × 108 = 6.3 MB, so 8 MiB.
pub const PACKET_PAYLOAD_MAX: usize = 8 << 20;

/// Largest payload that a server takes from a client: lists of some fifty types, and a filter of a few hundred ids.
pub const REQUEST_PAYLOAD_MAX: usize = 64 << 10;

/// Largest datagram of the multicast form: what UDP over IPv4 carries. Ten performers do not fit, four do.
pub const DATAGRAM_MAX: usize = 65_507;

/// Frames that a client may ask for ahead.
pub const FRAMES_ASKED_MAX: u32 = 1024;

/// Pings whose answer is awaited; older ones are forgotten.
pub const PINGS_IN_FLIGHT_MAX: usize = 16;

/// Round trips before the network's part of the latency is believed, as Vicon's own client has it.
pub const PINGS_FOR_LATENCY: u32 = 20;

const _: () = assert!(
    SUBJECTS_MAX
        * PARTS_A_SUBJECT
        * (2 * SEGMENT_BYTES + LIGHTWEIGHT_SEGMENT_BYTES + LABELLED_RECON_BYTES + STATICS_A_PART)
        + UNLABELLED_MAX * UNLABELLED_RECON_BYTES
        <= PACKET_PAYLOAD_MAX
);
const _: () = assert!(SEGMENT_BYTES == 100 && LABELLED_RECON_BYTES == 116);
const _: () = assert!(UNLABELLED_RECON_BYTES == 108 && LIGHTWEIGHT_SEGMENT_BYTES == 28);

/// Between two pings: twenty round trips are two seconds, and the answer is a mean over them.
pub const PING_EVERY: Nanos = Nanos::from_millis(100);

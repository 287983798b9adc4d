//! How much an OpenTrackIO sample may hold.

/// The header of every datagram.
pub const HEADER_BYTES: usize = 16;

/// Longest payload that 15 bits of length can tell.
pub const SEGMENT_BYTES_MAX: usize = (1 << 15) - 1;

/// Largest datagram that is taken.
pub const DATAGRAM_MAX: usize = HEADER_BYTES + SEGMENT_BYTES_MAX;

/// Payload of the datagrams that are sent: what fits an Ethernet frame beside the headers (1500 - 28 for IP and UDP),
/// less our own, rounded to what the reference sender uses.
pub const SENT_SEGMENT_BYTES: usize = 1456;

/// Largest sample. A complete one has 3 kB of JSON; 64 kB leaves room for makers' own fields.
pub const SAMPLE_BYTES_MAX: usize = 64 * 1024;

/// Segments of one sample: 64 kB in the smallest segments that anybody would send, 1 kB.
pub const SEGMENTS_MAX: usize = 64;

/// Packets that are remembered, so that one that comes twice is known.
pub const REMEMBERED_PACKETS: usize = 32;

/// Source numbers are 1 to 200.
pub const SOURCE_NUMBER_MAX: u8 = 200;

/// Transforms of one sample: stage, dolly, crane, head, camera and as many again.
pub const TRANSFORMS_MAX: usize = 16;

/// Distortions of one sample: one a model.
pub const DISTORTIONS_MAX: usize = 4;

/// Coefficients of one distortion: six are defined.
pub const COEFFICIENTS_MAX: usize = 16;

/// Bytes that are kept of a text; a URN of a UUID has 45. Longer ones are cut.
pub const TEXT_BYTES: usize = 64;

/// Seconds between two samples with static data.
pub const STATIC_EVERY_S: f64 = 2.0;

const _: () = assert!(SENT_SEGMENT_BYTES + HEADER_BYTES <= 1472);
const _: () = assert!(SEGMENTS_MAX * 1024 >= SAMPLE_BYTES_MAX);

//! Compact takes: what is kept of a take when it goes into a library, and how it comes back.
//!
//! Kept are who is who, the poses of segments, performers, cameras and props and the markers within an error, which of
//! them are seen, how sure a pose is, numbers and timecodes, the times to a microsecond, and the files that the stage ran
//! with. Left out, and counted, are raw packets, events, faces, lenses and digital humans, which are retargeted again; the
//! stamps of the delays are left out too.
//!
//! A compact take comes back as the take that it was made of: reading one makes the bytes of the other, frame by frame, so
//! whatever reads takes reads these. Frames keep their order.

mod clip_track;
mod description;
mod input;
mod mocap_track;
mod packing;
mod stage_track;
mod stamped;
mod unpacked;

pub use clip_track::{clip_of, pack_clip};
pub(super) use input::TakeInput;
pub use packing::{LeftOut, PackedTake, pack_c3d, pack_take};

/// What a track is, the first byte of its description.
const MOCAP: u8 = 1;
/// The stage as the renderer gets it.
const STAGE: u8 = 2;
/// A skeleton's motion, as BVH has it.
const CLIP: u8 = 3;

//! Compact takes: poses, points and numbers in few bytes, within an error that is stated and kept; bytes in, bytes out.
//!
//! For libraries of motion, and for the wire. Recording live is the business of `take`: making a take compact looks at all
//! of it first.
//!
//! 1. [`pose_quantiser`](self): poses become whole numbers such that no point three centimetres from any joint is farther
//!    from its place than the error, with the coarsest steps that allow it. Joints make good for the errors of those above
//!    them, so errors do not add up along a limb.
//! 2. Each number is predicted from those before it and from what happened in the same frame to its neighbours; the
//!    deviation is coded by its probability. All of this is whole numbers, the same on every machine.
//! 3. Chunks of two seconds stand on their own and have a checksum.
//!
//! Files from strangers are met with limits ([`limits`](self)), checksums, and no way to panic; whatever the bytes, what
//! comes out is finite, and rotations are rotations.
//!
//! ```
//! use cyc_compact::{CompactTake, PackOptions, Track, pack};
//! use cyc_model::Xf;
//! use glam::DVec3;
//!
//! let at = |f: usize| Xf::from_translation(DVec3::new(0.01 * f as f64, 1.0, 0.0));
//! let track = Track {
//!     name: "prop".into(),
//!     frames: 100,
//!     parents: vec![None],
//!     locals: (0..100).map(at).collect(),
//!     ..Track::default()
//! };
//! let bytes = pack(b"", &[track], PackOptions::default())?;
//! let take = CompactTake::open(bytes)?;
//! let mut pose = [Xf::IDENTITY];
//! take.cursor(0).unwrap().frame(42)?.locals(&mut pose);
//! assert!((pose[0].translation().metres() - DVec3::new(0.42, 1.0, 0.0)).length() <= 1e-4);
//! # Ok::<(), cyc_compact::CompactError>(())
//! ```

mod bits;
mod channels;
mod chunk_plan;
mod coder;
mod compact_take;
mod error;
mod expectation;
mod fields;
mod joint_lanes;
mod layout;
mod limits;
mod matrix;
mod matrix_decoder;
mod pack;
mod pose_code;
mod pose_quantiser;
mod pose_tuning;
mod predictor;
mod range_code;
mod symbol_table;
mod track;
mod turn;

pub use compact_take::{CompactTake, Frame, TrackCursor, TrackInfo};
pub use error::{CompactError, Part};
pub use layout::looks_compact;
pub use limits::*;
pub use pack::{PackOptions, pack};
pub use track::{Track, TrackShape};

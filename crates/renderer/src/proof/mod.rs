//! Proof that the picture is right: through the lens.
//!
//! A film camera whose pose is known photographs the LED wall, and the same camera photographs the virtual scene
//! directly. Where the wall shows the inner frustum, both photographs must be the same.
//!
//! So that an error cannot cancel itself, this module is a world of its own: its rigid motions are plain matrices, its
//! camera is OpenCV's pinhole and lens in `f64`, its walls are met by its own rays. It takes numbers (radius, pose, focal
//! length) from the stage, and no function. The tracked pose goes out as a capture system would send it, and comes back
//! through whatever the caller wants to prove ([`Transport`]).

mod bug;
mod compare;
mod errors;
mod fiducial;
mod glass;
mod pattern;
mod photograph;
mod pinhole;
mod rigid;
mod run;
mod slip;
mod tree;
mod truth;
mod wall;

pub use bug::Bug;
pub use errors::ProofError;
pub use pattern::{PatternView, photograph_pattern};
pub use photograph::Photograph;
pub use run::{Delay, Proof, ProofOptions, ProofPictures, fine_scale, prove, prove_with_bugs};
pub use slip::Slip;
pub use truth::TruthPose;

use cyc_model::{Body, Source, Xf};

/// A rigid body as a Vicon system sends it: Z up, millimetres, Euler XYZ about moving axes in radians.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ViconBody {
    /// Position.
    pub t_mm: [f64; 3],
    /// Rotation `Rx(x) · Ry(y) · Rz(z)`.
    pub euler_rad: [f64; 3],
}

/// The way of the tracked pose from the capture system into the stage: encode, send, receive, decode. `None` is a
/// pose that got lost.
pub type Transport<'a> = dyn FnMut(&ViconBody) -> Option<Xf<Source, Body>> + 'a;

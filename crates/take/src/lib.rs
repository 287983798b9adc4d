//! Recordings and interchange files: MCAP takes, BVH, C3D; written and read.

pub mod bvh;
pub mod c3d;

mod limits;

pub use limits::*;

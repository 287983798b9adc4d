//! Recordings and interchange files: MCAP takes, BVH, C3D; written and read.

pub mod bvh;

mod limits;

pub use limits::*;

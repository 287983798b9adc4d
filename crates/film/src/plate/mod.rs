//! Plates: pictures from files, one after the other, as a stage shows them.
//!
//! A plate's file is a still (PNG, JPEG, Radiance HDR, OpenEXR), a sequence of PNG or EXR stills, or a film (H.264 in MP4).
//! [`PlateFile`] gives any frame of it; [`PlatePlayer`] decodes ahead of a show on a thread of its own. Codes of 8 bits
//! stay codes (sRGB), everything deeper becomes linear light in half floats; what is behind a transparent pixel is
//! multiplied in already. Primaries are taken for BT.709's.

mod fault;
mod file;
mod film;
mod limits;
mod mp4;
mod parameter_set;
mod picture;
mod player;
mod radiance;
mod sequence;
mod still;
mod yuv;

pub use fault::PlateFault;
pub use file::{PlateFile, PlateInfo};
pub use limits::*;
pub use picture::{PlatePicture, PlateTexels};
pub use player::{PlateCounts, PlatePlayer, PlayRange};

//! Pictures to files and from them: stills, sequences, and films as H.264 in MP4.
//!
//! Without a display the demo's result is a film that a person can open anywhere. H.264 comes from `openh264`
//! (compiled from source, so that no program has to be installed), the container from `muxide`; both write files
//! that ordinary players and browsers take. Pictures are 8-bit sRGB, rows from the top; a wall's light (half floats) and its
//! signal (codes of 16 bits) are stills of their own kinds.

mod deep_picture;
mod film_writer;
mod picture;
mod plate;

pub use deep_picture::{CodePicture, LightPicture, Still};
pub use film_writer::{FilmError, FilmInfo, FilmWriter};
pub use picture::{Picture, PictureError};
pub use plate::*;

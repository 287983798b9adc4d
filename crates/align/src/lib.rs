//! From measured points and views to where a source, a camera body and its lens are.
//!
//! Two questions, each with its answer's uncertainty, and the eye for the second ([`find_markers`]). *Where is a capture system's volume on the stage?* Points whose place
//! is known on both sides tell ([`align_source`]); a wand that is rocked about a mark tells where that is ([`touched`]). *Where is the entrance pupil on the tracked body, and what lens is it?*
//! Pictures of known points of the wall, taken from several tracked places, tell both at once ([`align_camera`]). An answer
//! that the measurements do not determine is refused: a stage that is off by a centimetre looks like one that is late.

mod answer;
mod bundle;
mod camera;
mod error;
mod freedom;
mod least_squares;
mod limits;
mod markers;
mod nearest_turn;
mod pinhole;
mod pose;
mod source;
mod tremble;
mod view;
mod wand;

pub use camera::{CameraAlignment, align_camera, view_misses_px};
pub use error::{AlignError, Unknown};
pub use freedom::{LensFreedom, Uncertainty};
pub use limits::*;
pub use markers::{
    FoundMarkers, GreyPicture, MarkerFault, MarkerSight, MarkerWall, find_markers, marker_dot,
    marker_white,
};
pub use source::{PointPair, SourceAlignment, align_source};
pub use tremble::{PoseNoise, PoseOff, Tremble};
pub use view::{Sight, View};
pub use wand::{Touch, touched};

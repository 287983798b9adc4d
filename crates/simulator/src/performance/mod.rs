//! What the virtual capture system sees: a performer in markers, a hand-held film camera, a prop.
//!
//! The performer's markers sit on the *skin* of a skinned body, displaced by a seeded placement error, swaying with
//! the soft tissue and read with camera noise, as a real system would see them: never at a solver's own offsets.
//! Everything is computed in `f64` by code that shares nothing with `solver`, `stage` or `renderer`, because the
//! [`truth`] written from here is what those are judged by. Stage space in, the source's space out.

mod body_motion;
mod camera_move;
mod face_motion;
mod joint_names;
mod linear;
mod marker_layer;
mod noise;
mod occlusion;
mod prop_move;
mod recorded_markers;
mod skin;
mod together;
mod truth;
mod unlabelled;
mod virtual_volume;

pub use body_motion::{BodyMotion, Clip, MotionError, placement_from_model};
pub use camera_move::{CameraMove, CameraMoveSettings};
pub use face_motion::FaceMotion;
pub use linear::Placement;
pub use marker_layer::{MarkerLayer, MarkerRealism};
pub use occlusion::{OcclusionSettings, Occlusions};
pub use prop_move::PropMove;
pub use recorded_markers::RecordedMarkers;
pub use skin::{Landmark, LandmarkError, Landmarks};
pub use together::Together;
pub use truth::{TruthError, TruthState, TruthWriter};
pub use unlabelled::Unlabelled;
pub use virtual_volume::{Performer, PerformerError, VirtualVolume, VolumeSettings};

#[cfg(test)]
mod tests;

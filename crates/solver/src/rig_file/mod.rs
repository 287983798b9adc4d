//! The TOML files of `rigs/`: skeleton templates and marker sets, the rig that one of each makes, and whole rigs.
//!
//! The files that come with the house are part of the program, so that it needs no folder to find.

mod error;
mod marker_set;
mod performer_rig;
mod skeleton_file;
pub(crate) mod text;

pub use error::{DofNeeds, Place, RigError};
pub use marker_set::{
    MarkerSet, Recognised, SetMarker, build_rig, parse_markerset, plain_label, recognise_markerset,
};
pub use performer_rig::{parse_rig, write_rig};
pub(crate) use skeleton_file::other_side;
pub use skeleton_file::{RIGID_BODY, SkeletonTemplate, parse_skeleton};

/// `rigs/skeletons/human.toml`.
pub const HUMAN_SKELETON: &str = include_str!("../../../../rigs/skeletons/human.toml");
/// `rigs/markersets/production-53.toml`.
pub const PRODUCTION_53: &str = include_str!("../../../../rigs/markersets/production-53.toml");
/// `rigs/markersets/plug-in-gait-39.toml`.
pub const PLUG_IN_GAIT_39: &str = include_str!("../../../../rigs/markersets/plug-in-gait-39.toml");
/// `rigs/markersets/cmu-41.toml`.
pub const CMU_41: &str = include_str!("../../../../rigs/markersets/cmu-41.toml");
/// `rigs/markersets/prop-6.toml`.
pub const PROP_6: &str = include_str!("../../../../rigs/markersets/prop-6.toml");
/// `rigs/markersets/camera.toml`.
pub const PROP_CAMERA: &str = include_str!("../../../../rigs/markersets/camera.toml");
/// `rigs/markersets/sword.toml`.
pub const PROP_SWORD: &str = include_str!("../../../../rigs/markersets/sword.toml");

/// The marker sets of performers that come with the house; each is for [`HUMAN_SKELETON`].
pub const BODY_MARKERSETS: [&str; 3] = [PRODUCTION_53, PLUG_IN_GAIT_39, CMU_41];
/// The marker sets of props; each is for [`SkeletonTemplate::rigid_body`].
pub const PROP_MARKERSETS: [&str; 3] = [PROP_6, PROP_CAMERA, PROP_SWORD];

#[cfg(test)]
mod tests;

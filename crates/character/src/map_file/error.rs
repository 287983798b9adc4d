//! Why a character map cannot be used, and where.

use super::MapPlace;
use cyc_model::HumanBone;
use thiserror::Error;

/// Why a character map cannot be used.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum CharacterMapError {
    /// Longer than any map.
    #[error("a map of {bytes} bytes")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not TOML, or not a map's words.
    #[error("{place:?}: {reason}")]
    Toml {
        /// Where.
        place: MapPlace,
        /// The parser's words.
        reason: String,
    },
    /// A bone that no human has.
    #[error("{place:?}: no bone is called '{name}'")]
    UnknownBone {
        /// Where.
        place: MapPlace,
        /// The name.
        name: String,
        /// A bone's name like it.
        nearest: String,
    },
    /// A face shape that ARKit does not name.
    #[error("{place:?}: no face shape is called '{name}'")]
    UnknownShape {
        /// Where.
        place: MapPlace,
        /// The name.
        name: String,
        /// A shape's name like it.
        nearest: String,
    },
    /// An axis that is none, or facing up.
    #[error("{place:?}: '{name}' is no axis across the other")]
    Axis {
        /// Where.
        place: MapPlace,
        /// What was written.
        name: String,
    },
    /// A number out of its range.
    #[error("{place:?}: {value} is not between {min} and {max}")]
    Number {
        /// Where.
        place: MapPlace,
        /// The number.
        value: f64,
        /// The least.
        min: f64,
        /// The most.
        max: f64,
    },
    /// Two bones of one joint.
    #[error("{place:?}: '{joint}' is another bone's already")]
    SharedJoint {
        /// Where.
        place: MapPlace,
        /// The joint.
        joint: String,
    },
    /// The character has no such joint.
    #[error("{place:?}: the character has no joint '{joint}'")]
    UnknownJoint {
        /// Where.
        place: MapPlace,
        /// The bone.
        bone: HumanBone,
        /// The name.
        joint: String,
        /// A joint's name like it.
        nearest: String,
    },
    /// The character has no such morph target or expression.
    #[error("{place:?}: the character has no morph target or expression '{target}'")]
    UnknownTarget {
        /// Where.
        place: MapPlace,
        /// The name.
        target: String,
        /// A target's name like it.
        nearest: String,
    },
}

impl CharacterMapError {
    /// Where in the text.
    pub fn place(&self) -> Option<MapPlace> {
        match self {
            Self::TooLong { .. } => None,
            Self::Toml { place, .. }
            | Self::UnknownBone { place, .. }
            | Self::UnknownShape { place, .. }
            | Self::Axis { place, .. }
            | Self::Number { place, .. }
            | Self::SharedJoint { place, .. }
            | Self::UnknownJoint { place, .. }
            | Self::UnknownTarget { place, .. } => Some(*place),
        }
    }

    /// The message id in `assets/text`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "character-map-too-long",
            Self::Toml { .. } => "character-map-toml",
            Self::UnknownBone { .. } => "character-map-unknown-bone",
            Self::UnknownShape { .. } => "character-map-unknown-shape",
            Self::Axis { .. } => "character-map-axis",
            Self::Number { .. } => "character-map-number",
            Self::SharedJoint { .. } => "character-map-shared-joint",
            Self::UnknownJoint { .. } => "character-map-unknown-joint",
            Self::UnknownTarget { .. } => "character-map-unknown-target",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let mut args = match self {
            Self::TooLong { bytes } => vec![("bytes", bytes.to_string())],
            Self::Toml { reason, .. } => vec![("reason", reason.clone())],
            Self::UnknownBone { name, nearest, .. } | Self::UnknownShape { name, nearest, .. } => {
                vec![("name", name.clone()), ("nearest", nearest.clone())]
            }
            Self::Axis { name, .. } => vec![("name", name.clone())],
            Self::Number {
                value, min, max, ..
            } => vec![
                ("value", value.to_string()),
                ("min", min.to_string()),
                ("max", max.to_string()),
            ],
            Self::SharedJoint { joint, .. } => vec![("joint", joint.clone())],
            Self::UnknownJoint {
                bone,
                joint,
                nearest,
                ..
            } => vec![
                ("bone", bone.vrm_name().to_owned()),
                ("joint", joint.clone()),
                ("nearest", nearest.clone()),
            ],
            Self::UnknownTarget {
                target, nearest, ..
            } => {
                vec![("target", target.clone()), ("nearest", nearest.clone())]
            }
        };
        if let Some(place) = self.place() {
            args.push(("line", place.line.to_string()));
            args.push(("column", place.column.to_string()));
        }
        args
    }
}

//! What can be wrong with the TOML files of `rigs/`.

use crate::limits::{OFFSET_MAX_M, TEXT_BYTES_MAX};
use cyc_model::{HumanoidMapError, RigBuildError, SkeletonError};
use thiserror::Error;

/// Where in a text something is: line and column, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
}

impl Place {
    /// The place of a byte offset in a text.
    pub(crate) fn of(text: &str, offset: usize) -> Self {
        let end = (0..=offset.min(text.len()))
            .rev()
            .find(|&e| text.is_char_boundary(e))
            .unwrap_or(0);
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

/// What the degrees of freedom of a joint need to be whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DofNeeds {
    /// `axis`, and not `axes`.
    OneAxis,
    /// `axes`, and not `axis`.
    TwoAxes,
    /// Neither `axis` nor `axes`.
    NoAxis,
    /// As many limits as it has rotations, or none.
    LimitPerRotation,
}

impl DofNeeds {
    fn word(self) -> &'static str {
        match self {
            Self::OneAxis => "one-axis",
            Self::TwoAxes => "two-axes",
            Self::NoAxis => "no-axis",
            Self::LimitPerRotation => "limit-per-rotation",
        }
    }
}

/// Why a file of `rigs/` cannot be used.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum RigError {
    /// Longer than such a file can be.
    #[error("the file has {bytes} bytes, more than the {TEXT_BYTES_MAX} that are read")]
    TooLong {
        /// Bytes given.
        bytes: usize,
    },
    /// Not TOML, an unknown key, or a value of the wrong kind.
    #[error("line {}, column {}: {reason}", place.line, place.column)]
    Toml {
        /// Where.
        place: Place,
        /// What the reader says.
        reason: String,
    },
    /// A name that is no human bone.
    #[error("line {}, column {}: '{name}' is no bone; bones have VRM's names", place.line, place.column)]
    UnknownBone {
        /// Where.
        place: Place,
        /// The name.
        name: String,
    },
    /// A bone that the skeleton has not, or not yet: a parent must stand before its children.
    #[error("line {}, column {}: the skeleton has no bone '{name}' here", place.line, place.column)]
    BoneNotInSkeleton {
        /// Where.
        place: Place,
        /// The bone.
        name: String,
    },
    /// A bone or a label that is given twice.
    #[error("line {}, column {}: '{name}' is given twice", place.line, place.column)]
    Twice {
        /// Where.
        place: Place,
        /// The name.
        name: String,
    },
    /// Degrees of freedom whose axes or limits do not belong to their kind.
    #[error("line {}, column {}: a joint '{dof}' needs: {}", place.line, place.column, needs.word())]
    BadDof {
        /// Where.
        place: Place,
        /// The kind given.
        dof: String,
        /// What it needs.
        needs: DofNeeds,
    },
    /// A number that is not finite or out of bounds.
    #[error("line {}, column {}: '{name}' has a number out of bounds (±{OFFSET_MAX_M} m, ±360°)", place.line, place.column)]
    OutOfBounds {
        /// Where.
        place: Place,
        /// The joint or marker.
        name: String,
    },
    /// A marker set for another skeleton.
    #[error("marker set '{markerset}' is for the skeleton '{wanted}', not '{given}'")]
    OtherSkeleton {
        /// The marker set.
        markerset: String,
        /// The skeleton it names.
        wanted: String,
        /// The skeleton given.
        given: String,
    },
    /// The joints are no skeleton.
    #[error("the joints are no skeleton: {0}")]
    Skeleton(#[from] SkeletonError),
    /// The rig does not hold together.
    #[error("the rig does not hold together: {0}")]
    Rig(#[from] RigBuildError),
    /// The map to human bones is wrong.
    #[error("the joints do not map to human bones: {0}")]
    Humanoid(#[from] HumanoidMapError),
}

impl RigError {
    /// The id of the text that explains this to a person.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "solver-rig-too-long",
            Self::Toml { .. } => "solver-rig-not-readable",
            Self::UnknownBone { .. } => "solver-rig-unknown-bone",
            Self::BoneNotInSkeleton { .. } => "solver-rig-bone-not-in-skeleton",
            Self::Twice { .. } => "solver-rig-twice",
            Self::BadDof { .. } => "solver-rig-bad-dof",
            Self::OutOfBounds { .. } => "solver-rig-out-of-bounds",
            Self::OtherSkeleton { .. } => "solver-rig-other-skeleton",
            Self::Skeleton(_) | Self::Rig(_) | Self::Humanoid(_) => "solver-rig-not-a-rig",
        }
    }

    /// The values that the text names.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let at = |place: &Place, more: (&'static str, String)| {
            vec![
                ("line", place.line.to_string()),
                ("column", place.column.to_string()),
                more,
            ]
        };
        match self {
            Self::TooLong { bytes } => vec![
                ("bytes", bytes.to_string()),
                ("limit", TEXT_BYTES_MAX.to_string()),
            ],
            Self::Toml { place, reason } => at(place, ("reason", reason.clone())),
            Self::UnknownBone { place, name }
            | Self::BoneNotInSkeleton { place, name }
            | Self::Twice { place, name }
            | Self::OutOfBounds { place, name } => at(place, ("name", name.clone())),
            Self::BadDof { place, dof, needs } => {
                let mut args = at(place, ("dof", dof.clone()));
                args.push(("needs", needs.word().to_owned()));
                args
            }
            Self::OtherSkeleton {
                markerset,
                wanted,
                given,
            } => vec![
                ("markerset", markerset.clone()),
                ("wanted", wanted.clone()),
                ("given", given.clone()),
            ],
            Self::Skeleton(e) => vec![("reason", e.to_string())],
            Self::Rig(e) => vec![("reason", e.to_string())],
            Self::Humanoid(e) => vec![("reason", e.to_string())],
        }
    }

    /// Where in the text it is, when it is at one place.
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Toml { place, .. }
            | Self::UnknownBone { place, .. }
            | Self::BoneNotInSkeleton { place, .. }
            | Self::Twice { place, .. }
            | Self::BadDof { place, .. }
            | Self::OutOfBounds { place, .. } => Some(*place),
            _ => None,
        }
    }
}

//! Why a labeller cannot be made.

use cyc_model::SUBJECTS_MAX;
use thiserror::Error;

/// Why a labeller cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LabelError {
    /// More rigs than a source has subjects.
    #[error("{count} rigs to be labelled, at most {SUBJECTS_MAX} can be")]
    TooManySubjects {
        /// Rigs given.
        count: usize,
    },
    /// A rig that no pattern can be found by.
    #[error("rig '{rig}' has {markers} markers, three are the least that can be recognised")]
    TooFewMarkers {
        /// The rig.
        rig: String,
        /// Its markers.
        markers: usize,
    },
}

impl LabelError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooManySubjects { .. } => "solver-label-too-many-subjects",
            Self::TooFewMarkers { .. } => "solver-label-too-few-markers",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooManySubjects { count } => vec![
                ("count", count.to_string()),
                ("limit", SUBJECTS_MAX.to_string()),
            ],
            Self::TooFewMarkers { rig, markers } => {
                vec![("rig", rig.clone()), ("markers", markers.to_string())]
            }
        }
    }
}

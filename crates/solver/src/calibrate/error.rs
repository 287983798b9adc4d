//! Why a performer cannot be calibrated.

use cyc_model::{HumanoidMapError, RigBuildError, SkeletonError};
use thiserror::Error;

/// Why a take gives no calibration.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CalibrateError {
    /// Too few frames in which enough markers are seen.
    #[error("only {usable} of {frames} frames show enough markers; at least {needed} are needed")]
    TooFewFrames {
        /// Frames given.
        frames: usize,
        /// Frames that could be used.
        usable: usize,
        /// Frames needed.
        needed: usize,
    },
    /// The markers do not look like this rig at all: wrong set, wrong labels, wrong units.
    #[error("the markers do not fit the rig: {rms_mm} mm RMS at the best scale")]
    NotThisRig {
        /// The best RMS found, millimetres, rounded.
        rms_mm: u64,
    },
    /// The calibrated parts are no rig.
    #[error("the calibrated joints are no skeleton: {0}")]
    Skeleton(#[from] SkeletonError),
    /// The calibrated parts are no rig.
    #[error("the calibrated rig does not hold together: {0}")]
    Rig(#[from] RigBuildError),
    /// The calibrated parts are no rig.
    #[error("the calibrated joints do not map to human bones: {0}")]
    Humanoid(#[from] HumanoidMapError),
}

impl CalibrateError {
    /// The id of the text that explains this to a person.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooFewFrames { .. } => "solver-calibrate-too-few-frames",
            Self::NotThisRig { .. } => "solver-calibrate-not-this-rig",
            Self::Skeleton(_) | Self::Rig(_) | Self::Humanoid(_) => "solver-calibrate-not-a-rig",
        }
    }

    /// The values that the text names.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooFewFrames {
                frames,
                usable,
                needed,
            } => vec![
                ("frames", frames.to_string()),
                ("usable", usable.to_string()),
                ("needed", needed.to_string()),
            ],
            Self::NotThisRig { rms_mm } => vec![("rms_mm", rms_mm.to_string())],
            Self::Skeleton(e) => vec![("reason", e.to_string())],
            Self::Rig(e) => vec![("reason", e.to_string())],
            Self::Humanoid(e) => vec![("reason", e.to_string())],
        }
    }
}

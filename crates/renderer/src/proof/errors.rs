//! Why a proof could not be made (not: why it failed).

use crate::RenderError;
use thiserror::Error;

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ProofError {
    /// The pictures could not be drawn.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The stage has no such camera.
    #[error("the stage has no camera number {camera}")]
    NoCamera {
        /// The number asked for, from 0.
        camera: usize,
    },
    /// The camera's inner frustum is off, so that there is nothing to prove.
    #[error("the inner frustum of camera '{camera}' is off")]
    InnerOff {
        /// The camera's name.
        camera: String,
    },
    /// The tracked pose did not come back.
    #[error("the tracked pose of pose {pose} was lost on its way")]
    PoseLost {
        /// Which pose, from 0.
        pose: usize,
    },
}

impl ProofError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Render(error) => error.key(),
            Self::NoCamera { .. } => "renderer-proof-no-camera",
            Self::InnerOff { .. } => "renderer-proof-inner-off",
            Self::PoseLost { .. } => "renderer-proof-pose-lost",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Render(error) => error.args(),
            Self::NoCamera { camera } => vec![("camera", camera.to_string())],
            Self::InnerOff { camera } => vec![("camera", camera.clone())],
            Self::PoseLost { pose } => vec![("pose", pose.to_string())],
        }
    }
}

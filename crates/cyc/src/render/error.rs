//! What can go wrong in `cyc render` itself.

use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use std::path::{Path, PathBuf};

/// Why nothing was drawn.
#[derive(Debug)]
pub enum RenderFault {
    /// The stage has no wall of that name.
    NoWall {
        /// The name asked for.
        wall: String,
    },
    /// `--frames` is not of the form `A..B`, or holds no frame of the take.
    BadFrames {
        /// What was written.
        written: String,
        /// Frames that there are.
        count: usize,
    },
    /// No camera of the stage shows an inner frustum, so that there is nothing to prove.
    NoCamera,
    /// The folder cannot be made.
    NoFolder {
        /// The folder.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl RenderFault {
    pub(super) fn no_folder(path: &Path, error: &std::io::Error) -> Self {
        Self::NoFolder {
            path: path.to_owned(),
            reason: error.to_string(),
        }
    }
}

impl Explain for RenderFault {
    fn key(&self) -> &'static str {
        match self {
            Self::NoWall { .. } => "rendering-no-wall",
            Self::BadFrames { .. } => "rendering-bad-frames",
            Self::NoCamera => "rendering-no-camera",
            Self::NoFolder { .. } => "rendering-no-folder",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoWall { wall } => vec![("wall", wall.clone())],
            Self::BadFrames { written, count } => {
                vec![("written", written.clone()), ("count", count.to_string())]
            }
            Self::NoCamera => Vec::new(),
            Self::NoFolder { path, reason } => vec![
                ("path", path.display().to_string()),
                ("reason", reason.clone()),
            ],
        }
    }
}

impl From<RenderFault> for Failure {
    fn from(error: RenderFault) -> Self {
        let exit = match error {
            RenderFault::NoWall { .. } | RenderFault::BadFrames { .. } => Exit::Usage,
            RenderFault::NoCamera => Exit::Config,
            RenderFault::NoFolder { .. } => Exit::Device,
        };
        Self::new(exit, &error)
    }
}

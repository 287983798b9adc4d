//! Why a plate cannot be opened, or a frame of it cannot be had.

use std::path::{Path, PathBuf};
use thiserror::Error;

/// What is wrong with a plate's file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PlateFault {
    /// The system does not let it be read.
    #[error("cannot read {path}: {reason}")]
    CannotRead {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Its name ends like nothing that is known, or its content is of no kind that is.
    #[error("{path} is no picture, sequence or film of a kind that is read: {reason}")]
    UnknownKind {
        /// The file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// No file of a sequence is there.
    #[error("no file is called like {path}")]
    EmptySequence {
        /// The pattern.
        path: PathBuf,
    },
    /// Larger than what is taken.
    #[error("{path} has {width_px} x {height_px} px, at most {limit_px} a side are taken")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Width.
        width_px: u64,
        /// Height.
        height_px: u64,
        /// The limit.
        limit_px: u32,
    },
    /// More bytes than are taken.
    #[error("{path} has {bytes} bytes, at most {limit} are taken")]
    TooManyBytes {
        /// The file.
        path: PathBuf,
        /// Its bytes.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// It has no frame between the in and the out point.
    #[error("{path} has the frames {first} to {last}, and none of those asked for")]
    NoSuchFrames {
        /// The file.
        path: PathBuf,
        /// Its first frame.
        first: u64,
        /// Its last one.
        last: u64,
    },
    /// A frame is damaged, or is missing in a sequence.
    #[error("frame {frame} of {path} cannot be had: {reason}")]
    Broken {
        /// The file.
        path: PathBuf,
        /// The frame, in the file's own count.
        frame: u64,
        /// Why.
        reason: String,
    },
}

impl PlateFault {
    pub(super) fn cannot_read(path: &Path, error: &dyn std::fmt::Display) -> Self {
        Self::CannotRead {
            path: path.to_owned(),
            reason: error.to_string(),
        }
    }

    pub(super) fn unknown(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::UnknownKind {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }

    pub(super) fn broken(path: &Path, frame: u64, reason: impl std::fmt::Display) -> Self {
        Self::Broken {
            path: path.to_owned(),
            frame,
            reason: reason.to_string(),
        }
    }

    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::CannotRead { .. } => "plate-cannot-read",
            Self::UnknownKind { .. } => "plate-unknown-kind",
            Self::EmptySequence { .. } => "plate-empty-sequence",
            Self::TooLarge { .. } => "plate-too-large",
            Self::TooManyBytes { .. } => "plate-too-many-bytes",
            Self::NoSuchFrames { .. } => "plate-no-such-frames",
            Self::Broken { .. } => "plate-broken",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let path = |path: &Path| ("path", path.display().to_string());
        match self {
            Self::CannotRead { path: p, reason } | Self::UnknownKind { path: p, reason } => {
                vec![path(p), ("reason", reason.clone())]
            }
            Self::EmptySequence { path: p } => vec![path(p)],
            Self::TooLarge {
                path: p,
                width_px,
                height_px,
                limit_px,
            } => vec![
                path(p),
                ("width", width_px.to_string()),
                ("height", height_px.to_string()),
                ("limit", limit_px.to_string()),
            ],
            Self::TooManyBytes {
                path: p,
                bytes,
                limit,
            } => vec![
                path(p),
                ("bytes", bytes.to_string()),
                ("limit", limit.to_string()),
            ],
            Self::NoSuchFrames {
                path: p,
                first,
                last,
            } => vec![
                path(p),
                ("first", first.to_string()),
                ("last", last.to_string()),
            ],
            Self::Broken {
                path: p,
                frame,
                reason,
            } => vec![
                path(p),
                ("frame", frame.to_string()),
                ("reason", reason.clone()),
            ],
        }
    }
}

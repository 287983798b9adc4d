//! What can go wrong in a demo before and around the stage itself.

use std::path::PathBuf;
use thiserror::Error;

/// Why the demo cannot run.
#[derive(Debug, Error)]
pub enum DemoError {
    /// The program's own assets are not to be found.
    #[error("assets and rigs not found, searched from {searched}")]
    NoFiles {
        /// Where it was looked.
        searched: String,
    },
    /// A file cannot be read.
    #[error("cannot read {path}: {reason}")]
    CannotRead {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A folder or file cannot be written.
    #[error("cannot write {path}: {reason}")]
    CannotWrite {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The performance is neither BVH nor C3D.
    #[error("{path} is no performance")]
    UnknownPerformance {
        /// The file.
        path: PathBuf,
    },
    /// No marker set matches the labels of a C3D file.
    #[error("no marker set fits {path}: {missing}")]
    NoMarkerSet {
        /// The file.
        path: PathBuf,
        /// What is missing.
        missing: String,
    },
    /// The stage has no performer or no camera, so there is nothing to show.
    #[error("stage {stage} has no {what}")]
    StageLacks {
        /// The stage's name.
        stage: String,
        /// `performer` or `camera`.
        what: &'static str,
    },
    /// No frames came from the virtual system.
    #[error("nothing was heard from {source_name} for {seconds} s")]
    NothingHeard {
        /// The source.
        source_name: String,
        /// Seconds waited.
        seconds: u32,
    },
    /// The face track beside a performance is not what it should be.
    #[error("{path} is no face track: {reason}")]
    BadFaceTrack {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The take has no frames to be shown.
    #[error("the take {path} holds no stage frames")]
    EmptyTake {
        /// The take.
        path: PathBuf,
    },
}

impl DemoError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoFiles { .. } => "demo-no-files",
            Self::CannotRead { .. } => "demo-cannot-read",
            Self::CannotWrite { .. } => "demo-cannot-write",
            Self::UnknownPerformance { .. } => "demo-unknown-performance",
            Self::NoMarkerSet { .. } => "demo-no-marker-set",
            Self::StageLacks { .. } => "demo-stage-lacks",
            Self::NothingHeard { .. } => "demo-nothing-heard",
            Self::BadFaceTrack { .. } => "demo-bad-face-track",
            Self::EmptyTake { .. } => "demo-empty-take",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let path = |p: &PathBuf| ("path", p.display().to_string());
        match self {
            Self::NoFiles { searched } => vec![("searched", searched.clone())],
            Self::CannotRead { path: p, reason }
            | Self::CannotWrite { path: p, reason }
            | Self::BadFaceTrack { path: p, reason } => vec![path(p), ("reason", reason.clone())],
            Self::UnknownPerformance { path: p } | Self::EmptyTake { path: p } => vec![path(p)],
            Self::NoMarkerSet { path: p, missing } => vec![path(p), ("missing", missing.clone())],
            Self::StageLacks { stage, what } => {
                vec![("stage", stage.clone()), ("what", (*what).to_owned())]
            }
            Self::NothingHeard {
                source_name,
                seconds,
            } => {
                vec![
                    ("source", source_name.clone()),
                    ("seconds", seconds.to_string()),
                ]
            }
        }
    }
}

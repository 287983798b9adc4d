//! Why a take cannot be solved, or its result not be written.

use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use std::path::{Path, PathBuf};

/// What stands between a take and its performers.
#[derive(Clone, Debug, PartialEq)]
pub enum SolveError {
    /// Neither C3D nor a take.
    UnknownTake { path: PathBuf },
    /// The take has no markers, or no frames.
    NoMarkers { path: PathBuf },
    /// More positions than are held in memory.
    TooLong { positions: u64, limit: u64 },
    /// No marker set of this name, and no file.
    UnknownMarkerset { name: String, known: String },
    /// The take's labels are not those of the rig or marker set that was named.
    NotThisRig {
        rig: String,
        matched: usize,
        markers: usize,
        missing: String,
    },
    /// A model of a body that no marker is on.
    RigWithoutMarkers { path: PathBuf },
    /// No known marker set is among the labels.
    NoMarkerSet { path: PathBuf, nearest: String },
    /// No known marker set has the shape of the points.
    NoShape { path: PathBuf, tried: String },
    /// No performer of this name wears a known marker set.
    NoSuchSubject { subject: String, known: String },
    /// In no frame enough markers were seen.
    NeverSeen { subject: String },
    /// An output whose ending says no format.
    UnknownOutput { path: PathBuf },
    /// An output is the take that is read.
    OverItself { path: PathBuf },
    /// The system does not let it be written.
    CannotWrite { path: PathBuf, reason: String },
}

impl SolveError {
    /// That the system does not let a file be written.
    pub fn cannot_write(path: &Path, error: &std::io::Error) -> Self {
        Self::CannotWrite {
            path: path.to_owned(),
            reason: error.to_string(),
        }
    }
}

impl Explain for SolveError {
    fn key(&self) -> &'static str {
        match self {
            Self::UnknownTake { .. } => "solve-unknown-take",
            Self::NoMarkers { .. } => "solve-no-markers",
            Self::TooLong { .. } => "solve-too-long",
            Self::UnknownMarkerset { .. } => "solve-unknown-markerset",
            Self::NotThisRig { .. } => "solve-not-this-rig",
            Self::RigWithoutMarkers { .. } => "solve-rig-without-markers",
            Self::NoMarkerSet { .. } => "solve-no-marker-set",
            Self::NoShape { .. } => "solve-no-shape",
            Self::NoSuchSubject { .. } => "solve-no-such-subject",
            Self::NeverSeen { .. } => "solve-never-seen",
            Self::UnknownOutput { .. } => "solve-unknown-output",
            Self::OverItself { .. } => "solve-over-itself",
            Self::CannotWrite { .. } => "solve-cannot-write",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        let path = |p: &PathBuf| ("path", p.display().to_string());
        match self {
            Self::UnknownTake { path: p }
            | Self::NoMarkers { path: p }
            | Self::RigWithoutMarkers { path: p }
            | Self::UnknownOutput { path: p }
            | Self::OverItself { path: p } => vec![path(p)],
            Self::TooLong { positions, limit } => vec![
                ("positions", positions.to_string()),
                ("limit", limit.to_string()),
            ],
            Self::UnknownMarkerset { name, known } => {
                vec![("name", name.clone()), ("known", known.clone())]
            }
            Self::NotThisRig {
                rig,
                matched,
                markers,
                missing,
            } => vec![
                ("rig", rig.clone()),
                ("matched", matched.to_string()),
                ("markers", markers.to_string()),
                ("missing", missing.clone()),
            ],
            Self::NoMarkerSet { path: p, nearest } => vec![path(p), ("nearest", nearest.clone())],
            Self::NoShape { path: p, tried } => vec![path(p), ("tried", tried.clone())],
            Self::NoSuchSubject { subject, known } => {
                vec![("subject", subject.clone()), ("known", known.clone())]
            }
            Self::NeverSeen { subject } => vec![("subject", subject.clone())],
            Self::CannotWrite { path: p, reason } => vec![path(p), ("reason", reason.clone())],
        }
    }
}

impl From<SolveError> for Failure {
    fn from(error: SolveError) -> Self {
        let exit = match error {
            SolveError::UnknownMarkerset { .. }
            | SolveError::UnknownOutput { .. }
            | SolveError::OverItself { .. } => Exit::Usage,
            SolveError::CannotWrite { .. } => Exit::Device,
            _ => Exit::Asset,
        };
        Self::new(exit, &error)
    }
}

//! Why a take cannot be retargeted, or its result not be written.

use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use cyc_character::NotHumanoid;
use std::path::{Path, PathBuf};

/// What stands between a take and a character.
#[derive(Clone, Debug, PartialEq)]
pub enum RetargetCommandError {
    /// No format that is known.
    UnknownTake { path: PathBuf },
    /// The file has no motion of a body, or no frames.
    NoMotion { path: PathBuf },
    /// More poses than are held in memory.
    TooLong { poses: usize, limit: usize },
    /// The file has one performer, who has no name.
    OnePerformer { path: PathBuf, performer: String },
    /// The take's skeleton is no human's, as far as can be seen.
    TakeNotHumanoid { path: PathBuf, missing: String },
    /// The character is no human.
    NotHumanoid { path: PathBuf, why: NotHumanoid },
    /// No animation of this name or number.
    NoSuchAnimation { name: String, known: String },
    /// A unit that is none.
    UnknownUnit { unit: String },
    /// An output whose ending says no format.
    UnknownOutput { path: PathBuf },
    /// The system does not let it be written.
    CannotWrite { path: PathBuf, reason: String },
}

impl RetargetCommandError {
    /// That the system does not let a file be written.
    pub fn cannot_write(path: &Path, error: &std::io::Error) -> Self {
        Self::CannotWrite {
            path: path.to_owned(),
            reason: error.to_string(),
        }
    }
}

impl Explain for RetargetCommandError {
    fn key(&self) -> &'static str {
        match self {
            Self::UnknownTake { .. } => "retarget-unknown-take",
            Self::NoMotion { .. } => "retarget-no-motion",
            Self::TooLong { .. } => "retarget-too-long",
            Self::OnePerformer { .. } => "retarget-one-performer",
            Self::TakeNotHumanoid { .. } => "retarget-take-not-humanoid",
            Self::NotHumanoid { why, .. } => why.key(),
            Self::NoSuchAnimation { .. } => "retarget-no-such-animation",
            Self::UnknownUnit { .. } => "retarget-unknown-unit",
            Self::UnknownOutput { .. } => "retarget-unknown-output",
            Self::CannotWrite { .. } => "retarget-cannot-write",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        let path = |p: &PathBuf| ("path", p.display().to_string());
        match self {
            Self::UnknownTake { path: p }
            | Self::NoMotion { path: p }
            | Self::UnknownOutput { path: p } => vec![path(p)],
            Self::TooLong { poses, limit } => {
                vec![("poses", poses.to_string()), ("limit", limit.to_string())]
            }
            Self::OnePerformer { path: p, performer } => {
                vec![path(p), ("performer", performer.clone())]
            }
            Self::TakeNotHumanoid { path: p, missing } => {
                vec![path(p), ("missing", missing.clone())]
            }
            Self::NotHumanoid { path: p, why } => {
                let mut args = why.args();
                args.push(path(p));
                args
            }
            Self::NoSuchAnimation { name, known } => {
                vec![("name", name.clone()), ("known", known.clone())]
            }
            Self::UnknownUnit { unit } => vec![("unit", unit.clone())],
            Self::CannotWrite { path: p, reason } => vec![path(p), ("reason", reason.clone())],
        }
    }
}

impl From<RetargetCommandError> for Failure {
    fn from(error: RetargetCommandError) -> Self {
        let exit = match error {
            RetargetCommandError::UnknownOutput { .. }
            | RetargetCommandError::NoSuchAnimation { .. }
            | RetargetCommandError::OnePerformer { .. }
            | RetargetCommandError::UnknownUnit { .. } => Exit::Usage,
            RetargetCommandError::CannotWrite { .. } => Exit::Device,
            _ => Exit::Asset,
        };
        Self::new(exit, &error)
    }
}

//! Why a stage file is refused: what, and in which line and column.

use crate::syntax::said;
use crate::{CubeError, MeshFileError};
use thiserror::Error;

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Problem {
    /// A number outside its range, or not finite.
    #[error("must be from {min} to {max}")]
    OutOfRange {
        /// Smallest value taken.
        min: f64,
        /// Largest value taken.
        max: f64,
    },
    /// A quaternion that is no rotation.
    #[error("is no rotation")]
    NoRotation,
    /// A number that is missing for this kind of wall or camera.
    #[error("is needed here")]
    Missing,
    /// A setting that this kind of wall, plate or light card does not have.
    #[error("has no meaning for this kind")]
    Unused,
    /// Text that is no label of a timecode.
    #[error("is no timecode: write \"10:00:00:00\"")]
    BadTimecode,
    /// An empty, too long or repeated name.
    #[error("is empty, too long or used twice")]
    BadName,
    /// A name that nothing has.
    #[error("names nothing in this file: '{name}'")]
    Unknown {
        /// The name.
        name: String,
    },
    /// Too many entries.
    #[error("has {count} entries, at most {limit} are taken")]
    TooMany {
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// A canvas rectangle beyond the largest canvas.
    #[error("reaches beyond the largest canvas of {limit_px} px")]
    BeyondCanvas {
        /// The limit.
        limit_px: u32,
    },
    /// Two walls with common canvas pixels.
    #[error("overlaps the canvas pixels of wall '{other}'")]
    Overlaps {
        /// The other wall.
        other: String,
    },
    /// The outer view's eye does not see the front of a wall.
    #[error("lies {distance_m:.2} m behind the front of wall '{wall}'")]
    EyeBehindWall {
        /// The wall.
        wall: String,
        /// How far behind, metres.
        distance_m: f64,
    },
    /// Text that is not a frame rate.
    #[error("is no frame rate: write \"24\", \"29.97\" or \"24000/1001\"")]
    BadFrameRate,
    /// Text that is not an address with a port, or not a machine's address.
    #[error("is no address")]
    BadAddress,
    /// An address that other machines reach.
    #[error("must be an address of this machine alone, like 127.0.0.1:8470")]
    NotLoopback,
    /// A lens whose distortion folds the picture over itself.
    #[error("folds the picture over itself inside the sensor")]
    LensFolds,
    /// Two points of a zoom at one position of its rings.
    #[error("has two points at one position of the rings")]
    SameRings,
    /// A word that is none of those known.
    #[error("must be one of: {words}")]
    NotOneOf {
        /// What may be written.
        words: String,
    },
    /// A pixel map that leaves a cabinet out or has one twice.
    #[error("must hold every cabinet exactly once")]
    BadMap,
    /// Panels without a width, or columns that are not those of the wall.
    #[error("needs panels with a width and columns that add up to the wall's")]
    BadFolds,
    /// Pixels that are not on the display that the wall is on.
    #[error("'{display}' does not show all of the wall's canvas pixels")]
    OutsideDisplay {
        /// The display.
        display: String,
    },
    /// A path that leads out of the stage file's folder.
    #[error("must lie in the stage file's folder")]
    OutsideFolder,
    /// A file that could not be read.
    #[error("'{file}' cannot be read: {reason}")]
    NotRead {
        /// As it is written.
        file: String,
        /// Why.
        reason: String,
    },
    /// A matrix that takes several colours to one.
    #[error("takes several colours to one")]
    NoInverse,
    /// A file that holds no table of colours.
    #[error("'{file}' {error}")]
    BadTable {
        /// As it is written.
        file: String,
        /// Why.
        error: CubeError,
    },
    /// A file that holds no wall.
    #[error("'{file}' is no wall: {error}")]
    BadMesh {
        /// As it is written.
        file: String,
        /// Why.
        error: MeshFileError,
    },
}

/// Why a text is no stage.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum StageError {
    /// Larger than [`crate::STAGE_FILE_BYTES_MAX`].
    #[error("the stage file has {bytes} bytes, at most {limit} are taken")]
    TooLarge {
        /// Bytes given.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Not TOML, an unknown key, or a value of the wrong type.
    #[error("line {line}, column {column}: {message}")]
    Syntax {
        /// Line from 1.
        line: usize,
        /// Column from 1, in characters.
        column: usize,
        /// What the TOML reader said.
        message: String,
    },
    /// A value that cannot be.
    #[error("line {line}, column {column}: {path} {problem}")]
    Value {
        /// Line from 1.
        line: usize,
        /// Column from 1, in characters.
        column: usize,
        /// The setting, like `wall 'main'.radius_m`.
        path: String,
        /// What is wrong with it.
        problem: Problem,
    },
}

impl StageError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "stage-too-large",
            Self::Syntax { message, .. } => said(message).0,
            Self::Value { problem, .. } => problem.key(),
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { bytes, limit } => {
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string())]
            }
            Self::Syntax {
                line,
                column,
                message,
            } => {
                let mut args = said(message).1;
                args.push(("line", line.to_string()));
                args.push(("column", column.to_string()));
                args
            }
            Self::Value {
                line,
                column,
                path,
                problem,
            } => {
                let mut args = vec![
                    ("line", line.to_string()),
                    ("column", column.to_string()),
                    ("path", path.clone()),
                ];
                args.extend(problem.args());
                args
            }
        }
    }
}

impl Problem {
    fn key(&self) -> &'static str {
        match self {
            Self::OutOfRange { .. } => "stage-out-of-range",
            Self::NoRotation => "stage-no-rotation",
            Self::Missing => "stage-missing",
            Self::Unused => "stage-unused",
            Self::BadTimecode => "stage-bad-timecode",
            Self::BadName => "stage-bad-name",
            Self::Unknown { .. } => "stage-unknown-name",
            Self::TooMany { .. } => "stage-too-many",
            Self::BeyondCanvas { .. } => "stage-beyond-canvas",
            Self::Overlaps { .. } => "stage-overlaps",
            Self::EyeBehindWall { .. } => "stage-eye-behind-wall",
            Self::BadFrameRate => "stage-bad-frame-rate",
            Self::BadAddress => "stage-bad-address",
            Self::NotLoopback => "stage-not-loopback",
            Self::LensFolds => "stage-lens-folds",
            Self::SameRings => "stage-same-rings",
            Self::NotOneOf { .. } => "stage-not-one-of",
            Self::BadMap => "stage-bad-map",
            Self::BadFolds => "stage-bad-folds",
            Self::OutsideDisplay { .. } => "stage-outside-display",
            Self::OutsideFolder => "stage-outside-folder",
            Self::NotRead { .. } => "stage-not-read",
            Self::NoInverse => "stage-no-inverse",
            Self::BadTable { error, .. } => error.key(),
            Self::BadMesh { error, .. } => error.key(),
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::OutOfRange { min, max } => {
                vec![("min", min.to_string()), ("max", max.to_string())]
            }
            Self::Unknown { name } => vec![("name", name.clone())],
            Self::TooMany { count, limit } => {
                vec![("count", count.to_string()), ("limit", limit.to_string())]
            }
            Self::NotOneOf { words } => vec![("words", words.clone())],
            Self::OutsideDisplay { display } => vec![("display", display.clone())],
            Self::NotRead { file, reason } => {
                vec![("file", file.clone()), ("reason", reason.clone())]
            }
            Self::BadTable { file, error } => {
                let mut args = error.args();
                args.push(("file", file.clone()));
                args
            }
            Self::BadMesh { file, error } => {
                let mut args = error.args();
                args.push(("file", file.clone()));
                args
            }
            Self::BeyondCanvas { limit_px } => vec![("limit", limit_px.to_string())],
            Self::Overlaps { other } => vec![("other", other.clone())],
            Self::EyeBehindWall { wall, distance_m } => vec![
                ("wall", wall.clone()),
                ("distance", format!("{distance_m:.2}")),
            ],
            _ => Vec::new(),
        }
    }
}

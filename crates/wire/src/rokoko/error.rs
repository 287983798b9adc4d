//! Why a datagram is no frame of Rokoko's.

use super::limits::JSON_MAX;
use crate::wire_error::{WireError, WireErrorKind};
use thiserror::Error;

/// What is wrong with a datagram.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// It is longer than is taken.
    #[error("a datagram of {bytes} bytes is over the limit of {limit}")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The LZ4 frame is cut or damaged, or of a form that nobody sends.
    #[error("the LZ4 frame is broken: its {part} cannot be read at byte {at}")]
    BadLz4 {
        /// Which part.
        part: &'static str,
        /// Where.
        at: usize,
    },
    /// It would become more than is taken.
    #[error("the LZ4 frame holds more than {} bytes", JSON_MAX)]
    TooLong,
    /// It is no JSON, or not of this shape.
    #[error("this is no scene of Rokoko's: line {line}, column {column}")]
    BadJson {
        /// Where, from 1.
        line: usize,
        /// Where in the line, from 1.
        column: usize,
    },
    /// Another version.
    #[error("version {version} is not read; 3 and newer are")]
    Version {
        /// What it says, or what it is known to be.
        version: u32,
    },
    /// There is no scene in it.
    #[error("there is no scene in it")]
    NoScene,
}

impl WireError for DecodeError {
    fn kind(&self) -> WireErrorKind {
        match self {
            Self::TooLarge { .. } | Self::BadLz4 { .. } | Self::TooLong | Self::Version { .. } => {
                WireErrorKind::Framing
            }
            Self::BadJson { .. } | Self::NoScene => WireErrorKind::Object,
        }
    }

    fn key(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "rokoko-too-large",
            Self::BadLz4 { .. } => "rokoko-bad-lz4",
            Self::TooLong => "rokoko-too-long",
            Self::BadJson { .. } => "rokoko-bad-json",
            Self::Version { .. } => "rokoko-version",
            Self::NoScene => "rokoko-no-scene",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { bytes, limit } => {
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string())]
            }
            Self::BadLz4 { part, at } => {
                vec![("part", (*part).to_owned()), ("at", at.to_string())]
            }
            Self::TooLong => vec![("limit", JSON_MAX.to_string())],
            Self::BadJson { line, column } => {
                vec![("line", line.to_string()), ("column", column.to_string())]
            }
            Self::Version { version } => vec![("version", version.to_string())],
            Self::NoScene => Vec::new(),
        }
    }
}

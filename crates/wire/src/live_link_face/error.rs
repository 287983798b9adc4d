//! Why a datagram is no Live Link Face packet.

use crate::wire_error::{WireError, WireErrorKind};
use thiserror::Error;

/// What is wrong with a datagram. It costs the datagram, not the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Longer than the limit.
    #[error("a packet of {bytes} bytes is over the limit of {limit}")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Another version than 6.
    #[error("version {version} is not read, only 6")]
    Version {
        /// The version.
        version: u8,
    },
    /// It ends inside something.
    #[error("the {part} is cut: {needed} bytes are needed and {left} are left")]
    Cut {
        /// Inside what.
        part: &'static str,
        /// Bytes needed.
        needed: usize,
        /// Bytes left.
        left: usize,
    },
    /// A name that is none: empty, too long, or no UTF-8.
    #[error("the {part} is empty, longer than {limit} bytes, or not UTF-8")]
    BadName {
        /// Which.
        part: &'static str,
        /// The limit.
        limit: usize,
    },
    /// Too few values for a face.
    #[error("{count} values are no face, which has 52 shapes")]
    TooFewValues {
        /// How many.
        count: u8,
    },
}

impl DecodeError {
    /// The message that tells this to a person: a key of `wire.ftl`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "livelink-too-large",
            Self::Version { .. } => "livelink-version",
            Self::Cut { .. } => "livelink-cut",
            Self::BadName { .. } => "livelink-bad-name",
            Self::TooFewValues { .. } => "livelink-too-few-values",
        }
    }

    /// The arguments of the message.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { bytes, limit } => {
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string())]
            }
            Self::Version { version } => vec![("version", version.to_string())],
            Self::Cut { part, needed, left } => vec![
                ("part", (*part).to_owned()),
                ("needed", needed.to_string()),
                ("left", left.to_string()),
            ],
            Self::BadName { part, limit } => {
                vec![("part", (*part).to_owned()), ("limit", limit.to_string())]
            }
            Self::TooFewValues { count } => vec![("count", count.to_string())],
        }
    }
}

impl WireError for DecodeError {
    fn kind(&self) -> WireErrorKind {
        match self {
            Self::BadName { .. } => WireErrorKind::Subjects,
            Self::TooFewValues { .. } => WireErrorKind::Object,
            _ => WireErrorKind::Framing,
        }
    }

    fn key(&self) -> &'static str {
        Self::key(self)
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        Self::args(self)
    }
}

//! Why bytes are no Qualisys real-time protocol.

use crate::wire_error::{WireError, WireErrorKind};
use cyc_model::RosterError;
use thiserror::Error;

/// What is wrong with received bytes. Over TCP it ends the connection, since what follows has no known start; over
/// UDP it costs the datagram.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// A packet's size cannot be.
    #[error("a packet claims {bytes} bytes; 8 to {limit} are possible")]
    BadSize {
        /// Bytes claimed, header included.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A packet of a type that a server does not send.
    #[error(
        "a packet has the type {found}, which a server does not send: this is no little-endian QTM port"
    )]
    UnknownType {
        /// The type.
        found: u32,
    },
    /// A part of a frame ends before it should.
    #[error("{part} are cut: {needed} bytes are needed and {left} are left")]
    Cut {
        /// Which part, such as `markers`.
        part: &'static str,
        /// Bytes needed.
        needed: usize,
        /// Bytes left.
        left: usize,
    },
    /// The parameters are no XML, or too large.
    #[error("the parameters cannot be read: {reason}")]
    BadParameters {
        /// The reader's reason.
        reason: String,
    },
    /// Names or numbers of subjects that the model refuses.
    #[error("the server's subjects cannot be taken: {0}")]
    Roster(#[from] RosterError),
}

impl WireError for DecodeError {
    fn kind(&self) -> WireErrorKind {
        match self {
            Self::BadSize { .. } | Self::UnknownType { .. } => WireErrorKind::Framing,
            Self::Cut { .. } | Self::BadParameters { .. } => WireErrorKind::Object,
            Self::Roster(_) => WireErrorKind::Subjects,
        }
    }

    fn key(&self) -> &'static str {
        match self {
            Self::BadSize { .. } => "qualisys-bad-size",
            Self::UnknownType { .. } => "qualisys-unknown-type",
            Self::Cut { .. } => "qualisys-cut",
            Self::BadParameters { .. } => "qualisys-bad-parameters",
            Self::Roster(RosterError::TooMany { .. }) => "qualisys-roster-too-many",
            Self::Roster(RosterError::BadName { .. } | RosterError::BadParent { .. }) => {
                "qualisys-roster-bad-name"
            }
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::BadSize { bytes, limit } => {
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string())]
            }
            Self::UnknownType { found } => vec![("found", found.to_string())],
            Self::Cut { part, needed, left } => vec![
                ("part", (*part).to_owned()),
                ("needed", needed.to_string()),
                ("left", left.to_string()),
            ],
            Self::BadParameters { reason } => vec![("reason", reason.clone())],
            Self::Roster(RosterError::TooMany { what, count, limit }) => vec![
                ("what", what.clone()),
                ("count", count.to_string()),
                ("limit", limit.to_string()),
            ],
            Self::Roster(RosterError::BadName { name, within }) => {
                vec![("name", name.clone()), ("within", within.clone())]
            }
            Self::Roster(RosterError::BadParent { subject, segment }) => {
                vec![("name", segment.clone()), ("within", subject.clone())]
            }
        }
    }
}

/// Names the part of a frame in which the bytes ended.
pub(crate) fn cut(part: &'static str) -> impl Fn(crate::UnexpectedEnd) -> DecodeError + Copy {
    move |end| DecodeError::Cut {
        part,
        needed: end.needed,
        left: end.left,
    }
}

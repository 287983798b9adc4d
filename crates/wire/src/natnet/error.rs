//! Why a datagram is no NatNet message.

use crate::wire_error::{WireError, WireErrorKind};
use cyc_model::RosterError;
use thiserror::Error;

/// What is wrong with a datagram. It costs the datagram, not the source.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Shorter than its header.
    #[error("a datagram of {bytes} bytes is too short for a header")]
    HeaderCut {
        /// Its length.
        bytes: usize,
    },
    /// Longer than the limit.
    #[error("a datagram of {bytes} bytes is over the limit of {limit}")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// It ends before a part of it does.
    #[error("{part} are cut: {needed} bytes are needed and {left} are left")]
    Cut {
        /// Which part, such as `skeletons`.
        part: &'static str,
        /// Bytes needed.
        needed: usize,
        /// Bytes left.
        left: usize,
    },
    /// The server speaks a version that is not understood.
    #[error("the server speaks NatNet {major}.{minor}; 3.0 and newer are understood")]
    OldVersion {
        /// Major number.
        major: u8,
        /// Minor number.
        minor: u8,
    },
    /// A skeleton's tree has a cycle.
    #[error("bone '{segment}' of '{subject}' has no way to a root")]
    BrokenTree {
        /// The skeleton.
        subject: String,
        /// A bone that no root leads to.
        segment: String,
    },
    /// Names or numbers of subjects that the model refuses.
    #[error("the server's models cannot be taken: {0}")]
    Roster(#[from] RosterError),
}

impl WireError for DecodeError {
    fn kind(&self) -> WireErrorKind {
        match self {
            Self::HeaderCut { .. } | Self::TooLarge { .. } | Self::OldVersion { .. } => {
                WireErrorKind::Framing
            }
            Self::Cut { .. } => WireErrorKind::Object,
            Self::BrokenTree { .. } | Self::Roster(_) => WireErrorKind::Subjects,
        }
    }

    fn key(&self) -> &'static str {
        match self {
            Self::HeaderCut { .. } => "natnet-header-cut",
            Self::TooLarge { .. } => "natnet-too-large",
            Self::Cut { .. } => "natnet-cut",
            Self::OldVersion { .. } => "natnet-old-version",
            Self::BrokenTree { .. } | Self::Roster(RosterError::BadParent { .. }) => {
                "natnet-broken-tree"
            }
            Self::Roster(RosterError::TooMany { .. }) => "natnet-roster-too-many",
            Self::Roster(RosterError::BadName { .. }) => "natnet-roster-bad-name",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::HeaderCut { bytes } => vec![("bytes", bytes.to_string())],
            Self::TooLarge { bytes, limit } => {
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string())]
            }
            Self::Cut { part, needed, left } => vec![
                ("part", (*part).to_owned()),
                ("needed", needed.to_string()),
                ("left", left.to_string()),
            ],
            Self::OldVersion { major, minor } => {
                vec![("version", format!("{major}.{minor}"))]
            }
            Self::BrokenTree { subject, segment }
            | Self::Roster(RosterError::BadParent { subject, segment }) => {
                vec![("subject", subject.clone()), ("segment", segment.clone())]
            }
            Self::Roster(RosterError::TooMany { what, count, limit }) => vec![
                ("what", what.clone()),
                ("count", count.to_string()),
                ("limit", limit.to_string()),
            ],
            Self::Roster(RosterError::BadName { name, within }) => {
                vec![("name", name.clone()), ("within", within.clone())]
            }
        }
    }
}

/// Names the part of a datagram in which the bytes ended.
pub(crate) fn cut(part: &'static str) -> impl Fn(crate::UnexpectedEnd) -> DecodeError + Copy {
    move |end| DecodeError::Cut {
        part,
        needed: end.needed,
        left: end.left,
    }
}

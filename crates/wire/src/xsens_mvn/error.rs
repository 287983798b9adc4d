//! Why a datagram is no MVN stream.

use crate::wire_error::{WireError, WireErrorKind};
use thiserror::Error;

/// What is wrong with a datagram. It costs the datagram, not the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// It does not begin as MVN's do.
    #[error("a datagram of {bytes} bytes does not begin with MXTP")]
    NotMvn {
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
    /// A packet of a stream that does not say how long it is.
    #[error("a packet does not say how long it is")]
    NoLength,
    /// It claims more than it holds.
    #[error("a datagram is cut: {needed} bytes are needed and {left} are left")]
    Cut {
        /// Bytes needed.
        needed: usize,
        /// Bytes left.
        left: usize,
    },
    /// Poses of a kind that is not taken.
    #[error("poses of kind {kind:02} are not taken; 02, with quaternions, is")]
    OtherPoses {
        /// The kind.
        kind: u8,
    },
}

impl WireError for DecodeError {
    fn kind(&self) -> WireErrorKind {
        match self {
            Self::NotMvn { .. } | Self::TooLarge { .. } | Self::NoLength => WireErrorKind::Framing,
            Self::Cut { .. } | Self::OtherPoses { .. } => WireErrorKind::Object,
        }
    }

    fn key(&self) -> &'static str {
        match self {
            Self::NotMvn { .. } => "mvn-not-mvn",
            Self::TooLarge { .. } => "mvn-too-large",
            Self::NoLength => "mvn-no-length",
            Self::Cut { .. } => "mvn-cut",
            Self::OtherPoses { .. } => "mvn-other-poses",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotMvn { bytes } => vec![("bytes", bytes.to_string())],
            Self::NoLength => Vec::new(),
            Self::TooLarge { bytes, limit } => {
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string())]
            }
            Self::Cut { needed, left } => {
                vec![("needed", needed.to_string()), ("left", left.to_string())]
            }
            Self::OtherPoses { kind } => vec![("kind", format!("{kind:02}"))],
        }
    }
}

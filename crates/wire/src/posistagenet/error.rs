//! Why a datagram is no PosiStageNet.

use super::limits::DATAGRAM_MAX;
use crate::wire_error::{WireError, WireErrorKind};
use thiserror::Error;

/// What is wrong with a datagram. It costs the datagram, not the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// A datagram beyond the limit.
    #[error("a datagram of {bytes} bytes is over the limit of {DATAGRAM_MAX}")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// A chunk that says it is longer than what holds it.
    #[error("a chunk needs {needed} bytes and {left} are left")]
    ChunkCut {
        /// Bytes that it needs.
        needed: usize,
        /// Bytes that are left.
        left: usize,
    },
    /// Neither data nor info of version 2.
    #[error("it begins with {found:#06x} and not with 0x6755 or 0x6756")]
    NotPosiStageNet {
        /// Its first number.
        found: u16,
    },
    /// No header where one must be, or one that says the frame has no packet.
    #[error("the packet has no header")]
    NoHeader,
    /// A value that is too short.
    #[error("value {id} of tracker {tracker} has {bytes} bytes")]
    ValueCut {
        /// The tracker.
        tracker: u16,
        /// The value.
        id: u16,
        /// Its length.
        bytes: usize,
    },
}

impl WireError for DecodeError {
    fn kind(&self) -> WireErrorKind {
        match self {
            Self::NoHeader | Self::ValueCut { .. } => WireErrorKind::Object,
            _ => WireErrorKind::Framing,
        }
    }

    fn key(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "psn-too-large",
            Self::ChunkCut { .. } => "psn-chunk-cut",
            Self::NotPosiStageNet { .. } => "psn-not",
            Self::NoHeader => "psn-no-header",
            Self::ValueCut { .. } => "psn-value-cut",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { bytes } => vec![
                ("bytes", bytes.to_string()),
                ("limit", DATAGRAM_MAX.to_string()),
            ],
            Self::ChunkCut { needed, left } => {
                vec![("needed", needed.to_string()), ("left", left.to_string())]
            }
            Self::NotPosiStageNet { found } => vec![("found", format!("{found:#06x}"))],
            Self::NoHeader => Vec::new(),
            Self::ValueCut { tracker, id, bytes } => vec![
                ("tracker", tracker.to_string()),
                ("id", id.to_string()),
                ("bytes", bytes.to_string()),
            ],
        }
    }
}

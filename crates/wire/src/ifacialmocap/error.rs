//! Why a datagram is no face of iFacialMocap's.

use crate::wire_error::{WireError, WireErrorKind};
use thiserror::Error;

/// What is wrong with a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// It is longer than is taken.
    #[error("a datagram of {bytes} bytes is over the limit of {limit}")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// It is no text.
    #[error("a datagram of {bytes} bytes is no text: byte {at} is no UTF-8")]
    NotText {
        /// Its length.
        bytes: usize,
        /// Where.
        at: usize,
    },
    /// No section of it is a shape, a head or an eye.
    #[error("a datagram of {bytes} bytes is no face: none of its sections is known")]
    NoFace {
        /// Its length.
        bytes: usize,
    },
}

impl WireError for DecodeError {
    fn kind(&self) -> WireErrorKind {
        match self {
            Self::TooLarge { .. } | Self::NotText { .. } => WireErrorKind::Framing,
            Self::NoFace { .. } => WireErrorKind::Object,
        }
    }

    fn key(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "ifacialmocap-too-large",
            Self::NotText { .. } => "ifacialmocap-not-text",
            Self::NoFace { .. } => "ifacialmocap-no-face",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { bytes, limit } => {
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string())]
            }
            Self::NotText { bytes, at } => {
                vec![("bytes", bytes.to_string()), ("at", at.to_string())]
            }
            Self::NoFace { bytes } => vec![("bytes", bytes.to_string())],
        }
    }
}

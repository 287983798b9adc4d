//! Why a datagram is no FreeD.

use super::limits::{DATAGRAM_MAX, MESSAGE_BYTES};
use crate::wire_error::{WireError, WireErrorKind};
use thiserror::Error;

/// What is wrong with a datagram. It costs the datagram, not the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Not a number of whole messages, or too many of them.
    #[error("{bytes} bytes are not between one and fifty messages of {MESSAGE_BYTES}")]
    Length {
        /// Its length.
        bytes: usize,
    },
    /// A message of another kind.
    #[error("message {index} begins with {found:#04x} and not with 0xd1")]
    OtherMessage {
        /// Which message of the datagram, from 0.
        index: usize,
        /// Its first byte.
        found: u8,
    },
    /// The checksum is wrong.
    #[error("message {index} has the checksum {found:#04x} where {computed:#04x} is right")]
    Checksum {
        /// Which message of the datagram, from 0.
        index: usize,
        /// What it should be.
        computed: u8,
        /// What it is.
        found: u8,
    },
}

impl WireError for DecodeError {
    fn kind(&self) -> WireErrorKind {
        WireErrorKind::Framing
    }

    fn key(&self) -> &'static str {
        match self {
            Self::Length { .. } => "freed-length",
            Self::OtherMessage { .. } => "freed-other-message",
            Self::Checksum { .. } => "freed-checksum",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Length { bytes } => vec![
                ("bytes", bytes.to_string()),
                ("message", MESSAGE_BYTES.to_string()),
                ("limit", DATAGRAM_MAX.to_string()),
            ],
            Self::OtherMessage { index, found } => vec![
                ("index", index.to_string()),
                ("found", format!("{found:#04x}")),
            ],
            Self::Checksum {
                index,
                computed,
                found,
            } => vec![
                ("index", index.to_string()),
                ("computed", format!("{computed:#04x}")),
                ("found", format!("{found:#04x}")),
            ],
        }
    }
}

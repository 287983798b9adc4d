//! Why a datagram is no F4.

use crate::wire_error::{WireError, WireErrorKind};
use thiserror::Error;

/// What is wrong with a datagram. It costs the datagram, not the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Shorter than it says, or than any packet.
    #[error("the packet at byte {at} needs {needed} bytes and {left} are left")]
    Cut {
        /// Where the packet begins.
        at: usize,
        /// Bytes that it needs.
        needed: usize,
        /// Bytes that are left.
        left: usize,
    },
    /// It does not begin with 0xF4.
    #[error("the packet at byte {at} begins with {found:#04x} and not with 0xf4")]
    NotF4 {
        /// Where the packet begins.
        at: usize,
        /// Its first byte.
        found: u8,
    },
    /// A packet without an axis.
    #[error("the packet at byte {at} has no axis")]
    NoAxis {
        /// Where the packet begins.
        at: usize,
    },
    /// The checksum is wrong.
    #[error("the packet at byte {at} has the checksum {found:#04x} where {computed:#04x} is right")]
    Checksum {
        /// Where the packet begins.
        at: usize,
        /// What it should be.
        computed: u8,
        /// What it is.
        found: u8,
    },
    /// A datagram beyond the limit.
    #[error("a datagram of {bytes} bytes is over the limit of {limit}")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
}

impl WireError for DecodeError {
    fn kind(&self) -> WireErrorKind {
        match self {
            Self::NoAxis { .. } => WireErrorKind::Object,
            _ => WireErrorKind::Framing,
        }
    }

    fn key(&self) -> &'static str {
        match self {
            Self::Cut { .. } => "mosys-cut",
            Self::NotF4 { .. } => "mosys-not-f4",
            Self::NoAxis { .. } => "mosys-no-axis",
            Self::Checksum { .. } => "mosys-checksum",
            Self::TooLarge { .. } => "mosys-too-large",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Cut { at, needed, left } => vec![
                ("at", at.to_string()),
                ("needed", needed.to_string()),
                ("left", left.to_string()),
            ],
            Self::NotF4 { at, found } => {
                vec![("at", at.to_string()), ("found", format!("{found:#04x}"))]
            }
            Self::NoAxis { at } => vec![("at", at.to_string())],
            Self::Checksum {
                at,
                computed,
                found,
            } => vec![
                ("at", at.to_string()),
                ("computed", format!("{computed:#04x}")),
                ("found", format!("{found:#04x}")),
            ],
            Self::TooLarge { bytes, limit } => {
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string())]
            }
        }
    }
}

//! Why bytes are no VRPN.

use crate::wire_error::{WireError, WireErrorKind};
use thiserror::Error;

/// What is wrong with received bytes. It ends the connection: what follows has no known start.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// The other side does not begin with VRPN's cookie.
    #[error("the other side begins with '{found}', which is no VRPN 07")]
    NotVrpn {
        /// What it begins with.
        found: String,
    },
    /// A message's length cannot be.
    #[error("a message claims {bytes} bytes; 24 to {limit} are possible")]
    BadLength {
        /// Bytes claimed.
        bytes: i64,
        /// The limit.
        limit: usize,
    },
    /// A message is shorter than its type needs.
    #[error("a message of type {kind} is cut: {needed} bytes are needed and {left} are left")]
    Cut {
        /// Which type.
        kind: &'static str,
        /// Bytes needed.
        needed: usize,
        /// Bytes left.
        left: usize,
    },
}

impl WireError for DecodeError {
    fn kind(&self) -> WireErrorKind {
        match self {
            Self::NotVrpn { .. } | Self::BadLength { .. } => WireErrorKind::Framing,
            Self::Cut { .. } => WireErrorKind::Object,
        }
    }

    fn key(&self) -> &'static str {
        match self {
            Self::NotVrpn { .. } => "vrpn-not-vrpn",
            Self::BadLength { .. } => "vrpn-bad-length",
            Self::Cut { .. } => "vrpn-cut",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotVrpn { found } => vec![("found", found.clone())],
            Self::BadLength { bytes, limit } => {
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string())]
            }
            Self::Cut { kind, needed, left } => vec![
                ("kind", (*kind).to_owned()),
                ("needed", needed.to_string()),
                ("left", left.to_string()),
            ],
        }
    }
}

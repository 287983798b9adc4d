//! Why a datagram is no object stream.

use crate::wire_error::{WireError, WireErrorKind};
use thiserror::Error;

/// What is wrong with a datagram. It costs the datagram, not the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
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
    /// It claims more items than it holds.
    #[error("item {item} of {items} is cut: {needed} bytes are needed and {left} are left")]
    ItemCut {
        /// Which item, from 0.
        item: u8,
        /// How many it claims.
        items: u8,
        /// Bytes needed.
        needed: usize,
        /// Bytes left.
        left: usize,
    },
    /// An object's data size is smaller than an object.
    #[error("item {item} is an object of {bytes} bytes, which is too short for one")]
    ObjectTooShort {
        /// Which item, from 0.
        item: u8,
        /// Its data size.
        bytes: usize,
    },
}

impl DecodeError {
    /// The message that tells this to a person: a key of `wire.ftl`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::HeaderCut { .. } => "vicon-udp-header-cut",
            Self::TooLarge { .. } => "vicon-udp-too-large",
            Self::ItemCut { .. } => "vicon-udp-item-cut",
            Self::ObjectTooShort { .. } => "vicon-udp-object-too-short",
        }
    }

    /// The arguments of the message.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::HeaderCut { bytes } => vec![("bytes", bytes.to_string())],
            Self::TooLarge { bytes, limit } => {
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string())]
            }
            Self::ItemCut {
                item,
                items,
                needed,
                left,
            } => vec![
                ("item", item.to_string()),
                ("items", items.to_string()),
                ("needed", needed.to_string()),
                ("left", left.to_string()),
            ],
            Self::ObjectTooShort { item, bytes } => {
                vec![("item", item.to_string()), ("bytes", bytes.to_string())]
            }
        }
    }
}

impl WireError for DecodeError {
    fn kind(&self) -> WireErrorKind {
        match self {
            Self::HeaderCut { .. } | Self::TooLarge { .. } | Self::ItemCut { .. } => {
                WireErrorKind::Framing
            }
            Self::ObjectTooShort { .. } => WireErrorKind::Object,
        }
    }

    fn key(&self) -> &'static str {
        Self::key(self)
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        Self::args(self)
    }
}

//! Why a datagram is no OSC packet.

use crate::wire_error::{WireError, WireErrorKind};
use thiserror::Error;

/// What is wrong with a datagram. It costs the datagram, not the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OscError {
    /// Neither a message nor a bundle.
    #[error("at byte {at}: neither an address, which begins with '/', nor a bundle")]
    NotOsc {
        /// Where, from the datagram's begin.
        at: usize,
    },
    /// Something ends before it is whole.
    #[error("at byte {at}: the {what} is cut")]
    Cut {
        /// Where it begins.
        at: usize,
        /// What it is.
        what: &'static str,
    },
    /// An element whose size cannot be: zero, not a multiple of four, or beyond its bundle.
    #[error("at byte {at}: an element of {size} bytes does not fit into its bundle")]
    BadElement {
        /// Where it begins.
        at: usize,
        /// The size that it claims.
        size: i32,
    },
    /// Text that is no UTF-8.
    #[error("at byte {at}: the text is not UTF-8")]
    NotText {
        /// Where it begins.
        at: usize,
    },
    /// An argument of a type that is not known, so that its length is not known either.
    #[error("at byte {at}: the type tag '{tag}' is not known")]
    UnknownTag {
        /// Where the type tags begin.
        at: usize,
        /// The tag.
        tag: char,
    },
    /// Arrays that are not closed, or closed and never opened.
    #[error("at byte {at}: the arrays do not close")]
    OpenArray {
        /// Where the type tags begin.
        at: usize,
    },
    /// More than the limit.
    #[error("at byte {at}: more than {limit} {what}")]
    TooMuch {
        /// Where the limit was passed.
        at: usize,
        /// Of what.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
}

impl OscError {
    /// The message that tells this to a person: a key of `wire.ftl`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NotOsc { .. } => "osc-not-osc",
            Self::Cut { .. } => "osc-cut",
            Self::BadElement { .. } => "osc-bad-element",
            Self::NotText { .. } => "osc-not-text",
            Self::UnknownTag { .. } => "osc-unknown-tag",
            Self::OpenArray { .. } => "osc-open-array",
            Self::TooMuch { .. } => "osc-too-much",
        }
    }

    /// The arguments of the message.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotOsc { at } | Self::NotText { at } | Self::OpenArray { at } => {
                vec![("at", at.to_string())]
            }
            Self::Cut { at, what } => vec![("at", at.to_string()), ("what", (*what).to_owned())],
            Self::BadElement { at, size } => {
                vec![("at", at.to_string()), ("size", size.to_string())]
            }
            Self::UnknownTag { at, tag } => vec![("at", at.to_string()), ("tag", tag.to_string())],
            Self::TooMuch { at, what, limit } => vec![
                ("at", at.to_string()),
                ("what", (*what).to_owned()),
                ("limit", limit.to_string()),
            ],
        }
    }
}

impl WireError for OscError {
    fn kind(&self) -> WireErrorKind {
        WireErrorKind::Framing
    }

    fn key(&self) -> &'static str {
        Self::key(self)
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        Self::args(self)
    }
}

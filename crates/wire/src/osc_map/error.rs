//! Why a text is no table of OSC addresses.

use thiserror::Error;

/// What is wrong with a table.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MapError {
    /// It is no TOML, or has keys that are not known.
    #[error("line {line}, column {column}: {reason}")]
    Text {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the reader says.
        reason: String,
    },
    /// Axes that are no permutation of x, y and z.
    #[error("the axes {axes} are not x, y and z in some order, each with or without a minus")]
    BadAxes {
        /// As written.
        axes: String,
    },
    /// An address that cannot be matched.
    #[error("the address '{address}' cannot be used: {reason}")]
    BadAddress {
        /// As written.
        address: String,
        /// Why.
        reason: &'static str,
    },
    /// A message lacks an argument or a name that it needs.
    #[error("the message '{address}' lacks '{what}'")]
    Lacks {
        /// Its address.
        address: String,
        /// What is missing.
        what: &'static str,
    },
    /// A message has an argument twice, or one that makes no sense for it.
    #[error("the message '{address}' cannot have '{what}', or not twice")]
    TooMuch {
        /// Its address.
        address: String,
        /// The argument.
        what: &'static str,
    },
    /// No message, or too many.
    #[error("the table has {count} messages, 1 to {limit} are taken")]
    Count {
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// Frames are to begin or end with a message that the table does not have.
    #[error("frames begin or end with a message that is a frame, and there is none")]
    NoFrameMessage,
}

impl MapError {
    /// The message that tells this to a person: a key of `wire.ftl`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Text { .. } => "osc-map-text",
            Self::BadAxes { .. } => "osc-map-bad-axes",
            Self::BadAddress { .. } => "osc-map-bad-address",
            Self::Lacks { .. } => "osc-map-lacks",
            Self::TooMuch { .. } => "osc-map-too-much",
            Self::Count { .. } => "osc-map-count",
            Self::NoFrameMessage => "osc-map-no-frame-message",
        }
    }

    /// The arguments of the message.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Text {
                line,
                column,
                reason,
            } => vec![
                ("line", line.to_string()),
                ("column", column.to_string()),
                ("reason", reason.clone()),
            ],
            Self::BadAxes { axes } => vec![("axes", axes.clone())],
            Self::BadAddress { address, reason } => vec![
                ("address", address.clone()),
                ("reason", (*reason).to_owned()),
            ],
            Self::Lacks { address, what } | Self::TooMuch { address, what } => {
                vec![("address", address.clone()), ("what", (*what).to_owned())]
            }
            Self::Count { count, limit } => {
                vec![("count", count.to_string()), ("limit", limit.to_string())]
            }
            Self::NoFrameMessage => Vec::new(),
        }
    }
}

//! Why a datagram is no frame of Vicon's OSC output.

use crate::osc::OscError;
use crate::wire_error::{WireError, WireErrorKind};
use thiserror::Error;

/// What is wrong with a datagram. It costs the datagram, not the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// It is no OSC.
    #[error(transparent)]
    Osc(#[from] OscError),
    /// It is OSC, and has no frame number: something else than Vicon sends to this port.
    #[error("there is no /vicon/frame with a frame number")]
    NoFrame,
}

impl DecodeError {
    /// The message that tells this to a person: a key of `wire.ftl`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Osc(e) => e.key(),
            Self::NoFrame => "vicon-osc-no-frame",
        }
    }

    /// The arguments of the message.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Osc(e) => e.args(),
            Self::NoFrame => Vec::new(),
        }
    }
}

impl WireError for DecodeError {
    fn kind(&self) -> WireErrorKind {
        match self {
            Self::Osc(e) => e.kind(),
            Self::NoFrame => WireErrorKind::Object,
        }
    }

    fn key(&self) -> &'static str {
        Self::key(self)
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        Self::args(self)
    }
}

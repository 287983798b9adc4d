//! Why a virtual capture system cannot start.

use std::net::SocketAddr;
use thiserror::Error;

/// What stood in the way.
#[derive(Debug, Error)]
pub enum SimulatorError {
    /// Nothing to serve.
    #[error("no server is configured")]
    NoServer,
    /// The producer's rate is not a rate.
    #[error("a rate of {rate_hz} Hz is not between 1 and 1000")]
    BadRate {
        /// The rate.
        rate_hz: f64,
    },
    /// A probability is not between 0 and 1, or a delay not between 0 and 10 s.
    #[error("the fault '{what}' is out of range: {value}")]
    BadFault {
        /// Which one.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A thread, a socket or the runtime could not be made.
    #[error("cannot start '{what}': {source}")]
    System {
        /// What was to be made.
        what: &'static str,
        /// The system's reason.
        source: std::io::Error,
    },
}

impl SimulatorError {
    /// The message that tells this to a person: a key of the simulator's texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoServer => "simulator-no-server",
            Self::BadRate { .. } => "simulator-bad-rate",
            Self::BadFault { .. } => "simulator-bad-fault",
            Self::Bind { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => {
                "simulator-bind-denied"
            }
            Self::Bind { .. } => "simulator-bind",
            Self::System { .. } => "simulator-system",
        }
    }

    /// The arguments of the message.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoServer => Vec::new(),
            Self::BadRate { rate_hz } => vec![("rate", rate_hz.to_string())],
            Self::BadFault { what, value } => {
                vec![("what", (*what).to_owned()), ("value", value.to_string())]
            }
            Self::Bind { address, source } => vec![
                ("address", address.to_string()),
                ("reason", source.to_string()),
            ],
            Self::System { what, source } => {
                vec![("what", (*what).to_owned()), ("reason", source.to_string())]
            }
        }
    }
}

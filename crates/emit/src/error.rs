//! Why a text is no output, or an output does not start.

use std::net::SocketAddr;
use thiserror::Error;

/// Why a text is no output, or an output does not start.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OutputError {
    /// It does not begin with a protocol.
    #[error("'{url}' does not begin with a protocol, like vmc://host")]
    NoProtocol {
        /// The text.
        url: String,
    },
    /// The protocol is not one that can be sent.
    #[error("the protocol '{protocol}' cannot be sent; known are {known}")]
    UnknownProtocol {
        /// The protocol.
        protocol: String,
        /// The names of those that can.
        known: String,
    },
    /// The port is no number from 1 to 65535.
    #[error("the port '{port}' is no number from 1 to 65535")]
    BadPort {
        /// The port.
        port: String,
    },
    /// An option that is not known, or a value that it does not take.
    #[error("the option '{option}' is not known for {protocol}, or does not take '{value}'")]
    BadOption {
        /// The protocol.
        protocol: &'static str,
        /// The option.
        option: String,
        /// Its value.
        value: String,
    },
    /// Sound can go to a file only, and the place is none.
    #[error("'{place}' is no WAV file: sound is written to files, not to a sound card")]
    NotWav {
        /// The place.
        place: String,
    },
    /// More outputs than are run.
    #[error("{count} outputs, at most {limit} are run")]
    TooMany {
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// The host's name leads to no address.
    #[error("the host '{host}' cannot be found: {reason}")]
    Resolve {
        /// The name.
        host: String,
        /// The system's reason.
        reason: String,
    },
    /// The socket cannot be made.
    #[error("cannot send to {address}: {reason}")]
    Socket {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        reason: String,
    },
    /// The file cannot be made; what is there is never written over.
    #[error("cannot make the file {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// The system's reason.
        reason: String,
    },
    /// The system gives no thread, or no memory.
    #[error("the output cannot run: {reason}")]
    System {
        /// The system's reason.
        reason: String,
    },
}

impl OutputError {
    /// The message that tells this to a person: a key of `emit.ftl`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoProtocol { .. } => "emit-url-no-protocol",
            Self::UnknownProtocol { .. } => "emit-url-unknown-protocol",
            Self::BadPort { .. } => "emit-url-bad-port",
            Self::BadOption { .. } => "emit-url-bad-option",
            Self::NotWav { .. } => "emit-url-not-wav",
            Self::TooMany { .. } => "emit-too-many",
            Self::Resolve { .. } => "emit-resolve",
            Self::Socket { .. } => "emit-socket",
            Self::File { .. } => "emit-file",
            Self::System { .. } => "emit-system",
        }
    }

    /// The arguments of the message.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoProtocol { url } => vec![("url", url.clone())],
            Self::UnknownProtocol { protocol, known } => {
                vec![("protocol", protocol.clone()), ("known", known.clone())]
            }
            Self::BadPort { port } => vec![("port", port.clone())],
            Self::BadOption {
                protocol,
                option,
                value,
            } => vec![
                ("protocol", (*protocol).to_owned()),
                ("option", option.clone()),
                ("value", value.clone()),
            ],
            Self::NotWav { place } => vec![("place", place.clone())],
            Self::TooMany { count, limit } => {
                vec![("count", count.to_string()), ("limit", limit.to_string())]
            }
            Self::Resolve { host, reason } => {
                vec![("host", host.clone()), ("reason", reason.clone())]
            }
            Self::Socket { address, reason } => {
                vec![("address", address.to_string()), ("reason", reason.clone())]
            }
            Self::File { path, reason } => {
                vec![("path", path.clone()), ("reason", reason.clone())]
            }
            Self::System { reason } => vec![("reason", reason.clone())],
        }
    }

    /// Whether it is the command line that is wrong, rather than the machine.
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::NoProtocol { .. }
                | Self::UnknownProtocol { .. }
                | Self::BadPort { .. }
                | Self::BadOption { .. }
                | Self::NotWav { .. }
                | Self::TooMany { .. }
        )
    }
}

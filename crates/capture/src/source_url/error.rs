//! Why a text is no source.

use cyc_wire::osc_map::MapError;
use std::net::SocketAddr;
use thiserror::Error;

/// Why a text is no source.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SourceUrlError {
    /// It does not begin with a protocol.
    #[error("'{url}' does not begin with a protocol, like vicon://host")]
    NoProtocol {
        /// The text.
        url: String,
    },
    /// The protocol is not one that can be received.
    #[error("the protocol '{protocol}' cannot be received; known are {known}")]
    UnknownProtocol {
        /// The protocol.
        protocol: String,
        /// The names of those that can.
        known: String,
    },
    /// No host where one is needed.
    #[error("'{url}' names no host")]
    NoHost {
        /// The text.
        url: String,
    },
    /// The port is no number from 1 to 65535.
    #[error("the port '{port}' is no number from 1 to 65535")]
    BadPort {
        /// The port.
        port: String,
    },
    /// An address where a name cannot stand.
    #[error("'{address}' is no IP address")]
    BadAddress {
        /// The address.
        address: String,
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
    /// Several paths that are not those of one source, or too many.
    #[error(
        "'{url}' cannot be one source: its paths must number their frames alike, and be {limit} at most"
    )]
    NoPaths {
        /// The text.
        url: String,
        /// Paths that a source may have.
        limit: usize,
    },
    /// Every interface was named, which opens the port to the whole network, without saying that this is wanted.
    #[error("{bind} is every interface; name one, or add allow_any_interface=true")]
    AnyInterface {
        /// The address.
        bind: SocketAddr,
    },
    /// Timecode is listened to in files, or in what records, and the place is neither.
    #[error(
        "'{place}' is no WAV file: sound is read from files or /dev/stdin, not from a sound card"
    )]
    NotWav {
        /// The place.
        place: String,
    },
    /// A recording is played from a file, and none is named.
    #[error("'{url}' names no file")]
    NoFile {
        /// The text.
        url: String,
    },
    /// A file that an option names cannot be read.
    #[error("the file {path} cannot be read: {reason}")]
    UnreadableFile {
        /// The file.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The table of OSC addresses is wrong.
    #[error(transparent)]
    OscMap(#[from] MapError),
}

impl SourceUrlError {
    /// The message that tells this to a person: a key of `capture.ftl`, or of `osc.ftl` for a table.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoProtocol { .. } => "capture-url-no-protocol",
            Self::UnknownProtocol { .. } => "capture-url-unknown-protocol",
            Self::NoHost { .. } => "capture-url-no-host",
            Self::BadPort { .. } => "capture-url-bad-port",
            Self::BadAddress { .. } => "capture-url-bad-address",
            Self::BadOption { .. } => "capture-url-bad-option",
            Self::AnyInterface { .. } => "capture-url-any-interface",
            Self::NoPaths { .. } => "capture-url-no-paths",
            Self::NotWav { .. } => "capture-url-not-wav",
            Self::NoFile { .. } => "capture-url-no-file",
            Self::UnreadableFile { .. } => "capture-url-unreadable-file",
            Self::OscMap(e) => e.key(),
        }
    }

    /// The arguments of the message.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoProtocol { url } | Self::NoHost { url } | Self::NoFile { url } => {
                vec![("url", url.clone())]
            }
            Self::UnknownProtocol { protocol, known } => {
                vec![("protocol", protocol.clone()), ("known", known.clone())]
            }
            Self::BadPort { port } => vec![("port", port.clone())],
            Self::BadAddress { address } => vec![("address", address.clone())],
            Self::BadOption {
                protocol,
                option,
                value,
            } => vec![
                ("protocol", (*protocol).to_owned()),
                ("option", option.clone()),
                ("value", value.clone()),
            ],
            Self::NoPaths { url, limit } => {
                vec![("url", url.clone()), ("limit", limit.to_string())]
            }
            Self::AnyInterface { bind } => vec![("bind", bind.to_string())],
            Self::NotWav { place } => vec![("place", place.clone())],
            Self::UnreadableFile { path, reason } => {
                vec![("path", path.clone()), ("reason", reason.clone())]
            }
            Self::OscMap(e) => e.args(),
        }
    }
}

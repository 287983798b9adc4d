//! The addresses that people give to sources: `vicon://host`, `vicon-udp://:51001`.

use cyc_wire::vicon_datastream::{self, ClientSettings, StreamMode};
use cyc_wire::vicon_udp;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;
use thiserror::Error;

/// A source by protocol and place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceUrl {
    /// `vicon://host[:801][?mode=push|pull|prefetch&lightweight=true]`.
    ViconDataStream {
        /// Name or address of the host.
        host: String,
        /// TCP port.
        port: u16,
        /// What to ask for, and how.
        settings: ClientSettings,
    },
    /// `vicon-udp://[bind][:51001][?allow=IP,IP&allow_any_interface=true]`; bound to the loopback when not told.
    ViconUdp {
        /// The local address to receive on.
        bind: SocketAddr,
        /// The only senders that are heard; all when empty.
        allow: Vec<IpAddr>,
    },
}

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
    #[error("the protocol '{protocol}' cannot be received; known are vicon and vicon-udp")]
    UnknownProtocol {
        /// The protocol.
        protocol: String,
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
    /// Every interface was named, which opens the port to the whole network, without saying that this is wanted.
    #[error("{bind} is every interface; name one, or add allow_any_interface=true")]
    AnyInterface {
        /// The address.
        bind: SocketAddr,
    },
}

impl SourceUrlError {
    /// The message that tells this to a person: a key of `capture.ftl`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoProtocol { .. } => "capture-url-no-protocol",
            Self::UnknownProtocol { .. } => "capture-url-unknown-protocol",
            Self::NoHost { .. } => "capture-url-no-host",
            Self::BadPort { .. } => "capture-url-bad-port",
            Self::BadAddress { .. } => "capture-url-bad-address",
            Self::BadOption { .. } => "capture-url-bad-option",
            Self::AnyInterface { .. } => "capture-url-any-interface",
        }
    }

    /// The arguments of the message.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoProtocol { url } | Self::NoHost { url } => vec![("url", url.clone())],
            Self::UnknownProtocol { protocol } => vec![("protocol", protocol.clone())],
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
            Self::AnyInterface { bind } => vec![("bind", bind.to_string())],
        }
    }
}

impl FromStr for SourceUrl {
    type Err = SourceUrlError;

    fn from_str(url: &str) -> Result<Self, SourceUrlError> {
        let no_protocol = || SourceUrlError::NoProtocol {
            url: url.to_owned(),
        };
        let (protocol, rest) = url.trim().split_once("://").ok_or_else(no_protocol)?;
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let place = place.trim_end_matches('/');
        match protocol {
            "vicon" => datastream(url, place, query),
            "vicon-udp" => udp(place, query),
            other => Err(SourceUrlError::UnknownProtocol {
                protocol: other.to_owned(),
            }),
        }
    }
}

fn datastream(url: &str, place: &str, query: &str) -> Result<SourceUrl, SourceUrlError> {
    let (host, port) = host_and_port(place, vicon_datastream::DEFAULT_PORT)?;
    if host.is_empty() {
        return Err(SourceUrlError::NoHost {
            url: url.to_owned(),
        });
    }
    let mut settings = ClientSettings::default();
    for (option, value) in options(query) {
        match (option, value) {
            ("mode", "push") => settings.mode = StreamMode::ServerPush,
            ("mode", "pull") => settings.mode = StreamMode::ClientPull,
            ("mode", "prefetch") => settings.mode = StreamMode::PreFetch,
            ("lightweight", "true") => settings.lightweight = true,
            ("lightweight", "false") => settings.lightweight = false,
            _ => return Err(bad_option("vicon", option, value)),
        }
    }
    let host = host.to_owned();
    Ok(SourceUrl::ViconDataStream {
        host,
        port,
        settings,
    })
}

fn udp(place: &str, query: &str) -> Result<SourceUrl, SourceUrlError> {
    let (host, port) = host_and_port(place, vicon_udp::DEFAULT_PORT)?;
    let ip = if host.is_empty() {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    } else {
        address(host)?
    };
    let bind = SocketAddr::new(ip, port);
    let (mut allow, mut any_interface) = (Vec::new(), false);
    for (option, value) in options(query) {
        match (option, value) {
            ("allow", list) => {
                for one in list.split(',') {
                    allow.push(address(one)?);
                }
            }
            ("allow_any_interface", "true") => any_interface = true,
            ("allow_any_interface", "false") => any_interface = false,
            _ => return Err(bad_option("vicon-udp", option, value)),
        }
    }
    if ip.is_unspecified() && !any_interface {
        return Err(SourceUrlError::AnyInterface { bind });
    }
    Ok(SourceUrl::ViconUdp { bind, allow })
}

fn options(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let all = query.split('&').filter(|o| !o.is_empty());
    all.map(|o| o.split_once('=').unwrap_or((o, "")))
}

fn bad_option(protocol: &'static str, option: &str, value: &str) -> SourceUrlError {
    SourceUrlError::BadOption {
        protocol,
        option: option.to_owned(),
        value: value.to_owned(),
    }
}

fn address(text: &str) -> Result<IpAddr, SourceUrlError> {
    text.parse().map_err(|_| SourceUrlError::BadAddress {
        address: text.to_owned(),
    })
}

/// Host (without brackets) and port of `host`, `host:port`, `[v6]`, `[v6]:port`, `:port` or nothing.
fn host_and_port(place: &str, default: u16) -> Result<(&str, u16), SourceUrlError> {
    let bad = |port: &str| SourceUrlError::BadPort {
        port: port.to_owned(),
    };
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (v6, after) = rest.split_once(']').unwrap_or((rest, ""));
            (v6, after.strip_prefix(':'))
        }
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        },
    };
    let Some(port) = port else {
        return Ok((host, default));
    };
    match port.parse() {
        Ok(0) | Err(_) => Err(bad(port)),
        Ok(number) => Ok((host, number)),
    }
}

impl fmt::Display for SourceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ViconDataStream { host, port, .. } if host.contains(':') => {
                write!(f, "vicon://[{host}]:{port}")
            }
            Self::ViconDataStream { host, port, .. } => write!(f, "vicon://{host}:{port}"),
            Self::ViconUdp { bind, .. } => write!(f, "vicon-udp://{bind}"),
        }
    }
}

#[cfg(test)]
mod tests;

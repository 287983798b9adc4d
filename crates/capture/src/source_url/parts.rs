//! A URL in its parts, and how places and options are read that several protocols have.

use super::error::SourceUrlError;
use crate::datagram_place::DatagramPlace;
use crate::protocols::{PROTOCOLS, Protocol};
use cyc_model::TimecodeRate;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// `protocol://place?options`, or `protocol:place` for what is no network address.
#[derive(Clone, Copy)]
pub(crate) struct UrlParts<'a> {
    whole: &'a str,
    /// The protocol's row.
    pub(crate) protocol: &'static Protocol,
    /// What stands before the options, without a slash at its end.
    pub(crate) place: &'a str,
    query: &'a str,
}

impl<'a> UrlParts<'a> {
    /// Cuts a URL, and finds its protocol.
    pub(crate) fn split(url: &'a str) -> Result<Self, SourceUrlError> {
        let whole = url.trim();
        let find = |scheme: &str| PROTOCOLS.iter().find(|p| p.scheme == scheme);
        let (protocol, rest) = match whole.split_once("://") {
            Some((scheme, rest)) => {
                let protocol = find(scheme).ok_or_else(|| unknown(scheme))?;
                (protocol, rest)
            }
            None => {
                let known = |(scheme, rest)| Some((find(scheme)?, rest));
                let cut = whole.split_once(':').and_then(known);
                cut.ok_or_else(|| SourceUrlError::NoProtocol {
                    url: whole.to_owned(),
                })?
            }
        };
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        Ok(Self {
            whole,
            protocol,
            place: place.trim_end_matches('/'),
            query,
        })
    }

    /// The options in their order, each with its value (empty when it has none).
    pub(crate) fn options(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let all = self.query.split('&').filter(|o| !o.is_empty());
        all.map(|o| o.split_once('=').unwrap_or((o, "")))
    }

    /// That an option is not known, or does not take its value.
    pub(crate) fn bad_option(&self, option: &str, value: &str) -> SourceUrlError {
        SourceUrlError::BadOption {
            protocol: self.protocol.scheme,
            option: option.to_owned(),
            value: value.to_owned(),
        }
    }

    /// That a host is needed and not named.
    pub(crate) fn no_host(&self) -> SourceUrlError {
        SourceUrlError::NoHost {
            url: self.whole.to_owned(),
        }
    }

    /// That a file is needed and not named.
    pub(crate) fn no_file(&self) -> SourceUrlError {
        SourceUrlError::NoFile {
            url: self.whole.to_owned(),
        }
    }

    /// Host and port, where a host must be named.
    pub(crate) fn required_host(
        &self,
        default_port: u16,
    ) -> Result<(&'a str, u16), SourceUrlError> {
        let (host, port) = self.host_and_port(default_port)?;
        if host.is_empty() {
            return Err(self.no_host());
        }
        Ok((host, port))
    }

    /// Host (without brackets) and port of `host`, `host:port`, `[v6]`, `[v6]:port`, `:port` or nothing.
    pub(crate) fn host_and_port(
        &self,
        default_port: u16,
    ) -> Result<(&'a str, u16), SourceUrlError> {
        let bad = |port: &str| SourceUrlError::BadPort {
            port: port.to_owned(),
        };
        let (host, port) = match self.place.strip_prefix('[') {
            Some(rest) => {
                let (v6, after) = rest.split_once(']').unwrap_or((rest, ""));
                (v6, after.strip_prefix(':'))
            }
            None => match self.place.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (self.place, None),
            },
        };
        let Some(port) = port else {
            return Ok((host, default_port));
        };
        match port.parse() {
            Ok(0) | Err(_) => Err(bad(port)),
            Ok(number) => Ok((host, number)),
        }
    }

    /// A rate of timecode, where the wire does not say it: `24`, `29.97`, `29.97df` and so on.
    pub(crate) fn timecode_rate(
        &self,
        option: &str,
        value: &str,
    ) -> Result<TimecodeRate, SourceUrlError> {
        Ok(match value {
            "23.976" => TimecodeRate::Fps23_976,
            "24" => TimecodeRate::Fps24,
            "25" => TimecodeRate::Fps25,
            "29.97" => TimecodeRate::Fps29_97,
            "29.97df" => TimecodeRate::Fps29_97Drop,
            "30" => TimecodeRate::Fps30,
            "47.952" => TimecodeRate::Fps47_952,
            "48" => TimecodeRate::Fps48,
            "50" => TimecodeRate::Fps50,
            "59.94" => TimecodeRate::Fps59_94,
            "59.94df" => TimecodeRate::Fps59_94Drop,
            "60" => TimecodeRate::Fps60,
            _ => return Err(self.bad_option(option, value)),
        })
    }

    /// Where datagrams come from, out of `[bind][:port]` and the options `allow=IP,IP`, `allow_any_interface=true`,
    /// `interface=IP` and `multicast=GROUP`; any other option is `own`'s, which says whether it knows it. Bound to the
    /// loopback when not told. `group` is the group that the protocol has by itself.
    pub(crate) fn datagram_place(
        &self,
        default_port: u16,
        group: Option<Ipv4Addr>,
        mut own: impl FnMut(&'a str, &'a str) -> Result<bool, SourceUrlError>,
    ) -> Result<DatagramPlace, SourceUrlError> {
        let (host, port) = self.host_and_port(default_port)?;
        let mut local = match host {
            "" => None,
            named => Some(ip_address(named)?),
        };
        let (mut group, mut allow, mut any_interface) = (group, Vec::new(), false);
        for (option, value) in self.options() {
            let bad = || self.bad_option(option, value);
            match (option, value) {
                ("allow", list) => {
                    for one in list.split(',') {
                        allow.push(ip_address(one)?);
                    }
                }
                ("allow_any_interface", "true") => any_interface = true,
                ("allow_any_interface", "false") => any_interface = false,
                ("interface", address) => {
                    let named = ip_address(address)?;
                    if local.replace(named).is_some_and(|before| before != named) {
                        return Err(bad());
                    }
                }
                ("multicast", address) => {
                    let named: Ipv4Addr = address.parse().map_err(|_| bad())?;
                    if !(named.is_multicast() || named.is_broadcast()) {
                        return Err(bad());
                    }
                    group = Some(named);
                }
                _ if own(option, value)? => {}
                _ => return Err(bad()),
            }
        }
        let bind = SocketAddr::new(local.unwrap_or(Ipv4Addr::LOCALHOST.into()), port);
        if bind.ip().is_unspecified() && !any_interface {
            return Err(SourceUrlError::AnyInterface { bind });
        }
        Ok(DatagramPlace {
            bind,
            group,
            allow,
            server: None,
        })
    }
}

fn unknown(scheme: &str) -> SourceUrlError {
    let known: Vec<&str> = PROTOCOLS.iter().map(|p| p.scheme).collect();
    SourceUrlError::UnknownProtocol {
        protocol: scheme.to_owned(),
        known: known.join(", "),
    }
}

/// An IP address.
pub(crate) fn ip_address(text: &str) -> Result<IpAddr, SourceUrlError> {
    text.parse().map_err(|_| SourceUrlError::BadAddress {
        address: text.to_owned(),
    })
}

/// Names of numbered cameras: `ID:NAME,ID:NAME`. `None` when it is something else.
pub(crate) fn names<N: std::str::FromStr>(list: &str) -> Option<Vec<(N, String)>> {
    let one = |pair: &str| {
        let (id, name) = pair.split_once(':')?;
        let is_named = !name.is_empty() && name.len() <= cyc_model::NAME_BYTES_MAX;
        Some((id.parse().ok()?, is_named.then(|| name.to_owned())?))
    };
    list.split(',').map(one).collect()
}

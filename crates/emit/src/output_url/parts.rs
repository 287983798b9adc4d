//! A URL in its parts, and how places and options are read that several protocols have.

use crate::error::OutputError;
use crate::protocols::{PROTOCOLS, Protocol};
use crate::send_socket::SendPlace;
use cyc_model::NAME_BYTES_MAX;
use std::net::Ipv4Addr;

/// `protocol://place?options`, or `protocol:place` for what is no network address.
#[derive(Clone, Copy)]
pub(crate) struct UrlParts<'a> {
    /// The protocol's row.
    pub(crate) protocol: &'static Protocol,
    /// What stands before the options.
    pub(crate) place: &'a str,
    query: &'a str,
}

impl<'a> UrlParts<'a> {
    /// Cuts a URL, and finds its protocol.
    pub(crate) fn split(url: &'a str) -> Result<Self, OutputError> {
        let whole = url.trim();
        let find = |scheme: &str| PROTOCOLS.iter().find(|p| p.scheme == scheme);
        let (protocol, rest) = match whole.split_once("://") {
            Some((scheme, rest)) => (find(scheme).ok_or_else(|| unknown(scheme))?, rest),
            None => {
                let known = |(scheme, rest)| Some((find(scheme)?, rest));
                let cut = whole.split_once(':').and_then(known);
                cut.ok_or_else(|| OutputError::NoProtocol {
                    url: whole.to_owned(),
                })?
            }
        };
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        Ok(Self {
            protocol,
            place,
            query,
        })
    }

    /// The options in their order, each with its value (empty when it has none).
    pub(crate) fn options(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let all = self.query.split('&').filter(|o| !o.is_empty());
        all.map(|o| o.split_once('=').unwrap_or((o, "")))
    }

    /// That an option is not known, or does not take its value.
    pub(crate) fn bad_option(&self, option: &str, value: &str) -> OutputError {
        OutputError::BadOption {
            protocol: self.protocol.scheme,
            option: option.to_owned(),
            value: value.to_owned(),
        }
    }

    /// Where datagrams go, out of `[host][:port]` and the options `interface=IP`, `ttl=N` and `broadcast=true`; any
    /// other option is `own`'s, which says whether it knows it and takes the value.
    pub(crate) fn send_place(
        &self,
        default_port: u16,
        mut own: impl FnMut(&'a str, &'a str) -> bool,
    ) -> Result<SendPlace, OutputError> {
        let (host, port) = self.host_and_port(default_port)?;
        let mut place = SendPlace {
            host: (!host.is_empty()).then(|| host.to_owned()),
            port,
            interface: None,
            ttl: 1,
            broadcast: false,
        };
        for (option, value) in self.options() {
            let bad = || self.bad_option(option, value);
            match option {
                "interface" => place.interface = Some(value.parse().map_err(|_| bad())?),
                "ttl" => {
                    let hops: u8 = value.parse().map_err(|_| bad())?;
                    place.ttl = Some(hops).filter(|h| *h > 0).ok_or_else(bad)?;
                }
                "broadcast" => place.broadcast = value.parse().map_err(|_| bad())?,
                _ if own(option, value) => {}
                _ => return Err(bad()),
            }
        }
        let is_v6 = place.host.as_deref().is_some_and(|h| h.contains(':'));
        if let Some(interface) = place.interface.filter(|_| is_v6) {
            return Err(self.bad_option("interface", &interface.to_string()));
        }
        Ok(place)
    }

    /// Host (without brackets) and port of `host`, `host:port`, `[v6]`, `[v6]:port`, `:port` or nothing.
    fn host_and_port(&self, default_port: u16) -> Result<(&'a str, u16), OutputError> {
        let place = self.place.trim_end_matches('/');
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
        match port.map(str::parse) {
            None => Ok((host, default_port)),
            Some(Ok(number @ 1..)) => Ok((host, number)),
            Some(_) => Err(OutputError::BadPort {
                port: port.unwrap_or_default().to_owned(),
            }),
        }
    }
}

impl SendPlace {
    /// The same, with an address where there was no host: for texts, and for protocols without groups.
    pub(crate) fn or_to(mut self, ip: Ipv4Addr) -> Self {
        self.host.get_or_insert_with(|| ip.to_string());
        self
    }
}

fn unknown(scheme: &str) -> OutputError {
    let known: Vec<&str> = PROTOCOLS.iter().map(|p| p.scheme).collect();
    OutputError::UnknownProtocol {
        protocol: scheme.to_owned(),
        known: known.join(", "),
    }
}

/// Names with commas between them. `None` when one is empty or too long.
pub(crate) fn names(list: &str) -> Option<Vec<String>> {
    let one = |name: &str| {
        (1..=NAME_BYTES_MAX)
            .contains(&name.len())
            .then(|| name.to_owned())
    };
    list.split(',').map(one).collect()
}

/// A finite number.
pub(crate) fn finite(text: &str) -> Option<f64> {
    text.parse().ok().filter(|n: &f64| n.is_finite())
}

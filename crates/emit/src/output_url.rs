//! The addresses that people give to outputs: `vmc://host`, `opentrackio://?source=1`, `ltc:FILE.wav`.
//!
//! They are made like those of sources (`cyc_capture`): `protocol://host:port?options`, with the same names where the
//! same is meant. Without a host, datagrams go to this machine, or to the protocol's group on the loopback.

mod parts;

pub(crate) use parts::{UrlParts, finite, names};

use crate::error::OutputError;
use crate::protocols::{PROTOCOLS, Protocol, Recipe};
use crate::writer::Feed;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// An output by protocol and place, checked.
#[derive(Clone, Debug)]
pub struct OutputUrl {
    /// As it was written: what its recipe says of itself leaves options out.
    written: Arc<str>,
    protocol: &'static Protocol,
    recipe: Arc<dyn Recipe>,
}

impl OutputUrl {
    /// The protocol's name, as URLs begin with.
    pub fn scheme(&self) -> &'static str {
        self.protocol.scheme
    }

    /// What it is made of.
    pub fn feed(&self) -> Feed {
        self.protocol.feed
    }

    /// The names of all protocols that can be sent.
    pub fn schemes() -> impl Iterator<Item = &'static str> {
        PROTOCOLS.iter().map(|protocol| protocol.scheme)
    }

    pub(crate) fn recipe(&self) -> &dyn Recipe {
        &*self.recipe
    }
}

impl FromStr for OutputUrl {
    type Err = OutputError;

    fn from_str(url: &str) -> Result<Self, OutputError> {
        let parts = UrlParts::split(url)?;
        let recipe = (parts.protocol.read)(&parts)?;
        Ok(Self {
            written: url.trim().into(),
            protocol: parts.protocol,
            recipe: recipe.into(),
        })
    }
}

/// Two that are written alike are the same output.
impl PartialEq for OutputUrl {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Eq for OutputUrl {}

impl fmt::Display for OutputUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.recipe.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(url: &str) -> &'static str {
        url.parse::<OutputUrl>().unwrap_err().key()
    }

    #[test]
    fn places_are_written_in_full() {
        for (url, full) in [
            ("vmc://", "vmc://127.0.0.1:39539"),
            ("vmc://10.0.0.5:40000?subject=Ann", "vmc://10.0.0.5:40000"),
            ("freed://[::1]", "freed://[::1]:40000"),
            ("opentrackio://", "opentrackio://239.135.1.1:55555"),
            (
                "opentrackio://stage-pc?source=7",
                "opentrackio://stage-pc:55555",
            ),
            ("adm-osc://10.0.0.9", "adm-osc://10.0.0.9:4001"),
            ("sacn://", "sacn://239.255.0.1:5568"),
            ("artnet://:7000", "artnet://127.0.0.1:7000"),
            ("ltc:out/show.wav?rate=25", "ltc:out/show.wav"),
        ] {
            assert_eq!(url.parse::<OutputUrl>().unwrap().to_string(), full);
        }
    }

    #[test]
    fn what_is_no_output_says_why() {
        for (url, expected) in [
            ("stage-pc", "emit-url-no-protocol"),
            ("vicon://stage-pc", "emit-url-unknown-protocol"),
            ("vmc://host:0", "emit-url-bad-port"),
            ("vmc://host:http", "emit-url-bad-port"),
            ("vmc://host?colour=red", "emit-url-bad-option"),
            ("vmc://host?ttl=0", "emit-url-bad-option"),
            ("vmc://host?interface=eth0", "emit-url-bad-option"),
            ("freed://?id=300", "emit-url-bad-option"),
            ("freed://?lens=nobody", "emit-url-bad-option"),
            ("opentrackio://?source=201", "emit-url-bad-option"),
            ("opentrackio://?encoding=xml", "emit-url-bad-option"),
            ("adm-osc://?object=0:Ann", "emit-url-bad-option"),
            ("adm-osc://?object=Ann", "emit-url-bad-option"),
            ("adm-osc://?extent=0", "emit-url-bad-option"),
            ("adm-osc://?origin=1,2", "emit-url-bad-option"),
            ("sacn://?universe=0", "emit-url-bad-option"),
            ("sacn://?universe=63999&cells=20x20", "emit-url-bad-option"),
            ("sacn://?cells=0x4", "emit-url-bad-option"),
            ("artnet://?universe=32768", "emit-url-bad-option"),
            ("ltc:", "emit-url-not-wav"),
            ("ltc:hw:0", "emit-url-not-wav"),
            ("ltc:a.wav?rate=48", "emit-url-bad-option"),
        ] {
            assert_eq!(key(url), expected, "{url}");
        }
    }

    #[test]
    fn no_two_protocols_share_a_name() {
        let mut names: Vec<_> = OutputUrl::schemes().collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), PROTOCOLS.len());
    }
}

//! `vicon://[server][:44801]?multicast=GROUP`: Vicon DataStream as it is sent to a group, a whole packet a datagram.

use crate::datagram_place::DatagramPlace;
use crate::datagram_source::DatagramSource;
use crate::decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering};
use crate::protocols::Recipe;
use crate::source::{FrameSource, SourceConfig};
use crate::source_url::{SourceUrlError, UrlParts, ip_address};
use cyc_model::MocapFrame;
use cyc_wire::vicon_datastream::limits::DATAGRAM_MAX;
use cyc_wire::vicon_datastream::{
    Client, ClientEvent, ClientSettings, DecodeError, MULTICAST_PORT,
};
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

/// A group, joined on an interface, and the server that is heard when it is named.
#[derive(Debug)]
pub(super) struct ViconMulticast(DatagramPlace);

/// Whether a URL means the multicast form.
pub(super) fn is_meant(url: &UrlParts<'_>) -> bool {
    url.options().any(|(option, _)| option == "multicast")
}

/// The host is the server, not an address of this machine; which of those the group is joined on says `interface`.
pub(super) fn read(url: &UrlParts<'_>) -> Result<ViconMulticast, SourceUrlError> {
    let (server, port) = url.host_and_port(MULTICAST_PORT)?;
    let mut allow = Vec::new();
    if !server.is_empty() {
        allow.push(ip_address(server)?);
    }
    let (mut interface, mut group) = (Ipv4Addr::LOCALHOST, None);
    for (option, value) in url.options() {
        let bad = |_| url.bad_option(option, value);
        match option {
            "multicast" => group = Some(value.parse::<Ipv4Addr>().map_err(bad)?),
            "interface" => interface = value.parse().map_err(bad)?,
            _ => return Err(url.bad_option(option, value)),
        }
    }
    let bind = SocketAddr::from((interface, port));
    let is_group = |g: &Ipv4Addr| g.is_multicast() || g.is_broadcast();
    match group.filter(is_group) {
        _ if interface.is_unspecified() => Err(SourceUrlError::AnyInterface { bind }),
        None => Err(url.bad_option("multicast", "")),
        group => Ok(ViconMulticast(DatagramPlace {
            bind,
            group,
            allow,
            server: None,
        })),
    }
}

impl fmt::Display for ViconMulticast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let port = self.0.bind.port();
        write!(f, "vicon://")?;
        if let Some(server) = self.0.allow.first() {
            write!(f, "{server}")?;
        }
        write!(f, ":{port}?interface={}", self.0.bind.ip())?;
        let group = self.0.group.iter();
        group
            .into_iter()
            .try_for_each(|group| write!(f, "&multicast={group}"))
    }
}

impl Recipe for ViconMulticast {
    fn source(&self, config: SourceConfig) -> Box<dyn FrameSource> {
        let decoder = MulticastDecoder(Client::new(ClientSettings::default()));
        Box::new(DatagramSource::new(config, self.0.clone(), decoder))
    }
}

/// The client's state machine without a connection.
struct MulticastDecoder(Client);

impl DatagramDecoder for MulticastDecoder {
    type Error = DecodeError;
    const DATAGRAM_MAX: usize = DATAGRAM_MAX;
    const NUMBERING: Numbering = Numbering::Counter { bits: 32 };

    fn decode(
        &mut self,
        datagram: Datagram<'_>,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        self.0.feed_datagram(datagram.bytes, datagram.heard)?;
        while let Some(event) = self.0.poll(out)? {
            if event == ClientEvent::Frame {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn counts(&self) -> DecodeCounts {
        let refused = self.0.counts().refused;
        DecodeCounts {
            values_refused: refused.values + refused.timecodes,
            values_unknown: refused.unknown_ids + refused.unlabelled,
            ..DecodeCounts::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source_url::SourceUrl;

    #[test]
    fn the_server_is_a_filter_and_the_interface_is_ours() {
        let url = "vicon://10.0.0.9:44801?interface=10.0.0.5&multicast=239.255.44.1";
        let read = UrlParts::split(url).and_then(|parts| read(&parts)).unwrap();
        assert_eq!(read.0.bind.to_string(), "10.0.0.5:44801");
        assert_eq!(
            read.0.allow,
            [[10, 0, 0, 9].into()] as [std::net::IpAddr; 1]
        );
        assert_eq!(read.to_string(), url);
        for (url, key) in [
            ("vicon://?multicast=10.0.0.1", "capture-url-bad-option"),
            (
                "vicon://?multicast=239.1.1.1&mode=pull",
                "capture-url-bad-option",
            ),
            ("vicon://pc?multicast=239.1.1.1", "capture-url-bad-address"),
            (
                "vicon://?multicast=239.1.1.1&interface=0.0.0.0",
                "capture-url-any-interface",
            ),
        ] {
            assert_eq!(url.parse::<SourceUrl>().unwrap_err().key(), key, "{url}");
        }
    }
}

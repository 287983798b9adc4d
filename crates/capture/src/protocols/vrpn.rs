//! `vrpn://[object@]host[:3883][?up=y][&udp=true]`: trackers of a VRPN server over TCP; with `udp=true` their poses as
//! datagrams.

use super::stream_recipe::StreamRecipe;
use super::{Protocol, Transport};
use crate::decoder::{Datagram, DecodeCounts, Numbering, Progress, StreamDecoder};
use crate::source_url::{SourceUrlError, UrlParts};
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::UpAxis;
use cyc_wire::vrpn::{Client, ClientSettings, DEFAULT_PORT, DecodeError};
use std::net::SocketAddr;

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "vrpn",
    transport: Transport::Stream,
    read: |url| Ok(Box::new(read(url)?)),
};

/// How a client is set up, and whether poses come as datagrams.
#[derive(Clone, Debug, Default)]
struct Settings {
    client: ClientSettings,
    is_udp: bool,
}

fn read(url: &UrlParts<'_>) -> Result<StreamRecipe<Settings, ClientDecoder>, SourceUrlError> {
    let mut settings = Settings::default();
    let mut rest = *url;
    if let Some((object, place)) = url.place.rsplit_once('@') {
        settings.client.object = Some(object.to_owned()).filter(|o| !o.is_empty());
        rest.place = place;
    }
    let server = rest.required_host(DEFAULT_PORT)?;
    for (option, value) in url.options() {
        match (option, value) {
            ("up", "y") => settings.client.up = UpAxis::Y,
            ("up", "z") => settings.client.up = UpAxis::Z,
            ("udp", "true") => settings.is_udp = true,
            ("udp", "false") => settings.is_udp = false,
            _ => return Err(url.bad_option(option, value)),
        }
    }
    let decoder = |settings: &Settings| ClientDecoder {
        settings: settings.clone(),
        client: Client::new(settings.client.clone()),
    };
    let object = settings.client.object.clone();
    Ok(StreamRecipe::new(url, server, settings, decoder).of(object))
}

/// The client's state machine as the loop drives it.
struct ClientDecoder {
    settings: Settings,
    client: Client,
}

impl StreamDecoder for ClientDecoder {
    type Error = DecodeError;
    const NUMBERING: Numbering = Numbering::Arrival;

    fn connected(&mut self) {
        self.client = Client::new(self.settings.client.clone());
    }

    fn feed(&mut self, bytes: &[u8], heard: HostNs) {
        self.client.feed(bytes, heard);
    }

    fn poll(&mut self, out: &mut MocapFrame) -> Result<Option<Progress>, DecodeError> {
        Ok(self.client.poll(out)?.then_some(Progress::Frame))
    }

    fn poll_transmit(&mut self, _now: HostNs, out: &mut Vec<u8>) -> bool {
        self.client.poll_transmit(out)
    }

    fn wants_datagrams(&self) -> bool {
        self.settings.is_udp
    }

    fn wait_for_datagrams_at(&mut self, address: SocketAddr) {
        let (ip, port) = (address.ip(), address.port());
        self.client.wait_for_datagrams_at(ip, port);
    }

    fn take_datagram(
        &mut self,
        datagram: Datagram<'_>,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        let (bytes, heard) = (datagram.bytes, datagram.heard);
        self.client.take_datagram(bytes, heard, out)
    }

    fn packets(&self) -> u64 {
        self.client.counts().messages
    }

    fn counts(&self) -> DecodeCounts {
        let counts = self.client.counts();
        DecodeCounts {
            values_refused: counts.values,
            values_unknown: counts.unknown,
            ..DecodeCounts::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::source_url::SourceUrl;

    #[test]
    fn an_object_and_a_host() {
        for (url, whole) in [
            ("vrpn://Wand@tracker-pc?up=y", "vrpn://Wand@tracker-pc:3883"),
            ("vrpn://tracker-pc:3884", "vrpn://tracker-pc:3884"),
            ("vrpn://a@b@[::1]", "vrpn://a@b@[::1]:3883"),
        ] {
            assert_eq!(url.parse::<SourceUrl>().unwrap().to_string(), whole);
        }
        for (url, key) in [
            ("vrpn://Wand@", "capture-url-no-host"),
            ("vrpn://h?up=x", "capture-url-bad-option"),
            ("vrpn://h:0", "capture-url-bad-port"),
        ] {
            assert_eq!(url.parse::<SourceUrl>().unwrap_err().key(), key, "{url}");
        }
    }
}

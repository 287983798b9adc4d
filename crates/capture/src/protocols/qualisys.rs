//! `qualisys://host[:22223][?udp=true]`: Qualisys' real-time protocol over TCP; with `udp=true` its frames as datagrams.

use super::stream_recipe::StreamRecipe;
use super::{Protocol, Transport};
use crate::decoder::{Datagram, DecodeCounts, Numbering, Progress, StreamDecoder};
use crate::source_url::{SourceUrlError, UrlParts};
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::qualisys::{Client, ClientEvent, ClientSettings, DEFAULT_PORT, DecodeError};
use std::net::SocketAddr;

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "qualisys",
    transport: Transport::Stream,
    read: |url| Ok(Box::new(read(url)?)),
};

/// How a client is set up, and whether frames come as datagrams.
#[derive(Clone, Debug, Default)]
struct Settings {
    client: ClientSettings,
    is_udp: bool,
}

fn read(url: &UrlParts<'_>) -> Result<StreamRecipe<Settings, ClientDecoder>, SourceUrlError> {
    let server = url.required_host(DEFAULT_PORT)?;
    let mut settings = Settings::default();
    for (option, value) in url.options() {
        match option {
            "udp" if ["true", "false"].contains(&value) => settings.is_udp = value == "true",
            "timecode" => settings.client.timecode_rate = Some(url.timecode_rate(option, value)?),
            _ => return Err(url.bad_option(option, value)),
        }
    }
    let decoder = |settings: &Settings| ClientDecoder {
        settings: settings.clone(),
        client: Client::new(settings.client.clone()),
    };
    Ok(StreamRecipe::new(url, server, settings, decoder))
}

/// The client's state machine as the loop drives it.
struct ClientDecoder {
    settings: Settings,
    client: Client,
}

impl StreamDecoder for ClientDecoder {
    type Error = DecodeError;
    const NUMBERING: Numbering = Numbering::Counter { bits: 32 };

    fn connected(&mut self) {
        self.client = Client::new(self.settings.client.clone());
    }

    fn feed(&mut self, bytes: &[u8], heard: HostNs) {
        self.client.feed(bytes, heard);
    }

    fn poll(&mut self, out: &mut MocapFrame) -> Result<Option<Progress>, DecodeError> {
        Ok(match self.client.poll(out)? {
            None => None,
            Some(ClientEvent::Frame) => Some(Progress::Frame),
            // A refusal is no end: QTM may begin to measure later, and is asked again.
            Some(_) => Some(Progress::Other),
        })
    }

    fn poll_transmit(&mut self, now: HostNs, out: &mut Vec<u8>) -> bool {
        self.client.poll_transmit(now, out)
    }

    fn wants_datagrams(&self) -> bool {
        self.settings.is_udp
    }

    fn wait_for_datagrams_at(&mut self, address: SocketAddr) {
        // Nothing was asked yet: the connection is new.
        self.client = Client::new(ClientSettings {
            udp_port: Some(address.port()),
            ..self.settings.client.clone()
        });
    }

    fn take_datagram(
        &mut self,
        datagram: Datagram<'_>,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        let (bytes, heard) = (datagram.bytes, datagram.heard);
        let event = self.client.take_datagram(bytes, heard, out)?;
        Ok(matches!(event, Some(ClientEvent::Frame)))
    }

    fn packets(&self) -> u64 {
        self.client.counts().packets
    }

    fn counts(&self) -> DecodeCounts {
        let refused = self.client.counts().refused;
        DecodeCounts {
            values_refused: refused.values + refused.timecodes,
            values_unknown: refused.unknown_ids + refused.unlabelled + refused.components,
            ..DecodeCounts::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::source_url::SourceUrl;

    #[test]
    fn reads_hosts_and_names_what_is_wrong() {
        let url: SourceUrl = "qualisys://qtm-pc?timecode=25".parse().unwrap();
        assert_eq!(url.to_string(), "qualisys://qtm-pc:22223");
        for (url, key) in [
            ("qualisys://", "capture-url-no-host"),
            ("qualisys://h?timecode=sometimes", "capture-url-bad-option"),
            ("qualisys://h?udp=1", "capture-url-bad-option"),
        ] {
            assert_eq!(url.parse::<SourceUrl>().unwrap_err().key(), key, "{url}");
        }
    }
}

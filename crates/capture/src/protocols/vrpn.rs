//! `vrpn://[object@]host[:3883]`: trackers of a VRPN server, over TCP.

use super::{Protocol, Recipe, Transport};
use crate::decoder::{DecodeCounts, Numbering, Progress, StreamDecoder};
use crate::source::{FrameSource, SourceConfig};
use crate::source_url::{SourceUrlError, UrlParts};
use crate::stream_source::StreamSource;
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::UpAxis;
use cyc_wire::vrpn::{Client, ClientSettings, DEFAULT_PORT, DecodeError};
use std::fmt;

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "vrpn",
    transport: Transport::Stream,
    read: |url| Ok(Box::new(read(url)?)),
};

/// A server, and what is heard of it.
#[derive(Debug)]
struct Vrpn {
    host: String,
    port: u16,
    settings: ClientSettings,
}

fn read(url: &UrlParts<'_>) -> Result<Vrpn, SourceUrlError> {
    let mut settings = ClientSettings::default();
    let mut rest = *url;
    if let Some((object, place)) = url.place.rsplit_once('@') {
        settings.object = Some(object.to_owned()).filter(|o| !o.is_empty());
        rest.place = place;
    }
    let (host, port) = rest.required_host(DEFAULT_PORT)?;
    for (option, value) in url.options() {
        match (option, value) {
            ("up", "y") => settings.up = UpAxis::Y,
            ("up", "z") => settings.up = UpAxis::Z,
            _ => return Err(url.bad_option(option, value)),
        }
    }
    Ok(Vrpn {
        host: host.to_owned(),
        port,
        settings,
    })
}

impl fmt::Display for Vrpn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", PROTOCOL.scheme)?;
        if let Some(object) = &self.settings.object {
            write!(f, "{object}@")?;
        }
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl Recipe for Vrpn {
    fn source(&self, config: SourceConfig) -> Box<dyn FrameSource> {
        let decoder = ClientDecoder {
            settings: self.settings.clone(),
            client: Client::new(self.settings.clone()),
        };
        let host = self.host.clone();
        Box::new(StreamSource::new(config, host, self.port, decoder))
    }
}

/// The client's state machine as the loop drives it.
struct ClientDecoder {
    settings: ClientSettings,
    client: Client,
}

impl StreamDecoder for ClientDecoder {
    type Error = DecodeError;
    const NUMBERING: Numbering = Numbering::Arrival;

    fn connected(&mut self) {
        self.client = Client::new(self.settings.clone());
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

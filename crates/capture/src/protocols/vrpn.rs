//! `vrpn://[object@]host[:3883]`: trackers of a VRPN server, over TCP.

use super::stream_recipe::StreamRecipe;
use super::{Protocol, Transport};
use crate::decoder::{DecodeCounts, Numbering, Progress, StreamDecoder};
use crate::source_url::{SourceUrlError, UrlParts};
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::UpAxis;
use cyc_wire::vrpn::{Client, ClientSettings, DEFAULT_PORT, DecodeError};

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "vrpn",
    transport: Transport::Stream,
    read: |url| Ok(Box::new(read(url)?)),
};

fn read(url: &UrlParts<'_>) -> Result<StreamRecipe<ClientSettings, ClientDecoder>, SourceUrlError> {
    let mut settings = ClientSettings::default();
    let mut rest = *url;
    if let Some((object, place)) = url.place.rsplit_once('@') {
        settings.object = Some(object.to_owned()).filter(|o| !o.is_empty());
        rest.place = place;
    }
    let server = rest.required_host(DEFAULT_PORT)?;
    for (option, value) in url.options() {
        match (option, value) {
            ("up", "y") => settings.up = UpAxis::Y,
            ("up", "z") => settings.up = UpAxis::Z,
            _ => return Err(url.bad_option(option, value)),
        }
    }
    let decoder = |settings: &ClientSettings| ClientDecoder {
        settings: settings.clone(),
        client: Client::new(settings.clone()),
    };
    let object = settings.object.clone();
    Ok(StreamRecipe::new(url, server, settings, decoder).of(object))
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

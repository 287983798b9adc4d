//! `qualisys://host[:22223]`: Qualisys' real-time protocol over TCP.

use super::stream_recipe::StreamRecipe;
use super::{Protocol, Transport};
use crate::decoder::{DecodeCounts, Numbering, Progress, StreamDecoder};
use crate::source_url::{SourceUrlError, UrlParts};
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::qualisys::{Client, ClientEvent, ClientSettings, DEFAULT_PORT, DecodeError};

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "qualisys",
    transport: Transport::Stream,
    read: |url| Ok(Box::new(read(url)?)),
};

fn read(url: &UrlParts<'_>) -> Result<StreamRecipe<ClientSettings, ClientDecoder>, SourceUrlError> {
    let server = url.required_host(DEFAULT_PORT)?;
    let mut settings = ClientSettings::default();
    for (option, value) in url.options() {
        match option {
            "timecode" => settings.timecode_rate = Some(url.timecode_rate(option, value)?),
            _ => return Err(url.bad_option(option, value)),
        }
    }
    let decoder = |settings: &ClientSettings| ClientDecoder {
        settings: settings.clone(),
        client: Client::new(settings.clone()),
    };
    Ok(StreamRecipe::new(url, server, settings, decoder))
}

/// The client's state machine as the loop drives it.
struct ClientDecoder {
    settings: ClientSettings,
    client: Client,
}

impl StreamDecoder for ClientDecoder {
    type Error = DecodeError;
    const NUMBERING: Numbering = Numbering::Counter { bits: 32 };

    fn connected(&mut self) {
        self.client = Client::new(self.settings.clone());
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

//! `vicon://host[:801]`: Vicon DataStream over TCP; with `multicast=GROUP` see `vicon_multicast`.

use super::stream_recipe::StreamRecipe;
use super::{Protocol, Transport, vicon_multicast};
use crate::decoder::{DecodeCounts, Numbering, Progress, StreamDecoder};
use crate::source_url::{SourceUrlError, UrlParts};
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::vicon_datastream::{
    Client, ClientCounts, ClientEvent, ClientSettings, DEFAULT_PORT, DecodeError, StreamMode,
};

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "vicon",
    transport: Transport::Stream,
    read: |url| {
        Ok(if vicon_multicast::is_meant(url) {
            Box::new(vicon_multicast::read(url)?)
        } else {
            Box::new(read(url)?)
        })
    },
};

fn read(url: &UrlParts<'_>) -> Result<StreamRecipe<ClientSettings, ClientDecoder>, SourceUrlError> {
    let server = url.required_host(DEFAULT_PORT)?;
    let mut settings = ClientSettings::default();
    for (option, value) in url.options() {
        match (option, value) {
            ("mode", "push") => settings.mode = StreamMode::ServerPush,
            ("mode", "pull") => settings.mode = StreamMode::ClientPull,
            ("mode", "prefetch") => settings.mode = StreamMode::PreFetch,
            ("lightweight", "true") => settings.lightweight = true,
            ("lightweight", "false") => settings.lightweight = false,
            _ => return Err(url.bad_option(option, value)),
        }
    }
    let decoder = |settings: &ClientSettings| ClientDecoder::new(settings.clone());
    Ok(StreamRecipe::new(url, server, settings, decoder))
}

/// The client's state machine as the loop drives it.
struct ClientDecoder {
    settings: ClientSettings,
    client: Client,
}

impl ClientDecoder {
    fn new(settings: ClientSettings) -> Self {
        Self {
            client: Client::new(settings.clone()),
            settings,
        }
    }

    fn counted(&self) -> ClientCounts {
        self.client.counts()
    }
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

    fn room(&mut self, bytes: usize) -> Option<&mut [u8]> {
        Some(self.client.room(bytes))
    }

    fn filled(&mut self, bytes: usize, heard: HostNs) {
        self.client.filled(bytes, heard);
    }

    fn poll(&mut self, out: &mut MocapFrame) -> Result<Option<Progress>, DecodeError> {
        Ok(match self.client.poll(out)? {
            None => None,
            Some(ClientEvent::Frame) => {
                if self.settings.mode == StreamMode::ClientPull {
                    self.client.request_frame();
                }
                Some(Progress::Frame)
            }
            Some(ClientEvent::RosterChanged(_) | ClientEvent::Connected(_)) => {
                Some(Progress::Other)
            }
        })
    }

    fn poll_transmit(&mut self, now: HostNs, out: &mut Vec<u8>) -> bool {
        self.client.poll_transmit(now, out)
    }

    fn packets(&self) -> u64 {
        self.counted().packets
    }

    fn counts(&self) -> DecodeCounts {
        let refused = self.counted().refused;
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
    use crate::stream_place::StreamPlace;

    fn vicon(url: &str) -> StreamRecipe<ClientSettings, ClientDecoder> {
        UrlParts::split(url).and_then(|parts| read(&parts)).unwrap()
    }

    #[test]
    fn a_host_is_enough() {
        let server = |host: &str, port| StreamPlace::Server {
            host: host.to_owned(),
            port,
        };
        let address = vicon("vicon://tracker-pc");
        assert_eq!(address.place, server("tracker-pc", 801));
        assert_eq!(address.settings, ClientSettings::default());
        let place = |url| vicon(url).place;
        assert_eq!(place("vicon://127.0.0.1:8801/"), server("127.0.0.1", 8801));
        assert_eq!(place("vicon://[::1]:8801"), server("::1", 8801));
        let settings = vicon("vicon://h?mode=prefetch&lightweight=true").settings;
        assert_eq!(
            (settings.mode, settings.lightweight),
            (StreamMode::PreFetch, true)
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (url, key) in [
            ("vicon://", "capture-url-no-host"),
            ("vicon://:801", "capture-url-no-host"),
            ("vicon://h:0", "capture-url-bad-port"),
            ("vicon://h:70000", "capture-url-bad-port"),
            ("vicon://h:x", "capture-url-bad-port"),
            ("vicon://h?mode=shove", "capture-url-bad-option"),
        ] {
            assert_eq!(url.parse::<SourceUrl>().unwrap_err().key(), key, "{url}");
        }
    }
}

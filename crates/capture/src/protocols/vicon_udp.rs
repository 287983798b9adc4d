//! `vicon-udp://[bind][:51001]`: the Vicon UDP object stream.

use super::datagram_recipe::DatagramRecipe;
use super::{Protocol, Transport};
use crate::datagram_place::DatagramPlace;
use crate::decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering};
use crate::source_url::{SourceUrlError, UrlParts};
use cyc_model::MocapFrame;
use cyc_wire::vicon_udp::limits::DATAGRAM_MAX;
use cyc_wire::vicon_udp::{DEFAULT_PORT, DecodeError, Decoder};

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "vicon-udp",
    transport: Transport::Datagrams,
    read: |url| {
        let decoder = |(): &()| Decoder::default();
        Ok(Box::new(DatagramRecipe::new(url, place(url)?, (), decoder)))
    },
};

fn place(url: &UrlParts<'_>) -> Result<DatagramPlace, SourceUrlError> {
    url.datagram_place(DEFAULT_PORT, None, |_, _| Ok(false))
}

impl DatagramDecoder for Decoder {
    type Error = DecodeError;
    const DATAGRAM_MAX: usize = DATAGRAM_MAX;
    const NUMBERING: Numbering = Numbering::Counter { bits: 32 };

    fn decode(
        &mut self,
        datagram: Datagram<'_>,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        Decoder::decode(self, datagram.bytes, datagram.heard, out).map(|_grew| true)
    }

    fn counts(&self) -> DecodeCounts {
        let counts = Decoder::counts(self);
        DecodeCounts {
            values_refused: counts.values,
            values_unknown: counts.objects + counts.other_items,
            ..DecodeCounts::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source_url::SourceUrl;

    #[test]
    fn stays_on_the_loopback_until_told_otherwise() {
        let read = |url| {
            UrlParts::split(url)
                .and_then(|parts| place(&parts))
                .unwrap()
        };
        let bind = |url| {
            let place = read(url);
            (place.bind.to_string(), place.allow.len())
        };
        assert_eq!(bind("vicon-udp://"), ("127.0.0.1:51001".into(), 0));
        assert_eq!(bind("vicon-udp://:51002"), ("127.0.0.1:51002".into(), 0));
        assert_eq!(
            bind("vicon-udp://10.0.0.5?allow=10.0.0.7,10.0.0.8"),
            ("10.0.0.5:51001".into(), 2)
        );
        assert_eq!(
            bind("vicon-udp://0.0.0.0?allow_any_interface=true"),
            ("0.0.0.0:51001".into(), 0)
        );
        let group = read("vicon-udp://?multicast=239.1.2.3&interface=10.0.0.5");
        assert_eq!(group.bind.to_string(), "10.0.0.5:51001");
        assert_eq!(group.group, Some([239, 1, 2, 3].into()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (url, key) in [
            ("vicon-udp://tracker-pc", "capture-url-bad-address"),
            ("vicon-udp://?allow=bob", "capture-url-bad-address"),
            ("vicon-udp://0.0.0.0", "capture-url-any-interface"),
            ("vicon-udp://?port=3", "capture-url-bad-option"),
            ("vicon-udp://?multicast=10.0.0.1", "capture-url-bad-option"),
            (
                "vicon-udp://10.0.0.5?interface=10.0.0.6",
                "capture-url-bad-option",
            ),
        ] {
            assert_eq!(url.parse::<SourceUrl>().unwrap_err().key(), key, "{url}");
        }
    }
}

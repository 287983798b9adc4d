//! `psn://[interface][:56565][?z=away|towards&unicast=true]`: PosiStageNet 2.
//!
//! The group 236.10.10.10 is joined on the named interface; with `unicast` there is no group.

use super::datagram_recipe::DatagramRecipe;
use super::{Protocol, Transport};
use crate::decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering};
use crate::source_url::{SourceUrlError, UrlParts};
use cyc_model::MocapFrame;
use cyc_wire::posistagenet::limits::DATAGRAM_MAX;
use cyc_wire::posistagenet::{
    DEFAULT_GROUP, DEFAULT_PORT, DecodeError, DecodeSettings, Decoder, Depth,
};

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "psn",
    transport: Transport::Datagrams,
    read: |url| Ok(Box::new(read(url)?)),
};

fn read(url: &UrlParts<'_>) -> Result<DatagramRecipe<DecodeSettings, Decoder>, SourceUrlError> {
    let mut settings = DecodeSettings::default();
    let mut unicast = false;
    let mut place = url.datagram_place(DEFAULT_PORT, Some(DEFAULT_GROUP), |option, value| {
        match (option, value) {
            ("z", "away") => settings.depth = Depth::Away,
            ("z", "towards") => settings.depth = Depth::Towards,
            ("unicast", "true") => unicast = true,
            ("unicast", "false") => unicast = false,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    place.group = place.group.filter(|_| !unicast);
    let decoder = |settings: &DecodeSettings| Decoder::new(settings.clone());
    Ok(DatagramRecipe::new(url, place, settings, decoder))
}

impl DatagramDecoder for Decoder {
    type Error = DecodeError;
    const DATAGRAM_MAX: usize = DATAGRAM_MAX;
    /// 64 trackers of some 50 to 110 bytes are up to five packets; names come beside them.
    const DATAGRAMS_PER_FRAME: u32 = 8;
    const NUMBERING: Numbering = Numbering::Counter { bits: 32 };

    fn decode(
        &mut self,
        datagram: Datagram<'_>,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        Decoder::decode(self, datagram.bytes, datagram.heard, out)
    }

    fn counts(&self) -> DecodeCounts {
        let counts = Decoder::counts(self);
        DecodeCounts {
            values_refused: counts.values,
            values_unknown: counts.unknown,
            frames_incomplete: counts.incomplete,
            ..DecodeCounts::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source_url::SourceUrl;

    #[test]
    fn the_group_is_joined_unless_told_otherwise() {
        let read = |url| {
            UrlParts::split(url)
                .and_then(|parts| super::read(&parts))
                .unwrap()
        };
        let plain = read("psn://");
        assert_eq!(plain.to_string(), "psn://127.0.0.1:56565");
        assert_eq!(plain.place.group, Some(DEFAULT_GROUP));
        let told = read("psn://10.0.0.5:5000?z=towards&unicast=true");
        assert_eq!(
            (told.place.group, told.settings.depth),
            (None, Depth::Towards)
        );
        for url in ["psn://?z=up", "psn://?name=1:a"] {
            let error = url.parse::<SourceUrl>().unwrap_err();
            assert_eq!(error.key(), "capture-url-bad-option", "{url}");
        }
    }
}

//! `opentrackio://[interface][:55555][?source=1&name=FilmCamera&unicast=true]`: OpenTrackIO 1.0.
//!
//! The source number chooses the multicast group, which is joined on the named interface; with `unicast` there is no
//! group, and what is sent to the address itself is heard.

use super::datagram_recipe::DatagramRecipe;
use super::{Protocol, Transport};
use crate::decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering};
use crate::source_url::{SourceUrlError, UrlParts};
use cyc_model::MocapFrame;
use cyc_wire::opentrackio::limits::DATAGRAM_MAX;
use cyc_wire::opentrackio::{DEFAULT_PORT, DecodeError, DecodeSettings, Decoder, group_of};

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "opentrackio",
    transport: Transport::Datagrams,
    read: |url| Ok(Box::new(read(url)?)),
};

fn read(url: &UrlParts<'_>) -> Result<DatagramRecipe<DecodeSettings, Decoder>, SourceUrlError> {
    let (mut number, mut unicast, mut name) = (1, false, None);
    // The group must be known before the place is read.
    for (option, value) in url.options() {
        let bad = || url.bad_option(option, value);
        match option {
            "source" => {
                number = value.parse().map_err(|_| bad())?;
                group_of(number).ok_or_else(bad)?;
            }
            "unicast" => unicast = value.parse().map_err(|_| bad())?,
            "name" if !value.is_empty() => name = Some(value.to_owned()),
            _ => {}
        }
    }
    let group = group_of(number).filter(|_| !unicast);
    let own = |option: &str, value: &str| {
        Ok(matches!(option, "source" | "unicast") || (option == "name" && !value.is_empty()))
    };
    let settings = DecodeSettings {
        source_number: Some(number),
        names: name.map(|name| (number, name)).into_iter().collect(),
    };
    let place = url.datagram_place(DEFAULT_PORT, group, own)?;
    let decoder = |settings: &DecodeSettings| Decoder::new(settings.clone());
    let recipe = DatagramRecipe::new(url, place, settings, decoder);
    Ok(recipe.showing(format!("source={number}")))
}

impl DatagramDecoder for Decoder {
    type Error = DecodeError;
    const DATAGRAM_MAX: usize = DATAGRAM_MAX;
    /// A complete sample has 3 kB: three segments, and one more.
    const DATAGRAMS_PER_FRAME: u32 = 4;
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
    fn the_source_number_chooses_the_group() {
        let read = |url| {
            UrlParts::split(url)
                .and_then(|parts| super::read(&parts))
                .unwrap()
        };
        let plain = read("opentrackio://");
        assert_eq!(plain.to_string(), "opentrackio://127.0.0.1:55555?source=1");
        assert_eq!(plain.place.group, Some([239, 135, 1, 1].into()));
        let seven = read("opentrackio://10.0.0.5?source=7&name=FilmCamera");
        assert_eq!(seven.place.group, Some([239, 135, 1, 7].into()));
        assert_eq!(seven.place.bind.to_string(), "10.0.0.5:55555");
        assert_eq!(seven.settings.names, [(7, "FilmCamera".into())]);
        assert_eq!(read("opentrackio://:55556?unicast=true").place.group, None);
        for url in [
            "opentrackio://?source=0",
            "opentrackio://?source=201",
            "opentrackio://?unicast=yes",
            "opentrackio://?name=",
            "opentrackio://?lens=sony",
        ] {
            let error = url.parse::<SourceUrl>().unwrap_err();
            assert_eq!(error.key(), "capture-url-bad-option", "{url}");
        }
    }
}

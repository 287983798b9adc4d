//! `osc://[bind]:PORT[?map=FILE]`: OSC from anyone, by a table of addresses; by the committed example when none is named,
//! which is what `cyc sim osc` sends.
//!
//! The table is read when the URL is: a mistake in it is told before anything is received.

use super::datagram_recipe::DatagramRecipe;
use super::{Protocol, Transport};
use crate::decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering};
use crate::source_url::{SourceUrlError, UrlParts};
use cyc_model::MocapFrame;
use cyc_wire::osc::OscError;
use cyc_wire::osc_map::{DATAGRAM_MAX, DEFAULT_PORT, Decoder, EXAMPLE, OscMap};
use std::fs::File;
use std::io::Read;

/// Longest table, bytes; 64 messages with their comments are a tenth of it.
const MAP_BYTES_MAX: u64 = 256 << 10;

/// Most datagrams of a frame, for the limit of the rate: a sender that bundles nothing sends one for each thing.
const DATAGRAMS_PER_FRAME: u32 = 128;

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "osc",
    transport: Transport::Datagrams,
    read: |url| Ok(Box::new(read(url)?)),
};

fn read(url: &UrlParts<'_>) -> Result<DatagramRecipe<OscMap, Decoder>, SourceUrlError> {
    let mut path = None;
    let place = url.datagram_place(DEFAULT_PORT, None, |option, value| {
        let is_map = option == "map" && !value.is_empty();
        path = path.take().or(is_map.then_some(value));
        Ok(is_map)
    })?;
    let text = match path {
        None => EXAMPLE.to_owned(),
        Some(path) => table_in(path)?,
    };
    let map = OscMap::from_toml(&text)?;
    let decoder = |map: &OscMap| Decoder::new(map.clone());
    Ok(DatagramRecipe::new(url, place, map, decoder))
}

fn table_in(path: &str) -> Result<String, SourceUrlError> {
    let unreadable = |reason: String| SourceUrlError::UnreadableFile {
        path: path.to_owned(),
        reason,
    };
    let mut text = String::new();
    let file = File::open(path).map_err(|e| unreadable(e.to_string()))?;
    // One byte more than is taken, so that what is too long is seen to be.
    let read = file.take(MAP_BYTES_MAX + 1).read_to_string(&mut text);
    let bytes = read.map_err(|e| unreadable(e.to_string()))?;
    if bytes as u64 > MAP_BYTES_MAX {
        return Err(unreadable(format!("> {MAP_BYTES_MAX} B")));
    }
    Ok(text)
}

impl DatagramDecoder for Decoder {
    type Error = OscError;
    const DATAGRAM_MAX: usize = DATAGRAM_MAX;
    const DATAGRAMS_PER_FRAME: u32 = DATAGRAMS_PER_FRAME;
    const NUMBERING: Numbering = Numbering::Arrival;

    fn decode(&mut self, datagram: Datagram<'_>, out: &mut MocapFrame) -> Result<bool, OscError> {
        Decoder::decode(self, datagram.bytes, datagram.heard, out)
    }

    fn counts(&self) -> DecodeCounts {
        let counts = Decoder::counts(self);
        DecodeCounts {
            values_refused: counts.values,
            values_unknown: counts.unknown,
            frames_late: counts.superseded,
            ..DecodeCounts::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::source_url::SourceUrl;

    const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rigs/osc/markers.toml");

    #[test]
    fn a_table_is_read_and_the_example_without_one() {
        let said = |url: &str| format!("{:?}", url.parse::<SourceUrl>().unwrap());
        let named = said(&format!("osc://:9001?map={EXAMPLE}"));
        assert_eq!(said("osc://:9001"), named);
        let url = format!("osc://:9001?map={EXAMPLE}");
        let url: SourceUrl = url.parse().unwrap();
        assert_eq!(url.to_string(), "osc://127.0.0.1:9001");
        let not_a_table = concat!("osc://?map=", env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        for (url, key) in [
            ("osc://:9001?map=", "capture-url-bad-option"),
            (
                "osc://:9001?map=/no/such/file",
                "capture-url-unreadable-file",
            ),
            (not_a_table, "osc-map-text"),
        ] {
            assert_eq!(url.parse::<SourceUrl>().unwrap_err().key(), key, "{url}");
        }
    }
}

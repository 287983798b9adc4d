//! `freed://[bind][:40000][?lens=PROFILE&name=ID:NAME,ID:NAME]`: FreeD D1.
//!
//! `lens` is one of the profiles that come with the program (`generic`, `auto`, `stype`, `panasonic`, `sony`, `z-cam`)
//! or the path of a file like those in `rigs/freed`.

use super::datagram_recipe::DatagramRecipe;
use super::{Protocol, Transport};
use crate::decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering};
use crate::source_url::{SourceUrlError, UrlParts, names};
use cyc_model::MocapFrame;
use cyc_wire::freed::limits::DATAGRAM_MAX;
use cyc_wire::freed::{DEFAULT_PORT, DecodeError, DecodeSettings, Decoder, LensProfile};

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "freed",
    transport: Transport::Datagrams,
    read: |url| Ok(Box::new(read(url)?)),
};

fn read(url: &UrlParts<'_>) -> Result<DatagramRecipe<DecodeSettings, Decoder>, SourceUrlError> {
    let mut settings = DecodeSettings::default();
    let place = url.datagram_place(DEFAULT_PORT, None, |option, value| {
        let bad = || url.bad_option(option, value);
        match option {
            "lens" => settings.profile = profile(value).ok_or_else(bad)?,
            "name" => settings.names = names(value).ok_or_else(bad)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let decoder = |settings: &DecodeSettings| Decoder::new(settings.clone());
    Ok(DatagramRecipe::new(url, place, settings, decoder))
}

/// A profile by its name, or from a file.
fn profile(value: &str) -> Option<LensProfile> {
    LensProfile::built_in(value).or_else(|| {
        let text = std::fs::read_to_string(value).ok()?;
        LensProfile::parse(&text).ok()
    })
}

impl DatagramDecoder for Decoder {
    type Error = DecodeError;
    const DATAGRAM_MAX: usize = DATAGRAM_MAX;
    /// Cameras that share a port.
    const DATAGRAMS_PER_FRAME: u32 = 16;
    const NUMBERING: Numbering = Numbering::Arrival;

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
            values_unknown: counts.cameras,
            ..DecodeCounts::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source_url::SourceUrl;

    fn read(url: &str) -> DatagramRecipe<DecodeSettings, Decoder> {
        UrlParts::split(url)
            .and_then(|parts| super::read(&parts))
            .unwrap()
    }

    #[test]
    fn a_lens_and_names_are_read() {
        let plain = read("freed://:40001");
        assert_eq!(plain.to_string(), "freed://127.0.0.1:40001");
        assert_eq!(plain.settings, DecodeSettings::default());
        let told = read("freed://10.0.0.5?lens=sony&name=1:A-cam,2:B-cam");
        assert_eq!(told.to_string(), "freed://10.0.0.5:40000");
        assert_eq!(told.settings.profile.name(), "sony");
        assert_eq!(
            told.settings.names,
            [(1, "A-cam".into()), (2, "B-cam".into())]
        );
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rigs/freed/z-cam.toml");
        assert_eq!(
            read(&format!("freed://?lens={file}"))
                .settings
                .profile
                .name(),
            "z-cam"
        );
        for url in [
            "freed://?lens=nobody",
            "freed://?name=A-cam",
            "freed://?name=300:A",
            "freed://?name=1:",
            "freed://?source=1",
        ] {
            let error = url.parse::<SourceUrl>().unwrap_err();
            assert_eq!(error.key(), "capture-url-bad-option", "{url}");
        }
    }
}

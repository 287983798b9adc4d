//! `mosys://[bind][:8001][?pan=clockwise&sensor_mm=36x20.25&picture=1920x1080&name=ID:NAME]`: Mo-Sys F4.
//!
//! With the sensor's size there are a focal length and a distortion; without it only angles of view.

use super::datagram_recipe::DatagramRecipe;
use super::{Protocol, Transport};
use crate::decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering};
use crate::source_url::{SourceUrlError, UrlParts, names};
use cyc_model::MocapFrame;
use cyc_wire::mosys_f4::limits::DATAGRAM_MAX;
use cyc_wire::mosys_f4::{DEFAULT_PORT, DecodeError, DecodeSettings, Decoder, PanDirection};

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "mosys",
    transport: Transport::Datagrams,
    read: |url| Ok(Box::new(read(url)?)),
};

const MM_PER_M: f64 = 1000.0;

fn read(url: &UrlParts<'_>) -> Result<DatagramRecipe<DecodeSettings, Decoder>, SourceUrlError> {
    let mut settings = DecodeSettings::default();
    let place = url.datagram_place(DEFAULT_PORT, None, |option, value| {
        let bad = || url.bad_option(option, value);
        match (option, value) {
            ("pan", "clockwise") => settings.pan = PanDirection::Clockwise,
            ("pan", "counterclockwise") => settings.pan = PanDirection::Counterclockwise,
            ("sensor_mm", size) => {
                let mm = sides(size).ok_or_else(bad)?;
                settings.sensor_size_m = Some(mm.map(|mm| mm / MM_PER_M));
            }
            ("picture", size) => settings.picture_px = sides(size).ok_or_else(bad)?,
            ("name", list) => settings.names = names(list).ok_or_else(bad)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let decoder = |settings: &DecodeSettings| Decoder::new(settings.clone());
    Ok(DatagramRecipe::new(url, place, settings, decoder))
}

/// `WIDTHxHEIGHT`, both positive.
fn sides(text: &str) -> Option<[f64; 2]> {
    let (width, height) = text.split_once('x')?;
    let side = |text: &str| {
        let side: f64 = text.parse().ok()?;
        (side > 0.0 && side < 1e6).then_some(side)
    };
    Some([side(width)?, side(height)?])
}

impl DatagramDecoder for Decoder {
    type Error = DecodeError;
    const DATAGRAM_MAX: usize = DATAGRAM_MAX;
    /// Cameras that share a port.
    const DATAGRAMS_PER_FRAME: u32 = 16;
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
            values_unknown: counts.unknown,
            ..DecodeCounts::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source_url::SourceUrl;

    #[test]
    fn pan_and_sensor_are_read() {
        let read = |url| {
            UrlParts::split(url)
                .and_then(|parts| super::read(&parts))
                .unwrap()
        };
        assert_eq!(read("mosys://").to_string(), "mosys://127.0.0.1:8001");
        let told = read("mosys://?pan=clockwise&sensor_mm=36x20.25&picture=3840x2160&name=0:A");
        assert_eq!(told.settings.pan, PanDirection::Clockwise);
        assert_eq!(told.settings.sensor_size_m, Some([0.036, 0.02025]));
        assert_eq!(told.settings.picture_px, [3840.0, 2160.0]);
        for url in [
            "mosys://?pan=left",
            "mosys://?sensor_mm=36",
            "mosys://?picture=0x5",
            "mosys://?sensor_mm=nanx1",
        ] {
            let error = url.parse::<SourceUrl>().unwrap_err();
            assert_eq!(error.key(), "capture-url-bad-option", "{url}");
        }
    }
}

//! `mvn://[bind][:9763][?unit=cm][&tcp=true]`: Xsens MVN's network streamer, which sends datagrams, or connects to us and sends
//! the same over the connection.

use super::datagram_recipe::DatagramRecipe;
use super::stream_recipe::StreamRecipe;
use super::{Protocol, Transport};
use crate::cut_stream::CutStream;
use crate::decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering};
use crate::source_url::{SourceUrlError, UrlParts};
use crate::stream_place::StreamPlace;
use cyc_model::MocapFrame;
use cyc_wire::xsens_mvn::limits::{DATAGRAM_MAX, PARTS_MAX};
use cyc_wire::xsens_mvn::{
    DEFAULT_PORT, DecodeError, Decoder, DecoderSettings, Unit, packet_bytes,
};

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "mvn",
    transport: Transport::Datagrams,
    read: |url| {
        Ok(if is_stream(url)? {
            Box::new(read_stream(url)?)
        } else {
            Box::new(read(url)?)
        })
    },
};

fn read(url: &UrlParts<'_>) -> Result<DatagramRecipe<DecoderSettings, Decoder>, SourceUrlError> {
    let mut settings = DecoderSettings::default();
    let place = url.datagram_place(DEFAULT_PORT, None, |option, value| {
        match (option, value) {
            ("unit", "cm") => settings.unit = Unit::Centimetres,
            ("unit", "m") => settings.unit = Unit::Metres,
            ("tcp", _) => {}
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let decoder = |settings: &DecoderSettings| Decoder::new(*settings);
    Ok(DatagramRecipe::new(url, place, settings, decoder))
}

/// Whether the stream comes over a connection.
fn is_stream(url: &UrlParts<'_>) -> Result<bool, SourceUrlError> {
    match url.options().find(|(option, _)| *option == "tcp") {
        None | Some((_, "false")) => Ok(false),
        Some((_, "true")) => Ok(true),
        Some((option, value)) => Err(url.bad_option(option, value)),
    }
}

/// The same places and settings, for MVN to connect to.
fn read_stream(
    url: &UrlParts<'_>,
) -> Result<StreamRecipe<DecoderSettings, CutStream<Decoder>>, SourceUrlError> {
    let read = read(url)?;
    if read.place.group.is_some() {
        return Err(url.bad_option("multicast", "tcp"));
    }
    let place = StreamPlace::Caller {
        bind: read.place.bind,
        allow: read.place.allow,
        asked: None,
    };
    let decoder = |settings: &DecoderSettings| {
        let settings = *settings;
        let cut = |bytes: &[u8]| Ok(packet_bytes(bytes)?.map(|length| (length, length)));
        CutStream::new(move || Decoder::new(settings), cut)
    };
    Ok(StreamRecipe::at(url, place, read.settings, decoder).showing("tcp=true"))
}

impl DatagramDecoder for Decoder {
    type Error = DecodeError;
    const DATAGRAM_MAX: usize = DATAGRAM_MAX;
    const DATAGRAMS_PER_FRAME: u32 = PARTS_MAX as u32;
    const NUMBERING: Numbering = Numbering::Counter { bits: 32 };

    fn decode(
        &mut self,
        datagram: Datagram<'_>,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        Decoder::decode(self, datagram.bytes, datagram.heard, out)
    }

    fn next(&mut self, out: &mut MocapFrame) -> bool {
        Decoder::next(self, out)
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
    fn stays_on_the_loopback_and_takes_a_unit() {
        let url: SourceUrl = "mvn://".parse().unwrap();
        assert_eq!(url.to_string(), "mvn://127.0.0.1:9763");
        let unit = |url| {
            let parts = UrlParts::split(url).unwrap();
            read(&parts).unwrap().settings.unit
        };
        assert_eq!(unit("mvn://:9764"), Unit::ByPelvis);
        assert_eq!(unit("mvn://?unit=cm"), Unit::Centimetres);
        let url: SourceUrl = "mvn://?tcp=true&unit=m".parse().unwrap();
        assert_eq!(url.to_string(), "mvn://127.0.0.1:9763?tcp=true");
        assert_eq!(url.transport(), Transport::CallingStream);
        for url in ["mvn://?tcp=maybe", "mvn://?tcp=true&multicast=239.1.1.1"] {
            let error = url.parse::<SourceUrl>().unwrap_err();
            assert_eq!(error.key(), "capture-url-bad-option", "{url}");
        }
        let error = "mvn://?unit=inch".parse::<SourceUrl>().unwrap_err();
        assert_eq!(error.key(), "capture-url-bad-option");
    }
}

//! `rokoko://[bind][:14043]`: Rokoko Studio's JSON stream, version 3, packed or plain.

use super::datagram_recipe::DatagramRecipe;
use super::{Protocol, Transport};
use crate::decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering};
use cyc_model::MocapFrame;
use cyc_wire::rokoko::limits::DATAGRAM_MAX;
use cyc_wire::rokoko::{DEFAULT_PORT, DecodeError, Decoder};

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "rokoko",
    transport: Transport::Datagrams,
    read: |url| {
        let place = url.datagram_place(DEFAULT_PORT, None, |_, _| Ok(false))?;
        let decoder = |(): &()| Decoder::default();
        Ok(Box::new(DatagramRecipe::new(url, place, (), decoder)))
    },
};

impl DatagramDecoder for Decoder {
    type Error = DecodeError;
    const DATAGRAM_MAX: usize = DATAGRAM_MAX;
    const NUMBERING: Numbering = Numbering::Arrival;

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
            frames_duplicate: counts.duplicates,
            frames_late: counts.late,
            ..DecodeCounts::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::source_url::SourceUrl;

    #[test]
    fn stays_on_the_loopback_until_told_otherwise() {
        let url: SourceUrl = "rokoko://".parse().unwrap();
        assert_eq!(url.to_string(), "rokoko://127.0.0.1:14043");
        let url = "rokoko://10.0.0.5:14044?allow=10.0.0.7";
        let url: SourceUrl = url.parse().unwrap();
        assert_eq!(url.to_string(), "rokoko://10.0.0.5:14044");
        let error = "rokoko://?subject=Ann".parse::<SourceUrl>().unwrap_err();
        assert_eq!(error.key(), "capture-url-bad-option");
    }
}

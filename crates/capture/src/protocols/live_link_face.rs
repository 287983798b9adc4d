//! `livelink-face://[bind][:11111]`: Live Link Face, from one phone or several.

use super::datagram_recipe::DatagramRecipe;
use super::{Protocol, Transport};
use crate::decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering};
use cyc_model::MocapFrame;
use cyc_wire::live_link_face::limits::DATAGRAM_MAX;
use cyc_wire::live_link_face::{DEFAULT_PORT, DecodeError, Decoder};

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "livelink-face",
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
    // Each phone counts for itself; the decoder keeps each one's order.
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

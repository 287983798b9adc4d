//! `vicon-osc://[bind][:8000]`: Vicon's OSC output.

use super::datagram_recipe::DatagramRecipe;
use super::{Protocol, Transport};
use crate::decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering};
use cyc_model::MocapFrame;
use cyc_wire::vicon_osc::{DATAGRAM_MAX, DEFAULT_PORT, DecodeError, Decoder};

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "vicon-osc",
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
    const NUMBERING: Numbering = Numbering::Counter { bits: 64 };

    fn decode(
        &mut self,
        datagram: Datagram<'_>,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        Decoder::decode(self, datagram.bytes, datagram.heard, out).map(|()| true)
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

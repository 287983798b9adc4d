//! `vicon-osc://[bind][:8000]`: Vicon's OSC output.

use super::{Protocol, Recipe, Transport};
use crate::datagram_place::DatagramPlace;
use crate::datagram_source::DatagramSource;
use crate::decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering};
use crate::source::{FrameSource, SourceConfig};
use cyc_model::MocapFrame;
use cyc_wire::vicon_osc::{DATAGRAM_MAX, DEFAULT_PORT, DecodeError, Decoder};
use std::fmt;

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "vicon-osc",
    transport: Transport::Datagrams,
    read: |url| {
        let place = url.datagram_place(DEFAULT_PORT, None, |_, _| Ok(false))?;
        Ok(Box::new(ViconOsc(place)))
    },
};

#[derive(Debug)]
struct ViconOsc(DatagramPlace);

impl fmt::Display for ViconOsc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", PROTOCOL.scheme, self.0)
    }
}

impl Recipe for ViconOsc {
    fn source(&self, config: SourceConfig) -> Box<dyn FrameSource> {
        let place = self.0.clone();
        Box::new(DatagramSource::new(config, place, Decoder::default()))
    }
}

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

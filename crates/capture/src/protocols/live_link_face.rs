//! `livelink-face://[bind][:11111]`: Live Link Face, from one phone or several.

use super::{Protocol, Recipe, Transport};
use crate::datagram_place::DatagramPlace;
use crate::datagram_source::DatagramSource;
use crate::decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering};
use crate::source::{FrameSource, SourceConfig};
use cyc_model::MocapFrame;
use cyc_wire::live_link_face::limits::DATAGRAM_MAX;
use cyc_wire::live_link_face::{DEFAULT_PORT, DecodeError, Decoder};
use std::fmt;

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "livelink-face",
    transport: Transport::Datagrams,
    read: |url| {
        let place = url.datagram_place(DEFAULT_PORT, None, |_, _| Ok(false))?;
        Ok(Box::new(LiveLinkFace(place)))
    },
};

#[derive(Debug)]
struct LiveLinkFace(DatagramPlace);

impl fmt::Display for LiveLinkFace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", PROTOCOL.scheme, self.0)
    }
}

impl Recipe for LiveLinkFace {
    fn source(&self, config: SourceConfig) -> Box<dyn FrameSource> {
        let place = self.0.clone();
        Box::new(DatagramSource::new(config, place, Decoder::default()))
    }
}

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

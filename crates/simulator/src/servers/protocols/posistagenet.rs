//! PosiStageNet: all rigid bodies as trackers numbered from 0, and once a second their names.

use crate::servers::protocol::{DatagramEncoder, Protocol};
use cyc_model::MocapFrame;
use cyc_wire::posistagenet::{DEFAULT_GROUP, DEFAULT_PORT, EncodeSettings, Encoder};

/// PosiStageNet.
pub const POSISTAGENET: Protocol = Protocol::datagrams("psn", DEFAULT_PORT, || {
    Box::new(PosiStageNetEncoder::default())
})
.to_group(DEFAULT_GROUP);

/// Writes PosiStageNet.
#[derive(Debug)]
pub struct PosiStageNetEncoder(Encoder);

impl PosiStageNetEncoder {
    /// With settings of its own.
    pub fn new(settings: EncodeSettings) -> Self {
        Self(Encoder::new(settings))
    }
}

impl Default for PosiStageNetEncoder {
    fn default() -> Self {
        Self::new(EncodeSettings::default())
    }
}

impl DatagramEncoder for PosiStageNetEncoder {
    fn encode(&mut self, frame: &MocapFrame, datagrams: &mut Vec<Vec<u8>>) {
        let taken = frame.taken.unwrap_or(frame.heard);
        let mut keep = |datagram: &[u8]| datagrams.push(datagram.to_vec());
        self.0.encode(frame, taken, &mut keep);
    }
}

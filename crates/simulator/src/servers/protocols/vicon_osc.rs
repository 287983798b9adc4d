//! Vicon's OSC output: one bundle a frame.

use crate::servers::protocol::{DatagramEncoder, Protocol};
use cyc_model::MocapFrame;
use cyc_wire::vicon_osc::{DEFAULT_PORT, EncodeSettings, encode_frame};

/// Vicon's OSC output.
pub const VICON_OSC: Protocol = Protocol::datagrams("vicon-osc", DEFAULT_PORT, || {
    Box::new(ViconOscEncoder::default())
});

/// Writes Vicon's OSC output.
#[derive(Clone, Debug, Default)]
pub struct ViconOscEncoder {
    /// What is sent.
    pub settings: EncodeSettings,
}

impl DatagramEncoder for ViconOscEncoder {
    fn encode(&mut self, frame: &MocapFrame, datagrams: &mut Vec<Vec<u8>>) {
        let mut datagram = Vec::new();
        encode_frame(frame, &self.settings, &mut datagram);
        datagrams.push(datagram);
    }
}

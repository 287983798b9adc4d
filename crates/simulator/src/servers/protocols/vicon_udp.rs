//! Vicon's UDP object stream: one datagram a frame, with the rigid bodies in it.

use crate::servers::protocol::{DatagramEncoder, Protocol};
use cyc_model::MocapFrame;
use cyc_wire::vicon_udp::{DEFAULT_PORT, EncodeSettings, encode_frame};

/// Vicon's UDP object stream.
pub const VICON_UDP: Protocol = Protocol::datagrams("vicon-udp", DEFAULT_PORT, || {
    Box::new(ViconUdpEncoder::default())
});

/// Writes the object stream.
#[derive(Clone, Debug, Default)]
pub struct ViconUdpEncoder {
    /// Which bodies, and how they are padded.
    pub settings: EncodeSettings,
}

impl DatagramEncoder for ViconUdpEncoder {
    fn encode(&mut self, frame: &MocapFrame, datagrams: &mut Vec<Vec<u8>>) {
        let mut datagram = Vec::new();
        encode_frame(frame, &self.settings, &mut datagram);
        datagrams.push(datagram);
    }
}

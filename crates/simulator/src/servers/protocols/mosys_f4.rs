//! Mo-Sys F4: one datagram a frame for each rigid body, numbered from 0 in the roster's order.

use crate::servers::protocol::{DatagramEncoder, Protocol};
use cyc_model::MocapFrame;
use cyc_wire::mosys_f4::{DEFAULT_PORT, EncodeSettings, Encoder};

/// Mo-Sys F4.
pub const MOSYS_F4: Protocol =
    Protocol::datagrams("mosys", DEFAULT_PORT, || Box::new(MoSysEncoder::default()));

/// Writes F4.
#[derive(Debug)]
pub struct MoSysEncoder(Encoder);

impl MoSysEncoder {
    /// With settings of its own.
    pub fn new(settings: EncodeSettings) -> Self {
        Self(Encoder::new(settings))
    }
}

impl Default for MoSysEncoder {
    fn default() -> Self {
        Self::new(EncodeSettings::default())
    }
}

impl DatagramEncoder for MoSysEncoder {
    fn encode(&mut self, frame: &MocapFrame, datagrams: &mut Vec<Vec<u8>>) {
        self.0
            .encode(frame, &mut |datagram| datagrams.push(datagram.to_vec()));
    }
}

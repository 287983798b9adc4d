//! FreeD: one datagram a frame for each rigid body, numbered from 1 in the roster's order.

use crate::servers::protocol::{DatagramEncoder, Protocol};
use cyc_model::MocapFrame;
use cyc_wire::freed::{DEFAULT_PORT, EncodeSettings, Encoder, LensProfile};

/// FreeD.
pub const FREED: Protocol =
    Protocol::datagrams("freed", DEFAULT_PORT, || Box::new(FreeDEncoder::default()));

/// Writes FreeD.
#[derive(Debug)]
pub struct FreeDEncoder(Encoder);

impl FreeDEncoder {
    /// With settings of its own.
    pub fn new(settings: EncodeSettings) -> Self {
        Self(Encoder::new(settings))
    }
}

impl Default for FreeDEncoder {
    /// Rings as most systems send them: 16 bits between the end stops.
    fn default() -> Self {
        Self::new(EncodeSettings {
            profile: LensProfile::built_in("generic").unwrap_or_default(),
            ..EncodeSettings::default()
        })
    }
}

impl DatagramEncoder for FreeDEncoder {
    fn encode(&mut self, frame: &MocapFrame, datagrams: &mut Vec<Vec<u8>>) {
        self.0
            .encode(frame, &mut |datagram| datagrams.push(datagram.to_vec()));
    }
}

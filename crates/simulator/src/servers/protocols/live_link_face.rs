//! Live Link Face: a phone for each performer with a face.

use crate::servers::protocol::{DatagramEncoder, Protocol};
use cyc_model::MocapFrame;
use cyc_wire::live_link_face::{DEFAULT_PORT, Encoder};

/// Live Link Face.
pub const LIVE_LINK_FACE: Protocol = Protocol::datagrams("livelink-face", DEFAULT_PORT, || {
    Box::new(LiveLinkFaceEncoder::default())
});

/// Writes face packets.
#[derive(Clone, Debug, Default)]
pub struct LiveLinkFaceEncoder {
    encoder: Encoder,
}

impl DatagramEncoder for LiveLinkFaceEncoder {
    fn encode(&mut self, frame: &MocapFrame, datagrams: &mut Vec<Vec<u8>>) {
        self.encoder.encode_frame(frame, datagrams);
    }
}

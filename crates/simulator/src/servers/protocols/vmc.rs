//! The VMC protocol, as a performer: the first avatar, its face, and the rigid bodies as trackers.

use crate::servers::avatar_view::AvatarView;
use crate::servers::protocol::{DatagramEncoder, Protocol};
use cyc_model::MocapFrame;
use cyc_wire::vmc::{DEFAULT_PORT, Encoder};

/// The VMC protocol.
pub const VMC: Protocol =
    Protocol::datagrams("vmc", DEFAULT_PORT, || Box::new(VmcEncoder::default()));

/// Writes what a performer sends.
#[derive(Debug, Default)]
pub struct VmcEncoder {
    /// The encoder, with the avatar's name if one is named.
    pub encoder: Encoder,
    view: AvatarView,
    seen: MocapFrame,
}

impl DatagramEncoder for VmcEncoder {
    fn encode(&mut self, frame: &MocapFrame, datagrams: &mut Vec<Vec<u8>>) {
        self.view.see(frame, &mut self.seen);
        self.encoder.encode_frame(&self.seen, datagrams);
    }
}

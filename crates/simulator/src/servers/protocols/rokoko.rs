//! Rokoko Studio: a scene a datagram, with an actor for each performer and the rigid bodies as props.

use crate::servers::avatar_view::AvatarView;
use crate::servers::protocol::{DatagramEncoder, Protocol};
use cyc_model::MocapFrame;
use cyc_wire::rokoko::{DEFAULT_PORT, Encoder};

/// Rokoko Studio's JSON stream, version 3, packed by LZ4.
pub const ROKOKO: Protocol =
    Protocol::datagrams(
        "rokoko",
        DEFAULT_PORT,
        || Box::new(RokokoEncoder::default()),
    );

/// Writes scenes.
#[derive(Debug, Default)]
pub struct RokokoEncoder {
    /// The encoder, which packs unless told otherwise.
    pub encoder: Encoder,
    view: AvatarView,
    seen: MocapFrame,
}

impl DatagramEncoder for RokokoEncoder {
    fn encode(&mut self, frame: &MocapFrame, datagrams: &mut Vec<Vec<u8>>) {
        self.view.see(frame, &mut self.seen);
        // More than UDP carries cannot be sent, by the real one neither.
        datagrams.extend(self.encoder.encode_frame(&self.seen));
    }
}

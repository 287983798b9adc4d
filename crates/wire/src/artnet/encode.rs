//! Channels to packets.

use super::limits::CHANNELS;

/// Header 18, channels 512.
pub const PACKET_BYTES: usize = 18 + CHANNELS;

/// Writes a packet with all 512 channels. Those that are not given are 0, those beyond 512 are not sent.
pub fn encode_packet(universe: u16, sequence: u8, channels: &[u8]) -> [u8; PACKET_BYTES] {
    let mut packet = [0; PACKET_BYTES];
    let [net, sub_uni] = (universe & 0x7fff).to_be_bytes();
    let [length_high, length_low] = (CHANNELS as u16).to_be_bytes();
    let head = *b"Art-Net\0\x00\x50\x00\x0e";
    let rest = [sequence, 0, sub_uni, net, length_high, length_low];
    let bytes = head.into_iter().chain(rest);
    let bytes = bytes.chain(channels.iter().copied());
    for (slot, byte) in packet.iter_mut().zip(bytes) {
        *slot = byte;
    }
    packet
}

/// Numbers the packets of one universe.
#[derive(Clone, Debug)]
pub struct Encoder {
    universe: u16,
    sequence: u8,
}

impl Encoder {
    /// An encoder of a universe.
    pub fn new(universe: u16) -> Self {
        Self {
            universe,
            sequence: 0,
        }
    }

    /// The next packet. Numbers go from 1 to 255 and round again.
    pub fn encode(&mut self, channels: &[u8]) -> [u8; PACKET_BYTES] {
        self.sequence = self.sequence % 255 + 1;
        encode_packet(self.universe, self.sequence, channels)
    }
}

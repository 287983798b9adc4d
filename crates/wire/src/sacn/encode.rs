//! Channels to packets.

use super::limits::{CHANNELS, NAME_BYTES};

/// Root 38, framing 77, DMP 10, start code 1, channels 512.
pub const PACKET_BYTES: usize = 38 + 77 + 10 + 1 + CHANNELS;

/// Where the framing layer begins.
const FRAMING_AT: usize = 38;

/// Where the DMP layer begins.
const DMP_AT: usize = FRAMING_AT + 77;

/// Where the channels begin.
const CHANNELS_AT: usize = DMP_AT + 11;

/// The option that says that no more data come.
const STREAM_TERMINATED: u8 = 0x40;

/// What a packet says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The sender, a UUID.
    pub cid: [u8; 16],
    /// The sender's name; cut at 63 bytes.
    pub name: String,
    /// 0 to 200.
    pub priority: u8,
    /// 1 to 63999.
    pub universe: u16,
}

/// Writes a packet. Channels that are not given are 0, those beyond 512 are not sent.
pub fn encode_packet(
    header: &Header,
    sequence: u8,
    is_end: bool,
    channels: &[u8],
) -> [u8; PACKET_BYTES] {
    let mut packet = [0; PACKET_BYTES];
    let mut put = |at: usize, bytes: &[u8]| {
        for (slot, byte) in packet.iter_mut().skip(at).zip(bytes) {
            *slot = *byte;
        }
    };
    // Flags 7 and the length from here to the end.
    let length = |at: usize| (0x7000 | (PACKET_BYTES - at) as u16).to_be_bytes();
    put(0, &[0x00, 0x10]);
    put(4, b"ASC-E1.17\0\0\0");
    put(16, &length(16));
    put(18, &[0, 0, 0, 4]);
    put(22, &header.cid);
    put(FRAMING_AT, &length(FRAMING_AT));
    put(FRAMING_AT + 2, &[0, 0, 0, 2]);
    put(FRAMING_AT + 6, name(&header.name).as_bytes());
    let options = if is_end { STREAM_TERMINATED } else { 0 };
    put(FRAMING_AT + 70, &[header.priority, 0, 0, sequence, options]);
    put(FRAMING_AT + 75, &header.universe.to_be_bytes());
    put(DMP_AT, &length(DMP_AT));
    // Set property; addresses and data of one byte; from 0 by 1; start code and channels.
    put(DMP_AT + 2, &[0x02, 0xa1, 0, 0, 0, 1, 0x02, 0x01]);
    put(CHANNELS_AT, channels.get(..CHANNELS).unwrap_or(channels));
    packet
}

/// As much of a name as fits before its zero, cut between characters.
fn name(name: &str) -> &str {
    let fits = name.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = fits.take_while(|end| *end < NAME_BYTES).last();
    name.get(..end.unwrap_or(0)).unwrap_or_default()
}

/// Numbers the packets of one universe.
#[derive(Clone, Debug)]
pub struct Encoder {
    header: Header,
    sequence: u8,
}

impl Encoder {
    /// An encoder of a universe.
    pub fn new(header: Header) -> Self {
        Self {
            header,
            sequence: 0,
        }
    }

    /// The next packet.
    pub fn encode(&mut self, channels: &[u8]) -> [u8; PACKET_BYTES] {
        self.packet(channels, false)
    }

    /// A packet that says that no more come. It is sent three times, as the standard demands.
    pub fn encode_end(&mut self) -> [u8; PACKET_BYTES] {
        self.packet(&[], true)
    }

    fn packet(&mut self, channels: &[u8], is_end: bool) -> [u8; PACKET_BYTES] {
        let packet = encode_packet(&self.header, self.sequence, is_end, channels);
        self.sequence = self.sequence.wrapping_add(1);
        packet
    }
}

//! iFacialMocap: one phone, which sends to where it was told, to whoever asks it, and over a connection to whoever asks for
//! one.

use crate::servers::protocol::{Asked, DatagramEncoder, Protocol};
use cyc_model::MocapFrame;
use cyc_wire::ifacialmocap::{DEFAULT_PORT, END_OF_FACE, Encoder, Request, STREAM_PORT};
use std::net::SocketAddr;

/// A phone is asked on the port that it sends to. On one machine that port is the receiver's, so the next one is asked.
const REQUEST_PORT: u16 = DEFAULT_PORT + 1;

/// iFacialMocap.
pub const IFACIALMOCAP: Protocol = Protocol::datagrams("ifacialmocap", DEFAULT_PORT, || {
    Box::new(IFacialMocapEncoder::default())
})
.answering(REQUEST_PORT);

/// Writes the first face, and reads requests.
#[derive(Debug)]
pub struct IFacialMocapEncoder {
    encoder: Encoder,
    /// The port that phones send to: not the one that a request came from.
    port: u16,
}

impl Default for IFacialMocapEncoder {
    fn default() -> Self {
        Self {
            encoder: Encoder::default(),
            port: DEFAULT_PORT,
        }
    }
}

impl DatagramEncoder for IFacialMocapEncoder {
    fn encode(&mut self, frame: &MocapFrame, datagrams: &mut Vec<Vec<u8>>) {
        datagrams.extend(self.encoder.encode_frame(frame));
    }

    fn end_in_stream(&self) -> &'static [u8] {
        END_OF_FACE
    }

    fn sent_to(&mut self, to: SocketAddr) {
        self.port = to.port();
    }

    fn answer(&mut self, request: &[u8], from: SocketAddr, _answers: &mut Vec<Vec<u8>>) -> Asked {
        let receiver = vec![SocketAddr::new(from.ip(), self.port)];
        match Request::read(request) {
            Some(Request::Start(version)) => {
                // A phone writes for everybody what was asked for last.
                self.encoder.version = version;
                Asked::Frames(receiver)
            }
            Some(Request::StartStream(version)) => {
                self.encoder.version = version;
                Asked::Connection(SocketAddr::new(from.ip(), STREAM_PORT))
            }
            Some(Request::Stop) => Asked::NoFrames(receiver),
            None => Asked::Nothing,
        }
    }
}

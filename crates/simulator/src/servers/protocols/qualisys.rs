//! Qualisys' real-time protocol: clients connect over TCP, and are sent frames there or as datagrams.

use crate::servers::protocol::{Protocol, StreamServer, StreamSession};
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::qualisys::{DEFAULT_PORT, Server, ServerSettings};
use std::net::SocketAddr;

/// Qualisys' real-time protocol, on the port of little-endian clients.
pub const QUALISYS: Protocol = Protocol::stream("qualisys", DEFAULT_PORT, || {
    Box::new(QualisysServer::default())
});

/// A QTM; by default Z up.
#[derive(Clone, Debug, Default)]
pub struct QualisysServer {
    /// What it says it is.
    pub settings: ServerSettings,
}

impl StreamServer for QualisysServer {
    fn session(&self, peer: SocketAddr) -> Box<dyn StreamSession> {
        Box::new(Session {
            server: Server::new(self.settings.clone(), Some(peer.ip())),
            datagram: Vec::new(),
        })
    }
}

struct Session {
    server: Server,
    datagram: Vec<u8>,
}

impl StreamSession for Session {
    fn feed(&mut self, bytes: &[u8]) -> bool {
        self.server.feed(bytes).is_ok()
    }

    fn poll_transmit(&mut self, out: &mut Vec<u8>) {
        self.server.poll_transmit(out);
    }

    fn look(&mut self, frame: &MocapFrame) {
        self.server.set_roster(&frame.roster, frame.rate_hz);
    }

    fn wants(&self, frame: &MocapFrame) -> bool {
        self.server.wants(frame)
    }

    fn is_streaming(&self) -> bool {
        self.server.is_streaming()
    }

    fn encode(&mut self, frame: &MocapFrame, _now: HostNs, out: &mut Vec<u8>) -> bool {
        self.datagram.clear();
        self.server.encode_frame(frame, out, &mut self.datagram)
    }

    fn take_datagram(&mut self) -> Option<(u16, Vec<u8>)> {
        let target = self.server.target_of_stream()?;
        let datagram = std::mem::take(&mut self.datagram);
        (!datagram.is_empty()).then_some((target.port, datagram))
    }
}

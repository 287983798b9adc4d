//! VRPN: clients connect over TCP, or call by a datagram and are connected to, and are sent the rigid bodies, a device
//! each.

use crate::servers::protocol::{Protocol, StreamServer, StreamSession};
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::vrpn::{DEFAULT_PORT, Server, ServerSettings, called_port};
use std::net::SocketAddr;

/// VRPN, for clients that connect (`tcp://host`) and for those that call (`host`). Poses go as datagrams to a client that
/// says where it waits for them, else over the connection.
pub const VRPN: Protocol =
    Protocol::stream("vrpn", DEFAULT_PORT, || Box::new(VrpnServer::default()));

/// A VRPN server; by default Z up.
#[derive(Clone, Debug, Default)]
pub struct VrpnServer {
    /// Which axis is up.
    pub settings: ServerSettings,
}

impl StreamServer for VrpnServer {
    fn session(&self, _peer: SocketAddr) -> Box<dyn StreamSession> {
        Box::new(Session {
            server: Server::new(self.settings.clone()),
            datagram: Vec::new(),
        })
    }

    fn is_called(&self) -> bool {
        true
    }

    fn called(&self, datagram: &[u8]) -> Option<u16> {
        called_port(datagram)
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
        self.server.set_roster(&frame.roster);
    }

    fn wants(&self, frame: &MocapFrame) -> bool {
        self.server.wants(frame)
    }

    fn is_streaming(&self) -> bool {
        true
    }

    fn encode(&mut self, frame: &MocapFrame, _now: HostNs, out: &mut Vec<u8>) -> bool {
        self.datagram.clear();
        self.server.encode_frame(frame, out, &mut self.datagram);
        true
    }

    fn take_datagram(&mut self) -> Option<(u16, Vec<u8>)> {
        let port = self.server.datagram_port()?;
        let datagram = std::mem::take(&mut self.datagram);
        (!datagram.is_empty()).then_some((port, datagram))
    }
}

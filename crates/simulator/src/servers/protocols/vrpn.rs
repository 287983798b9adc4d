//! VRPN: clients connect over TCP, or call by a datagram and are connected to, and are sent the rigid bodies, a device
//! each.

use crate::servers::protocol::{Protocol, StreamServer, StreamSession};
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::vrpn::{DEFAULT_PORT, Server, ServerSettings, called_port};
use std::net::SocketAddr;

/// VRPN, for clients that connect (`tcp://host`) and for those that call (`host`). Poses go over the connection for both.
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
        Box::new(Session(Server::new(self.settings.clone())))
    }

    fn is_called(&self) -> bool {
        true
    }

    fn called(&self, datagram: &[u8]) -> Option<u16> {
        called_port(datagram)
    }
}

struct Session(Server);

impl StreamSession for Session {
    fn feed(&mut self, bytes: &[u8]) -> bool {
        self.0.feed(bytes).is_ok()
    }

    fn poll_transmit(&mut self, out: &mut Vec<u8>) {
        self.0.poll_transmit(out);
    }

    fn look(&mut self, frame: &MocapFrame) {
        self.0.set_roster(&frame.roster);
    }

    fn wants(&self, frame: &MocapFrame) -> bool {
        self.0.wants(frame)
    }

    fn is_streaming(&self) -> bool {
        true
    }

    fn encode(&mut self, frame: &MocapFrame, _now: HostNs, out: &mut Vec<u8>) -> bool {
        self.0.encode_frame(frame, out);
        true
    }
}

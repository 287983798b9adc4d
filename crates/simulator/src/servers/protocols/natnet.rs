//! OptiTrack NatNet: frames go to the data port of this machine (or a group), and to every client that says it is there.

use crate::servers::protocol::{Asked, DatagramEncoder, Protocol};
use cyc_capture::now_host;
use cyc_model::{MocapFrame, Roster};
use cyc_wire::natnet::{COMMAND_PORT, DATA_PORT, Server, ServerSettings, Wish};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// OptiTrack NatNet.
pub const NATNET: Protocol =
    Protocol::datagrams("natnet", DATA_PORT, || Box::new(NatNetEncoder::default()))
        .answering(COMMAND_PORT);

/// Writes frames and answers commands.
#[derive(Debug)]
pub struct NatNetEncoder {
    server: Server,
}

impl NatNetEncoder {
    /// With settings of its own; the port and the group are those that datagrams are sent to.
    pub fn new(settings: ServerSettings) -> Self {
        Self {
            server: Server::new(settings),
        }
    }
}

impl Default for NatNetEncoder {
    fn default() -> Self {
        Self::new(ServerSettings::default())
    }
}

impl DatagramEncoder for NatNetEncoder {
    fn encode(&mut self, frame: &MocapFrame, datagrams: &mut Vec<Vec<u8>>) {
        let mut datagram = Vec::new();
        // Over the largest datagram: nothing is sent, as by the real one.
        if self
            .server
            .encode_frame(frame, now_host(), &mut datagram)
            .is_ok()
        {
            datagrams.push(datagram);
        }
    }

    fn introduce(&mut self, roster: &Arc<Roster>, rate_hz: f64) {
        self.server.set_roster(roster, rate_hz, now_host());
    }

    fn sent_to(&mut self, to: SocketAddr) {
        let settings = self.server.settings_mut();
        settings.data_port = to.port();
        settings.multicast = match to.ip() {
            IpAddr::V4(group) if group.is_multicast() => Some(group),
            _ => None,
        };
    }

    fn answer(&mut self, request: &[u8], from: SocketAddr, answers: &mut Vec<Vec<u8>>) -> Asked {
        let mut answer = Vec::new();
        let wish = self.server.take(request, &mut answer);
        if !answer.is_empty() {
            answers.push(answer);
        }
        let receivers = |wish| self.server.receivers_of(from, wish);
        match wish {
            Ok(wish @ (Wish::DataPort | Wish::EitherPort)) => Asked::Frames(receivers(wish)),
            Ok(wish @ Wish::NoFrames) => Asked::NoFrames(receivers(wish)),
            Ok(Wish::Unchanged) | Err(_) => Asked::Nothing,
        }
    }
}

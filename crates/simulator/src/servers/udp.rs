//! Vicon's UDP object stream: one datagram a frame, sent by the clock's thread.

use super::counters::ServerCounters;
use cyc_model::MocapFrame;
use cyc_wire::vicon_udp::{EncodeSettings, encode_frame};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// A socket that sends to one address.
#[derive(Debug)]
pub(crate) struct UdpSender {
    socket: UdpSocket,
    to: SocketAddr,
    settings: EncodeSettings,
}

impl UdpSender {
    /// Makes the socket. For a receiver on this machine it is bound to the loopback, so that nothing can leave it.
    pub(crate) fn new(to: SocketAddr, settings: EncodeSettings) -> std::io::Result<Self> {
        let any: IpAddr = match to {
            SocketAddr::V4(_) if to.ip().is_loopback() => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) if to.ip().is_loopback() => Ipv6Addr::LOCALHOST.into(),
            SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let socket = UdpSocket::bind((any, 0))?;
        if matches!(to.ip(), IpAddr::V4(ip) if ip.is_broadcast()) {
            socket.set_broadcast(true)?;
        }
        Ok(Self {
            socket,
            to,
            settings,
        })
    }

    /// Where it sends.
    pub(crate) fn to(&self) -> SocketAddr {
        self.to
    }

    /// The datagram of a frame.
    pub(crate) fn encode(&self, frame: &MocapFrame) -> Vec<u8> {
        let mut datagram = Vec::new();
        encode_frame(frame, &self.settings, &mut datagram);
        datagram
    }

    /// Sends; what the system does not take is counted. A receiver that is not there is no error of ours.
    pub(crate) fn send(&self, datagram: &[u8], counters: &ServerCounters) {
        match self.socket.send_to(datagram, self.to) {
            Ok(_) => counters.frames_sent.increment(),
            Err(e) if e.kind() == std::io::ErrorKind::ConnectionRefused => {
                counters.frames_sent.increment();
            }
            Err(_) => counters.send_errors.increment(),
        }
    }
}

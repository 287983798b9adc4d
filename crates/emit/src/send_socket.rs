//! Where datagrams go, and the socket that sends them without waiting.

use crate::counters::OutputCounters;
use crate::error::OutputError;
use crate::limits::KERNEL_BUFFER_BYTES;
use socket2::{Domain, Protocol, Socket, Type};
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs, UdpSocket};

/// What a URL says about where datagrams go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SendPlace {
    /// A name or an address; `None` where the protocol has groups of its own.
    pub(crate) host: Option<String>,
    /// The receiver's port.
    pub(crate) port: u16,
    /// The address of the interface that is sent from. A group is sent to on the loopback when not told.
    pub(crate) interface: Option<Ipv4Addr>,
    /// How many routers a datagram to a group may pass.
    pub(crate) ttl: u8,
    /// The address may be a broadcast address.
    pub(crate) broadcast: bool,
}

impl fmt::Display for SendPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.as_deref() {
            Some(v6) if v6.contains(':') => write!(f, "[{v6}]:{}", self.port),
            host => write!(f, "{}:{}", host.unwrap_or_default(), self.port),
        }
    }
}

/// A socket that sends.
#[derive(Debug)]
pub(crate) struct SendSocket {
    socket: UdpSocket,
    to: SocketAddr,
}

impl SendPlace {
    /// Opens the socket. `group` is where to when no host is named.
    pub(crate) fn open(&self, group: Option<Ipv4Addr>) -> Result<SendSocket, OutputError> {
        let to = self.address(group)?;
        let socket = self.try_open(to).map_err(|error| OutputError::Socket {
            address: to,
            reason: error.to_string(),
        })?;
        Ok(SendSocket { socket, to })
    }

    fn address(&self, group: Option<Ipv4Addr>) -> Result<SocketAddr, OutputError> {
        let Some(host) = self.host.as_deref() else {
            let ip = group.unwrap_or(Ipv4Addr::LOCALHOST);
            return Ok(SocketAddr::from((ip, self.port)));
        };
        let resolve = |reason: String| OutputError::Resolve {
            host: host.to_owned(),
            reason,
        };
        let mut found = (host, self.port)
            .to_socket_addrs()
            .map_err(|e| resolve(e.to_string()))?;
        let none = || resolve(io::Error::from(io::ErrorKind::NotFound).to_string());
        found.next().ok_or_else(none)
    }

    fn try_open(&self, to: SocketAddr) -> io::Result<UdpSocket> {
        let socket = Socket::new(Domain::for_address(to), Type::DGRAM, Some(Protocol::UDP))?;
        let local: IpAddr = match (to.ip(), self.interface) {
            (IpAddr::V4(group), None) if group.is_multicast() => Ipv4Addr::LOCALHOST.into(),
            (IpAddr::V4(_), Some(interface)) => interface.into(),
            (IpAddr::V4(ip), None) if ip.is_loopback() => Ipv4Addr::LOCALHOST.into(),
            (IpAddr::V4(_), None) => Ipv4Addr::UNSPECIFIED.into(),
            (IpAddr::V6(ip), _) if ip.is_loopback() => ip.into(),
            (IpAddr::V6(_), _) => std::net::Ipv6Addr::UNSPECIFIED.into(),
        };
        socket.bind(&SocketAddr::new(local, 0).into())?;
        if let (true, IpAddr::V4(interface)) = (to.ip().is_multicast(), local) {
            socket.set_multicast_if_v4(&interface)?;
            socket.set_multicast_ttl_v4(u32::from(self.ttl))?;
            // Receivers on this machine hear it too.
            socket.set_multicast_loop_v4(true)?;
        }
        socket.set_broadcast(self.broadcast)?;
        // The kernel may give less than asked for; that is no failure.
        let _ = socket.set_send_buffer_size(KERNEL_BUFFER_BYTES);
        socket.set_nonblocking(true)?;
        Ok(socket.into())
    }
}

impl SendSocket {
    /// Sends to the URL's address.
    pub(crate) fn send(&self, datagram: &[u8], counters: &OutputCounters) {
        self.send_to(datagram, self.to.ip(), counters);
    }

    /// Sends to another of the protocol's groups, on the same port.
    pub(crate) fn send_to(&self, datagram: &[u8], ip: IpAddr, counters: &OutputCounters) {
        let to = SocketAddr::new(ip, self.to.port());
        match self.socket.send_to(datagram, to) {
            Ok(bytes) => {
                counters.sent.increment();
                counters.bytes.add(bytes as u64);
            }
            // The buffer is full, or no way leads there: the next one may go.
            Err(_) => counters.refused.increment(),
        }
    }
}

//! Where datagrams come from: a local address, a multicast group on a named interface, a server that is asked; and
//! the socket that hears exactly those.
//!
//! What must stay true: strangers are stopped in the kernel, by a connected socket or a filter program, before they
//! cost this program anything; a group is joined on one interface only, never on all.

use crate::sender_filter;
use crate::sink::DisconnectReason;
use crate::stamped::StampedReader;
use socket2::{Domain, Protocol, SockRef, Socket, Type};
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

/// The kernel's buffer: a tenth of a second of the largest frames of ten performers.
const KERNEL_BUFFER_BYTES: usize = 4 << 20;

/// What a datagram source listens to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatagramPlace {
    /// The local address. With a group, its port, and the interface that the group is joined on.
    pub bind: SocketAddr,
    /// The multicast group (or the broadcast address), if there is one.
    pub group: Option<Ipv4Addr>,
    /// The only senders that are heard; all when empty.
    pub allow: Vec<IpAddr>,
    /// The server that requests are sent to, from a port of their own whose answers are heard as well.
    pub server: Option<SocketAddr>,
}

impl fmt::Display for DatagramPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.bind)
    }
}

impl DatagramPlace {
    /// Why reading failed: a server on this machine, or near it, says when nothing listens.
    pub(crate) fn why_not(&self, error: io::Error) -> DisconnectReason {
        match (error.kind(), self.server) {
            (io::ErrorKind::ConnectionRefused, Some(address)) => {
                DisconnectReason::Refused { address }
            }
            _ => DisconnectReason::Failed(error),
        }
    }

    /// Opens the socket that frames come to.
    pub(crate) fn open(&self) -> Result<UdpSocket, DisconnectReason> {
        self.try_open().map_err(|source| DisconnectReason::Bind {
            address: self.bind,
            source,
        })
    }

    fn try_open(&self) -> io::Result<UdpSocket> {
        let socket = Socket::new(
            Domain::for_address(self.bind),
            Type::DGRAM,
            Some(Protocol::UDP),
        )?;
        if let Some(program) = sender_filter::program(&self.allow) {
            // Before binding: nothing from a stranger is ever queued.
            socket.attach_filter(&program)?;
        }
        if let (Some(group), IpAddr::V4(interface)) = (self.group, self.bind.ip()) {
            // Several receivers of one group may share a machine. Bound to the group, so that nothing sent to the
            // machine's own address on that port is taken for it.
            socket.set_reuse_address(true)?;
            let heard_at = if group.is_multicast() {
                group
            } else {
                Ipv4Addr::UNSPECIFIED
            };
            socket.bind(&SocketAddr::from((heard_at, self.bind.port())).into())?;
            if group.is_multicast() {
                socket.join_multicast_v4(&group, &interface)?;
                // Only what this socket joined, not what any other program on the machine did.
                socket.set_multicast_all_v4(false)?;
            }
        } else {
            socket.bind(&self.bind.into())?;
        }
        finish(socket.into())
    }

    /// Opens the socket that requests are sent from: connected, so that the kernel lets in the server's answers alone.
    pub(crate) fn open_asking(&self) -> Result<Option<UdpSocket>, DisconnectReason> {
        let Some(server) = self.server else {
            return Ok(None);
        };
        let open = || {
            let local = match server.ip() {
                ip if !ip.is_loopback() && !self.bind.ip().is_loopback() => self.bind.ip(),
                IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
                IpAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
            };
            let socket = UdpSocket::bind((local, 0))?;
            socket.connect(server)?;
            finish(socket)
        };
        let unreachable = |source| DisconnectReason::Unreachable {
            address: server,
            source,
        };
        open().map(Some).map_err(unreachable)
    }
}

fn finish(socket: UdpSocket) -> io::Result<UdpSocket> {
    // The kernel may give less than asked for; that is no failure.
    let _ = SockRef::from(&socket).set_recv_buffer_size(KERNEL_BUFFER_BYTES);
    StampedReader::prepare(&socket)?;
    Ok(socket)
}

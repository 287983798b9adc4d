//! The socket for frames that a server sends as datagrams beside its connection, from its address alone.
//!
//! The server is told the port over the connection; which port it sends from is not known before. What must stay true:
//! strangers are stopped in the kernel where that is possible, and by their address in any case.

use crate::clock::now_host;
use crate::counters::ReceiveCounters;
use crate::decoder::Datagram;
use crate::sender_filter;
use crate::stamped::StampedReader;
use crate::stop_flag::LOOK_EVERY;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::os::fd::AsFd;

/// The kernel's buffer: a tenth of a second of the largest frames.
const KERNEL_BUFFER_BYTES: usize = 4 << 20;

/// Largest datagram that UDP carries.
const DATAGRAM_MAX: usize = 65_507;

/// What may be read from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ready {
    pub(crate) stream: bool,
    pub(crate) datagrams: bool,
}

/// The socket, and whom it hears.
pub(crate) struct SideSocket {
    socket: UdpSocket,
    server: IpAddr,
    reader: StampedReader,
}

impl SideSocket {
    /// Waits on the interface that the connection uses.
    pub(crate) fn beside(stream: &TcpStream) -> io::Result<Self> {
        let (local, server) = (stream.local_addr()?, stream.peer_addr()?.ip());
        let domain = Domain::for_address(local);
        let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
        if let Some(program) = sender_filter::program(&[server]) {
            socket.attach_filter(&program)?;
        }
        socket.bind(&SocketAddr::new(local.ip(), 0).into())?;
        // The kernel may give less than asked for; that is no failure.
        let _ = socket.set_recv_buffer_size(KERNEL_BUFFER_BYTES);
        let socket: UdpSocket = socket.into();
        StampedReader::prepare(&socket)?;
        Ok(Self {
            socket,
            server,
            reader: StampedReader::new(DATAGRAM_MAX),
        })
    }

    /// Where datagrams are waited for.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Waits until one of both has something, or some time is over.
    pub(crate) fn wait(&self, stream: &TcpStream) -> io::Result<Ready> {
        let fd = |socket| PollFd::new(socket, PollFlags::POLLIN);
        let mut looked = [fd(stream.as_fd()), fd(self.socket.as_fd())];
        let timeout = PollTimeout::try_from(LOOK_EVERY.0 / 1_000_000);
        match poll(&mut looked, timeout.unwrap_or(PollTimeout::ZERO)) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(e) => return Err(e.into()),
        }
        let [stream, datagrams] = looked.map(|p| p.any().unwrap_or(false));
        Ok(Ready { stream, datagrams })
    }

    /// The datagram that waits; `None` when there is none, or it is a stranger's, which is counted.
    pub(crate) fn receive(
        &mut self,
        counters: &ReceiveCounters,
    ) -> io::Result<Option<Datagram<'_>>> {
        let Some(received) = self.reader.receive(&self.socket, counters)? else {
            return Ok(None);
        };
        let from = received
            .from
            .filter(|f| f.ip().to_canonical() == self.server.to_canonical());
        let Some(from) = from else {
            counters.strangers.increment();
            return Ok(None);
        };
        Ok(Some(Datagram {
            bytes: self.reader.bytes(received),
            from,
            heard: received.heard.min(now_host()),
        }))
    }
}

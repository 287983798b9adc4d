//! How a stream's connection comes about: a server that is connected to, or one that connects to us.
//!
//! Some devices are told an address and connect to it (MVN over TCP); a phone is asked by a datagram to do so. Then this side
//! listens, on the loopback unless an interface is named, and takes one connection at a time, from the list alone.

use crate::clock::now_host;
use crate::sink::{DisconnectReason, FrameSink};
use crate::stop_flag::{LOOK_EVERY, StopFlag};
use cyc_model::{HostNs, Nanos};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
use std::os::fd::AsFd;
use std::time::Duration;

/// The kernel's buffer, as Vicon's own client has it.
const KERNEL_BUFFER_BYTES: usize = 4 << 20;

/// Longest wait for the other side to take a request of some bytes.
const WRITE_TIMEOUT: Duration = Duration::from_secs(1);

/// Where a stream comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamPlace {
    /// A server that is connected to.
    Server {
        /// Its name or address, without brackets.
        host: String,
        /// Its port.
        port: u16,
    },
    /// Somebody who connects to us.
    Caller {
        /// The local address that is connected to.
        bind: SocketAddr,
        /// The only ones that may connect; all when empty.
        allow: Vec<IpAddr>,
        /// Who is asked by datagrams to connect, if anybody is.
        asked: Option<SocketAddr>,
    },
}

impl fmt::Display for StreamPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Server { host, port } => write!(f, "{host}:{port}"),
            Self::Caller { bind, asked, .. } => asked.unwrap_or(*bind).fmt(f),
        }
    }
}

impl StreamPlace {
    /// Connects, or waits to be connected to: `Ok(None)` when stopped before. `ask` writes what is sent to the one who is
    /// asked.
    pub(crate) fn connect(
        &self,
        timeout: Nanos,
        ask: impl FnMut(HostNs, &mut Vec<u8>) -> bool,
        sink: &mut dyn FrameSink,
        stop: &StopFlag,
    ) -> Result<Option<TcpStream>, DisconnectReason> {
        let stream = match self {
            Self::Server { host, port } => Some(call(host, *port, timeout)?),
            Self::Caller { bind, allow, asked } => {
                let listener = listen(*bind).map_err(|source| DisconnectReason::Bind {
                    address: *bind,
                    source,
                })?;
                let asking = asked.map(|to| asking(to, *bind)).transpose();
                let asking = asking.map_err(DisconnectReason::Failed)?;
                wait_for_caller(&listener, allow, (asking, ask), sink, stop)
                    .map_err(DisconnectReason::Failed)?
            }
        };
        if let Some(stream) = &stream {
            prepare(stream).map_err(DisconnectReason::Failed)?;
        }
        Ok(stream)
    }
}

/// Tries each address of the host.
fn call(host: &str, port: u16, timeout: Nanos) -> Result<TcpStream, DisconnectReason> {
    let resolve = |source| DisconnectReason::Resolve {
        host: host.to_owned(),
        source,
    };
    let addresses = (host, port).to_socket_addrs();
    let timeout = Duration::from_nanos(timeout.0.max(1).unsigned_abs());
    let mut last = resolve(io::ErrorKind::NotFound.into());
    for address in addresses.map_err(resolve)? {
        match TcpStream::connect_timeout(&address, timeout) {
            Ok(stream) => return Ok(stream),
            Err(e) => last = why_not(address, e),
        }
    }
    Err(last)
}

fn why_not(address: SocketAddr, error: io::Error) -> DisconnectReason {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => DisconnectReason::Refused { address },
        _ => DisconnectReason::Unreachable {
            address,
            source: error,
        },
    }
}

fn listen(bind: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(bind), Type::STREAM, Some(Protocol::TCP))?;
    // A connection that ended a moment ago does not keep the port.
    socket.set_reuse_address(true)?;
    socket.bind(&bind.into())?;
    socket.listen(1)?;
    let listener: TcpListener = socket.into();
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// A socket that reaches the one who is asked, from the address that it is to connect to.
fn asking(to: SocketAddr, bind: SocketAddr) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((bind.ip(), 0))?;
    socket.connect(to)?;
    Ok(socket)
}

fn wait_for_caller(
    listener: &TcpListener,
    allow: &[IpAddr],
    (asking, mut ask): (Option<UdpSocket>, impl FnMut(HostNs, &mut Vec<u8>) -> bool),
    sink: &mut dyn FrameSink,
    stop: &StopFlag,
) -> io::Result<Option<TcpStream>> {
    let mut request = Vec::new();
    while !stop.is_raised() {
        let now = now_host();
        sink.beat(now);
        request.clear();
        if let Some(asking) = asking.as_ref().filter(|_| ask(now, &mut request)) {
            // Refused: nothing listens there yet; it is asked again.
            let _ = asking.send(&request);
        }
        let wait = PollTimeout::try_from(LOOK_EVERY.0 / 1_000_000).unwrap_or(PollTimeout::ZERO);
        // A signal ends the wait early, which does no harm.
        let _ = poll(
            &mut [PollFd::new(listener.as_fd(), PollFlags::POLLIN)],
            wait,
        );
        match listener.accept() {
            Ok((stream, from)) => {
                let ip = from.ip().to_canonical();
                if allow.is_empty() || allow.contains(&ip) {
                    stream.set_nonblocking(false)?;
                    return Ok(Some(stream));
                }
            }
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            // One that was gone before it was taken.
            Err(e) if e.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(None)
}

fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(WRITE_TIMEOUT))?;
    let socket = SockRef::from(stream);
    // The kernel may give less than asked for; that is no failure.
    let _ = socket.set_recv_buffer_size(KERNEL_BUFFER_BYTES);
    // A host that lost its power says no goodbye: three unanswered questions in four seconds are one.
    let keepalive = TcpKeepalive::new()
        .with_time(Duration::from_secs(1))
        .with_interval(Duration::from_secs(1))
        .with_retries(3);
    socket.set_tcp_keepalive(&keepalive)?;
    crate::stamped::StampedReader::prepare(stream)
}

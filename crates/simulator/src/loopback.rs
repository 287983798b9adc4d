//! Sockets of this machine alone, for programs that play both ends: a free port, a datagram there and back, and the
//! address that a host name stands for.
//!
//! A program that puts a virtual capture system in front of its own receivers needs these few things of the network
//! and nothing else. They are here, so that it need not name a socket.
//!
//! What must stay true: nothing here listens on, or sends to, any interface but loopback.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::time::Duration;

/// Longest wait for a datagram that was sent to oneself: on loopback it arrives at once or not at all.
const PATIENCE: Duration = Duration::from_secs(5);

/// A loopback address with a UDP port that nobody has at this moment.
///
/// The port is given back before this returns. Another program can take it in between; whoever binds it then hears so.
pub fn free_udp_address() -> io::Result<SocketAddr> {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// The address of a host, given as an address or a name, and a port. IPv4 is preferred, since capture systems send it.
pub fn resolve(host: &str, port: u16) -> io::Result<SocketAddr> {
    preferred((host, port).to_socket_addrs()?)
}

/// As [`resolve`], for `HOST:PORT` in one piece; an IPv6 address stands in brackets.
pub fn resolve_with_port(host_and_port: &str) -> io::Result<SocketAddr> {
    preferred(host_and_port.to_socket_addrs()?)
}

fn preferred(found: impl Iterator<Item = SocketAddr>) -> io::Result<SocketAddr> {
    let found: Vec<SocketAddr> = found.collect();
    let four = found.iter().find(|a| a.is_ipv4()).copied();
    four.or(found.first().copied())
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the name has no address"))
}

/// Datagrams to oneself over loopback.
#[derive(Debug)]
pub struct DatagramLoop {
    sender: UdpSocket,
    receiver: UdpSocket,
}

impl DatagramLoop {
    /// Opens both ends, on ports that the system picks.
    pub fn new() -> io::Result<Self> {
        let receiver = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        receiver.set_read_timeout(Some(PATIENCE))?;
        let sender = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        sender.connect(receiver.local_addr()?)?;
        Ok(Self { sender, receiver })
    }

    /// Sends a datagram and waits for it, at most five seconds. Gives its length in `heard`, cut to what `heard`
    /// holds; `None` when it got lost.
    pub fn there_and_back(&mut self, datagram: &[u8], heard: &mut [u8]) -> Option<usize> {
        self.sender.send(datagram).ok()?;
        self.receiver.recv(heard).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_address_is_on_loopback_and_can_be_bound() {
        let free = free_udp_address().unwrap();
        assert!(free.ip().is_loopback() && free.port() != 0);
        assert_eq!(UdpSocket::bind(free).unwrap().local_addr().unwrap(), free);
    }

    #[test]
    fn datagrams_come_back_whole_and_in_order() {
        let mut there = DatagramLoop::new().unwrap();
        let mut heard = [0; 64];
        for datagram in [&b"first"[..], b"", b"third"] {
            let length = there.there_and_back(datagram, &mut heard).unwrap();
            assert_eq!(&heard[..length], datagram);
        }
    }

    #[test]
    fn addresses_need_no_name_server_and_ipv4_is_preferred() {
        assert_eq!(resolve("10.1.2.3", 7).unwrap().to_string(), "10.1.2.3:7");
        let both = resolve_with_port("[::1]:7").unwrap();
        assert_eq!(both.to_string(), "[::1]:7");
        let six = SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], 7));
        let four = SocketAddr::from(([127, 0, 0, 1], 7));
        assert_eq!(preferred([six, four].into_iter()).unwrap(), four);
        assert!(preferred(std::iter::empty()).is_err());
        assert!(resolve_with_port("no port").is_err());
    }
}

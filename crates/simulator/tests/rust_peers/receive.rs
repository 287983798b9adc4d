//! A socket on a free port of this machine, to send to.

use std::net::UdpSocket;
use std::time::Duration;

pub fn socket() -> (UdpSocket, u16) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let patience = Some(Duration::from_secs(20));
    socket.set_read_timeout(patience).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

/// The next datagram.
pub fn datagram(socket: &UdpSocket) -> Vec<u8> {
    let mut bytes = vec![0; 65_536];
    let length = socket.recv(&mut bytes).unwrap();
    bytes.truncate(length);
    bytes
}

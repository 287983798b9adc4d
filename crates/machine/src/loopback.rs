//! A burst over loopback: does a frame's worth of datagrams arrive whole, does TCP echo at all.
//!
//! The demo and the tests speak real protocols over loopback; a container without it, or with a tiny socket buffer,
//! fails in ways that look like bugs of the capture system. One frame of a large production is about 60 full
//! datagrams (4 performers, labelled and unlabelled markers, 1 400 bytes each), sent back to back.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_millis(500);

/// What became of a burst of datagrams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// Datagrams handed to the kernel.
    pub sent: usize,
    /// Datagrams that came back out.
    pub received: usize,
    /// From the first send to the last receive, in nanoseconds.
    pub elapsed_ns: i64,
}

/// Sends `count` datagrams of `bytes` each to ourselves, then reads what the kernel kept.
pub fn udp_burst(count: usize, bytes: usize) -> io::Result<Burst> {
    let receiver = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    receiver.set_read_timeout(Some(PATIENCE))?;
    let sender = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    sender.connect(receiver.local_addr()?)?;
    let payload = vec![0x5a_u8; bytes];
    let mut scratch = vec![0_u8; bytes + 1];
    let start = Instant::now();
    for _ in 0..count {
        sender.send(&payload)?;
    }
    let mut received = 0;
    let mut elapsed_ns = nanoseconds_since(start);
    while received < count {
        match receiver.recv(&mut scratch) {
            Ok(_) => received += 1,
            Err(error) if is_timeout(&error) => break,
            Err(error) => return Err(error),
        }
        elapsed_ns = nanoseconds_since(start);
    }
    Ok(Burst {
        sent: count,
        received,
        elapsed_ns,
    })
}

/// Sends `bytes` over a TCP connection to ourselves and reads them back; the time in nanoseconds.
/// `bytes` must fit the socket buffers (64 KiB does), since one thread plays both ends.
pub fn tcp_round_trip(bytes: usize) -> io::Result<i64> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let start = Instant::now();
    let mut client = TcpStream::connect_timeout(&listener.local_addr()?, PATIENCE)?;
    let (mut server, _) = listener.accept()?;
    for stream in [&client, &server] {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
    }
    let mut payload = vec![0xa5_u8; bytes];
    client.write_all(&payload)?;
    server.read_exact(&mut payload)?;
    server.write_all(&payload)?;
    client.read_exact(&mut payload)?;
    Ok(nanoseconds_since(start))
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}

fn nanoseconds_since(start: Instant) -> i64 {
    i64::try_from(start.elapsed().as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_burst_arrives_whole() {
        let burst = udp_burst(8, 200).unwrap();
        assert_eq!(burst.received, 8);
        assert!(burst.elapsed_ns > 0);
    }

    #[test]
    fn a_burst_larger_than_the_buffer_is_counted_as_lost() {
        let burst = udp_burst(20_000, 1400).unwrap();
        assert!(
            burst.received < burst.sent,
            "the kernel cannot hold 28 MB: {burst:?}"
        );
    }

    #[test]
    fn tcp_comes_back() {
        assert!(tcp_round_trip(4096).unwrap() > 0);
    }
}

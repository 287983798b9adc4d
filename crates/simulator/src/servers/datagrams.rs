//! Sending datagrams from the clock's thread: to a fixed address, and to clients that asked.

use super::callers::Caller;
use super::counters::ServerCounters;
use super::protocol::{Asked, DatagramEncoder};
use cyc_capture::now_host;
use cyc_model::{HostNs, MocapFrame, Nanos, Roster};
use socket2::SockRef;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;

/// How long frames go to a client that does not ask again.
const ASKED_FOR: Nanos = Nanos::from_secs(10);

/// Clients that may ask for frames; more are refused and counted.
const ASKERS_MAX: usize = 64;

/// Longest request.
const REQUEST_MAX: usize = 4096;

/// Requests answered between two frames, so that a flood of them cannot delay the clock.
const REQUESTS_AT_ONCE: usize = 64;

/// A socket that sends a protocol's datagrams.
pub(crate) struct DatagramSender {
    socket: UdpSocket,
    /// Where requests are answered, and what asking clients see frames come from.
    requests: Option<UdpSocket>,
    to: SocketAddr,
    /// Whether nothing goes out as a datagram: the receiver is connected to.
    is_call: bool,
    callers: Vec<Caller>,
    encoder: Box<dyn DatagramEncoder>,
    askers: Vec<(SocketAddr, HostNs)>,
    heard: Vec<u8>,
    answers: Vec<Vec<u8>>,
}

impl DatagramSender {
    /// Makes the sockets. For a receiver on this machine they are bound to the loopback, so that nothing can leave it.
    pub(crate) fn new(
        to: SocketAddr,
        requests: Option<SocketAddr>,
        mut encoder: Box<dyn DatagramEncoder>,
        is_call: bool,
    ) -> std::io::Result<Self> {
        encoder.sent_to(to);
        Ok(Self {
            is_call,
            callers: is_call.then(|| Caller::new(to)).into_iter().collect(),
            socket: sending(to)?,
            requests: requests.map(listening).transpose()?,
            to,
            encoder,
            askers: Vec::new(),
            heard: vec![0; REQUEST_MAX],
            answers: Vec::new(),
        })
    }

    /// Where it sends.
    pub(crate) fn to(&self) -> SocketAddr {
        self.to
    }

    /// Tells who will be there, before the first frame.
    pub(crate) fn introduce(&mut self, roster: &Arc<Roster>, rate_hz: f64) {
        self.encoder.introduce(roster, rate_hz);
    }

    /// Where it answers requests.
    pub(crate) fn requests(&self) -> Option<SocketAddr> {
        self.requests.as_ref()?.local_addr().ok()
    }

    /// The datagrams of a frame.
    pub(crate) fn encode(&mut self, frame: &MocapFrame) -> Vec<Vec<u8>> {
        let mut datagrams = Vec::new();
        self.encoder.encode(frame, &mut datagrams);
        datagrams
    }

    /// Sends a datagram to everyone; what the system does not take is counted. A receiver that is not there is no error
    /// of ours.
    pub(crate) fn send(&mut self, datagram: &[u8], counters: &ServerCounters) {
        let end = self.encoder.end_in_stream();
        for caller in &mut self.callers {
            caller.send(datagram, end, counters);
        }
        if self.is_call {
            return;
        }
        count(self.socket.send_to(datagram, self.to), counters);
        let Some(requests) = &self.requests else {
            return;
        };
        // One that asks where frames go in any case has them already.
        for (asker, _) in self.askers.iter().filter(|(asker, _)| *asker != self.to) {
            count(requests.send_to(datagram, asker), counters);
        }
    }

    /// Sends what is no frame to where frames go in any case.
    pub(crate) fn send_junk(&self, junk: &[u8], counters: &ServerCounters) {
        if self.is_call {
            return;
        }
        match self.socket.send_to(junk, self.to) {
            Ok(_) => counters.junk_by_fault.increment(),
            Err(_) => counters.send_errors.increment(),
        }
    }

    /// Answers the requests that wait.
    pub(crate) fn answer(&mut self, counters: &ServerCounters) {
        let Some(requests) = &self.requests else {
            return;
        };
        let now = now_host();
        self.askers.retain(|(_, until)| *until > now);
        for _ in 0..REQUESTS_AT_ONCE {
            let Ok((len, from)) = requests.recv_from(&mut self.heard) else {
                return;
            };
            let request = self.heard.get(..len).unwrap_or(&[]);
            self.answers.clear();
            let asked = self.encoder.answer(request, from, &mut self.answers);
            for answer in &self.answers {
                if requests.send_to(answer, from).is_err() {
                    counters.send_errors.increment();
                }
            }
            match asked {
                Asked::Connection(to) => call(&mut self.callers, to, counters),
                asked => note(&mut self.askers, asked, now + ASKED_FOR, counters),
            }
        }
    }
}

/// Connects to one more receiver, unless there are too many, and keeps calling it.
fn call(callers: &mut Vec<Caller>, to: SocketAddr, counters: &ServerCounters) {
    if callers.iter().any(|caller| caller.to() == to) {
        return;
    }
    if callers.len() < ASKERS_MAX {
        callers.push(Caller::new(to));
    } else {
        counters.clients_refused.increment();
    }
}

fn note(
    askers: &mut Vec<(SocketAddr, HostNs)>,
    asked: Asked,
    until: HostNs,
    counters: &ServerCounters,
) {
    let (wanted, gone) = match asked {
        Asked::Nothing | Asked::Connection(_) => return,
        Asked::Frames(wanted) => (wanted, Vec::new()),
        Asked::NoFrames(gone) => (Vec::new(), gone),
    };
    askers.retain(|(asker, _)| !gone.contains(asker));
    for address in wanted {
        if let Some(known) = askers.iter_mut().find(|(asker, _)| *asker == address) {
            known.1 = until;
        } else if askers.len() < ASKERS_MAX {
            counters.clients_connected.increment();
            askers.push((address, until));
        } else {
            counters.clients_refused.increment();
        }
    }
}

fn count(sent: std::io::Result<usize>, counters: &ServerCounters) {
    match sent {
        Ok(_) => counters.frames_sent.increment(),
        Err(e) if e.kind() == std::io::ErrorKind::ConnectionRefused => {
            counters.frames_sent.increment();
        }
        Err(_) => counters.send_errors.increment(),
    }
}

fn sending(to: SocketAddr) -> std::io::Result<UdpSocket> {
    let any: IpAddr = match to {
        SocketAddr::V4(_) if to.ip().is_loopback() => Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(_) if to.ip().is_loopback() => Ipv6Addr::LOCALHOST.into(),
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0))?;
    if let IpAddr::V4(group) = to.ip() {
        if group.is_broadcast() {
            socket.set_broadcast(true)?;
        } else if group.is_multicast() {
            // Heard on this machine alone, unless a way out is configured for the group.
            let socket = SockRef::from(&socket);
            socket.set_multicast_if_v4(&Ipv4Addr::LOCALHOST)?;
            socket.set_multicast_loop_v4(true)?;
        }
    }
    Ok(socket)
}

fn listening(at: SocketAddr) -> std::io::Result<UdpSocket> {
    let socket = UdpSocket::bind(at)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

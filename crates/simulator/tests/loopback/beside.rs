//! Frames that come as datagrams beside a connection.

use crate::collect::Receiver;
use crate::volume::Volume;
use cyc_model::MocapFrame;
use cyc_simulator::servers::{
    QUALISYS, ServerConfig, Simulator, SimulatorConfig, SimulatorHandle, VRPN,
};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

fn served(config: ServerConfig, actors: usize) -> SimulatorHandle {
    let config = SimulatorConfig {
        servers: vec![config],
        ..SimulatorConfig::default()
    };
    Simulator::start(config, Box::new(Volume::new(120.0, actors, 2000))).unwrap()
}

fn any() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

/// Segments that are seen.
fn seen(frame: &MocapFrame) -> usize {
    frame.segments.iter().flatten().count()
}

#[test]
fn qualisys_frames_come_as_datagrams_when_they_are_asked_for_so() {
    let sim = served(ServerConfig::new(QUALISYS, any()), 1);
    let at = sim.address_of(QUALISYS).unwrap();
    let receiver = Receiver::start(&format!("qualisys://{at}?udp=true"), 1e-5);
    receiver.wait_for_frames(50);
    let counters = std::sync::Arc::clone(&receiver.counters);
    let heard = receiver.finish();
    let heard = heard.lock().unwrap();
    assert!(seen(&heard.last) > 0, "{:?}", heard.last.roster);
    assert_eq!(counters.strangers.get() + counters.errors_framing.get(), 0);
    // The connection itself carries no frame then: a client that hears no datagram hears none.
    let mut deaf = Deaf::ask(at);
    assert_eq!(deaf.frames_over_the_connection(), 0);
}

/// A client of the test's own that asks for datagrams to a port that nobody reads, and counts what the connection brings.
struct Deaf {
    stream: TcpStream,
    _port: UdpSocket,
}

impl Deaf {
    fn ask(at: SocketAddr) -> Self {
        let port = UdpSocket::bind(any()).unwrap();
        let mut stream = TcpStream::connect(at).unwrap();
        let timeout = Duration::from_millis(700);
        stream.set_read_timeout(Some(timeout)).unwrap();
        let command = |text: &str| {
            let mut packet = (text.len() as u32 + 9).to_le_bytes().to_vec();
            packet.extend(1u32.to_le_bytes());
            packet.extend(text.as_bytes());
            packet.push(0);
            packet
        };
        let mut hello = [0; 256];
        let _ = stream.read(&mut hello).unwrap();
        stream.write_all(&command("Version 1.19")).unwrap();
        let _ = stream.read(&mut hello).unwrap();
        let port_number = port.local_addr().unwrap().port();
        let ask = format!("StreamFrames AllFrames UDP:{port_number} 6D");
        stream.write_all(&command(&ask)).unwrap();
        Self {
            stream,
            _port: port,
        }
    }

    /// Data packets (type 3) that come over the connection in some time.
    fn frames_over_the_connection(&mut self) -> usize {
        let (mut all, mut some) = (Vec::new(), [0; 4096]);
        while let Ok(n @ 1..) = self.stream.read(&mut some) {
            all.extend_from_slice(&some[..n]);
            assert!(all.len() < 1 << 20, "frames come over the connection");
        }
        let (mut rest, mut frames) = (&all[..], 0);
        while rest.len() >= 8 {
            let length = u32::from_le_bytes(rest[..4].try_into().unwrap()) as usize;
            frames += usize::from(rest[4] == 3);
            rest = rest.get(length.max(8)..).unwrap_or(&[]);
        }
        frames
    }
}

#[test]
fn vrpn_poses_come_as_datagrams_when_they_are_asked_for_so() {
    let sim = served(ServerConfig::new(VRPN, any()), 0);
    let at = sim.address_of(VRPN).unwrap();
    let udp = Receiver::start(&format!("vrpn://{at}?udp=true"), f64::MAX);
    let tcp = Receiver::start(&format!("vrpn://{at}"), f64::MAX);
    for receiver in [&udp, &tcp] {
        receiver.wait_for("three bodies", |h| {
            h.numbers.len() > 50 && seen(&h.last) == 3
        });
    }
    let same = |receiver: &Receiver| {
        let heard = receiver.heard.lock().unwrap();
        let subjects = heard.last.roster.subjects().iter();
        subjects.map(|s| s.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(same(&udp), same(&tcp));
    assert_eq!(udp.counters.connects.get(), 1);
}

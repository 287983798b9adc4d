//! Multicast groups on a named interface, and protocols in which a client asks for its frames over UDP.

use crate::collect::Receiver;
use crate::volume::Volume;
use cyc_simulator::servers::{
    Asked, DatagramEncoder, Protocol, ServerConfig, ServerWriter, Simulator, SimulatorConfig,
    VICON_UDP, ViconUdpEncoder,
};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

fn free_port() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().port()
}

fn config(server: ServerConfig) -> SimulatorConfig {
    SimulatorConfig {
        servers: vec![server],
        ..SimulatorConfig::default()
    }
}

#[test]
fn two_receivers_join_a_group_and_one_of_another_group_hears_nothing() {
    let port = free_port();
    let group = Ipv4Addr::new(239, 255, 17, 1);
    let listen = |group: &str| {
        let url = format!("vicon-udp://:{port}?multicast={group}&interface=127.0.0.1");
        let receiver = Receiver::start(&url, 1e-7);
        receiver.wait_for("socket", |h| h.events.contains(&"connected".to_owned()));
        receiver
    };
    let (a, b) = (listen("239.255.17.1"), listen("239.255.17.1"));
    let other = listen("239.255.17.2");
    let server = ServerConfig::vicon_udp(SocketAddr::from((group, port)));
    let volume = Volume::new(200.0, 0, 50);
    let mut sim = Simulator::start(config(server), Box::new(volume)).unwrap();
    sim.wait();
    for receiver in [a, b] {
        receiver.wait_for_frames(50);
        receiver.finish();
    }
    assert_eq!(other.counters.bytes.get(), 0);
}

/// The object stream for those who ask: a request of one byte, 1 to begin and 0 to end, is answered with the same.
struct OnRequest(ViconUdpEncoder);

impl DatagramEncoder for OnRequest {
    fn encode(&mut self, frame: &cyc_model::MocapFrame, datagrams: &mut Vec<Vec<u8>>) {
        self.0.encode(frame, datagrams);
    }

    fn answer(&mut self, request: &[u8], from: SocketAddr, answers: &mut Vec<Vec<u8>>) -> Asked {
        answers.push(request.to_vec());
        match request {
            [1] => Asked::Frames(vec![from]),
            [0] => Asked::NoFrames(vec![from]),
            _ => Asked::Nothing,
        }
    }
}

#[test]
fn a_client_that_asks_is_answered_and_sent_to_until_it_has_enough() {
    let requests = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let protocol = Protocol::datagrams("on-request", VICON_UDP.port(), || {
        Box::new(OnRequest(ViconUdpEncoder::default()))
    });
    let server = ServerConfig {
        protocol,
        // Nobody is there.
        address: SocketAddr::from(([127, 0, 0, 1], free_port())),
        writer: ServerWriter::Datagrams {
            encoder: Box::new(OnRequest(ViconUdpEncoder::default())),
            requests: Some(requests),
        },
    };
    let volume = Volume::new(200.0, 0, u64::MAX);
    let _sim = Simulator::start(config(server), Box::new(volume)).unwrap();
    let client = UdpSocket::bind("127.0.0.1:0").unwrap();
    client.connect(requests).unwrap();
    client
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let mut heard = [0; 2048];
    assert!(client.recv(&mut heard).is_err(), "nothing was asked for");
    client.send(&[1]).unwrap();
    assert_eq!((client.recv(&mut heard).unwrap(), heard[0]), (1, 1));
    for _ in 0..20 {
        assert!(client.recv(&mut heard).unwrap() > 80);
    }
    client.send(&[0]).unwrap();
    let began = Instant::now();
    while client.recv(&mut heard).is_ok() {
        assert!(began.elapsed() < Duration::from_secs(5), "it goes on");
    }
}

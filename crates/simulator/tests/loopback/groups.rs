//! Multicast groups on a named interface, and protocols in which a client asks for its frames over UDP.

use crate::collect::Receiver;
use crate::volume::Volume;
use cyc_simulator::servers::{
    Asked, DatagramEncoder, NetworkFaults, Protocol, ServerConfig, ServerWriter, Simulator,
    SimulatorConfig, VICON_MULTICAST, VICON_UDP, ViconUdpEncoder,
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

#[test]
fn data_stream_comes_by_multicast_also_to_those_who_join_late() {
    let port = free_port();
    let to = SocketAddr::from((Ipv4Addr::new(239, 255, 44, 1), port));
    let server = ServerConfig::new(VICON_MULTICAST, to);
    let volume = Volume::new(200.0, 2, u64::MAX);
    let sim = Simulator::start(config(server), Box::new(volume)).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let listen = |server: &str| {
        let url = format!("vicon://{server}:{port}?multicast=239.255.44.1&interface=127.0.0.1");
        Receiver::start(&url, 1e-9)
    };
    let (anyone, named, other) = (listen(""), listen("127.0.0.1"), listen("127.0.0.9"));
    for receiver in [anyone, named] {
        receiver.wait_for_frames(50);
        let heard = receiver.finish();
        let heard = heard.lock().unwrap();
        assert_eq!(
            heard.events[..4],
            ["connecting", "connected", "roster 5", "live"]
        );
        assert!(heard.last.timecode.is_some());
    }
    assert_eq!(other.counters.bytes.get(), 0, "stopped in the kernel");
    drop(sim);
}

/// Row 6, over sockets: one system by TCP and by multicast, each losing a third, then one of them gone.
#[test]
fn row_06_two_paths_lose_less_than_either() {
    let port = free_port();
    let group = SocketAddr::from((Ipv4Addr::new(239, 255, 44, 2), port));
    let servers = vec![
        ServerConfig::vicon_datastream("127.0.0.1:0".parse().unwrap()),
        ServerConfig::new(VICON_MULTICAST, group),
    ];
    let config = SimulatorConfig {
        servers,
        faults: NetworkFaults {
            loss: 0.3,
            ..NetworkFaults::default()
        },
        seed: 5,
        ..SimulatorConfig::default()
    };
    let volume = Volume::new(200.0, 1, 600);
    let mut sim = Simulator::start(config, Box::new(volume)).unwrap();
    let tcp = sim.addresses()[0].address;
    let url = format!("vicon://{tcp}|vicon://:{port}?multicast=239.255.44.2&interface=127.0.0.1");
    let receiver = Receiver::start(&url, 1e-9);
    receiver.wait_for_frames(1);
    sim.wait();
    std::thread::sleep(Duration::from_millis(100));
    let counters = std::sync::Arc::clone(&receiver.counters);
    let heard = receiver.finish();
    let heard = heard.lock().unwrap();
    let span = heard.numbers.last().unwrap().1 - heard.numbers[0].1 + 1;
    let lost = 1.0 - heard.numbers.len() as f64 / span as f64;
    // 0.09 in the mean of 600 frames, four standard deviations of a frame's chance.
    assert!(
        lost < 0.09 + 4.0 * (0.09f64 * 0.91 / span as f64).sqrt(),
        "{lost} of {span}"
    );
    assert!(counters.frames_duplicate.get() > span / 4);
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

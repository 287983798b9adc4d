//! The other capture systems, from our simulator to our receiver.

use crate::collect::Receiver;
use crate::volume::Volume;
use cyc_simulator::servers::{
    NATNET, NatNetEncoder, QUALISYS, ServerConfig, ServerWriter, Simulator, SimulatorConfig, VRPN,
};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

/// Single precision.
const SINGLE: f64 = 2e-6;

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
fn natnet_arrives_by_unicast_and_from_a_group() {
    let group = Ipv4Addr::new(239, 255, 42, 98);
    for to_group in [false, true] {
        let (command, data) = (free_port(), free_port());
        let ip = if to_group { group } else { Ipv4Addr::LOCALHOST };
        let server = ServerConfig {
            protocol: NATNET,
            address: SocketAddr::from((ip, data)),
            writer: ServerWriter::Datagrams {
                encoder: Box::new(NatNetEncoder::default()),
                requests: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, command))),
            },
        };
        let volume = Volume::new(200.0, 2, u64::MAX);
        let sim = Simulator::start(config(server), Box::new(volume)).unwrap();
        // As it is told to people.
        let url = format!("{}&timecode=25", sim.addresses()[0].url());
        let receiver = Receiver::start(&url, SINGLE);
        receiver.wait_for("frames", |h| h.numbers.len() > 100);
        let counters = std::sync::Arc::clone(&receiver.counters);
        let heard = receiver.finish();
        let heard = heard.lock().unwrap();
        assert!(heard.events.contains(&"roster 5".to_owned()));
        assert_eq!(heard.last.rate_hz, 200.0);
        assert!(heard.last.taken.is_some() && heard.last.timecode.is_some());
        assert_eq!(counters.values_refused.get(), 0);
        assert_eq!(counters.frames_duplicate.get(), 0, "told twice is no loss");
    }
}

#[test]
fn qualisys_arrives_over_a_connection() {
    let bind = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let volume = Volume::new(200.0, 2, u64::MAX);
    let server = ServerConfig::new(QUALISYS, bind);
    let sim = Simulator::start(config(server), Box::new(volume)).unwrap();
    let address = sim.address_of(QUALISYS).unwrap();
    let receiver = Receiver::start(&format!("qualisys://{address}?timecode=25"), SINGLE);
    receiver.wait_for("frames", |h| h.numbers.len() > 100);
    let counters = std::sync::Arc::clone(&receiver.counters);
    let heard = receiver.finish();
    let heard = heard.lock().unwrap();
    assert!(heard.events.contains(&"roster 5".to_owned()));
    assert_eq!(heard.last.rate_hz, 200.0);
    assert!(heard.last.timecode.is_some());
    assert_eq!(
        counters.values_refused.get() + counters.values_unknown.get(),
        0
    );
}

/// The protocol has no frame numbers and no markers, and every body of the volume is always seen.
#[test]
fn vrpn_arrives_over_a_connection() {
    let bind = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let volume = Volume::new(200.0, 1, u64::MAX);
    let sim = Simulator::start(config(ServerConfig::new(VRPN, bind)), Box::new(volume)).unwrap();
    let address = sim.address_of(VRPN).unwrap();
    let receiver = Receiver::start(&format!("vrpn://Clock@{address}"), f64::INFINITY);
    receiver.wait_for("frames", |h| h.numbers.len() > 100);
    let counters = std::sync::Arc::clone(&receiver.counters);
    let heard = receiver.finish();
    let heard = heard.lock().unwrap();
    assert!(heard.events.contains(&"roster 1".to_owned()));
    let clock = heard.last.segments[0].unwrap().translation().metres();
    let number = clock.x / crate::volume::CLOCK_STEP_M;
    assert!(
        (number - number.round()).abs() < 1e-6 && number > 50.0,
        "{number}"
    );
    assert!(
        (clock.y - 0.5).abs() < 1e-9 && clock.z.abs() < 1e-9,
        "{clock}"
    );
    assert_eq!(
        counters.values_refused.get() + counters.values_unknown.get(),
        0
    );
}

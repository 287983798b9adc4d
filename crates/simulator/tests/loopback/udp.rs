//! The UDP object stream, clean and through a bad network.

use crate::collect::Receiver;
use crate::volume::Volume;
use cyc_model::Nanos;
use cyc_simulator::servers::{NetworkFaults, ServerConfig, Simulator, SimulatorConfig};
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

fn free_port() -> SocketAddr {
    UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

fn config(to: SocketAddr, faults: NetworkFaults) -> SimulatorConfig {
    SimulatorConfig {
        servers: vec![ServerConfig::vicon_udp(to)],
        faults,
        seed: 3,
        ..SimulatorConfig::default()
    }
}

#[test]
fn bodies_arrive_as_they_were_sent() {
    let to = free_port();
    let receiver = Receiver::start(&format!("vicon-udp://{to}"), 1e-7);
    receiver.wait_for("socket", |h| h.events.contains(&"connected".to_owned()));
    // No actors: a stream of rigid bodies numbers its subjects by itself.
    let volume = Volume::new(240.0, 0, 150);
    let mut sim = Simulator::start(config(to, NetworkFaults::default()), Box::new(volume)).unwrap();
    sim.wait();
    receiver.wait_for("last frame", |h| {
        h.numbers.last().is_some_and(|n| n.1 == 150)
    });
    receiver.wait_for("silence", |h| h.events.contains(&"silent".to_owned()));
    let counters = std::sync::Arc::clone(&receiver.counters);
    let heard = receiver.finish();
    let heard = heard.lock().unwrap();
    assert_eq!(
        (heard.numbers.len(), counters.frames_missing.get()),
        (150, 0)
    );
    assert_eq!(
        heard.events[..4],
        ["connecting", "connected", "roster 3", "live"]
    );
    assert_eq!(counters.strangers.get() + counters.oversized.get(), 0);
}

#[test]
fn a_bad_network_is_counted_and_order_is_kept() {
    let to = free_port();
    let receiver = Receiver::start(&format!("vicon-udp://{to}"), 1e-7);
    receiver.wait_for("socket", |h| h.events.contains(&"connected".to_owned()));
    let faults = NetworkFaults {
        loss: 0.1,
        duplicate: 0.2,
        reorder: 0.1,
        jitter: Nanos::from_millis(2),
        ..NetworkFaults::default()
    };
    let volume = Volume::new(400.0, 0, 400);
    let mut sim = Simulator::start(config(to, faults), Box::new(volume)).unwrap();
    sim.wait();
    std::thread::sleep(Duration::from_millis(100));
    let (sent, lost) = (
        sim.counters().frames_sent.get(),
        sim.counters().frames_lost_by_fault.get(),
    );
    let c = std::sync::Arc::clone(&receiver.counters);
    let heard = receiver.finish();
    let heard = heard.lock().unwrap();
    let (twice, late) = (c.frames_duplicate.get(), c.frames_late.get());
    let reordered = c.frames_reordered.get();
    assert!(
        lost > 10 && twice > 20 && reordered > 5,
        "{lost} {twice} {reordered}"
    );
    assert!(
        late <= reordered,
        "most come in time for their place: {late}"
    );
    assert_eq!(sent, 400 - lost + sim.counters().duplicates_by_fault.get());
    // Every datagram is accounted for.
    assert_eq!(heard.numbers.len() as u64 + twice + late, sent);
    assert_eq!(c.packets.get(), sent);
}

#[test]
fn only_senders_of_the_list_are_heard() {
    let to = free_port();
    let receiver = Receiver::start(&format!("vicon-udp://{to}?allow=127.0.0.2,127.0.0.3"), 1e-7);
    receiver.wait_for("socket", |h| h.events.contains(&"connected".to_owned()));
    let good = UdpSocket::bind("127.0.0.3:0").unwrap();
    let bad = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut datagram = vec![1, 0, 0, 0, 0];
    for number in 1..=20u8 {
        datagram[0] = number;
        good.send_to(&datagram, to).unwrap();
        datagram[0] = number + 100;
        bad.send_to(&datagram, to).unwrap();
    }
    receiver.wait_for_frames(20);
    std::thread::sleep(Duration::from_millis(50));
    let counters = std::sync::Arc::clone(&receiver.counters);
    let heard = receiver.finish();
    assert!(heard.lock().unwrap().numbers.iter().all(|n| n.1 <= 20));
    // Stopped in the kernel: this thread never saw them.
    assert_eq!((counters.packets.get(), counters.strangers.get()), (20, 0));
}

#[test]
fn rubbish_costs_the_datagram_and_not_the_source() {
    let to = free_port();
    let receiver = Receiver::start(&format!("vicon-udp://{to}"), 1e-7);
    receiver.wait_for("socket", |h| h.events.contains(&"connected".to_owned()));
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    for rubbish in [&[][..], &[1, 2, 3], &[1, 0, 0, 0, 9, 0], &vec![7; 40_000]] {
        socket.send_to(rubbish, to).unwrap();
    }
    socket.send_to(&[5, 0, 0, 0, 0], to).unwrap();
    receiver.wait_for_frames(1);
    let c = std::sync::Arc::clone(&receiver.counters);
    receiver.finish();
    assert_eq!((c.errors_framing.get(), c.oversized.get()), (3, 1));
}

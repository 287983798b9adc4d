//! A warm frame is decoded without allocating, and how long that takes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use cyc_allocation::{CountingAllocator, allocations};
use cyc_model::{FrameNumber, HostNs, MocapFrame, Point, Roster, SegmentInfo, SubjectInfo, Xf};
use cyc_wire::ServerAxes;
use cyc_wire::vicon_datastream::{
    Client, ClientEvent, ClientSettings, Server, ServerSettings, ServerStatics,
};
use cyc_wire::vicon_udp::{Decoder, EncodeSettings, encode_frame};
use cyc_wire::{natnet, qualisys};
use glam::{DQuat, DVec3};
use std::sync::Arc;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn ten_actors() -> Arc<Roster> {
    let segment = |k: u16| SegmentInfo {
        name: format!("s{k}"),
        parent: k.checked_sub(1),
        parent_from_segment: None,
    };
    let actor = |a: usize| SubjectInfo {
        name: format!("a{a}"),
        segments: (0..20).map(segment).collect(),
        markers: (0..53).map(|m| format!("m{m}")).collect(),
    };
    Arc::new(Roster::build((0..10).map(actor).collect()).unwrap())
}

fn frame(roster: &Arc<Roster>, number: u64) -> MocapFrame {
    let mut f = MocapFrame::default();
    f.reset(roster);
    f.number = FrameNumber(number);
    f.taken = Some(HostNs(0));
    for (i, pose) in f.segments.iter_mut().enumerate() {
        let t = number as f64 * 0.01 + i as f64;
        *pose = Some(Xf::saturating(
            DQuat::from_rotation_y(t),
            DVec3::new(t.sin(), 1.0, 0.0),
        ));
    }
    for (i, at) in f.markers.iter_mut().enumerate() {
        *at = Some(Point::xyz(i as f64 * 0.01, 1.0, number as f64 * 0.001));
    }
    f
}

/// Packets as a client would receive them, and that client.
fn recorded(settings: ClientSettings, frames: u64) -> (Client, Vec<Vec<u8>>) {
    let roster = ten_actors();
    let statics = ServerStatics::new(&roster, 240.0, ServerAxes::ZUp);
    let (mut client, mut server) = (
        Client::new(settings),
        Server::new(ServerSettings::default()),
    );
    let (mut out, mut requests) = (Vec::new(), Vec::new());
    server.poll_transmit(&mut out);
    client.feed(&out, HostNs(0));
    while client.poll(&mut MocapFrame::default()).unwrap().is_some() {}
    client.poll_transmit(HostNs(0), &mut requests);
    server.feed(&requests).unwrap();
    let packets = (1..=frames).map(|number| {
        let mut packet = Vec::new();
        let sent = server.encode_frame(&statics, &frame(&roster, number), HostNs(0), &mut packet);
        assert!(sent.unwrap());
        packet
    });
    let packets = packets.collect();
    (client, packets)
}

#[test]
fn a_warm_datastream_frame_of_ten_actors() {
    for lightweight in [false, true] {
        let settings = ClientSettings {
            lightweight,
            ..ClientSettings::default()
        };
        let (mut client, packets) = recorded(settings, 60);
        let (mut out, mut requests) = (MocapFrame::default(), Vec::new());
        let mut times_ns = Vec::with_capacity(packets.len());
        let mut warm = 0;
        for (i, packet) in packets.iter().enumerate() {
            let (before, began) = (allocations(), Instant::now());
            client.feed(packet, HostNs(i as i64));
            let mut frames = 0;
            while let Some(event) = client.poll(&mut out).unwrap() {
                frames += usize::from(event == ClientEvent::Frame);
            }
            requests.clear();
            client.poll_transmit(HostNs(i as i64), &mut requests);
            let (took, after) = (began.elapsed(), allocations());
            assert_eq!(frames, 1);
            if i >= 10 {
                times_ns.push(took.as_nanos());
                warm += after - before;
            }
        }
        times_ns.sort_unstable();
        let median_us = times_ns[times_ns.len() / 2] as f64 / 1000.0;
        let bytes = packets[packets.len() - 1].len();
        eprintln!("10 actors, lightweight {lightweight}: {bytes} bytes, {median_us:.1} us");
        assert_eq!(warm, 0, "allocations in {} warm frames", times_ns.len());
        assert!(out.segments.iter().all(Option::is_some));
    }
}

#[test]
fn a_warm_datagram() {
    let body = |i: usize| SubjectInfo {
        name: format!("body{i}"),
        segments: vec![SegmentInfo {
            name: format!("body{i}"),
            parent: None,
            parent_from_segment: None,
        }],
        markers: vec![],
    };
    let roster = Arc::new(Roster::build((0..12).map(body).collect()).unwrap());
    let mut decoder = Decoder::default();
    let mut out = MocapFrame::default();
    let mut warm = 0;
    for number in 1..50 {
        let mut datagram = Vec::new();
        encode_frame(
            &frame(&roster, number),
            &EncodeSettings::default(),
            &mut datagram,
        );
        let before = allocations();
        decoder.decode(&datagram, HostNs(0), &mut out).unwrap();
        if number > 5 {
            warm += allocations() - before;
        }
    }
    assert_eq!((warm, out.segments.iter().flatten().count()), (0, 12));
}

#[test]
fn a_warm_natnet_frame_of_ten_actors() {
    use natnet::{Client, ClientEvent, ClientSettings, Server, ServerSettings};
    let roster = ten_actors();
    let mut client = Client::new(ClientSettings::default());
    let mut server = Server::new(ServerSettings::default());
    server.set_roster(&roster, 240.0, HostNs(0));
    let (mut out, mut asked) = (MocapFrame::default(), Vec::with_capacity(1024));
    while client.poll_transmit(HostNs(0), &mut asked) {
        let mut answer = Vec::new();
        server.take(&asked, &mut answer).unwrap();
        if !answer.is_empty() {
            client.take(&answer, HostNs(0), &mut out).unwrap();
        }
        asked.clear();
    }
    let (mut warm, mut datagram) = (0, Vec::new());
    for number in 1..60 {
        let sent = frame(&roster, number);
        let now = HostNs(number as i64 * 100_000_000);
        datagram.clear();
        server.encode_frame(&sent, now, &mut datagram).unwrap();
        let before = allocations();
        let event = client.take(&datagram, now, &mut out).unwrap();
        // Keep-alives too.
        while client.poll_transmit(now, &mut asked) {
            asked.clear();
        }
        if number > 5 {
            warm += allocations() - before;
        }
        assert_eq!(event, Some(ClientEvent::Frame));
    }
    assert_eq!(warm, 0);
    assert!(out.segments.iter().all(Option::is_some));
}

#[test]
fn a_warm_qualisys_frame_of_ten_actors() {
    use qualisys::{Client, ClientEvent, ClientSettings, Server, ServerSettings};
    let roster = ten_actors();
    for udp_port in [None, Some(6734)] {
        let settings = ClientSettings {
            udp_port,
            ..ClientSettings::default()
        };
        let (mut client, mut server) = (
            Client::new(settings),
            Server::new(ServerSettings::default(), None),
        );
        server.set_roster(&roster, 240.0);
        let mut out = MocapFrame::default();
        let mut commands = Vec::with_capacity(1024);
        for _ in 0..4 {
            let mut answers = Vec::new();
            server.poll_transmit(&mut answers);
            client.feed(&answers, HostNs(0));
            while client.poll(&mut out).unwrap().is_some() {}
            commands.clear();
            client.poll_transmit(HostNs(0), &mut commands);
            server.feed(&commands).unwrap();
        }
        let mut warm = 0;
        for number in 1..60 {
            let (mut stream, mut datagram) = (Vec::new(), Vec::new());
            server.encode_frame(&frame(&roster, number), &mut stream, &mut datagram);
            let now = HostNs(number as i64 * 10_000_000);
            let before = allocations();
            client.feed(&stream, now);
            let mut event = client.poll(&mut out).unwrap();
            if !datagram.is_empty() {
                event = client.take_datagram(&datagram, now, &mut out).unwrap();
            }
            commands.clear();
            client.poll_transmit(now, &mut commands);
            if number > 5 {
                warm += allocations() - before;
            }
            assert_eq!(event, Some(ClientEvent::Frame));
        }
        assert_eq!(warm, 0);
        assert!(out.segments.iter().all(Option::is_some));
    }
}

//! VRPN.

use crate::sameness::{SINGLE_M, pose_of, same_pose};
use crate::{corpus, damage, scene};
use cyc_model::{HostNs, MocapFrame, SUBJECTS_MAX};
use cyc_wire::WireError;
use cyc_wire::vrpn::{Client, ClientSettings, DecodeError, Server, ServerSettings, called_port};
use glam::{DQuat, DVec3};
use std::net::Ipv4Addr;

/// A message by hand: length without padding, a time, sender, type, padding; then the payload, padded to eight bytes.
fn message(sender: i32, kind: i32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in [
        24 + payload.len() as i32,
        1_700_000_000,
        250_000,
        sender,
        kind,
        0,
    ] {
        bytes.extend_from_slice(&word.to_be_bytes());
    }
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes
}

fn description(id: i32, kind: i32, name: &str) -> Vec<u8> {
    let mut payload = (name.len() as i32 + 1).to_be_bytes().to_vec();
    payload.extend_from_slice(name.as_bytes());
    payload.push(0);
    message(id, kind, &payload)
}

fn pose(sender: i32, kind: i32, sensor: i32, at: [f64; 3], xyzw: [f64; 4]) -> Vec<u8> {
    let mut payload = [sensor.to_be_bytes(), [0; 4]].concat();
    for v in at.iter().chain(&xyzw) {
        payload.extend_from_slice(&v.to_be_bytes());
    }
    message(sender, kind, &payload)
}

const COOKIE: &[u8; 24] = b"vrpn: ver. 07.35  0\0\0\0\0\0";
const IDENTITY: [f64; 4] = [0.0, 0.0, 0.0, 1.0];

/// Two devices, a type that is not wanted, then a frame: `Staff` turned by 90° about Z, `Camera`'s first two sensors.
fn golden() -> Vec<u8> {
    let half = std::f64::consts::FRAC_1_SQRT_2;
    let mut all = COOKIE.to_vec();
    all.extend(description(4, -1, "Staff"));
    all.extend(description(9, -1, "Camera"));
    all.extend(description(2, -2, "vrpn_Tracker Velocity"));
    all.extend(description(5, -2, "vrpn_Tracker Pos_Quat"));
    all.extend(message(4, 2, &[0; 12]));
    all.extend(pose(4, 5, 0, [1.0, 2.0, 3.0], [0.0, 0.0, half, half]));
    all.extend(pose(9, 5, 0, [0.0, 0.0, 1.5], IDENTITY));
    all.extend(pose(9, 5, 1, [0.0, 0.0, 1.25], IDENTITY));
    all
}

fn feed(client: &mut Client, bytes: &[u8]) -> Result<Vec<MocapFrame>, DecodeError> {
    client.feed(bytes, HostNs(5));
    let mut frames = Vec::new();
    let mut frame = MocapFrame::default();
    while client.poll(&mut frame)? {
        let mut copy = MocapFrame::default();
        copy.copy_from(&frame);
        frames.push(copy);
    }
    Ok(frames)
}

#[test]
fn golden_bytes_are_read() {
    let mut client = Client::new(ClientSettings::default());
    let frames = feed(&mut client, &golden()).unwrap();
    assert_eq!(frames.len(), 1);
    let names: Vec<_> = frames[0]
        .roster
        .subjects()
        .iter()
        .map(|s| s.name.as_str())
        .collect();
    assert_eq!(names, ["Staff", "Camera", "Camera/1"]);
    let staff = pose_of(&frames[0], "Staff", "Staff").unwrap();
    assert_eq!(staff.translation().metres(), DVec3::new(1.0, 3.0, -2.0));
    let quarter = DQuat::from_rotation_y(std::f64::consts::FRAC_PI_2);
    assert!(staff.rotation().dot(quarter).abs() > 1.0 - 1e-12);
    assert_eq!((frames[0].heard, client.counts().unknown), (HostNs(5), 0));
    let mut hello = Vec::new();
    assert!(client.poll_transmit(&mut hello) && !client.poll_transmit(&mut hello));
    assert_eq!((hello.len(), &hello[..14]), (24, &b"vrpn: ver. 07."[..]));
}

#[test]
fn only_the_object_that_is_named_is_heard() {
    let settings = ClientSettings {
        object: Some("Staff".to_owned()),
        ..ClientSettings::default()
    };
    let mut client = Client::new(settings);
    let frames = feed(&mut client, &golden()).unwrap();
    assert_eq!(frames[0].roster.subjects().len(), 1);
    let other = pose(9, 5, 0, [0.0; 3], IDENTITY);
    assert_eq!(feed(&mut client, &other).unwrap().len(), 0);
}

#[test]
fn a_sensor_that_reports_again_begins_a_frame_and_one_that_does_not_is_not_seen() {
    let mut client = Client::new(ClientSettings::default());
    feed(&mut client, &golden()).unwrap();
    let mut more = pose(4, 5, 0, [0.0; 3], IDENTITY);
    more.extend(pose(9, 5, 0, [0.0; 3], IDENTITY));
    more.extend(pose(4, 5, 0, [9.0, 0.0, 0.0], IDENTITY));
    more.extend(pose(9, 5, 0, [0.0; 3], [0.0; 4]));
    let frames = feed(&mut client, &more).unwrap();
    let seen = |f: &MocapFrame| f.segments.iter().map(Option::is_some).collect::<Vec<_>>();
    assert_eq!(frames.len(), 2);
    assert_eq!(seen(&frames[0]), [true, true, false]);
    assert_eq!(seen(&frames[1]), [true, false, false], "no rotation");
    assert_eq!(client.counts().values, 1);
}

/// Both ends, with a wire between them.
fn connected() -> (Client, Server) {
    let mut client = Client::new(ClientSettings::default());
    let mut server = Server::new(ServerSettings::default());
    let (mut hello, mut greeting) = (Vec::new(), Vec::new());
    client.poll_transmit(&mut hello);
    server.poll_transmit(&mut greeting);
    server.feed(&hello).unwrap();
    feed(&mut client, &greeting).unwrap();
    (client, server)
}

#[test]
fn what_is_served_is_read() {
    let (mut client, mut server) = connected();
    for number in 1..4 {
        let sent = scene::frame(&scene::roster(), number);
        assert!(server.wants(&sent));
        let mut bytes = Vec::new();
        let mut datagram = Vec::new();
        server.encode_frame(&sent, &mut bytes, &mut datagram);
        assert!(datagram.is_empty(), "nobody waits for one");
        assert!(!server.wants(&sent) || number == 0);
        let frames = feed(&mut client, &bytes).unwrap();
        // The scene's camera is not seen: it is no subject until it is.
        let staff = |f: &MocapFrame| pose_of(f, "Staff", "Staff");
        same_pose(
            staff(&sent),
            staff(&frames[0]),
            (SINGLE_M * 1e-6, 1e-9),
            "Staff",
        );
        assert_eq!(frames[0].roster.subjects().len(), 1);
    }
}

#[test]
fn poses_come_as_datagrams_to_the_port_that_the_client_tells() {
    let (mut client, mut server) = connected();
    client.wait_for_datagrams_at(Ipv4Addr::new(10, 0, 0, 7).into(), 40123);
    let mut told = Vec::new();
    assert!(client.poll_transmit(&mut told));
    // The library's message of type -3: 33 bytes, no time, the port where a sender stands, the address as text, padded.
    let mut golden = vec![0, 0, 0, 33, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x9c, 0xbb];
    golden.extend([0xff, 0xff, 0xff, 0xfd, 0, 0, 0, 0]);
    golden.extend(b"10.0.0.7\0\0\0\0\0\0\0\0");
    assert_eq!(told, golden);
    assert!(!client.poll_transmit(&mut told), "told once");
    server.feed(&told).unwrap();
    assert_eq!(server.datagram_port(), Some(40123));
    let (mut out, mut bytes, mut datagram) = (MocapFrame::default(), Vec::new(), Vec::new());
    let sent = scene::frame(&scene::roster(), 1);
    server.encode_frame(&sent, &mut bytes, &mut datagram);
    assert!(
        feed(&mut client, &bytes).unwrap().is_empty(),
        "descriptions alone"
    );
    assert!(
        client
            .take_datagram(&datagram, HostNs(5), &mut out)
            .unwrap()
    );
    let staff = |f: &MocapFrame| pose_of(f, "Staff", "Staff");
    same_pose(staff(&sent), staff(&out), (SINGLE_M * 1e-6, 1e-9), "Staff");
    assert_eq!(out.heard, HostNs(5));
    // Cut anywhere it is no pose, and the next whole one is.
    for cut in 0..datagram.len() {
        let _ = client.take_datagram(&datagram[..cut], HostNs(6), &mut out);
    }
    assert!(
        client
            .take_datagram(&datagram, HostNs(7), &mut out)
            .unwrap()
    );
}

#[test]
fn of_a_sensor_that_reports_twice_in_a_datagram_the_later_pose_counts() {
    let mut client = Client::new(ClientSettings::default());
    feed(&mut client, &golden()).unwrap();
    let mut datagram = pose(4, 5, 0, [1.0, 0.0, 0.0], IDENTITY);
    datagram.extend(pose(9, 5, 0, [0.0; 3], IDENTITY));
    datagram.extend(pose(4, 5, 0, [2.0, 0.0, 0.0], IDENTITY));
    let mut out = MocapFrame::default();
    assert!(
        client
            .take_datagram(&datagram, HostNs(0), &mut out)
            .unwrap()
    );
    assert_eq!(out.segments[0].unwrap().translation().metres().x, 2.0);
    assert!(out.segments[1].is_some());
}

#[test]
fn a_ping_is_answered_with_a_pong_of_the_same_device() {
    let (_, mut server) = connected();
    server.set_roster(&scene::roster());
    let mut client = description(3, -1, "Staff");
    client.extend(description(7, -2, "vrpn_Base ping_message"));
    client.extend(message(3, 7, &[]));
    server.feed(&client).unwrap();
    let mut answer = Vec::new();
    server.poll_transmit(&mut answer);
    let text = String::from_utf8_lossy(&answer).into_owned();
    assert!(text.contains("vrpn_Base pong_message") && text.contains("Staff"));
    let pong = &answer[answer.len() - 24..];
    // Staff is the fifth subject of the scene; pong the third of the server's types.
    assert_eq!((pong[3], pong[15], pong[19]), (24, 4, 2));
}

#[test]
fn a_call_tells_a_port_and_nothing_else() {
    for (call, port) in [
        (&b"192.168.1.5 34567\0"[..], Some(34567)),
        (b"studio-pc 80", Some(80)),
        (b"192.168.1.5 34567\0garbage", Some(34567)),
        (b"192.168.1.5 0", None),
        (b"192.168.1.5 70000", None),
        (b"192.168.1.5", None),
        (b"192.168.1.5 80 90", None),
        (b"\xff 80", None),
        (b"", None),
    ] {
        assert_eq!(called_port(call), port, "{call:?}");
    }
}

/// Gives bytes to both ends. Whether the client took them.
fn drive(bytes: &[u8]) -> bool {
    let mut client = Client::new(ClientSettings::default());
    let frames = feed(&mut client, bytes);
    for frame in frames.iter().flatten() {
        assert!(frame.roster.subjects().len() <= SUBJECTS_MAX);
    }
    let mut server = Server::new(ServerSettings::default());
    let _ = server.feed(bytes);
    frames.is_ok_and(|f| !f.is_empty())
}

#[test]
fn damage_is_survived() {
    damage::inflict(&golden(), 1000, |bytes| {
        drive(bytes);
    });
    for (bytes, key) in [
        (&b"HTTP/1.1 400 Bad"[..], "vrpn-not-vrpn"),
        (&b"vrpn: ver. 06.00  0\0\0\0\0\0"[..], "vrpn-not-vrpn"),
        (
            &[&COOKIE[..], &[0, 0, 0, 23], &[0; 20]].concat()[..],
            "vrpn-bad-length",
        ),
        (&[&COOKIE[..], &[0xff; 24]].concat()[..], "vrpn-bad-length"),
    ] {
        let mut client = Client::new(ClientSettings::default());
        assert_eq!(feed(&mut client, bytes).unwrap_err().key(), key);
    }
}

#[test]
fn the_corpus() {
    let good = golden();
    let mut short = good.clone();
    let at = short.len() - 88;
    short[at..at + 4].copy_from_slice(&40i32.to_be_bytes());
    let seeds = [
        ("good_two_devices.bin", good.clone()),
        ("no_cookie.bin", good[24..].to_vec()),
        ("version_06.bin", b"vrpn: ver. 06.00  0\0\0\0\0\0".to_vec()),
        (
            "length_is_negative.bin",
            [&COOKIE[..], &[0xff; 24]].concat(),
        ),
        ("pose_too_short.bin", short),
    ];
    corpus::run("vrpn", &seeds, drive);
}

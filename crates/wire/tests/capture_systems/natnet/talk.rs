//! Both ends talking, in virtual time and without a network.

use super::{COMMANDS, Pair};
use crate::sameness::{SINGLE_M, SINGLE_RAD, same_values};
use crate::scene;
use cyc_model::{HostNs, MocapFrame, Nanos, Point, Roster, TimecodeRate, Xf};
use cyc_wire::natnet::{ClientEvent, ClientSettings, ServerSettings, Version, encode_frame};
use glam::{DQuat, DVec3};
use proptest::prelude::*;
use std::net::SocketAddr;
use std::sync::Arc;

const VERSIONS: [Version; 5] = [
    Version::V3_0,
    Version::V3_1,
    Version::V4_0,
    Version::V4_1,
    Version::V4_2,
];

fn client_settings() -> ClientSettings {
    ClientSettings {
        timecode_rate: Some(TimecodeRate::Fps30),
        ..ClientSettings::default()
    }
}

#[test]
fn what_is_served_is_read_in_every_bitstream() {
    let roster = scene::roster();
    for version in VERSIONS {
        for multicast in [None, Some([239, 255, 42, 99].into())] {
            let settings = ServerSettings {
                version,
                multicast,
                ..ServerSettings::default()
            };
            let mut pair = Pair::new(client_settings(), settings);
            pair.server.set_roster(&roster, pair.now);
            assert_eq!(pair.talk(), [0, 4, 2, 10]);
            let kinds: Vec<_> = pair.events.iter().map(std::mem::discriminant).collect();
            let info = pair.client.server().unwrap().clone();
            assert_eq!((info.version, info.multicast), (version, multicast));
            assert_eq!(kinds.len(), 2);
            pair.now = HostNs(2_012_345_600);
            let sent = scene::frame(&roster, 41);
            let targets = pair.offer(&sent);
            assert_eq!(targets.len(), if multicast.is_some() { 1 } else { 2 });
            let got = &pair.frame;
            assert_eq!(pair.events.last(), Some(&ClientEvent::Frame));
            same_values(&sent, got, SINGLE_M, SINGLE_RAD);
            assert_eq!((got.number, got.rate_hz), (sent.number, 120.0));
            assert_eq!(got.timecode, sent.timecode);
            assert_eq!(got.taken, sent.taken);
            assert_eq!(got.unlabelled.len(), 2);
            for (a, b) in sent.unlabelled.iter().zip(&got.unlabelled) {
                assert!(a.at.distance_m(b.at) < SINGLE_M && a.trajectory == b.trajectory);
            }
            assert_eq!(pair.client.counts().refused, Default::default());
            same_roster(&roster, &got.roster, version);
        }
    }
}

fn same_roster(sent: &Roster, got: &Roster, version: Version) {
    for (a, b) in sent.subjects().iter().zip(got.subjects()) {
        assert_eq!((&a.name, &a.markers), (&b.name, &b.markers));
        for (s, t) in a.segments.iter().zip(&b.segments) {
            assert_eq!((&s.name, s.parent), (&t.name, t.parent));
            let (s, t) = (s.parent_from_segment, t.parent_from_segment);
            let (s, t) = (s.unwrap(), t.unwrap());
            assert!(s.translation().distance_m(t.translation()) < SINGLE_M);
            let turn = t.rotation();
            let expected = if version >= Version::V4_2 {
                s.rotation()
            } else {
                DQuat::IDENTITY
            };
            assert!((turn - expected).length() < 1e-6);
        }
    }
}

#[test]
fn a_client_may_ask_for_another_bitstream() {
    let mut pair = Pair::new(client_settings(), ServerSettings::default());
    let from = SocketAddr::from(COMMANDS);
    pair.server.set_roster(&scene::roster(), pair.now);
    pair.talk();
    let mut ask = |command: &str| {
        let mut request = vec![2, 0, 0, 0];
        request.extend_from_slice(command.as_bytes());
        request.push(0);
        let mut answer = Vec::new();
        let took = pair.server.take(from, &request, pair.now, &mut answer);
        took.unwrap();
        (answer[0], answer.len())
    };
    assert_eq!(ask("Bitstream,3.1"), (3, 8));
    assert_eq!(ask("FrameRate"), (3, 8));
    for unknown in ["Bitstream,2.9", "Bitstream,9", "Bitstream", "Explode"] {
        assert_eq!(ask(unknown), (100, 4), "{unknown}");
    }
    let mut sends = Vec::new();
    let frame = scene::frame(&scene::roster(), 1);
    pair.server.frame(&frame, pair.now, &mut sends).unwrap();
    let mut expected = Vec::new();
    encode_frame(&frame, Version::V3_1, pair.now, &mut expected).unwrap();
    // The second roster is another one by identity, so the frame says that the models changed.
    let same = expected.len() == sends[0].datagram.len();
    assert!(same && expected[..expected.len() - 6] == sends[0].datagram[..expected.len() - 6]);
}

#[test]
fn new_subjects_are_asked_for_and_clients_that_left_are_left_alone() {
    let mut pair = Pair::new(client_settings(), ServerSettings::default());
    let one = Arc::new(Roster::build(vec![scene::body("Camera")]).unwrap());
    pair.server.set_roster(&one, pair.now);
    pair.talk();
    pair.offer(&scene::frame(&one, 1));
    let two = scene::roster();
    pair.now += Nanos::from_millis(600);
    pair.offer(&scene::frame(&two, 2));
    assert!(pair.talk().contains(&4));
    let sent = scene::frame(&two, 3);
    pair.offer(&sent);
    same_values(&sent, &pair.frame, SINGLE_M, SINGLE_RAD);
    let mut goodbye = Vec::new();
    pair.client.goodbye(&mut goodbye);
    let from = SocketAddr::from(COMMANDS);
    pair.server
        .take(from, &goodbye, pair.now, &mut Vec::new())
        .unwrap();
    assert_eq!(pair.offer(&sent), []);
}

#[test]
fn clients_are_limited() {
    let mut pair = Pair::new(client_settings(), ServerSettings::default());
    for port in 1..=100u16 {
        let from = SocketAddr::from(([127, 0, 0, 1], port));
        let mut answer = Vec::new();
        let hello = [0, 0, 0, 0];
        let took = pair.server.take(from, &hello, pair.now, &mut answer);
        took.unwrap();
    }
    assert_eq!(
        (pair.server.clients(), pair.server.clients_refused()),
        (64, 36)
    );
}

proptest! {
    #[test]
    fn poses_and_markers_come_back(
        q in prop::array::uniform4(-1.0..1.0f64), t in prop::array::uniform3(-10.0..10.0f64),
        version in 0..5usize, seen: bool,
    ) {
        let q = DQuat::from_array(q);
        prop_assume!(q.length() > 0.1);
        let roster = Arc::new(Roster::build(vec![scene::body("Camera")]).unwrap());
        let settings = ServerSettings { version: VERSIONS[version], ..ServerSettings::default() };
        let mut pair = Pair::new(client_settings(), settings);
        pair.server.set_roster(&roster, pair.now);
        pair.talk();
        let mut sent = MocapFrame::default();
        sent.reset(&roster);
        sent.segments[0] = seen.then(|| Xf::saturating(q, DVec3::from_array(t)));
        sent.markers[1] = seen.then(|| Point::xyz(t[1], t[2], t[0]));
        pair.offer(&sent);
        same_values(&sent, &pair.frame, SINGLE_M, SINGLE_RAD);
    }
}

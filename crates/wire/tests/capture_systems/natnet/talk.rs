//! Both ends talking, in virtual time and without a network.

use super::Pair;
use crate::sameness::{SINGLE_M, SINGLE_RAD, same_values};
use crate::scene;
use cyc_model::{HostNs, MocapFrame, Nanos, Point, Roster, TimecodeRate, Xf};
use cyc_wire::natnet::{
    ClientEvent, ClientSettings, Server, ServerSettings, Version, Wish, encode_frame,
};
use glam::{DQuat, DVec3};
use proptest::prelude::*;
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
            pair.server.set_roster(&roster, 120.0, pair.now);
            assert_eq!(pair.talk(), [0, 4, 2, 10]);
            let kinds: Vec<_> = pair.events.iter().map(std::mem::discriminant).collect();
            let info = pair.client.server().unwrap().clone();
            assert_eq!((info.version, info.multicast), (version, multicast));
            assert_eq!(kinds.len(), 2);
            pair.now = HostNs(2_012_345_600);
            let sent = scene::frame(&roster, 41);
            pair.offer(&sent);
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
    for a in sent.subjects() {
        let b = &got.subjects()[got.find(&a.name).unwrap()];
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
fn commands_are_answered() {
    let mut pair = Pair::new(client_settings(), ServerSettings::default());
    let roster = scene::roster();
    pair.server.set_roster(&roster, 120.0, pair.now);
    let mut ask = |command: &str| {
        let mut request = vec![2, 0, 0, 0];
        request.extend_from_slice(command.as_bytes());
        request.push(0);
        let mut answer = Vec::new();
        assert_eq!(pair.server.take(&request, &mut answer), Ok(Wish::Unchanged));
        answer
    };
    assert_eq!(ask("Bitstream,4.1"), [3, 0, 4, 0, 0, 0, 0, 0]);
    assert_eq!(ask("FrameRate"), [3, 0, 4, 0, 0, 0, 0xf0, 0x42]);
    assert_eq!(ask("UnitsToMillimeters"), [3, 0, 4, 0, 0, 0, 0x7a, 0x44]);
    for unknown in ["Bitstream,3.0", "Bitstream", "Explode"] {
        assert_eq!(ask(unknown), [100, 0, 0, 0], "{unknown}");
    }
    assert_eq!(pair.server.requests_unknown(), 3);
    let mut answer = Vec::new();
    let echo = [12, 0, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8];
    pair.server.take(&echo, &mut answer).unwrap();
    assert_eq!((answer[0], &answer[4..]), (13, &echo[4..]));
    let mut datagram = Vec::new();
    let frame = scene::frame(&roster, 1);
    pair.server
        .encode_frame(&frame, pair.now, &mut datagram)
        .unwrap();
    let mut expected = Vec::new();
    encode_frame(&frame, Version::V4_1, pair.now, &mut expected).unwrap();
    assert_eq!(datagram, expected);
}

#[test]
fn new_subjects_are_asked_for_and_a_client_says_goodbye() {
    let mut pair = Pair::new(client_settings(), ServerSettings::default());
    let one = Arc::new(Roster::build(vec![scene::body("Camera")]).unwrap());
    pair.server.set_roster(&one, 120.0, pair.now);
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
    let left = pair.server.take(&goodbye, &mut Vec::new());
    assert_eq!(left, Ok(Wish::NoFrames));
}

/// Somebody leaves and comes back while nothing is heard, so that no frame says that the models changed: it is seen by what
/// cannot be named, and asked for as soon as a question may follow the one before. What stays unknown is asked for seldom.
#[test]
fn who_comes_back_unannounced_is_asked_for_at_once() {
    let mut pair = Pair::new(client_settings(), ServerSettings::default());
    let (both, one) = (
        scene::roster(),
        Arc::new(Roster::build(vec![scene::body("Camera")]).unwrap()),
    );
    pair.server.set_roster(&one, 120.0, pair.now);
    pair.talk();
    pair.offer(&scene::frame(&one, 1));
    // The server tells of a change for half a second, to nobody.
    pair.server.set_roster(&both, 120.0, pair.now);
    pair.now += Nanos::from_millis(700);
    pair.offer(&scene::frame(&both, 2));
    assert!(pair.client.counts().refused.unknown_ids > 0);
    assert!(pair.talk().contains(&4), "not asked for at once");
    let sent = scene::frame(&both, 3);
    pair.offer(&sent);
    same_values(&sent, &pair.frame, SINGLE_M, SINGLE_RAD);
    // Now the answer is always the same, though what is sent is not.
    let mut other = Server::new(ServerSettings::default());
    other.set_roster(&both, 120.0, pair.now);
    pair.server.set_roster(&one, 120.0, pair.now);
    pair.now += Nanos::from_millis(700);
    pair.offer(&scene::frame(&one, 4));
    let mut asked = 0;
    for number in 5..105 {
        pair.now += Nanos::from_millis(100);
        let mut datagram = Vec::new();
        let frame = scene::frame(&both, number);
        other.encode_frame(&frame, pair.now, &mut datagram).unwrap();
        pair.client
            .take(&datagram, pair.now, &mut pair.frame)
            .unwrap();
        asked += pair.talk().iter().filter(|id| **id == 4).count();
    }
    assert!(
        (3..=7).contains(&asked),
        "asked {asked} times in ten seconds"
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
        pair.server.set_roster(&roster, 120.0, pair.now);
        pair.talk();
        let mut sent = MocapFrame::default();
        sent.reset(&roster);
        sent.segments[0] = seen.then(|| Xf::saturating(q, DVec3::from_array(t)));
        sent.markers[1] = seen.then(|| Point::xyz(t[1], t[2], t[0]));
        pair.offer(&sent);
        same_values(&sent, &pair.frame, SINGLE_M, SINGLE_RAD);
    }
}

//! Live Link Face, both ways; and a phone that is asked to connect.

use crate::listener::Listener;
use crate::peer::{Peer, python_with};
use crate::stage;
use cyc_model::FaceShape;
use cyc_simulator::servers::{IFACIALMOCAP, LIVE_LINK_FACE};
use cyc_wire::live_link_face::device_id;
use glam::{DQuat, DVec3};

#[test]
fn pylivelinkface_reads_the_faces_that_were_sent() {
    let Some(python) = python_with("pylivelinkface") else {
        return;
    };
    let mut peer = Peer::script(&python, "face_peer.py", &["listen", "40"]);
    let _simulator = stage::send(LIVE_LINK_FACE, peer.port());
    let (mut seen, mut unseen) = (0, 0);
    for _ in 0..40 {
        let packet = peer.json();
        if packet["seen"] == false {
            unseen += 1;
            continue;
        }
        seen += 1;
        assert_eq!(packet["name"], "Ann");
        // It keeps the length's last byte, 36, as a letter of the id.
        assert_eq!(packet["uuid"], format!("${}", device_id("Ann")));
        assert_eq!(packet["fps"], 60);
        let number = packet["frame"].as_u64().unwrap() - 100_000;
        let sent = stage::frame(number);
        let face = sent.face_of(0).unwrap();
        let value = |k: usize| packet["values"][k].as_f64().unwrap();
        for shape in FaceShape::ALL {
            let off = value(shape as usize) - f64::from(face.weights.get(shape));
            assert!(off.abs() < 1e-6, "{shape:?} of frame {number}");
        }
        // Unreal's yaw and roll are the other way round than turns about our Y and Z; written out as matrices.
        for (first, turned) in [
            (52, face.source_from_head.unwrap().rotation()),
            (55, face.head_from_left_eye.unwrap().rotation()),
            (58, face.head_from_right_eye.unwrap().rotation()),
        ] {
            let (yaw, pitch, roll) = (value(first), value(first + 1), value(first + 2));
            let by_parts = DQuat::from_rotation_y(-yaw)
                * DQuat::from_rotation_x(pitch)
                * DQuat::from_rotation_z(-roll);
            assert!((by_parts * DVec3::Z).distance(turned * DVec3::Z) < 1e-5);
            assert!((by_parts * DVec3::X).distance(turned * DVec3::X) < 1e-5);
        }
    }
    assert!(
        seen >= 30 && unseen >= 3,
        "{seen} with a face, {unseen} without"
    );
    peer.end();
}

#[test]
fn capture_reads_the_faces_that_pylivelinkface_sends() {
    let Some(python) = python_with("pylivelinkface") else {
        return;
    };
    let listener = Listener::start(|port| format!("livelink-face://:{port}"));
    let to = format!("127.0.0.1:{}", listener.port);
    let peer = Peer::script(&python, "face_peer.py", &["send", &to, "12"]);
    for frame in listener.frames(8) {
        assert_eq!(frame.roster.subjects()[0].name, "Ann");
        assert_eq!(frame.rate_hz, 60.0);
        assert!(frame.timecode.is_some());
        let face = frame.face_of(0).unwrap();
        for (k, weight) in face.weights.all().iter().enumerate() {
            assert!(
                (f64::from(*weight) - k as f64 / 100.0).abs() < 1e-6,
                "shape {k}"
            );
        }
        let look = face.source_from_head.unwrap().rotation() * DVec3::Z;
        let expected = DQuat::from_rotation_y(-0.3) * DQuat::from_rotation_x(0.2) * DVec3::Z;
        assert!(look.distance(expected) < 1e-5, "{look}");
    }
    peer.end();
}

#[test]
fn a_phone_that_is_asked_to_connect_sends_the_same_faces_over_the_connection() {
    let simulator = stage::send(IFACIALMOCAP, 49_983);
    let asked = simulator.addresses()[0].requests.unwrap();
    let url = format!("ifacialmocap://{asked}?tcp=true&version=2&subject=Ann");
    let listener = Listener::expecting(|_| url.clone());
    for frame in listener.frames(30) {
        assert_eq!(frame.roster.subjects()[0].name, "Ann");
        let Some(face) = frame.face_of(0) else {
            continue;
        };
        // No number is sent: some frame of the stage has this face, to the hundredths of the text.
        let near = |number: u64| {
            let sent = stage::frame(number);
            let sent = sent.face_of(0).map(|f| *f.weights.all());
            sent.is_some_and(|sent| {
                let pairs = sent.iter().zip(face.weights.all());
                pairs.into_iter().all(|(a, b)| (a - b).abs() <= 0.0051)
            })
        };
        assert!((1..2000).any(near), "a face that was not sent");
    }
    let counters = &listener.counters;
    assert_eq!(counters.connects.get(), 1);
    assert_eq!(counters.values_unknown.get(), 0);
}

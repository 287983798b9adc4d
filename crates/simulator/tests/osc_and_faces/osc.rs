//! Vicon's OSC output, the committed table, and VMC, with `python-osc` at the other end.

use crate::listener::Listener;
use crate::peer::{Peer, python_with};
use crate::stage::{self, BONES, RATE_HZ};
use cyc_model::{FaceShape, HumanBone, MocapFrame};
use cyc_simulator::servers::{OSC, Protocol, VICON_OSC, VMC};
use cyc_wire::vmc::unity_name;
use glam::{DQuat, DVec3};
use serde_json::{Value, json};
use std::f64::consts::FRAC_1_SQRT_2;
use std::path::Path;

const MODULE: &str = "pythonosc";

/// Datagrams that the simulator sent, as python-osc reads them: addresses with arguments.
fn heard(python: &Path, protocol: Protocol, datagrams: usize) -> Vec<Vec<(String, Vec<Value>)>> {
    let count = datagrams.to_string();
    let mut peer = Peer::script(python, "osc_peer.py", &["listen", &count]);
    let _simulator = stage::send(protocol, peer.port());
    let one = |m: &Value| {
        (
            m[0].as_str().unwrap().to_owned(),
            m[1].as_array().unwrap().clone(),
        )
    };
    let read = (0..datagrams).map(|_| peer.json().as_array().unwrap().iter().map(one).collect());
    let read = read.collect();
    peer.end();
    read
}

fn numbers<const N: usize>(arguments: &[Value]) -> [f64; N] {
    std::array::from_fn(|i| arguments[i].as_f64().unwrap())
}

/// A pose sent in millimetres, Z up, against one of ours: (x, y, z) is our (x, z, -y).
fn assert_pose_mm(arguments: &[Value], sent: &MocapFrame, segment: usize) {
    let [x, y, z, qx, qy, qz, qw] = numbers(arguments);
    let pose = sent.segments[segment].unwrap();
    assert!(DVec3::new(x, z, -y).distance(pose.translation().metres() * 1000.0) < 2e-3);
    let turned = DQuat::from_xyzw(qx, qz, -qy, qw);
    for axis in [DVec3::X, DVec3::Y, DVec3::Z] {
        assert!((turned * axis).distance(pose.rotation() * axis) < 1e-5);
    }
}

fn assert_marker_mm(arguments: &[Value], sent: &MocapFrame, marker: usize) {
    let [x, y, z] = numbers(arguments);
    let at = sent.markers[marker].unwrap().metres() * 1000.0;
    assert!(DVec3::new(x, z, -y).distance(at) < 2e-3);
}

#[test]
fn python_osc_reads_vicons_output() {
    let Some(python) = python_with(MODULE) else {
        return;
    };
    for datagram in heard(&python, VICON_OSC, 20) {
        let (address, head) = &datagram[0];
        assert_eq!(address, "/vicon/frame");
        let number = head[0].as_u64().unwrap();
        let sent = stage::frame(number);
        assert_eq!(head[1].as_f64(), Some(RATE_HZ));
        // 60 Hz labels go out as pairs at 30.
        let (h, m, s, f) = sent.timecode.unwrap().label();
        let odd = u64::from(f % 2);
        let label = [
            u64::from(h),
            u64::from(m),
            u64::from(s),
            u64::from(f / 2),
            odd,
            0,
            5,
            2,
            0,
        ];
        let told: Vec<_> = head[2..].iter().map(|v| v.as_u64().unwrap()).collect();
        assert_eq!(told, label);
        let mut things = 1;
        for (address, arguments) in &datagram[1..] {
            things += 1;
            match address.as_str() {
                "/vicon/marker/Ann/LASI" => assert_marker_mm(arguments, &sent, 0),
                "/vicon/marker/Ann/RASI" => assert_marker_mm(arguments, &sent, 1),
                "/vicon/object/Cam" => assert_pose_mm(arguments, &sent, BONES.len()),
                other => {
                    let bone = other.strip_prefix("/vicon/object/Ann/").unwrap();
                    let k = BONES.iter().position(|b| b.vrm_name() == bone).unwrap();
                    assert_pose_mm(arguments, &sent, k);
                }
            }
        }
        assert_eq!(things, 1 + 2 + 1 + BONES.len());
    }
}

#[test]
fn python_osc_reads_the_committed_table() {
    let Some(python) = python_with(MODULE) else {
        return;
    };
    for datagram in heard(&python, OSC, 20) {
        let (address, head) = &datagram[0];
        assert_eq!(
            (address.as_str(), head[1].as_f64()),
            ("/mocap/frame", Some(RATE_HZ))
        );
        let sent = stage::frame(head[0].as_u64().unwrap());
        let of = |address: &str| &datagram.iter().find(|m| m.0 == address).unwrap().1;
        assert_marker_mm(of("/mocap/marker/Ann/LASI"), &sent, 0);
        assert_marker_mm(of("/mocap/marker/Ann/RASI"), &sent, 1);
        assert_pose_mm(of("/mocap/body/Cam"), &sent, BONES.len());
        for (k, bone) in BONES.iter().enumerate() {
            let address = format!("/mocap/segment/Ann/{}", bone.vrm_name());
            assert_pose_mm(of(&address), &sent, k);
        }
    }
}

/// A pose in Unity's axes, as ours: X is turned round.
fn from_unity(arguments: &[Value]) -> (DVec3, DQuat) {
    let [x, y, z, qx, qy, qz, qw] = numbers(&arguments[1..]);
    (DVec3::new(-x, y, z), DQuat::from_xyzw(qx, -qy, -qz, qw))
}

#[test]
fn python_osc_reads_the_avatar() {
    let Some(python) = python_with(MODULE) else {
        return;
    };
    // A frame is three or four datagrams; all that was told since the last time belongs to it.
    let messages: Vec<_> = heard(&python, VMC, 60).into_iter().flatten().collect();
    let begins = messages
        .iter()
        .enumerate()
        .filter(|(_, m)| m.0 == "/VMC/Ext/OK");
    let begins: Vec<usize> = begins.map(|(i, _)| i).collect();
    let mut frames = 0;
    for ends in begins.windows(2) {
        let frame = &messages[ends[0]..ends[1]];
        let of = |address: &'static str| frame.iter().filter(move |m| m.0 == address).map(|m| &m.1);
        let named = |address: &'static str, name: &str| of(address).find(|a| a[0] == name).unwrap();
        assert_eq!(
            of("/VMC/Ext/OK").next().unwrap(),
            &[json!(1), json!(3), json!(0), json!(1)]
        );
        // The first frame is number one, at time zero.
        let t_s = of("/VMC/Ext/T").next().unwrap()[0].as_f64().unwrap();
        let sent = stage::frame(1 + (t_s * RATE_HZ).round() as u64);
        // Bones are told in their parents; put together here, from hips to head and hands.
        let mut global: Vec<(HumanBone, (DVec3, DQuat))> = Vec::new();
        for (k, bone) in BONES.iter().enumerate() {
            let (at, turned) = from_unity(named("/VMC/Ext/Bone/Pos", unity_name(*bone)));
            let parent = match bone {
                HumanBone::Hips => None,
                HumanBone::Spine => Some(HumanBone::Hips),
                // Neck, shoulders and arms are not there.
                _ => Some(HumanBone::Spine),
            };
            let parent = parent.and_then(|p| global.iter().find(|g| g.0 == p));
            let (p_at, p_turned) = parent.map_or((DVec3::ZERO, DQuat::IDENTITY), |g| g.1);
            let placed = (p_at + p_turned * at, p_turned * turned);
            global.push((*bone, placed));
            let pose = sent.segments[k].unwrap();
            assert!(
                placed.0.distance(pose.translation().metres()) < 1e-5,
                "{bone:?}"
            );
            assert!((placed.1 * DVec3::X).distance(pose.rotation() * DVec3::X) < 1e-5);
            assert!((placed.1 * DVec3::Y).distance(pose.rotation() * DVec3::Y) < 1e-5);
        }
        let (at, _) = from_unity(named("/VMC/Ext/Tra/Pos", "Cam"));
        assert!(at.distance(sent.segments[BONES.len()].unwrap().translation().metres()) < 1e-5);
        assert_eq!(
            of("/VMC/Ext/Blend/Apply").count(),
            usize::from(sent.face_of(0).is_some())
        );
        if let Some(face) = sent.face_of(0) {
            for shape in FaceShape::ALL {
                let told = named("/VMC/Ext/Blend/Val", shape.arkit_name())[1]
                    .as_f64()
                    .unwrap();
                assert!((told - f64::from(face.weights.get(shape))).abs() < 1e-6);
            }
        }
        frames += 1;
    }
    assert!(frames >= 10, "{frames}");
}

/// Sends bundles with python-osc, over and over, and gives what capture made of them.
fn captured(python: &Path, url: impl Fn(u16) -> String, bundles: &Value) -> Vec<MocapFrame> {
    let listener = Listener::start(url);
    let to = format!("127.0.0.1:{}", listener.port);
    let mut peer = Peer::script(python, "osc_peer.py", &["send", &to, "30"]);
    peer.tell(&bundles.to_string());
    let frames = listener.frames(3);
    peer.end();
    frames
}

#[test]
fn capture_reads_what_python_osc_sends_as_vicon() {
    let Some(python) = python_with(MODULE) else {
        return;
    };
    let bundle = |number: u64| {
        json!([
            ["/vicon/frame", [number, 100.0, 1, 2, 3, 4, 0, 0, 0, 1, 0]],
            ["/vicon/marker/Ann/LASI", [1000.0, 2000.0, 3000.0]],
            [
                "/vicon/object/Cam",
                [500.0, 0.0, 0.0, 0.0, 0.0, FRAC_1_SQRT_2, FRAC_1_SQRT_2]
            ],
        ])
    };
    let first = 5_000_000_000u64;
    let bundles: Vec<_> = (0..30).map(|i| bundle(first + i)).collect();
    let frames = captured(
        &python,
        |port| format!("vicon-osc://:{port}"),
        &json!(bundles),
    );
    for frame in &frames {
        assert!((first..first + 30).contains(&frame.number.0));
        assert_eq!(
            (frame.rate_hz, frame.timecode.unwrap().label()),
            (100.0, (1, 2, 3, 4))
        );
        assert_eq!(
            frame.markers[0].unwrap().metres(),
            DVec3::new(1.0, 3.0, -2.0)
        );
        let camera = frame.segments[0].unwrap();
        assert!(
            camera
                .translation()
                .metres()
                .distance(DVec3::new(0.5, 0.0, 0.0))
                < 1e-6
        );
        // A quarter turn about Vicon's Z, which is our Y.
        assert!((camera.rotation() * DVec3::X).distance(DVec3::NEG_Z) < 1e-6);
    }
}

#[test]
fn capture_reads_what_python_osc_sends_by_the_committed_table() {
    let Some(python) = python_with(MODULE) else {
        return;
    };
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rigs/osc/markers.toml");
    let bundle = json!([
        ["/mocap/frame", [7, 50.0]],
        ["/mocap/marker/Ann/LASI", [1000.0, 2000.0, 3000.0]],
        ["/mocap/marker/Ann/RASI", [0.0, 0.0, 0.0]],
        ["/mocap/unlabelled", [100.0, 0.0, 0.0]],
        ["/mocap/body/Cam", [0.0, 0.0, 1000.0, 0.0, 0.0, 0.0, 1.0]],
        [
            "/mocap/segment/Ann/hips",
            [0.0, 0.0, 900.0, 0.0, 0.0, 0.0, 1.0]
        ],
    ]);
    let url = |port| format!("osc://:{port}?map={table}");
    for frame in captured(&python, url, &json!([bundle])) {
        assert_eq!(frame.rate_hz, 50.0);
        assert_eq!(
            frame.markers[0].unwrap().metres(),
            DVec3::new(1.0, 3.0, -2.0)
        );
        assert_eq!(frame.markers[1], None, "zeros are what is not seen");
        assert!(
            frame.unlabelled[0]
                .at
                .metres()
                .distance(DVec3::new(0.1, 0.0, 0.0))
                < 1e-9
        );
        let ann = frame.roster.find("Ann").unwrap();
        let hips = frame.segments_of(ann)[0].unwrap().translation().metres();
        assert!(hips.distance(DVec3::new(0.0, 0.9, 0.0)) < 1e-6);
        let camera = frame.roster.find("Cam").unwrap();
        assert!(frame.roster.subjects()[camera].is_rigid_body());
        let at = frame.segments_of(camera)[0].unwrap().translation().metres();
        assert!(at.distance(DVec3::new(0.0, 1.0, 0.0)) < 1e-6);
    }
}

#[test]
fn capture_reads_the_avatar_that_python_osc_sends() {
    let Some(python) = python_with(MODULE) else {
        return;
    };
    let bundle = json!([
        ["/VMC/Ext/OK", [1, 3, 0, 1]],
        ["/VMC/Ext/T", [1.5]],
        [
            "/VMC/Ext/Root/Pos",
            ["root", 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
        ],
        [
            "/VMC/Ext/Bone/Pos",
            [
                "Hips",
                0.0,
                1.0,
                0.0,
                0.0,
                FRAC_1_SQRT_2,
                0.0,
                FRAC_1_SQRT_2
            ]
        ],
        [
            "/VMC/Ext/Bone/Pos",
            ["RightHand", 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 1.0]
        ],
        ["/VMC/Ext/Blend/Val", ["jawOpen", 0.25]],
        ["/VMC/Ext/Blend/Val", ["Blink_R", 0.75]],
        ["/VMC/Ext/Blend/Apply", []],
        [
            "/VMC/Ext/Tra/Pos",
            ["LHR-1", 0.5, 1.0, 2.0, 0.0, 0.0, 0.0, 1.0]
        ],
    ]);
    let frames = captured(
        &python,
        |port| format!("vmc://:{port}?subject=Ann"),
        &json!([bundle]),
    );
    for frame in &frames {
        let ann = &frame.roster.subjects()[0];
        assert_eq!(ann.name, "Ann");
        let names: Vec<_> = ann.segments.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names, ["hips", "rightHand"]);
        let at = |k: usize| frame.segments[k].unwrap().translation().metres();
        assert!(at(0).distance(DVec3::new(-1.0, 1.0, 0.0)) < 1e-6);
        // Turned by 90° in Unity, where +Z goes to +X, which is our -X.
        assert!(
            at(1).distance(DVec3::new(-1.5, 1.0, 0.0)) < 1e-6,
            "{}",
            at(1)
        );
        assert!(at(2).distance(DVec3::new(-0.5, 1.0, 2.0)) < 1e-6);
        let weights = &frame.face_of(0).unwrap().weights;
        assert_eq!(weights.get(FaceShape::JawOpen), 0.25);
        assert_eq!(weights.get(FaceShape::EyeBlinkRight), 0.75);
    }
}

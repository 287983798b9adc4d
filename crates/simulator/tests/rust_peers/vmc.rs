//! The crate `vmc` reads an avatar: bones in their parents, face and tracker.
#![allow(
    clippy::disallowed_methods,
    reason = "the crate reads by rosc; what it is given here is ours"
)]

use crate::{receive, stage};
use cyc_model::{FaceShape, HumanBone, Xf};
use cyc_simulator::servers::VMC;
use glam::{DQuat, DVec3};
use std::collections::HashMap;
use vmc::{DeviceType, Message, ModelState, TrackingState};

/// A place and a turn as they are on the wire.
type Placed = (DVec3, DQuat);

fn placed(p: vmc::Vec3, q: vmc::Quat) -> Placed {
    let number = f64::from;
    (
        DVec3::new(number(p.x), number(p.y), number(p.z)),
        DQuat::from_xyzw(number(q.x), number(q.y), number(q.z), number(q.w)),
    )
}

/// Unity's axes by hand: X the other way round, so turns about Y and Z are too.
fn unity<A: cyc_model::Space, B: cyc_model::Space>(pose: Xf<A, B>) -> Placed {
    let (p, q) = (pose.translation().metres(), pose.rotation());
    (
        DVec3::new(-p.x, p.y, p.z),
        DQuat::from_xyzw(q.x, -q.y, -q.z, q.w),
    )
}

#[track_caller]
fn same((at, turn): Placed, expected: Placed) {
    assert!(at.distance(expected.0) < 1e-5, "{at} {}", expected.0);
    let chord = (turn - expected.1).length();
    assert!(chord.min((turn + expected.1).length()) < 1e-6);
}

/// The hips tell which frame it is: they move by half a metre a second.
fn frame_of(hips: Placed) -> u64 {
    (-hips.0.x * 2.0 * stage::RATE_HZ).round() as u64
}

#[test]
fn the_crate_vmc_reads_bones_faces_and_trackers() {
    let (socket, port) = receive::socket();
    let _simulator = stage::send(VMC, port);
    let mut told: Vec<Message> = Vec::new();
    while told
        .iter()
        .filter(|m| matches!(m, Message::State(_)))
        .count()
        < 30
    {
        let bytes = receive::datagram(&socket);
        let (_, packet) = vmc::rosc::decoder::decode_udp(&bytes).unwrap();
        told.extend(vmc::parse(packet).unwrap());
    }
    let begins = |m: &Message| matches!(m, Message::State(_));
    let (mut frames, mut faces) = (0, 0);
    // What was being sent when the last state came is not whole.
    for (k, _) in told.iter().enumerate().filter(|(_, m)| begins(m)) {
        let rest = &told[k + 1..];
        let Some(end) = rest.iter().position(begins) else {
            break;
        };
        faces += usize::from(one_frame(&told[k], &rest[..end]));
        frames += 1;
    }
    assert!(
        frames == 29 && faces >= 24,
        "{frames} frames, {faces} faces"
    );
}

/// Compares a frame; whether it had a face.
fn one_frame(state: &Message, messages: &[Message]) -> bool {
    let Message::State(state) = state else {
        unreachable!("it begins with a state");
    };
    assert_eq!(state.model_state, ModelState::Loaded);
    assert_eq!(state.tracking_state, Some(TrackingState::Good));
    let mut bones = HashMap::new();
    let mut shapes = HashMap::new();
    let (mut tracker, mut is_applied) = (None, false);
    for message in messages {
        match message {
            Message::BoneTransform(b) => {
                bones.insert(b.bone.as_str(), placed(b.position, b.rotation));
            }
            Message::BlendShape(s) => {
                shapes.insert(s.key.as_str(), s.value);
            }
            Message::DeviceTransform(d) => {
                assert!(d.device == DeviceType::Tracker && d.joint == "Cam" && !d.local);
                tracker = Some(placed(d.position, d.rotation));
            }
            Message::ApplyBlendShapes => is_applied = true,
            Message::RootTransform(r) => {
                same(
                    placed(r.position, r.rotation),
                    (DVec3::ZERO, DQuat::IDENTITY),
                );
            }
            Message::Time(time) => assert!((0.0..60.0).contains(&time.0)),
            Message::State(_) => unreachable!("there is one a frame"),
        }
    }
    let sent = stage::frame(frame_of(bones["Hips"]));
    let pose = |k: usize| sent.segments[k].unwrap();
    assert_eq!(bones.len(), stage::BONES.len());
    let hips_from_spine = pose(0).inverse() * pose(1).relabel();
    same(bones["Hips"], unity(pose(0)));
    same(
        bones["Spine"],
        unity::<cyc_model::Body, cyc_model::Body>(hips_from_spine),
    );
    // Of the head's ancestors the stage has the spine, of the hand's and the thumb's too.
    for (name, bone) in [
        ("Head", HumanBone::Head),
        ("RightHand", HumanBone::RightHand),
    ] {
        let k = stage::BONES.iter().position(|b| *b == bone).unwrap();
        let local = pose(1).inverse() * pose(k).relabel();
        same(
            bones[name],
            unity::<cyc_model::Body, cyc_model::Body>(local),
        );
    }
    assert!(bones.contains_key("LeftThumbProximal"));
    same(tracker.unwrap(), unity(pose(5)));
    let Some(face) = sent.face_of(0) else {
        assert!(shapes.is_empty() && !is_applied);
        return false;
    };
    assert!(is_applied);
    for shape in FaceShape::ALL {
        assert_eq!(shapes[shape.arkit_name()], face.weights.get(shape));
    }
    true
}

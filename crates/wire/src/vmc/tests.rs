//! Golden bytes, the traps, and what comes back.

use super::*;
use crate::osc::{OscArgument, put_message};
use cyc_model::{
    Body, CapturedFace, FaceShape, HostNs, HumanBone, MocapFrame, Nanos, Roster, SegmentInfo,
    Source, SubjectInfo, Xf,
};
use glam::{DQuat, DVec3};
use proptest::prelude::*;
use std::f64::consts::FRAC_PI_2;
use std::sync::Arc;

const MS: i64 = 1_000_000;

fn pose(address: &str, name: &str, numbers: [f32; 7]) -> Vec<u8> {
    let mut arguments = vec![OscArgument::Text(name)];
    arguments.extend(numbers.map(OscArgument::Float));
    let mut bytes = Vec::new();
    put_message(address, &arguments, &mut bytes);
    bytes
}

fn bone(name: &str, at: [f32; 3]) -> Vec<u8> {
    pose(
        "/VMC/Ext/Bone/Pos",
        name,
        [at[0], at[1], at[2], 0.0, 0.0, 0.0, 1.0],
    )
}

fn message(address: &str, arguments: &[OscArgument<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_message(address, arguments, &mut bytes);
    bytes
}

/// Sends frames of datagrams, 16 ms apart and half a millisecond between datagrams; what comes out of each.
fn play(decoder: &mut Decoder, frames: &[Vec<Vec<u8>>]) -> Vec<MocapFrame> {
    let (mut out, mut read) = (MocapFrame::default(), Vec::new());
    for (i, datagrams) in frames.iter().enumerate() {
        for (k, datagram) in datagrams.iter().enumerate() {
            let heard = HostNs((1 + i as i64) * 16 * MS + k as i64 * MS / 2);
            if decoder.decode(datagram, heard, &mut out).unwrap() {
                let mut copy = MocapFrame::default();
                copy.copy_from(&out);
                read.push(copy);
            }
        }
    }
    read
}

fn at(frame: &MocapFrame, bone: HumanBone) -> Option<DVec3> {
    let segments = &frame.roster.subjects()[0].segments;
    let place = segments.iter().position(|s| s.name == bone.vrm_name())?;
    frame.segments[place].map(|p| p.translation().metres())
}

#[test]
fn golden_bytes_are_read() {
    // By hand: the hips at (0.5, 1, 0.25), turned by +90° about Unity's Y.
    let bytes = b"/VMC/Ext/Bone/Pos\0\0\0,sfffffff\0\0\0Hips\0\0\0\0\
        \x3f\0\0\0\x3f\x80\0\0\x3e\x80\0\0\0\0\0\0\x3f\x35\x04\xf3\0\0\0\0\x3f\x35\x04\xf3";
    let frame = vec![bytes.to_vec()];
    let read = play(
        &mut Decoder::new("Ann"),
        &[frame.clone(), frame.clone(), frame],
    );
    let hips = read[1].segments[0].unwrap();
    assert_eq!(hips.translation().metres(), DVec3::new(-0.5, 1.0, 0.25));
    let expected = DQuat::from_rotation_y(-FRAC_PI_2);
    assert!(hips.rotation().dot(expected).abs() > 1.0 - 1e-9);
    assert_eq!(read[1].roster.subjects()[0].name, "Ann");
}

#[test]
fn unity_is_left_handed_and_bones_are_local() {
    // The root is turned by 90° about Y: its +Z looks along Unity's +X. The head is above the hips, the hand before it.
    let q = (FRAC_PI_2 / 2.0).sin() as f32;
    let frame = vec![
        pose("/VMC/Ext/Root/Pos", "root", [1.0, 0.0, 0.0, 0.0, q, 0.0, q]),
        bone("Hips", [0.0, 1.0, 0.0]),
        bone("Neck", [0.0, 0.5, 0.0]),
        bone("RightHand", [0.0, 0.0, 0.7]),
    ];
    let read = play(
        &mut Decoder::new("a"),
        &[frame.clone(), frame.clone(), frame],
    );
    let last = read.last().unwrap();
    let near = |bone, expected| at(last, bone).unwrap().distance(expected) < 1e-6;
    assert!(near(HumanBone::Hips, DVec3::new(-1.0, 1.0, 0.0)));
    assert!(near(HumanBone::Neck, DVec3::new(-1.0, 1.5, 0.0)));
    // Unity (1.7, 1, 0) is ours (-1.7, 1, 0).
    assert!(near(HumanBone::RightHand, DVec3::new(-1.7, 1.0, 0.0)));
    let segments = &last.roster.subjects()[0].segments;
    assert_eq!(
        segments.iter().map(|s| s.parent).collect::<Vec<_>>(),
        [None, Some(0), Some(0)]
    );
}

fn body_frame() -> Vec<Vec<u8>> {
    ["Hips", "Spine", "Head"]
        .map(|n| bone(n, [0.0, 0.5, 0.0]))
        .to_vec()
}

#[test]
fn a_frame_is_given_out_with_its_last_bone_once_the_bones_are_known() {
    let frame = body_frame();
    let mut decoder = Decoder::new("a");
    let mut out = MocapFrame::default();
    let mut whole = Vec::new();
    for i in 0..4 {
        for (k, datagram) in frame.iter().enumerate() {
            let heard = HostNs(i * 16 * MS + k as i64 * MS / 2);
            whole.push(decoder.decode(datagram, heard, &mut out).unwrap());
        }
    }
    let (yes, no) = (true, false);
    // The first is known to be whole only when the second begins.
    assert_eq!(whole, [no, no, no, yes, no, yes, no, no, yes, no, no, yes]);
    assert_eq!(decoder.counts(), DecoderCounts::default());
}

#[test]
fn a_lost_datagram_costs_its_frame_and_mixes_nothing() {
    for lost in 0..3 {
        let mut frames = vec![body_frame(); 8];
        frames[4].remove(lost);
        let mut decoder = Decoder::new("a");
        let read = play(&mut decoder, &frames);
        assert_eq!(read.len(), 7, "without {lost}");
        assert!(read.iter().all(|f| f.segments.iter().all(Option::is_some)));
        assert_eq!(decoder.counts().incomplete, 1, "without {lost}");
    }
}

#[test]
fn one_who_comes_late_is_understood_from_the_next_frame_on() {
    for missed in 1..3 {
        let mut frames = vec![body_frame(); 6];
        frames[0].drain(..missed);
        let read = play(&mut Decoder::new("a"), &frames);
        let whole = read
            .iter()
            .filter(|f| f.segments.len() == 3 && f.segments.iter().all(Option::is_some));
        assert!(whole.count() >= 4, "missed {missed}");
    }
    let mut frames = vec![body_frame(); 6];
    frames[0].truncate(1);
    let mut decoder = Decoder::new("a");
    let read = play(&mut decoder, &frames);
    let last = read.last().unwrap();
    assert_eq!(last.segments.iter().flatten().count(), 3);
}

#[test]
fn a_bone_that_is_left_out_for_good_is_missed_for_a_while() {
    let mut frames = vec![body_frame(); 5];
    let mut fewer = body_frame();
    fewer.pop();
    frames.extend(vec![fewer; 30]);
    let mut decoder = Decoder::new("a");
    let read = play(&mut decoder, &frames);
    assert_eq!(
        decoder.counts().incomplete,
        u64::from(limits::SHORT_FRAMES_MAX)
    );
    let last = read.last().unwrap();
    assert_eq!(
        (last.segments.len(), last.segments.iter().flatten().count()),
        (3, 2)
    );
    assert!(read.len() >= 5 + 30 - 11);
}

#[test]
fn a_time_of_seconds_since_1970_does_no_harm() {
    // A 32-bit float cannot tell these frames apart: its steps there are 128 s.
    let time = 1_764_288_000.0f32;
    assert_eq!(time, time + 16.0);
    let mut frame = body_frame();
    frame.push(message("/VMC/Ext/T", &[OscArgument::Float(time)]));
    let mut decoder = Decoder::new("a");
    let read = play(&mut decoder, &vec![frame; 20]);
    assert!(read.len() >= 19);
    assert!(read.windows(2).all(|w| w[0].number < w[1].number));
    assert_eq!(decoder.time_s(), Some(time));
}

#[test]
fn the_time_that_is_sent_is_small() {
    let mut encoder = Encoder::default();
    let mut frame = scene();
    let day = HostNs(30 * 86_400 * 1_000_000_000);
    let mut times = Vec::new();
    for i in 0..3 {
        frame.taken = Some(day + Nanos::from_millis(i * 10));
        let mut datagrams = Vec::new();
        encoder.encode_frame(&frame, &mut datagrams);
        let mut decoder = Decoder::new("a");
        play(&mut decoder, &[datagrams]);
        times.push(decoder.time_s().unwrap());
    }
    assert_eq!(times, [0.0, 0.01, 0.02]);
}

#[test]
fn a_face_is_taken_when_it_is_applied() {
    let blend = |name, v| {
        message(
            "/VMC/Ext/Blend/Val",
            &[OscArgument::Text(name), OscArgument::Float(v)],
        )
    };
    let apply = || message("/VMC/Ext/Blend/Apply", &[]);
    let mut decoder = Decoder::new("a");
    let first = vec![
        blend("jawOpen", 0.5),
        blend("Joy", 1.0),
        blend("BROWINNERUP", 0.25),
        blend("Blink_L", 1.0),
    ];
    assert!(play(&mut decoder, &[first]).is_empty());
    let read = play(&mut decoder, &[vec![apply()]]);
    let weights = &read[0].face_of(0).unwrap().weights;
    let of = |shape| weights.get(shape);
    assert_eq!(of(FaceShape::JawOpen), 0.5);
    assert_eq!(of(FaceShape::BrowInnerUp), 0.25);
    assert_eq!(
        (of(FaceShape::EyeBlinkLeft), of(FaceShape::EyeBlinkRight)),
        (1.0, 0.0)
    );
    assert_eq!(
        decoder.counts().unknown,
        1,
        "joy is an expression, not a shape"
    );
    // ARKit's name is worth more than VRM's, whichever comes first.
    for order in [["A", "jawOpen"], ["jawOpen", "A"]] {
        let mut decoder = Decoder::new("a");
        let values = order.map(|n| blend(n, if n == "A" { 1.0 } else { 0.3 }));
        let read = play(
            &mut decoder,
            &[vec![values[0].clone(), values[1].clone(), apply()]],
        );
        assert_eq!(
            read[0].face_of(0).unwrap().weights.get(FaceShape::JawOpen),
            0.3
        );
    }
}

#[test]
fn devices_are_rigid_bodies_and_go_when_they_are_silent() {
    let tracker = || {
        pose(
            "/VMC/Ext/Tra/Pos",
            "LHR-1",
            [1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 1.0],
        )
    };
    let mut frames = vec![body_frame(); 12];
    frames[2].insert(0, tracker());
    let mut decoder = Decoder::new("a");
    let read = play(&mut decoder, &frames);
    let seen: Vec<bool> = read
        .iter()
        .map(|f| {
            f.roster
                .find("LHR-1")
                .is_some_and(|i| f.segments_of(i)[0].is_some())
        })
        .collect();
    let last = read.last().unwrap();
    assert!(last.roster.subjects()[1].is_rigid_body());
    assert!(seen.contains(&true) && !seen[seen.len() - 1], "{seen:?}");
    let alone = play(&mut Decoder::new("a"), &[vec![tracker()], vec![tracker()]]);
    assert_eq!(alone.len(), 2);
    assert_eq!(
        alone[0].segments[0].unwrap().translation().metres(),
        DVec3::new(-1.0, 2.0, 3.0)
    );
}

#[test]
fn an_avatar_that_is_not_loaded_or_not_tracked_is_occluded() {
    let ok = |values: &[i32]| {
        let arguments: Vec<_> = values.iter().map(|v| OscArgument::Int(*v)).collect();
        message("/VMC/Ext/OK", &arguments)
    };
    for (values, seen) in [
        (&[1][..], 3),
        (&[0], 0),
        (&[1, 3, 0], 3),
        (&[1, 3, 0, 0], 0),
        (&[1, 3, 0, 1], 3),
    ] {
        let mut frame = body_frame();
        frame.insert(0, ok(values));
        let mut decoder = Decoder::new("a");
        let read = play(&mut decoder, &vec![frame; 4]);
        assert_eq!(
            read.last().unwrap().segments.iter().flatten().count(),
            seen,
            "{values:?}"
        );
        let status = decoder.status().unwrap();
        assert_eq!(status.calibration, values.get(1).copied());
    }
}

#[test]
fn more_arguments_are_ignored_and_fewer_leave_the_bone_out() {
    let mut long = vec![OscArgument::Text("root")];
    long.extend(
        [
            0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0,
        ]
        .map(OscArgument::Float),
    );
    let mut frame = body_frame();
    frame.push(message("/VMC/Ext/Root/Pos", &long));
    frame.push(message(
        "/VMC/Ext/Bone/Pos",
        &[OscArgument::Text("Neck"), OscArgument::Float(1.0)],
    ));
    frame.push(message(
        "/VMC/Ext/Bone/Pos",
        &[OscArgument::Text("LastBone")],
    ));
    frame.push(message("/VMC/Ext/Nonsense", &[]));
    let mut decoder = Decoder::new("a");
    let read = play(&mut decoder, &vec![frame; 4]);
    let last = read.last().unwrap();
    assert_eq!(at(last, HumanBone::Hips).unwrap().y, 1.5);
    assert_eq!(at(last, HumanBone::Neck), None);
    assert_eq!((decoder.counts().values, decoder.counts().unknown), (4, 4));
}

fn scene() -> MocapFrame {
    // All 55 bones, in an order that is not theirs, and a rigid body.
    let mut bones: Vec<_> = HumanBone::ALL.to_vec();
    bones.reverse();
    let segment = |name: &str| SegmentInfo {
        name: name.into(),
        parent: None,
        parent_from_segment: None,
    };
    let avatar = SubjectInfo {
        name: "Ann".into(),
        segments: bones.iter().map(|b| segment(b.vrm_name())).collect(),
        markers: vec![],
    };
    let prop = SubjectInfo {
        name: "Staff".into(),
        segments: vec![segment("Staff")],
        markers: vec![],
    };
    let mut frame = MocapFrame::default();
    frame.reset(&Arc::new(Roster::build(vec![avatar, prop]).unwrap()));
    frame
}

proptest! {
    #[test]
    fn poses_and_faces_come_back(
        seeds in prop::collection::vec(prop::array::uniform7(-1.0..1.0f64), 56),
        weights in prop::collection::vec(0.0..1.0f32, 52),
    ) {
        let mut frame = scene();
        for (slot, [x, y, z, a, b, c, w]) in frame.segments.iter_mut().zip(seeds) {
            *slot = Some(Xf::<Source, Body>::saturating(DQuat::from_xyzw(a, b, c, w + 2.0), DVec3::new(x, y, z)));
        }
        let mut face = CapturedFace::default();
        for (shape, weight) in FaceShape::ALL.into_iter().zip(weights) {
            face.weights.set(shape, weight);
        }
        frame.set_face(face);
        let mut encoder = Encoder::default();
        let mut datagrams = Vec::new();
        encoder.encode_frame(&frame, &mut datagrams);
        prop_assert!(datagrams.len() > 3);
        prop_assert!(datagrams.iter().all(|d| d.len() <= limits::BUNDLE_BYTES_MAX));
        let mut decoder = Decoder::new("Ann");
        let read = play(&mut decoder, &[datagrams.clone(), datagrams.clone(), datagrams]);
        let last = read.last().unwrap();
        prop_assert_eq!(decoder.counts(), DecoderCounts::default());
        for (i, segment) in frame.roster.subjects()[0].segments.iter().enumerate() {
            let got = &last.roster.subjects()[0].segments;
            let place = got.iter().position(|s| s.name == segment.name).unwrap();
            let (sent, got) = (frame.segments[i].unwrap(), last.segments[place].unwrap());
            prop_assert!(got.translation().distance_m(sent.translation()) < 1e-5);
            prop_assert!(got.angle_to(sent) < 2e-3);
        }
        let staff = last.segments_of(1)[0].unwrap();
        prop_assert!(staff.angle_to(frame.segments[55].unwrap()) < 2e-3);
        prop_assert_eq!(last.face_of(0).unwrap().weights, face.weights);
        prop_assert!(decoder.status().unwrap().is_loaded);
    }
}

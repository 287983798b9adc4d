//! Golden text, bytes that Python's `lz4` packed, the traps, broken input, and the way there and back.

use super::*;
use crate::wire_error::WireError;
use cyc_model::{
    CapturedFace, FaceShape, HostNs, HumanBone, MocapFrame, Roster, SegmentInfo, SubjectInfo, Xf,
};
use glam::{DQuat, DVec3};
use proptest::prelude::*;
use std::sync::Arc;

/// Written by hand: an actor with four joints and a face, and a prop.
const PLAIN: &[u8] = include_bytes!("../../tests/corpus/rokoko/good_plain.bin");
/// The same, packed by Python's `lz4` 4.4.5.
const PACKED: &[u8] = include_bytes!("../../tests/corpus/rokoko/good_lz4.bin");
/// 140 kB of more actors in three blocks that build on each other, with every checksum; by the same.
const LINKED: &[u8] = include_bytes!("../../tests/corpus/rokoko/good_linked_blocks.bin");

fn read(datagram: &[u8]) -> Result<MocapFrame, DecodeError> {
    let mut out = MocapFrame::default();
    let taken = Decoder::default().decode(datagram, HostNs(7), &mut out)?;
    assert!(taken);
    Ok(out)
}

fn refused(datagram: &[u8]) -> &'static str {
    read(datagram).map(|_| "taken").unwrap_or_else(|e| e.key())
}

fn pose_of(
    frame: &MocapFrame,
    subject: &str,
    segment: &str,
) -> Option<cyc_model::Pose<cyc_model::Source, cyc_model::Body>> {
    let i = frame.roster.find(subject).unwrap();
    let segments = &frame.roster.subjects()[i].segments;
    let k = segments.iter().position(|s| s.name == segment).unwrap();
    frame.segments_of(i)[k]
}

#[test]
fn golden_text_is_read_packed_and_plain() {
    for datagram in [PLAIN, PACKED] {
        let frame = read(datagram).unwrap();
        assert_eq!((frame.rate_hz, frame.heard), (60.0, HostNs(7)));
        let of = |name| pose_of(&frame, "Ann", name);
        let at = |name| of(name).unwrap().translation().metres();
        // Unity's X the other way round.
        assert_eq!(at("hips"), DVec3::new(-0.5, 1.0, 0.25));
        assert_eq!(at("leftUpperArm"), DVec3::new(0.2, 1.4, 0.0));
        assert_eq!(of("spine"), None, "not sent, not seen");
        let face = frame.face_of(0).unwrap().weights;
        assert_eq!(face.get(FaceShape::JawOpen), 0.5);
        assert_eq!(face.get(FaceShape::EyeBlinkLeft), 1.0);
        assert_eq!(face.get(FaceShape::TongueOut), 0.0);
        let sword = pose_of(&frame, "Sword", "Sword").unwrap();
        assert_eq!(sword.translation().metres(), DVec3::new(-1.0, 2.0, 3.0));
        assert!(frame.roster.subjects()[1].is_rigid_body());
        let segments = &frame.roster.subjects()[0].segments;
        let parent = |name: &str| {
            let one = segments.iter().find(|s| s.name == name).unwrap();
            one.parent.map(|p| segments[usize::from(p)].name.as_str())
        };
        assert_eq!(segments.len(), 63);
        assert_eq!(parent("hips"), None);
        assert_eq!(parent("leftThumbMetacarpal"), Some("leftHand"));
        assert_eq!(parent("leftThumbTip"), Some("leftThumbDistal"));
    }
}

#[test]
fn left_handed_turns_and_the_rotations_of_the_t_pose_are_taken_off() {
    let frame = read(PLAIN).unwrap();
    let turn = |name| pose_of(&frame, "Ann", name).unwrap().rotation();
    for still in ["hips", "leftUpperArm", "leftThumbTip"] {
        let off = turn(still).dot(DQuat::IDENTITY).abs();
        assert!(off > 1.0 - 1e-9, "{still} rests in the T pose: {off}");
    }
    // Turned by +90° about Y in Unity's left-handed axes: +Z goes to Unity's +X, which is our -X.
    let looks = turn("head") * DVec3::Z;
    assert!(looks.distance(DVec3::NEG_X) < 1e-7, "{looks}");
    assert!((turn("head") * DVec3::Y).distance(DVec3::Y) < 1e-7);
}

#[test]
fn blocks_that_build_on_each_other_are_unpacked() {
    let mut decoder = Decoder::default();
    let mut frame = MocapFrame::default();
    assert_eq!(decoder.decode(LINKED, HostNs(0), &mut frame), Ok(true));
    let names = frame.roster.subjects().iter().map(|s| s.name.as_str());
    let expected = "Ann Actor0 Actor1 Actor2 Actor3 Actor4 Actor5 Sword";
    assert_eq!(names.collect::<Vec<_>>().join(" "), expected);
    let last = pose_of(&frame, "Actor5", "head").unwrap();
    assert_eq!(last.translation().metres(), DVec3::new(-0.5, 1.75, 0.25));
    assert_eq!(decoder.counts().unknown, 6 * 220, "joints of no body");
}

#[test]
fn a_bomb_stays_small() {
    let bomb = include_bytes!("../../tests/corpus/rokoko/two_megabytes_of_spaces.bin");
    assert_eq!(refused(bomb), "rokoko-too-long");
    // Many blocks of 64 KiB each, never a large one.
    let mut many = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82].to_vec();
    let block = lz4_flex::block::compress(&[b' '; 1 << 16]);
    for _ in 0..17 {
        many.extend_from_slice(&(block.len() as u32).to_le_bytes());
        many.extend_from_slice(&block);
    }
    many.extend_from_slice(&[0; 4]);
    assert_eq!(refused(&many), "rokoko-too-long");
    let mut stored = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82].to_vec();
    stored.extend_from_slice(&(PLAIN.len() as u32 | 1 << 31).to_le_bytes());
    stored.extend_from_slice(PLAIN);
    stored.extend_from_slice(&[0; 4]);
    assert!(read(&stored).is_ok(), "a block may be stored as it is");
    let large = vec![b' '; limits::DATAGRAM_MAX + 1];
    assert_eq!(refused(&large), "rokoko-too-large");
}

#[test]
fn what_is_wrong_is_named() {
    for (text, key) in [
        (
            "{\"version\":3,\"trackers\":[],\"scene\":{}}",
            "rokoko-version",
        ),
        ("{\"version\":2,\"scene\":{}}", "rokoko-version"),
        ("{\"scene\":{}}", "rokoko-version"),
        ("{\"version\":\"3,0\",\"scene\":{\"props\":null}}", "taken"),
        ("{\"version\":4,\"scene\":{\"actors\":[]}}", "taken"),
        ("{\"version\":3}", "rokoko-no-scene"),
        ("{\"version\":3,\"scene\":{}} x", "rokoko-bad-json"),
        ("[]", "rokoko-bad-json"),
        (
            "{\"version\":3,\"scene\":{\"actors\":[{}]}}",
            "rokoko-bad-json",
        ),
        ("GET / HTTP/1.1", "rokoko-bad-json"),
        ("", "rokoko-bad-json"),
    ] {
        assert_eq!(refused(text.as_bytes()), key, "{text}");
    }
    let deep = format!("{{\"version\":3,\"x\":{}", "[".repeat(60_000));
    assert_eq!(refused(deep.as_bytes()), "rokoko-bad-json");
    for cut in 0..PACKED.len() - 4 {
        assert!(read(&PACKED[..cut]).is_err(), "cut at {cut}");
    }
    for cut in 0..PLAIN.len() {
        assert!(read(&PLAIN[..cut]).is_err(), "cut at {cut}");
    }
}

#[test]
fn old_and_doubled_datagrams_are_left_out_and_a_clock_that_stands_still_is_not() {
    let mut decoder = Decoder::default();
    let mut out = MocapFrame::default();
    let mut take = |timestamp_s: f64| {
        let text =
            format!("{{\"version\":3,\"scene\":{{\"timestamp\":{timestamp_s},\"actors\":[]}}}}");
        let taken = decoder.decode(text.as_bytes(), HostNs(0), &mut out);
        (taken.unwrap(), decoder.counts())
    };
    assert!(take(10.0).0 && take(10.1).0);
    assert!(!take(10.0).0, "a newer one came before");
    assert!(!take(10.1).0, "twice");
    let counts = take(10.2).1;
    assert_eq!((counts.late, counts.duplicates), (1, 1));
    assert!(take(3.0).0, "a new take");
    let paused: Vec<bool> = (0..6).map(|_| take(3.0).0).collect();
    assert_eq!(paused, [false, false, false, true, true, true]);
    assert!(take(3.1).0);
}

/// An avatar with VRM's bones, and a rigid body.
fn sent() -> MocapFrame {
    let segment = |name: &str| SegmentInfo {
        name: name.to_owned(),
        parent: None,
        parent_from_segment: None,
    };
    let subject = |name: &str, segments| SubjectInfo {
        name: name.to_owned(),
        segments,
        markers: vec![],
    };
    let bones = HumanBone::ALL.iter().map(|b| segment(b.vrm_name()));
    let subjects = vec![
        subject("Ann", bones.collect()),
        subject("Sword", vec![segment("Sword")]),
    ];
    let mut frame = MocapFrame::default();
    frame.reset(&Arc::new(Roster::build(subjects).unwrap()));
    frame.rate_hz = 60.0;
    frame
}

proptest! {
    #[test]
    fn poses_and_weights_come_back(
        q in prop::array::uniform4(-1.0..1.0f64), t in prop::array::uniform3(-9.0..9.0f64),
        weight in 0.0..1.0f32, is_packed: bool, hidden in 0..55usize,
    ) {
        let q = DQuat::from_array(q);
        prop_assume!(q.length() > 0.1);
        let mut sent = sent();
        for (k, slot) in sent.segments.iter_mut().enumerate() {
            let turn = q * DQuat::from_rotation_x(k as f64);
            *slot = Some(Xf::saturating(turn, DVec3::from_array(t)));
        }
        sent.segments[hidden] = None;
        let mut face = CapturedFace::default();
        face.weights.set(FaceShape::MouthPucker, weight);
        sent.set_face(face);
        let datagram = Encoder::new(is_packed).encode_frame(&sent).unwrap();
        prop_assert!(is_packed == datagram.starts_with(&[0x04, 0x22, 0x4d, 0x18]));
        let got = read(&datagram).unwrap();
        let told = joints().iter().filter_map(|j| j.bone).collect::<Vec<_>>();
        for (k, bone) in HumanBone::ALL.into_iter().enumerate().filter(|b| told.contains(&b.1)) {
            let back = pose_of(&got, "Ann", bone.vrm_name());
            let (Some(a), Some(b)) = (back, sent.segments[k]) else {
                prop_assert_eq!(back.is_some(), sent.segments[k].is_some());
                continue;
            };
            prop_assert!(a.translation().distance_m(b.translation()) < 1e-6);
            let (a, b) = (a.rotation(), b.rotation());
            prop_assert!((a - b).length().min((a + b).length()) < 1e-6);
        }
        let back = got.face_of(0).unwrap().weights.get(FaceShape::MouthPucker);
        prop_assert!((back - weight).abs() < 1e-6);
        prop_assert!(pose_of(&got, "Sword", "Sword").is_some());
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        mut bytes in prop::collection::vec(any::<u8>(), 0..300), is_packed: bool,
    ) {
        if is_packed && bytes.len() > 6 {
            bytes[..6].copy_from_slice(&[0x04, 0x22, 0x4d, 0x18, 0x60, 0x40]);
        }
        let mut decoder = Decoder::default();
        for _ in 0..2 {
            let _ = decoder.decode(&bytes, HostNs(0), &mut MocapFrame::default());
        }
    }
}

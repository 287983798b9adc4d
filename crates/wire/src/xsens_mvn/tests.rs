//! Golden bytes, the traps, broken input, and the way there and back.

use super::*;
use crate::wire_error::WireError;
use cyc_model::{HostNs, MocapFrame, Roster, SubjectInfo, Xf};
use glam::{DQuat, DVec3};
use proptest::prelude::*;
use std::sync::Arc;

/// A datagram by hand: kind, sample, part, character, poses as id, position and the quaternion w, x, y, z.
fn golden(kind: &[u8; 2], sample: u32, part: u8, poses: &[(i32, [f32; 3], [f32; 4])]) -> Vec<u8> {
    let mut bytes = b"MXTP".to_vec();
    bytes.extend_from_slice(kind);
    bytes.extend_from_slice(&sample.to_be_bytes());
    bytes.extend_from_slice(&[part, poses.len() as u8, 0, 0, 0x30, 0x39]);
    // Character 0, 23 segments, 1 prop, no fingers, reserved.
    bytes.extend_from_slice(&[0, 23, 1, 0, 0, 0]);
    bytes.extend_from_slice(&(poses.len() as u16 * 32).to_be_bytes());
    assert_eq!(bytes.len(), 24);
    for (id, at, q) in poses {
        bytes.extend_from_slice(&id.to_be_bytes());
        for v in at.iter().chain(q) {
            bytes.extend_from_slice(&v.to_be_bytes());
        }
    }
    bytes
}

const HALF: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// A pelvis, the head turned by 90° about Z, and the prop: ids 1, 7 and 24.
fn poses(scale: f32) -> [(i32, [f32; 3], [f32; 4]); 3] {
    let at = |x: f32, y: f32, z: f32| [x * scale, y * scale, z * scale];
    [
        (1, at(0.25, 0.5, 1.0), [1.0, 0.0, 0.0, 0.0]),
        (7, at(0.25, 0.5, 1.75), [HALF, 0.0, 0.0, HALF]),
        (24, at(2.0, 0.0, 1.5), [1.0, 0.0, 0.0, 0.0]),
    ]
}

fn pose(
    frame: &MocapFrame,
    name: &str,
) -> Option<cyc_model::Pose<cyc_model::Source, cyc_model::Body>> {
    let segments = &frame.roster.subjects()[0].segments;
    let k = segments.iter().position(|s| s.name == name).unwrap();
    frame.segments_of(0)[k]
}

#[test]
fn golden_bytes_are_read_whatever_their_unit() {
    let units = [
        (Unit::ByPelvis, 1.0),
        (Unit::ByPelvis, 100.0),
        (Unit::Metres, 1.0),
        (Unit::Centimetres, 100.0),
    ];
    for (unit, scale) in units {
        let mut decoder = Decoder::new(DecoderSettings { unit });
        let mut frame = MocapFrame::default();
        let bytes = golden(b"02", 77, 0x80, &poses(scale));
        assert_eq!(decoder.decode(&bytes, HostNs(9), &mut frame), Ok(true));
        assert_eq!((frame.number.0, frame.heard), (77, HostNs(9)));
        let at = |name| pose(&frame, name).unwrap().translation().metres();
        // Z up: (x, y, z) is (x, z, -y) here.
        assert!(at("Pelvis").distance(DVec3::new(0.25, 1.0, -0.5)) < 1e-6);
        assert!(at("Prop1").distance(DVec3::new(2.0, 1.5, 0.0)) < 1e-6);
        assert_eq!(pose(&frame, "LeftFoot"), None, "not sent, not seen");
        let parent = |name: &str| {
            let segments = &frame.roster.subjects()[0].segments;
            let one = segments.iter().find(|s| s.name == name).unwrap();
            one.parent.map(|p| segments[usize::from(p)].name.clone())
        };
        assert_eq!(parent("LeftShoulder").as_deref(), Some("T8"));
        assert_eq!(parent("RightToe").as_deref(), Some("RightFoot"));
        assert_eq!(parent("Prop1"), None);
    }
}

#[test]
fn the_quaternion_begins_with_w() {
    let mut frame = MocapFrame::default();
    let bytes = golden(b"02", 1, 0x80, &poses(1.0));
    Decoder::default()
        .decode(&bytes, HostNs(0), &mut frame)
        .unwrap();
    let quarter = DQuat::from_rotation_y(std::f64::consts::FRAC_PI_2);
    let head = pose(&frame, "Head").unwrap().rotation();
    assert!(head.dot(quarter).abs() > 1.0 - 1e-9, "{head:?}");
    let pelvis = pose(&frame, "Pelvis").unwrap().rotation();
    assert!(pelvis.dot(DQuat::IDENTITY).abs() > 1.0 - 1e-9);
}

#[test]
fn left_handed_poses_are_not_taken_for_right_handed_ones() {
    for kind in [b"05", b"01"] {
        let bytes = golden(kind, 1, 0x80, &poses(1.0));
        let error = Decoder::default().decode(&bytes, HostNs(0), &mut MocapFrame::default());
        assert_eq!(error.unwrap_err().key(), "mvn-other-poses");
    }
}

#[test]
fn a_sample_in_parts_is_one_frame_and_a_lost_part_costs_its_own_segments() {
    let mut decoder = Decoder::default();
    let mut frame = MocapFrame::default();
    let all = poses(1.0);
    let mut take = |sample, part, poses: &[_]| {
        let bytes = golden(b"02", sample, part, poses);
        let whole = decoder.decode(&bytes, HostNs(0), &mut frame).unwrap();
        let number = whole.then_some(frame.number.0);
        let seen = frame.segments.iter().flatten().count();
        let next = decoder.next(&mut frame).then_some(frame.number.0);
        (number, whole.then_some(seen), next)
    };
    assert_eq!(take(1, 0, &all[..1]), (None, None, None));
    assert_eq!(take(1, 0x81, &all[1..]), (Some(1), Some(3), None));
    // The parts the other way round.
    assert_eq!(take(2, 0x81, &all[1..]), (None, None, None));
    assert_eq!(take(2, 0, &all[..1]), (Some(2), Some(3), None));
    // The second part of 3 is lost: its frame comes with what there is, and 4 after it.
    assert_eq!(take(3, 0, &all[..2]), (None, None, None));
    assert_eq!(take(4, 0x80, &all), (Some(3), Some(2), Some(4)));
    assert_eq!(decoder.counts().incomplete, 1);
}

#[test]
fn a_name_is_taken_over() {
    let mut decoder = Decoder::default();
    let mut frame = MocapFrame::default();
    decoder
        .decode(&golden(b"02", 1, 0x80, &poses(1.0)), HostNs(0), &mut frame)
        .unwrap();
    assert_eq!(frame.roster.subjects()[0].name, "Character1");
    let mut meta = golden(b"12", 2, 0x80, &[]);
    let text = b"\0\0\0\x1cname:Ann\nxmid:00112233\ncolor";
    meta[22..24].copy_from_slice(&(text.len() as u16).to_be_bytes());
    meta.extend_from_slice(text);
    assert_eq!(decoder.decode(&meta, HostNs(0), &mut frame), Ok(false));
    decoder
        .decode(&golden(b"02", 2, 0x80, &poses(1.0)), HostNs(0), &mut frame)
        .unwrap();
    assert_eq!(frame.roster.subjects()[0].name, "Ann");
}

/// A performer of MVN's own segments.
fn performer(name: &str) -> SubjectInfo {
    let shape = segments::Shape {
        body: 23,
        ..segments::Shape::default()
    };
    SubjectInfo {
        name: name.into(),
        segments: shape.segments(),
        markers: vec![],
    }
}

#[test]
fn two_characters_are_one_frame() {
    let roster = Roster::build(vec![performer("Ann"), performer("Bo")]).unwrap();
    let mut sent = MocapFrame::default();
    sent.reset(&Arc::new(roster));
    sent.segments.fill(Some(Xf::from_translation(DVec3::ONE)));
    let mut decoder = Decoder::default();
    let mut got = MocapFrame::default();
    for number in 1..=2 {
        sent.number = cyc_model::FrameNumber(number);
        let mut datagrams = Vec::new();
        encode_frame(&sent, 0.01, &mut datagrams);
        let taken = datagrams.iter().map(|d| {
            assert!(d.len() <= 1472, "it fits an Ethernet frame");
            decoder.decode(d, HostNs(0), &mut got).unwrap()
        });
        let frames = taken.filter(|t| *t).count();
        // The first time nobody knows that there are two.
        assert!(frames >= 1 || number == 1);
    }
    let names: Vec<_> = got
        .roster
        .subjects()
        .iter()
        .map(|s| s.name.as_str())
        .collect();
    assert_eq!(names, ["Ann", "Bo"]);
    assert_eq!(got.segments.iter().flatten().count(), 46);
}

/// A body by VRM's names: id and place of each bone are MVN's, and L3, which it has not, stands with L5.
#[test]
fn human_bones_are_sent_as_mvns_segments() {
    let bones = [("hips", 1), ("spine", 2), ("leftToes", 23), ("head", 7)];
    let segment = |(name, _): &(&str, i32)| cyc_model::SegmentInfo {
        name: (*name).to_owned(),
        parent: None,
        parent_from_segment: None,
    };
    let subject = SubjectInfo {
        name: "Ann".into(),
        segments: bones.iter().map(segment).collect(),
        markers: vec![],
    };
    let mut sent = MocapFrame::default();
    sent.reset(&Arc::new(Roster::build(vec![subject]).unwrap()));
    for (k, (_, id)) in bones.iter().enumerate() {
        sent.segments[k] = Some(Xf::from_translation(DVec3::new(0.0, 0.0, f64::from(*id))));
    }
    let mut datagrams = Vec::new();
    encode_frame(&sent, 1.0, &mut datagrams);
    assert_eq!(datagrams.len(), 2, "a name and the poses");
    let poses = datagrams[1][24..].chunks(32).map(|pose| {
        let word = |at: usize| <[u8; 4]>::try_from(&pose[at..at + 4]).unwrap();
        // Ours (0, 0, z) is Z up (0, -z, 0).
        (i32::from_be_bytes(word(0)), -f32::from_be_bytes(word(8)))
    });
    let poses: Vec<_> = poses.collect();
    assert_eq!(poses.len(), 23);
    for (id, value) in [(1, 1.0), (2, 2.0), (3, 2.0), (6, 2.0), (7, 7.0), (23, 23.0)] {
        assert_eq!(poses[id as usize - 1], (id, value));
    }
    sent.segments[1] = None;
    datagrams.clear();
    encode_frame(&sent, 1.0, &mut datagrams);
    // L5 is not seen, and neither is what would stand with it: L3, T12, T8, neck and both shoulders with their arms.
    let ids = datagrams[1][24..]
        .chunks(32)
        .map(|p| i32::from_be_bytes(p[..4].try_into().unwrap()));
    assert_eq!(
        ids.collect::<Vec<_>>(),
        [1, 7, 16, 17, 18, 19, 20, 21, 22, 23]
    );
}

#[test]
fn broken_bytes_are_refused() {
    let good = golden(b"02", 1, 0x80, &poses(1.0));
    for cut in 0..good.len() {
        let read = Decoder::default().decode(&good[..cut], HostNs(0), &mut MocapFrame::default());
        assert!(read.is_err(), "cut at {cut}");
    }
    let mut many = good.clone();
    many[11] = 255;
    let error = Decoder::default().decode(&many, HostNs(0), &mut MocapFrame::default());
    assert_eq!(error.unwrap_err().key(), "mvn-cut");
    let large = vec![b'M'; limits::DATAGRAM_MAX + 1];
    let error = Decoder::default().decode(&large, HostNs(0), &mut MocapFrame::default());
    assert_eq!(error.unwrap_err().key(), "mvn-too-large");
    // Strangers' characters are bounded.
    let mut decoder = Decoder::default();
    let mut frame = MocapFrame::default();
    for character in 0..=255 {
        let mut bytes = good.clone();
        bytes[16] = character;
        let _ = decoder.decode(&bytes, HostNs(0), &mut frame);
    }
    assert!(frame.roster.subjects().len() <= cyc_model::SUBJECTS_MAX);
    assert_eq!(decoder.counts().unknown, 256 - 64);
}

proptest! {
    #[test]
    fn poses_come_back(
        q in prop::array::uniform4(-1.0..1.0f64), t in prop::array::uniform3(-9.0..9.0f64),
        centimetres: bool,
    ) {
        let q = DQuat::from_array(q);
        prop_assume!(q.length() > 0.1);
        let roster = Roster::build(vec![performer("Ann")]).unwrap();
        let mut sent = MocapFrame::default();
        sent.reset(&Arc::new(roster));
        sent.segments[6] = Some(Xf::saturating(q, DVec3::from_array(t)));
        let unit = if centimetres { Unit::Centimetres } else { Unit::Metres };
        let mut datagrams = Vec::new();
        encode_frame(&sent, if centimetres { 0.01 } else { 1.0 }, &mut datagrams);
        let mut decoder = Decoder::new(DecoderSettings { unit });
        let mut got = MocapFrame::default();
        for datagram in &datagrams {
            decoder.decode(datagram, HostNs(0), &mut got).unwrap();
        }
        let (a, b) = (got.segments[6].unwrap(), sent.segments[6].unwrap());
        prop_assert!(a.translation().distance_m(b.translation()) < 2e-6);
        let (a, b) = (a.rotation(), b.rotation());
        prop_assert!((a - b).length().min((a + b).length()) < 1e-6);
        prop_assert_eq!(got.segments.iter().flatten().count(), 1);
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        mut bytes in prop::collection::vec(any::<u8>(), 0..200), looks_right: bool,
    ) {
        if looks_right && bytes.len() > 6 {
            bytes[..6].copy_from_slice(b"MXTP02");
        }
        let mut decoder = Decoder::default();
        for _ in 0..2 {
            let _ = decoder.decode(&bytes, HostNs(0), &mut MocapFrame::default());
        }
    }
}

//! Golden bytes, the traps, and what comes back.

use super::limits::{DATAGRAM_MAX, VALUES};
use super::*;
use cyc_model::{
    CapturedFace, FaceShape, FaceWeights, HostNs, MocapFrame, Roster, SubjectInfo, Timecode,
    TimecodeRate, Xf,
};
use glam::{DQuat, DVec3};
use proptest::prelude::*;
use std::sync::Arc;

/// A packet by hand, up to its rate: phone `ABC`, subject `Ann`, frame 90 000 and a half at 60 Hz.
const HEAD: &[u8] = b"\x06\0\0\0\x03ABC\0\0\0\x03Ann\0\x01\x5f\x90\x3f\0\0\0\0\0\0\x3c\0\0\0\x01";

fn packet(values: &[f32]) -> Vec<u8> {
    let mut bytes = HEAD.to_vec();
    bytes.push(values.len() as u8);
    values
        .iter()
        .for_each(|v| bytes.extend_from_slice(&v.to_be_bytes()));
    bytes
}

/// Each value its own: shape k is k/100, then the nine angles.
fn golden() -> Vec<u8> {
    let mut values: Vec<f32> = (0..52).map(|k| k as f32 / 100.0).collect();
    values.extend([0.3, 0.2, 0.1, -0.3, -0.2, 0.0, 0.25, -0.15, 0.0]);
    packet(&values)
}

fn decode(bytes: &[u8]) -> (MocapFrame, DecoderCounts) {
    let (mut out, mut decoder) = (MocapFrame::default(), Decoder::default());
    assert_eq!(decoder.decode(bytes, HostNs(9), &mut out), Ok(true));
    (out, decoder.counts())
}

#[test]
fn golden_bytes_are_read() {
    let (read, counts) = decode(&golden());
    assert_eq!(read.roster.subjects()[0].name, "Ann");
    let label = Timecode::new(TimecodeRate::Fps60, 0, 25, 0, 0).unwrap();
    assert_eq!(read.timecode, label.with_subframe(500, 1000));
    assert_eq!(
        (read.number.0, read.rate_hz, read.heard),
        (90_000, 60.0, HostNs(9))
    );
    let face = read.face_of(0).unwrap();
    for (name, weight) in [
        ("eyeBlinkLeft", 0.0),
        ("jawForward", 0.14),
        ("mouthClose", 0.18),
        ("browDownLeft", 0.41),
        ("cheekPuff", 0.46),
        ("noseSneerLeft", 0.49),
        ("tongueOut", 0.51),
    ] {
        let shape = FaceShape::from_arkit_name(name).unwrap();
        assert_eq!(face.weights.get(shape), weight, "{name}");
    }
    assert_eq!(counts, DecoderCounts::default());
}

#[test]
fn a_turned_head_looks_where_unreals_rotator_does() {
    let look = |angles: [f32; 3]| {
        let mut values = [0.0; VALUES];
        values[52..55].copy_from_slice(&angles);
        let (read, _) = decode(&packet(&values));
        read.face_of(0)
            .unwrap()
            .source_from_head
            .unwrap()
            .rotation()
    };
    // The head faces +Z; its own right is -X.
    let yaw = look([0.1, 0.0, 0.0]) * DVec3::Z;
    assert!(yaw.x < -0.09 && yaw.y.abs() < 1e-9, "{yaw}");
    let pitch = look([0.0, 0.1, 0.0]) * DVec3::Z;
    assert!(pitch.y < -0.09 && pitch.x.abs() < 1e-9, "{pitch}");
    let roll = look([0.0, 0.0, 0.1]) * DVec3::Y;
    assert!(roll.x > 0.09 && roll.z.abs() < 1e-9, "{roll}");
}

#[test]
fn the_short_packet_has_no_face_and_is_occluded() {
    let mut decoder = Decoder::default();
    let mut out = MocapFrame::default();
    decoder.decode(&golden(), HostNs(0), &mut out).unwrap();
    let mut later = HEAD.to_vec();
    later[18] += 1;
    assert_eq!(decoder.decode(&later, HostNs(1), &mut out), Ok(true));
    assert_eq!((out.roster.subjects().len(), out.faces.len()), (1, 0));
}

#[test]
fn the_version_is_one_byte_and_the_id_may_have_any_length() {
    for id in ["A", "0123456789", "00000000-0000-4000-0000-00000000000000"] {
        let mut bytes = vec![6];
        bytes.extend_from_slice(&(id.len() as i32).to_be_bytes());
        bytes.extend_from_slice(id.as_bytes());
        bytes.extend_from_slice(&golden()[8..]);
        let read = FacePacket::read(&bytes).unwrap();
        assert_eq!((read.device, read.subject), (id, "Ann"));
        assert!(read.values.is_some());
    }
    assert_eq!(device_id("Ann").len(), 36);
    assert_ne!(device_id("Ann"), device_id("Bo"));
    let mut other = golden();
    other[0] = 5;
    assert_eq!(
        FacePacket::read(&other),
        Err(DecodeError::Version { version: 5 })
    );
}

#[test]
fn more_values_are_skipped_and_too_few_are_refused() {
    let (read, _) = decode(&packet(&[0.5; 64]));
    assert_eq!(
        read.face_of(0).unwrap().weights.get(FaceShape::TongueOut),
        0.5
    );
    // Shapes alone: no rotation is known, which is not the rest pose.
    let (read, counts) = decode(&packet(&[0.5; 52]));
    assert_eq!(read.face_of(0).unwrap().source_from_head, None);
    assert_eq!(counts.values, 0);
    let error = FacePacket::read(&packet(&[0.5; 51])).unwrap_err();
    assert_eq!(error, DecodeError::TooFewValues { count: 51 });
}

#[test]
fn what_is_no_number_is_counted_and_never_shown() {
    let mut values = [0.5; VALUES];
    values[3] = f32::NAN;
    values[4] = 7.0;
    values[52] = f32::INFINITY;
    let (read, counts) = decode(&packet(&values));
    let face = read.face_of(0).unwrap();
    assert_eq!((face.weights.all()[3], face.weights.all()[4]), (0.0, 1.0));
    assert_eq!((face.source_from_head, counts.values), (None, 2));
}

#[test]
fn a_packet_cut_at_every_byte_is_refused_unless_it_is_the_short_one() {
    let bytes = golden();
    for cut in 0..bytes.len() {
        let read = FacePacket::read(&bytes[..cut]);
        assert_eq!(read.is_ok(), cut == HEAD.len(), "cut at {cut}");
    }
    let error = FacePacket::read(&vec![6; DATAGRAM_MAX + 1]).unwrap_err();
    assert_eq!(error.key(), "livelink-too-large");
    for length in [-1i32, 0, 129, i32::MAX, i32::MIN] {
        let mut bytes = golden();
        bytes[1..5].copy_from_slice(&length.to_be_bytes());
        assert_eq!(
            FacePacket::read(&bytes).unwrap_err().key(),
            "livelink-bad-name"
        );
    }
}

/// A packet of a phone at a frame.
fn of(device: &str, subject: &str, frame: i32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let packet = FacePacket {
        device,
        subject,
        time: FaceFrameTime {
            frame,
            subframe: 0.0,
            rate: (60, 1),
        },
        values: Some([0.5; VALUES]),
    };
    put_packet(&packet, &mut bytes);
    bytes
}

#[test]
fn phones_share_a_port_and_each_has_its_own_clock() {
    let (mut decoder, mut out) = (Decoder::default(), MocapFrame::default());
    let ms = |n: i64| HostNs(n * 1_000_000);
    let mut take = |bytes: &[u8], at| {
        let taken = decoder.decode(bytes, at, &mut out).unwrap();
        (taken, out.faces.len())
    };
    assert_eq!(take(&of("a", "Ann", 5000), ms(0)), (true, 1));
    assert_eq!(take(&of("b", "Bo", 70), ms(5)), (true, 2));
    assert_eq!(take(&of("a", "Ann", 5001), ms(16)), (true, 2));
    assert!(!take(&of("a", "Ann", 5001), ms(17)).0, "it came twice");
    assert!(!take(&of("a", "Ann", 4999), ms(18)).0, "it is late");
    assert!(!take(&of("c", "Bo", 1), ms(19)).0, "Bo has a phone");
    assert_eq!(
        take(&of("a", "Ann", 5009), ms(150)),
        (true, 1),
        "Bo's is stale"
    );
    assert_eq!(take(&of("a", "Ann", 3), ms(160)), (true, 1), "a day ended");
    let counts = decoder.counts();
    assert_eq!((counts.duplicates, counts.late, counts.unknown), (1, 1, 1));
}

#[test]
fn a_sender_that_counts_as_it_likes_is_heard() {
    // As PyLiveLinkFace counts: milliseconds in the place of frames.
    let numbers = [706, 674, 693, 693, 695, 693, 716, 684, 707, 668];
    let (mut decoder, mut out) = (Decoder::default(), MocapFrame::default());
    let taken = numbers.map(|n| decoder.decode(&of("a", "Ann", n), HostNs(0), &mut out));
    assert_eq!(taken, [Ok(true); 10]);
}

#[test]
fn strangers_are_bounded() {
    let (mut decoder, mut out) = (Decoder::default(), MocapFrame::default());
    for i in 0..1000 {
        let name = format!("n{i}");
        decoder
            .decode(&of(&name, &name, 1), HostNs(0), &mut out)
            .unwrap();
    }
    assert_eq!(out.roster.subjects().len(), cyc_model::SUBJECTS_MAX);
    assert_eq!(decoder.counts().unknown, 1000 - 64);
}

#[test]
fn rates_that_timecode_does_not_have_have_no_label() {
    for (rate, has) in [
        ((30_000, 1001), true),
        ((25, 1), true),
        ((17, 1), false),
        ((0, 0), false),
        ((-60, -1), false),
    ] {
        let time = FaceFrameTime {
            frame: 9,
            subframe: 0.0,
            rate,
        };
        assert_eq!(time.timecode().is_some(), has, "{rate:?}");
    }
    let time = FaceFrameTime {
        frame: -1,
        subframe: 0.0,
        rate: (60, 1),
    };
    assert_eq!(time.timecode(), None);
}

fn scene(face: Option<CapturedFace>) -> MocapFrame {
    let subject = |n: &str| SubjectInfo {
        name: n.into(),
        segments: vec![],
        markers: vec![],
    };
    let mut frame = MocapFrame::default();
    frame.reset(&Arc::new(
        Roster::build(vec![subject("Cam"), subject("Ann")]).unwrap(),
    ));
    frame.rate_hz = 60.0;
    if let Some(face) = face {
        frame.set_face(CapturedFace { subject: 1, ..face });
    }
    frame
}

#[test]
fn a_face_that_goes_is_told_and_who_never_had_one_is_not() {
    let mut encoder = Encoder::default();
    let mut lengths = Vec::new();
    for (number, seen) in [(1, false), (2, true), (3, false), (4, true)] {
        let mut frame = scene(seen.then(CapturedFace::default));
        frame.number = cyc_model::FrameNumber(number);
        let mut datagrams = Vec::new();
        encoder.encode_frame(&frame, &mut datagrams);
        lengths.push(datagrams.iter().map(Vec::len).collect::<Vec<_>>());
    }
    let short = 1 + 4 + 36 + 4 + 3 + 16;
    let long = short + 1 + 61 * 4;
    assert_eq!(lengths, [vec![], vec![long], vec![short], vec![long]]);
}

proptest! {
    #[test]
    fn faces_come_back(
        weights in prop::collection::vec(0.0..1.0f32, 52),
        turns in prop::collection::vec(prop::array::uniform3(-1.2..1.2f64), 3),
        frame_of_day in 0..2_000_000i64,
    ) {
        let weights = FaceWeights::clamped(weights.try_into().unwrap());
        let turn = |i: usize| {
            let [x, y, z] = turns[i];
            Xf::new(DQuat::from_scaled_axis(DVec3::new(x, y, z)), DVec3::ZERO)
        };
        let sent = CapturedFace {
            subject: 1,
            weights,
            source_from_head: turn(0).map(Xf::relabel),
            head_from_left_eye: turn(1),
            head_from_right_eye: turn(2),
        };
        let mut frame = scene(Some(sent));
        frame.timecode = Some(Timecode::from_frame_of_day(TimecodeRate::Fps24, frame_of_day));
        let mut datagrams = Vec::new();
        prop_assert_eq!(Encoder::default().encode_frame(&frame, &mut datagrams), 0);
        let (read, _) = decode(&datagrams[0]);
        prop_assert_eq!(read.timecode.unwrap().frame_of_day(), frame_of_day);
        let got = read.face_of(0).unwrap();
        prop_assert_eq!(got.weights, weights);
        prop_assert!(got.source_from_head.unwrap().angle_to(sent.source_from_head.unwrap()) < 1e-3);
        prop_assert!(got.head_from_left_eye.unwrap().angle_to(sent.head_from_left_eye.unwrap()) < 1e-3);
        prop_assert!(got.head_from_right_eye.unwrap().angle_to(sent.head_from_right_eye.unwrap()) < 1e-3);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Decoder::default().decode(&bytes, HostNs(0), &mut MocapFrame::default());
    }
}

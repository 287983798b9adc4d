//! Golden texts, the traps, broken input, and the way there and back.

use super::*;
use crate::wire_error::WireError;
use cyc_model::{CapturedFace, FaceShape, HostNs, MocapFrame, Roster, SubjectInfo, Xf};
use glam::{DQuat, DVec3};
use proptest::prelude::*;
use std::sync::Arc;

/// In the first version, by hand: a negative value, what apps add, and text behind the last section.
const FIRST: &str = "trackingStatus-1|mouthSmile_R-32|eyeBlink_L-100|jawOpen-7|mouthLeft--3|hapihapi-0|\
=head#-20,10,-6,-0.03,-0.10,-0.65|rightEye#6,2.5,0.25|leftEye#6,-1.5,-0.25|-0.67|||3|";
/// The same in the second, as some send it: the sign before the head in a section of its own.
const SECOND: &str = "mouthSmile_R&32|eyeBlink_L&100|jawOpen&7|mouthLeft&-3|=|head#-20,10,-6,-0.03,-0.10,-0.65|\
rightEye#6,2.5,0.25|leftEye#6,-1.5,-0.25|";

fn read(text: &str) -> Result<MocapFrame, DecodeError> {
    let mut out = MocapFrame::default();
    Decoder::new("Ann").decode(text.as_bytes(), HostNs(7), &mut out)?;
    Ok(out)
}

fn refused(bytes: &[u8]) -> &'static str {
    let mut out = MocapFrame::default();
    let read = Decoder::new("Ann").decode(bytes, HostNs(0), &mut out);
    read.map(|()| "taken").unwrap_or_else(|e| e.key())
}

#[test]
fn golden_texts_of_both_versions_are_read() {
    for text in [FIRST, SECOND] {
        let frame = read(text).unwrap();
        assert_eq!(frame.roster.subjects()[0].name, "Ann");
        let face = frame.face_of(0).unwrap();
        assert_eq!(face.weights.get(FaceShape::MouthSmileRight), 0.32);
        assert_eq!(face.weights.get(FaceShape::EyeBlinkLeft), 1.0);
        assert_eq!(face.weights.get(FaceShape::JawOpen), 0.07);
        assert_eq!(face.weights.get(FaceShape::MouthLeft), 0.0, "below none");
        let told = face.weights.all().iter().filter(|w| **w > 0.0).count();
        assert_eq!(told, 3);
        let head = face.source_from_head.unwrap();
        assert_eq!(head.translation().metres(), DVec3::new(-0.03, -0.10, -0.65));
    }
}

/// A negative pitch lifts the nose, a positive yaw turns to the own left, which is +X for one who looks along +Z.
#[test]
fn angles_are_right_handed_degrees() {
    let face = *read(FIRST).unwrap().face_of(0).unwrap();
    let looks = face.source_from_head.unwrap().rotation() * DVec3::Z;
    let (pitch, yaw) = (20f64.to_radians(), 10f64.to_radians());
    let expected = DVec3::new(
        yaw.sin() * pitch.cos(),
        pitch.sin(),
        yaw.cos() * pitch.cos(),
    );
    assert!(looks.distance(expected) < 1e-12, "{looks} {expected}");
    let gaze = |eye: Option<Xf<_, cyc_model::JointFrame>>| {
        let eye: Xf<cyc_model::JointFrame, _> = eye.unwrap();
        eye.rotation() * DVec3::Z
    };
    let (left, right) = (
        gaze(face.head_from_left_eye),
        gaze(face.head_from_right_eye),
    );
    assert!(left.y < -0.1 && right.y < -0.1, "both look down");
    // The left eye is at +X: eyes that meet at the phone look towards each other.
    assert!(left.x < 0.0 && right.x > 0.0, "{left} {right}");
}

#[test]
fn a_face_that_is_not_seen_is_not_shown() {
    let lost = FIRST.replace("trackingStatus-1", "trackingStatus-0");
    assert_eq!(read(&lost).unwrap().face_of(0), None);
    assert!(read("trackingStatus&1|").unwrap().face_of(0).is_some());
}

#[test]
fn what_is_wrong_is_named_or_counted() {
    for (bytes, key) in [
        (&b"GET / HTTP/1.1\r\n\r\n"[..], "ifacialmocap-no-face"),
        (b"", "ifacialmocap-no-face"),
        (b"jaw\xff-3|", "ifacialmocap-not-text"),
        (&[b'|'; limits::DATAGRAM_MAX + 1], "ifacialmocap-too-large"),
        (b"jawOpen-3", "taken"),
    ] {
        assert_eq!(refused(bytes), key);
    }
    let mut decoder = Decoder::new("Ann");
    let mut out = MocapFrame::default();
    let text = b"jawOpen-NaN|jawLeft-x|=head#1,2|leftEye#1,inf,0|nose#1,2,3|x|";
    decoder.decode(text, HostNs(0), &mut out).unwrap();
    let face = out.face_of(0).unwrap();
    assert_eq!(face.weights.all(), &[0.0; FaceShape::COUNT]);
    assert_eq!(
        (face.source_from_head, face.head_from_left_eye),
        (None, None)
    );
    assert_eq!(
        decoder.counts(),
        DecoderCounts {
            values: 4,
            unknown: 2
        }
    );
}

#[test]
fn a_phone_is_asked_until_it_sends_and_again_when_it_is_silent() {
    let mut client = Client::new(Version::V2);
    let asked = |client: &mut Client, ms: i64| {
        let mut out = Vec::new();
        let has = client.poll_transmit(HostNs(ms * 1_000_000), &mut out);
        assert_eq!(has, !out.is_empty());
        has.then(|| String::from_utf8(out).unwrap())
    };
    let text = asked(&mut client, 0).unwrap();
    let whole = "iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719|sendDataVersion=v2";
    assert_eq!(text, whole);
    assert_eq!(asked(&mut client, 999), None);
    assert!(asked(&mut client, 1000).is_some(), "nothing came");
    client.heard(HostNs(1_900_000_000));
    assert_eq!(asked(&mut client, 2800), None, "it sends");
    assert!(asked(&mut client, 2900).is_some(), "it is silent");
    for ms in (3000..7900).step_by(100) {
        client.heard(HostNs(ms * 1_000_000));
        assert_eq!(asked(&mut client, ms), None, "it sends");
    }
    assert!(asked(&mut client, 7900).is_some(), "it is reminded");
    for (text, request) in [
        (whole, Some(Request::Start(Version::V2))),
        (&whole[..51], Some(Request::Start(Version::V1))),
        (&whole[..50], None),
        (
            "iFacialMocap_UDPTCP_sahuasouryya9218sauhuiayeta91555dy3719",
            Some(Request::StartStream(Version::V1)),
        ),
        (
            "iFacialMocap_UDPTCPSTOP_sahuasouryya9218sauhuiayeta91555dy3719",
            Some(Request::Stop),
        ),
    ] {
        assert_eq!(Request::read(text.as_bytes()), request, "{text}");
    }
}

fn sent(face: Option<CapturedFace>) -> MocapFrame {
    let subject = |name: &str| SubjectInfo {
        name: name.to_owned(),
        segments: vec![],
        markers: vec![],
    };
    let roster = Roster::build(vec![subject("Camera"), subject("Ann")]).unwrap();
    let mut frame = MocapFrame::default();
    frame.reset(&Arc::new(roster));
    if let Some(face) = face {
        assert!(frame.set_face(CapturedFace { subject: 1, ..face }));
    }
    frame
}

#[test]
fn a_phone_says_when_its_face_is_gone() {
    let mut encoder = Encoder::default();
    assert_eq!(encoder.encode_frame(&sent(None)), None, "nobody yet");
    let shown = sent(Some(CapturedFace::default()));
    let text = encoder.encode_frame(&shown).unwrap();
    assert!(refused(&text) == "taken");
    let text = String::from_utf8(encoder.encode_frame(&sent(None)).unwrap()).unwrap();
    assert!(text.starts_with("trackingStatus-0|"), "{text}");
    assert_eq!(read(&text).unwrap().face_of(0), None);
}

proptest! {
    #[test]
    fn a_face_comes_back(
        weights in prop::array::uniform32(0.0..1.0f32), angles in prop::array::uniform9(-80.0..80.0f64),
        at in prop::array::uniform3(-2.0..2.0f64), is_second: bool,
    ) {
        let mut face = CapturedFace::default();
        for (shape, weight) in FaceShape::ALL.into_iter().zip(weights) {
            face.weights.set(shape, weight);
        }
        // By axis and angle, so that the order of the angles is not taken over.
        let turn = |k: usize| DQuat::from_scaled_axis(DVec3::from_slice(&angles[k..]) / 100.0);
        face.source_from_head = Xf::new(turn(0), DVec3::from_array(at));
        face.head_from_left_eye = Xf::new(turn(3), DVec3::ZERO);
        face.head_from_right_eye = Xf::new(turn(6), DVec3::ZERO);
        let version = if is_second { Version::V2 } else { Version::V1 };
        let mut encoder = Encoder::new("", version);
        let text = encoder.encode_frame(&sent(Some(face))).unwrap();
        prop_assert!(text.len() < limits::DATAGRAM_MAX / 2);
        let got = read(std::str::from_utf8(&text).unwrap()).unwrap();
        let got = got.face_of(0).unwrap();
        for (a, b) in got.weights.all().iter().zip(face.weights.all()) {
            prop_assert!((a - b).abs() <= 0.005 + 1e-6);
        }
        let head = got.source_from_head.unwrap();
        prop_assert!(head.translation().metres().distance(DVec3::from_array(at)) < 2e-6);
        for (a, b) in [
            (head.rotation(), turn(0)),
            (got.head_from_left_eye.unwrap().rotation(), turn(3)),
            (got.head_from_right_eye.unwrap().rotation(), turn(6)),
        ] {
            prop_assert!((a - b).length().min((a + b).length()) < 1e-6);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[a-z_#&|=,.0-9-]{0,200}") {
        let _ = read(&text);
    }
}

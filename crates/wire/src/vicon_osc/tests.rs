//! Golden bytes, the traps, and what comes back.

use super::*;
use crate::vicon_axes::{ServerAxes, SourcePose};
use cyc_model::{
    FrameNumber, HostNs, MocapFrame, Point, Roster, SegmentInfo, SubjectInfo, Timecode,
    TimecodeRate, UnlabelledMarker, Xf,
};
use glam::{DQuat, DVec3};
use proptest::prelude::*;
use std::sync::Arc;

/// One bundle by hand: frame 100 000 000 001 at 100 Hz, 01:02:03:04 at 25, and a marker at (1000, 2000, 3000) mm.
const GOLDEN: &[u8] = b"#bundle\0\0\0\0\0\0\0\0\x01\
    \0\0\0\x50/vicon/frame\0\0\0\0,hfiiiiiiiii\0\0\0\0\
    \0\0\0\x17\x48\x76\xe8\x01\x42\xc8\0\0\
    \0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\
    \0\0\0\x2c/vicon/marker/Ann/LASI\0\0,fff\0\0\0\0\
    \x44\x7a\0\0\x44\xfa\0\0\x45\x3b\x80\0";

fn decode(bytes: &[u8]) -> (MocapFrame, DecoderCounts) {
    let (mut out, mut decoder) = (MocapFrame::default(), Decoder::default());
    decoder.decode(bytes, HostNs(9), &mut out).unwrap();
    (out, decoder.counts())
}

fn scene(single: bool) -> MocapFrame {
    let segment = |name: &str, parent| SegmentInfo {
        name: name.into(),
        parent,
        parent_from_segment: None,
    };
    let actor = SubjectInfo {
        name: "Ann".into(),
        segments: vec![segment("hips", None), segment("head", Some(0))],
        markers: vec!["LASI".into(), "RASI".into()],
    };
    let camera = SubjectInfo {
        name: "Cam".into(),
        segments: vec![segment("Cam", None)],
        markers: vec![],
    };
    let subjects = if single {
        vec![actor]
    } else {
        vec![actor, camera]
    };
    let mut frame = MocapFrame::default();
    frame.reset(&Arc::new(Roster::build(subjects).unwrap()));
    frame.number = FrameNumber(77);
    frame.rate_hz = 120.0;
    frame
}

#[test]
fn golden_bytes_are_read() {
    let (read, counts) = decode(GOLDEN);
    assert_eq!((read.number.0, read.rate_hz), (100_000_000_001, 100.0));
    let label = Timecode::new(TimecodeRate::Fps25, 1, 2, 3, 4).unwrap();
    assert_eq!((read.timecode, read.heard), (Some(label), HostNs(9)));
    let subject = &read.roster.subjects()[0];
    assert_eq!(
        (subject.name.as_str(), &*subject.markers),
        ("Ann", &["LASI".to_owned()][..])
    );
    assert_eq!(
        read.markers[0].unwrap().metres(),
        DVec3::new(1.0, 3.0, -2.0)
    );
    assert_eq!(counts, DecoderCounts::default());
}

#[test]
fn golden_bytes_are_written() {
    let (read, _) = decode(GOLDEN);
    let mut written = Vec::new();
    assert_eq!(
        encode_frame(&read, &EncodeSettings::default(), &mut written),
        0
    );
    assert_eq!(written, GOLDEN);
}

#[test]
fn a_head_of_three_values_has_no_timecode() {
    let mut bytes = Vec::new();
    crate::osc::put_message(
        "/vicon/frame",
        &[
            crate::osc::OscArgument::Int(5),
            crate::osc::OscArgument::Float(100.0),
            crate::osc::OscArgument::Int(1),
        ],
        &mut bytes,
    );
    let (read, counts) = decode(&bytes);
    assert_eq!((read.number.0, read.timecode), (5, None));
    assert_eq!(counts, DecoderCounts::default());
}

#[test]
fn what_is_left_out_is_occluded_and_keeps_its_place() {
    let mut decoder = Decoder::default();
    let mut out = MocapFrame::default();
    let mut frame = scene(false);
    let at = Some(Point::xyz(1.0, 2.0, 3.0));
    for seen in [[at, at], [None, at]] {
        frame.markers.copy_from_slice(&seen);
        let mut bytes = Vec::new();
        encode_frame(&frame, &EncodeSettings::default(), &mut bytes);
        decoder.decode(&bytes, HostNs(0), &mut out).unwrap();
        assert_eq!(
            [out.markers[0].is_some(), out.markers[1].is_some()],
            seen.map(|m| m.is_some())
        );
    }
}

#[test]
fn a_single_subject_may_go_without_its_name_and_several_never_do() {
    for (single, name) in [(true, NAMELESS_SUBJECT), (false, "Ann")] {
        let mut frame = scene(single);
        frame.markers[0] = Some(Point::xyz(1.0, 2.0, 3.0));
        let settings = EncodeSettings {
            use_object_name: false,
            ..EncodeSettings::default()
        };
        let mut bytes = Vec::new();
        encode_frame(&frame, &settings, &mut bytes);
        let (read, _) = decode(&bytes);
        assert_eq!(read.roster.subjects()[0].name, name);
    }
}

#[test]
fn what_is_not_known_is_counted_and_what_is_no_number_is_occluded() {
    let mut bytes = GOLDEN.to_vec();
    let f = crate::osc::OscArgument::Float;
    crate::osc::put_element("/vicon/device/plate", &[f(1.0)], &mut bytes);
    crate::osc::put_element("/other", &[], &mut bytes);
    crate::osc::put_element(
        "/vicon/marker/Ann/RASI",
        &[f(f32::NAN), f(0.0), f(0.0)],
        &mut bytes,
    );
    let (read, counts) = decode(&bytes);
    assert_eq!(
        counts,
        DecoderCounts {
            values: 1,
            unknown: 2
        }
    );
    assert_eq!((read.markers.len(), read.markers[1]), (2, None));
}

#[test]
fn a_stranger_without_a_frame_is_refused() {
    let mut bytes = Vec::new();
    crate::osc::put_message(
        "/1/fader1",
        &[crate::osc::OscArgument::Float(0.5)],
        &mut bytes,
    );
    let error = Decoder::default().decode(&bytes, HostNs(0), &mut MocapFrame::default());
    assert_eq!(error.unwrap_err().key(), "vicon-osc-no-frame");
}

#[test]
fn a_frame_cut_at_every_byte_is_refused_or_has_less_in_it() {
    for cut in 0..GOLDEN.len() {
        let mut out = MocapFrame::default();
        let read = Decoder::default().decode(&GOLDEN[..cut], HostNs(0), &mut out);
        // Between two elements the rest is a bundle again: only the marker is gone.
        assert!(read.is_err() || cut == 100, "{cut}");
    }
}

#[test]
fn a_frame_too_large_for_a_datagram_says_what_is_missing() {
    let subject = |i: usize| SubjectInfo {
        name: format!("subject{i}"),
        segments: vec![],
        markers: (0..128).map(|m| format!("marker{m}")).collect(),
    };
    let mut frame = MocapFrame::default();
    frame.reset(&Arc::new(
        Roster::build((0..64).map(subject).collect()).unwrap(),
    ));
    frame.markers.fill(Some(Point::xyz(1.0, 1.0, 1.0)));
    let mut bytes = Vec::new();
    let left_out = encode_frame(&frame, &EncodeSettings::default(), &mut bytes);
    assert!(bytes.len() <= DATAGRAM_MAX);
    let (read, _) = decode(&bytes);
    assert_eq!(read.markers.len() + left_out, 64 * 128);
}

proptest! {
    #[test]
    fn values_come_back(
        q in prop::array::uniform4(-1.0..1.0f64), t in prop::array::uniform3(-20.0..20.0f64),
        hidden: bool,
    ) {
        prop_assume!(DQuat::from_array(q).length() > 0.1);
        let pose: SourcePose = Xf::saturating(DQuat::from_array(q), DVec3::from_array(t));
        let mut frame = scene(false);
        frame.segments.copy_from_slice(&[Some(pose), (!hidden).then_some(pose), Some(pose)]);
        frame.markers.copy_from_slice(&[Some(pose.translation()), Some(Point::xyz(0.0, 1.0, 0.0))]);
        frame.unlabelled.push(UnlabelledMarker { at: pose.translation(), trajectory: 0 });
        let mut bytes = Vec::new();
        encode_frame(&frame, &EncodeSettings::default(), &mut bytes);
        let (read, counts) = decode(&bytes);
        prop_assert_eq!(counts, DecoderCounts::default());
        prop_assert_eq!((read.number.0, read.rate_hz), (77, 120.0));
        // The millimetres travel as 32-bit floats: 20 m are told to 2 µm.
        let near = |a: Point<cyc_model::Source>, b| a.distance_m(b) < 4e-6;
        prop_assert!(near(read.markers[0].unwrap(), pose.translation()));
        prop_assert!(near(read.unlabelled[0].at, pose.translation()));
        let ann = read.roster.find("Ann").unwrap();
        prop_assert_eq!(read.segments_of(ann).len(), if hidden { 1 } else { 2 });
        let cam = read.roster.find("Cam").unwrap();
        let got = read.segments_of(cam)[0].unwrap();
        prop_assert!(near(got.translation(), pose.translation()));
        prop_assert!(got.angle_to(pose) < 1e-3);
        prop_assert!(ServerAxes::ZUp.rotation_of(got).is_normalized());
    }

    #[test]
    fn any_damage_is_read_or_refused(
        damage in prop::collection::vec(any::<(usize, u8)>(), 1..6),
    ) {
        let mut bytes = GOLDEN.to_vec();
        for (at, byte) in damage {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        let _ = Decoder::default().decode(&bytes, HostNs(0), &mut MocapFrame::default());
    }
}

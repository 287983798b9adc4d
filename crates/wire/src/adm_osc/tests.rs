//! Golden bytes, the directions, what is too far, and who is sent.

use super::*;
use cyc_model::{MocapFrame, Roster, SegmentInfo, SubjectInfo, Xf};
use glam::{DQuat, DVec3};
use std::sync::Arc;

fn segment(name: &str, parent: Option<u16>) -> SegmentInfo {
    SegmentInfo {
        name: name.into(),
        parent,
        parent_from_segment: None,
    }
}

/// Ann with hips and head, and a staff.
fn frame(places: [Option<[f64; 3]>; 3]) -> MocapFrame {
    let subject = |name: &str, segments| SubjectInfo {
        name: name.into(),
        segments,
        markers: vec![],
    };
    let roster = Roster::build(vec![
        subject("Ann", vec![segment("hips", None), segment("head", Some(0))]),
        subject("Staff", vec![segment("Staff", None)]),
    ]);
    let mut frame = MocapFrame::default();
    frame.reset(&Arc::new(roster.unwrap()));
    for (slot, place) in frame.segments.iter_mut().zip(places) {
        *slot = place.and_then(|at| Xf::new(DQuat::IDENTITY, DVec3::from_array(at)));
    }
    frame
}

/// Address and values, read by hand: the address and the tags are padded to four bytes.
fn sent(settings: EncodeSettings, frame: &MocapFrame) -> (Vec<(String, [f32; 3])>, usize) {
    let mut all = Vec::new();
    let mut encoder = Encoder::new(settings);
    let too_far = encoder.encode(frame, &mut |bytes| {
        let end = bytes.iter().position(|b| *b == 0).unwrap();
        let tags = (end + 4) / 4 * 4;
        assert_eq!(&bytes[tags..tags + 8], b",fff\0\0\0\0");
        let values = &bytes[tags + 8..];
        assert_eq!(values.len(), 12);
        let value = |i: usize| f32::from_be_bytes(values[4 * i..4 * i + 4].try_into().unwrap());
        let address = String::from_utf8(bytes[..end].to_vec()).unwrap();
        all.push((address, [value(0), value(1), value(2)]));
    });
    (all, too_far)
}

fn object(number: u32, subject: &str, segment: Option<&str>) -> ObjectSettings {
    ObjectSettings {
        number,
        subject: subject.into(),
        segment: segment.map(Into::into),
    }
}

#[test]
fn golden_bytes() {
    let mut bytes = Vec::new();
    let settings = EncodeSettings {
        objects: vec![object(4, "Staff", None)],
        form: Form::Cartesian,
        ..EncodeSettings::default()
    };
    // 5 m to the right, 2.5 m behind, on the floor.
    let frame = frame([None, None, Some([5.0, 0.0, 2.5])]);
    Encoder::new(settings).encode(&frame, &mut |b| bytes = b.to_vec());
    let mut expected = b"/adm/obj/4/xyz\0\0,fff\0\0\0\0".to_vec();
    expected.extend([0x3f, 0, 0, 0, 0xbe, 0x80, 0, 0, 0, 0, 0, 0]);
    assert_eq!(bytes, expected);
}

#[test]
fn polar_angles_are_to_the_left_and_up() {
    let polar = |at| sent(EncodeSettings::default(), &frame([Some(at), None, None])).0[0].1;
    let close = |at, expected: [f32; 3]| {
        let got = polar(at);
        let off = got.iter().zip(expected).map(|(a, b)| (a - b).abs());
        assert!(off.fold(0.0, f32::max) < 1e-4, "{at:?}: {got:?}");
    };
    close([0.0, 0.0, -5.0], [0.0, 0.0, 0.5]);
    close([5.0, 0.0, 0.0], [-90.0, 0.0, 0.5]);
    close([-5.0, 0.0, 0.0], [90.0, 0.0, 0.5]);
    close([0.0, 0.0, 5.0], [180.0, 0.0, 0.5]);
    close([0.0, 5.0, 0.0], [0.0, 90.0, 0.5]);
    close([-3.0, -3.0 * 2f64.sqrt(), -3.0], [45.0, -45.0, 0.6]);
    close([0.0; 3], [0.0; 3]);
}

#[test]
fn the_listener_stands_and_looks_somewhere() {
    let settings = EncodeSettings {
        form: Form::Cartesian,
        extent_m: 4.0,
        origin_m: [1.0, 1.5, 0.0],
        // Looks to -X: what is in front of it is at smaller x.
        yaw_rad: std::f64::consts::FRAC_PI_2,
        ..EncodeSettings::default()
    };
    let (all, _) = sent(settings, &frame([Some([-1.0, 2.5, -1.0]), None, None]));
    let got = all[0].1;
    for (got, expected) in got.into_iter().zip([0.25, 0.5, 0.25]) {
        assert!((got - expected).abs() < 1e-6, "{all:?}");
    }
}

#[test]
fn what_is_too_far_keeps_its_direction_and_is_counted() {
    for (form, expected) in [
        (Form::Polar, [-45.0, 0.0, 1.0]),
        (Form::Cartesian, [1.0, 1.0, 0.0]),
    ] {
        let settings = EncodeSettings {
            form,
            ..EncodeSettings::default()
        };
        let (all, too_far) = sent(settings, &frame([Some([30.0, 0.0, -30.0]), None, None]));
        assert_eq!((all[0].1, too_far), (expected, 1));
    }
}

#[test]
fn who_is_sent_and_who_is_not() {
    let seen = frame([
        Some([0.0, 1.0, 0.0]),
        Some([0.0, 2.0, 0.0]),
        Some([1.0, 0.0, 0.0]),
    ]);
    let addresses = |settings: EncodeSettings, frame: &MocapFrame| -> Vec<String> {
        let (all, _) = sent(settings, frame);
        all.into_iter().map(|m| m.0).collect()
    };
    let all = EncodeSettings::default();
    assert_eq!(
        addresses(all.clone(), &seen),
        ["/adm/obj/1/aed", "/adm/obj/2/aed"]
    );
    let hidden = frame([None, Some([0.0, 2.0, 0.0]), None]);
    assert!(addresses(all, &hidden).is_empty());
    let named = EncodeSettings {
        objects: vec![
            object(7, "Staff", None),
            object(9, "Ann", Some("head")),
            object(3, "Ann", Some("tail")),
            object(4, "Bob", None),
        ],
        ..EncodeSettings::default()
    };
    assert_eq!(
        addresses(named.clone(), &seen),
        ["/adm/obj/7/aed", "/adm/obj/9/aed"]
    );
    assert_eq!(sent(named, &hidden).0[0].1[2], 0.2);
}

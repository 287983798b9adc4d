//! Golden bytes, the traps, and what the rings of every maker mean.

use super::limits::MESSAGE_BYTES;
use super::*;
use crate::WireError;
use crate::vicon_axes::SourcePose;
use cyc_model::{HostNs, LensSample, MocapFrame, SubjectLens, Xf};
use glam::{DQuat, DVec3};
use proptest::prelude::*;

/// Camera 255: pan -12.5°, tilt 45.25°, roll 1°, X 1500 mm, Y -250.5 mm, Z 10 mm, zoom 1000, focus 4096; made by an
/// encoder that is not ours.
const GOLDEN: [u8; MESSAGE_BYTES] = [
    0xd1, 0xff, 0xf9, 0xc0, 0x00, 0x16, 0xa0, 0x00, 0x00, 0x80, 0x00, 0x01, 0x77, 0x00, 0xff, 0xc1,
    0x60, 0x00, 0x02, 0x80, 0x00, 0x03, 0xe8, 0x00, 0x10, 0x00, 0x00, 0x00, 0x6c,
];

fn decoded(settings: DecodeSettings, bytes: &[u8]) -> MocapFrame {
    let mut out = MocapFrame::default();
    Decoder::new(settings)
        .decode(bytes, HostNs(9), &mut out)
        .unwrap();
    out
}

/// The bytes with the checksum that belongs to them.
fn signed(mut bytes: [u8; MESSAGE_BYTES]) -> [u8; MESSAGE_BYTES] {
    let sum: u32 = bytes[..28].iter().map(|b| u32::from(*b)).sum();
    bytes[28] = (0x140u32.wrapping_sub(sum % 256) % 256) as u8;
    bytes
}

#[test]
fn golden_bytes_are_read_and_written() {
    let read = decode_message(&GOLDEN, 0).unwrap();
    let expected = Message {
        camera_id: 255,
        pan: -409_600,
        tilt: 1_482_752,
        roll: 32_768,
        position: [96_000, -16_032, 640],
        zoom: 1000,
        focus: 4096,
        user: 0,
    };
    assert_eq!(read, expected);
    assert_eq!(encode_message(&expected), GOLDEN);
    let frame = decoded(DecodeSettings::default(), &GOLDEN);
    assert_eq!(frame.roster.subjects()[0].name, "Camera 255");
    assert!(frame.roster.subjects()[0].is_rigid_body());
    let at = frame.segments[0].unwrap().translation().metres();
    assert!(at.distance(DVec3::new(1.5, 0.01, 0.2505)) < 1e-12, "{at}");
    let lens = frame.lens_of(0).unwrap();
    assert_eq!((lens.zoom.raw, lens.focus.raw), (Some(1000), Some(4096)));
    assert_eq!((lens.zoom.normalised, lens.focal_length_m), (None, None));
    assert_eq!((frame.heard, frame.number.0), (HostNs(9), 1));
}

#[test]
fn trap_pan_comes_first_and_turns_to_the_right() {
    // 90° in bytes 2 to 4 and nothing else: 90 × 32768 = 0x2d0000.
    let mut bytes = [0; MESSAGE_BYTES];
    (bytes[0], bytes[2]) = (0xd1, 0x2d);
    let pose = decoded(DecodeSettings::default(), &signed(bytes)).segments[0].unwrap();
    // A camera at rest looks along -Z; to its right is +X.
    let view = pose.rotation() * DVec3::NEG_Z;
    assert!(view.distance(DVec3::X) < 1e-12, "{view}");
}

#[test]
fn tilt_is_upwards_and_roll_clockwise_from_behind() {
    let turned = |at: usize| {
        let mut bytes = [0; MESSAGE_BYTES];
        (bytes[0], bytes[at]) = (0xd1, 0x2d);
        let pose = decoded(DecodeSettings::default(), &signed(bytes)).segments[0].unwrap();
        pose.rotation()
    };
    assert!((turned(5) * DVec3::NEG_Z).distance(DVec3::Y) < 1e-12);
    // The top of the camera falls to its right.
    assert!((turned(8) * DVec3::Y).distance(DVec3::X) < 1e-12);
}

#[test]
fn trap_a_negative_number_is_the_whole_24_bits_below() {
    // All ones is -1 step, not zero and not 2^24 - 1: one reader is off by one here.
    let mut bytes = [0; MESSAGE_BYTES];
    bytes[0] = 0xd1;
    bytes[11..14].fill(0xff);
    assert_eq!(decode_message(&signed(bytes), 0).unwrap().position[0], -1);
    bytes[11..14].copy_from_slice(&[0x80, 0, 0]);
    assert_eq!(
        decode_message(&signed(bytes), 0).unwrap().position[0],
        -8_388_608
    );
}

#[test]
fn trap_the_checksum_starts_from_0x40() {
    for wrong in [0x00, 0x6b, 0x6d, 0xac, 0x2c] {
        let mut bytes = GOLDEN;
        bytes[28] = wrong;
        let error = Decoder::default().decode(&bytes, HostNs(0), &mut MocapFrame::default());
        assert_eq!(error.unwrap_err().key(), "freed-checksum");
    }
    // Every single bit that falls over is seen.
    for bit in 0..MESSAGE_BYTES * 8 {
        let mut bytes = GOLDEN;
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(decode_message(&bytes, 0).is_err(), "bit {bit}");
    }
}

#[test]
fn cameras_on_one_port_keep_their_places_and_their_names() {
    let settings = DecodeSettings {
        names: vec![(2, "B-cam".into())],
        ..DecodeSettings::default()
    };
    let mut decoder = Decoder::new(settings);
    let mut out = MocapFrame::default();
    let message = |camera_id| {
        encode_message(&Message {
            camera_id,
            position: [64_000, 0, 0],
            ..Message::default()
        })
    };
    assert!(decoder.decode(&message(7), HostNs(0), &mut out).unwrap());
    assert!(decoder.decode(&message(2), HostNs(1), &mut out).unwrap());
    assert!(!decoder.decode(&message(7), HostNs(2), &mut out).unwrap());
    let names: Vec<_> = out.roster.subjects().iter().map(|s| &*s.name).collect();
    assert_eq!(names, ["Camera 7", "B-cam"]);
    assert_eq!([0, 1].map(|i| out.segments[i].is_some()), [true, false]);
    assert_eq!((out.lenses.len(), out.number.0), (1, 3));
    let both = [message(2), message(7)].concat();
    decoder.decode(&both, HostNs(3), &mut out).unwrap();
    assert_eq!(out.segments.iter().flatten().count(), 2);
}

#[test]
fn strangers_are_bounded_and_counted() {
    let mut decoder = Decoder::default();
    let mut out = MocapFrame::default();
    for camera_id in 0..=255 {
        let message = Message {
            camera_id,
            ..Message::default()
        };
        let bytes = encode_message(&message);
        decoder.decode(&bytes, HostNs(0), &mut out).unwrap();
    }
    assert_eq!(out.roster.subjects().len(), cyc_model::SUBJECTS_MAX);
    assert_eq!(decoder.counts().cameras, 256 - 64);
}

#[test]
fn what_is_cut_or_has_more_is_refused_whole() {
    let mut out = MocapFrame::default();
    let twice = [GOLDEN, GOLDEN].concat();
    for cut in (0..twice.len()).filter(|c| *c != MESSAGE_BYTES) {
        let error = Decoder::default().decode(&twice[..cut], HostNs(0), &mut out);
        assert_eq!(error, Err(DecodeError::Length { bytes: cut }));
    }
    let many = GOLDEN.repeat(limits::MESSAGES_MAX + 1);
    assert!(
        Decoder::default()
            .decode(&many, HostNs(0), &mut out)
            .is_err()
    );
    let mut other = twice;
    other[29] = 0xd0;
    let error = Decoder::default().decode(&other, HostNs(0), &mut out);
    assert_eq!(
        error,
        Err(DecodeError::OtherMessage {
            index: 1,
            found: 0xd0
        })
    );
}

fn profile(file: &str) -> LensProfile {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rigs/freed/");
    let text = std::fs::read_to_string(format!("{folder}{file}.toml")).unwrap();
    let profile = LensProfile::parse(&text).unwrap();
    assert_eq!(profile.name(), file);
    assert_eq!(LensProfile::built_in(file).as_ref(), Some(&profile));
    profile
}

fn lens_by(profile: LensProfile, zoom: u32, focus: u32, user: u16) -> LensSample {
    let settings = DecodeSettings {
        profile,
        ..DecodeSettings::default()
    };
    let message = Message {
        zoom,
        focus,
        user,
        ..Message::default()
    };
    *decoded(settings, &encode_message(&message))
        .lens_of(0)
        .unwrap()
}

#[test]
fn every_makers_rings_are_understood() {
    let close = |a: Option<f64>, b: f64| assert!((a.unwrap() - b).abs() < 1e-9, "{a:?} is not {b}");
    let lens = lens_by(profile("generic"), 0xffff, 0, 7);
    close(lens.zoom.normalised, 1.0);
    close(lens.focus.normalised, 0.0);
    assert!(lens.iris.is_unknown(), "the user's field is nobody's");
    let lens = lens_by(profile("stype"), 0x80_0000, 0xff_ffff, 0);
    close(
        lens.zoom.normalised,
        f64::from(0x80_0000) / f64::from(0xff_ffff),
    );
    close(lens.focus.normalised, 1.0);
    let lens = lens_by(profile("panasonic"), 0x555, 0xfff, 0xfff);
    close(lens.zoom.normalised, 0.0);
    close(lens.focus.normalised, 0.0);
    close(lens.iris.normalised, 0.0);
    let lens = lens_by(profile("sony"), 0x3d60, 0x8000, 0);
    close(lens.zoom.normalised, 0.5);
    close(lens.focus.normalised, 0.5);
    let lens = lens_by(profile("z-cam"), 3500, 25_000, 0x30f0);
    close(lens.focal_length_m, 0.035);
    close(lens.focus_distance_m, 2.5);
    close(lens.f_stop, 2.4);
    // Beyond an end stop is at it.
    close(lens_by(profile("sony"), 0xffff, 0, 0).zoom.normalised, 1.0);
}

#[test]
fn a_table_is_interpolated_and_held_at_its_ends() {
    let text = "name = 'x'\n[zoom]\ntable = [[100, 24.0], [200, 35.0], [400, 75.0]]";
    let profile = LensProfile::parse(text).unwrap();
    for (zoom, mm) in [
        (0, 24.0),
        (100, 24.0),
        (150, 29.5),
        (300, 55.0),
        (400, 75.0),
        (999, 75.0),
    ] {
        let f = lens_by(profile.clone(), zoom, 0, 0).focal_length_m.unwrap();
        assert!((f - mm / 1000.0).abs() < 1e-12, "{zoom}: {f}");
    }
}

#[test]
fn an_unknown_range_is_learnt_from_the_ring() {
    let settings = DecodeSettings {
        profile: profile("auto"),
        ..DecodeSettings::default()
    };
    let mut decoder = Decoder::new(settings);
    let mut zoom_at = |zoom| {
        let bytes = encode_message(&Message {
            zoom,
            ..Message::default()
        });
        let mut out = MocapFrame::default();
        decoder.decode(&bytes, HostNs(0), &mut out).unwrap();
        out.lens_of(0).unwrap().zoom.normalised
    };
    assert_eq!(zoom_at(500), None);
    assert_eq!(zoom_at(100), Some(0.0));
    assert_eq!(zoom_at(900), Some(1.0));
    assert_eq!(zoom_at(300), Some(0.25));
}

#[test]
fn a_profile_that_cannot_be_is_refused_with_its_place() {
    for (text, key) in [
        (
            "name = 'x'\n[zoom]\nend_stops = { zero = 5, one = 5 }",
            "freed-profile-end-stops",
        ),
        (
            "name = 'x'\n[focus]\nend_stops = { zero = 0, one = 16777216 }",
            "freed-profile-end-stops",
        ),
        ("name = 'x'\n[zoom]\nper_step = 0.0", "freed-profile-scale"),
        ("name = 'x'\n[zoom]\nper_step = nan", "freed-profile-scale"),
        (
            "name = 'x'\n[zoom]\ntable = [[2, 1.0], [1, 2.0]]",
            "freed-profile-scale",
        ),
        ("name = 'x'\n[zoom]\ntabel = []", "freed-profile-toml"),
        ("", "freed-profile-toml"),
    ] {
        assert_eq!(LensProfile::parse(text).unwrap_err().key(), key, "{text}");
    }
    let error = LensProfile::parse("name = 'x'\n\n[zoom]\nper_step = 'a'").unwrap_err();
    assert!(
        error.args().contains(&("line", "4".to_owned())),
        "{error:?}"
    );
    let long = "#".repeat(limits::PROFILE_BYTES_MAX + 1);
    assert_eq!(
        LensProfile::parse(&long).unwrap_err().key(),
        "freed-profile-too-long"
    );
}

/// A frame of rigid bodies.
fn frame(poses: &[Option<SourcePose>]) -> MocapFrame {
    let mut list = crate::body_list::BodyList::default();
    for i in 0..poses.len() {
        list.introduce(i, &format!("cam{i}")).unwrap();
    }
    let mut out = MocapFrame::default();
    list.write(HostNs(0), &mut out);
    out.segments.copy_from_slice(poses);
    out
}

fn encoded(settings: EncodeSettings, frame: &MocapFrame) -> (Vec<Vec<u8>>, usize) {
    let mut datagrams = Vec::new();
    let too_far = Encoder::new(settings).encode(frame, &mut |d| datagrams.push(d.to_vec()));
    (datagrams, too_far)
}

#[test]
fn a_camera_that_is_not_tracked_or_too_far_away_sends_nothing() {
    let far = Some(Xf::from_translation(DVec3::new(0.0, 131.1, 0.0)));
    let here = Some(Xf::IDENTITY);
    let (sent, too_far) = encoded(EncodeSettings::default(), &frame(&[None, here, far]));
    assert_eq!((sent.len(), too_far), (1, 1));
    assert_eq!(sent[0][1], 2, "the second body is camera 2");
    let only = EncodeSettings {
        cameras: vec!["nobody".into(), "cam1".into()],
        first_id: 40,
        ..EncodeSettings::default()
    };
    let (sent, _) = encoded(only, &frame(&[here, here, here]));
    assert_eq!(sent.iter().map(|d| d[1]).collect::<Vec<_>>(), [41]);
}

#[test]
fn a_lens_comes_back_through_every_profile() {
    for file in ["generic", "stype", "panasonic", "sony"] {
        let mut sent = frame(&[Some(Xf::IDENTITY)]);
        let mut sample = LensSample::default();
        sample.zoom.normalised = Some(0.25);
        sample.focus.normalised = Some(0.75);
        sent.lenses.push(SubjectLens { subject: 0, sample });
        let settings = EncodeSettings {
            profile: profile(file),
            ..EncodeSettings::default()
        };
        let bytes = encoded(settings, &sent).0.concat();
        let settings = DecodeSettings {
            profile: profile(file),
            ..DecodeSettings::default()
        };
        let lens = *decoded(settings, &bytes).lens_of(0).unwrap();
        for (got, sent) in [(lens.zoom, 0.25), (lens.focus, 0.75)] {
            assert!((got.normalised.unwrap() - sent).abs() < 1e-3, "{file}");
        }
    }
    let mut sent = frame(&[Some(Xf::IDENTITY)]);
    let sample = LensSample {
        focal_length_m: Some(0.0504),
        focus_distance_m: Some(3.2),
        f_stop: Some(5.6),
        ..LensSample::default()
    };
    sent.lenses.push(SubjectLens { subject: 0, sample });
    let settings = EncodeSettings {
        profile: profile("z-cam"),
        ..EncodeSettings::default()
    };
    let bytes = encoded(settings, &sent).0.concat();
    assert_eq!(&bytes[20..28], [0, 0x13, 0xb0, 0, 0x7d, 0, 0x02, 0x30]);
}

proptest! {
    #[test]
    fn poses_come_back(
        q in prop::array::uniform4(-1.0..1.0f64), t in prop::array::uniform3(-131.0..131.0f64),
    ) {
        let q = DQuat::from_array(q);
        prop_assume!(q.length() > 0.1);
        let pose: SourcePose = Xf::saturating(q, DVec3::from_array(t));
        let bytes = encoded(EncodeSettings::default(), &frame(&[Some(pose)])).0.concat();
        let got = decoded(DecodeSettings::default(), &bytes).segments[0].unwrap();
        // Half a step of each axis.
        prop_assert!(got.translation().distance_m(pose.translation()) < 1.8 * 0.5 / 64_000.0);
        // Half a step of each angle, and what Euler angles lose near their pole.
        prop_assert!(got.angle_to(pose) < 3e-6);
    }

    #[test]
    fn messages_come_back(
        camera_id: u8, angles in prop::array::uniform3(-0x80_0000..0x80_0000i32),
        position in prop::array::uniform3(-0x80_0000..0x80_0000i32),
        zoom in 0..0x100_0000u32, focus in 0..0x100_0000u32, user: u16,
    ) {
        let [pan, tilt, roll] = angles;
        let message = Message { camera_id, pan, tilt, roll, position, zoom, focus, user };
        prop_assert_eq!(decode_message(&encode_message(&message), 0), Ok(message));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        let _ = Decoder::default().decode(&bytes, HostNs(0), &mut MocapFrame::default());
    }

    #[test]
    fn any_message_with_a_right_checksum_is_taken(bytes in prop::collection::vec(any::<u8>(), 29)) {
        let mut bytes: [u8; MESSAGE_BYTES] = bytes.try_into().unwrap();
        bytes[0] = 0xd1;
        let frame = decoded(DecodeSettings::default(), &signed(bytes));
        prop_assert_eq!(frame.segments.iter().flatten().count(), 1);
    }
}

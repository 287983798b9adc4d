//! Golden bytes, every kind of axis, and what is cut or damaged. The recording is tested in `tests/tracking`.

use super::*;
use crate::WireError;
use crate::vicon_axes::SourcePose;
use cyc_model::{
    FrameNumber, HostNs, LensSample, MocapFrame, SubjectLens, Timecode, TimecodeRate, Xf,
};
use glam::{DQuat, DVec3};
use proptest::prelude::*;

/// Camera 3, frame 7, recording and locked, by hand: pan 12.345° (0x003039), X -1 m (-100 000), Y 2 m, height 1.5 m,
/// zoom 0x8000, entrance pupil 0.125 m (0x3e000000), timecode 10:20:30:15 at 25.
fn golden() -> Vec<u8> {
    let mut bytes = vec![0xf4, 3, 7, 0x37];
    for axis in [
        [0x01, 0, 0x00, 0x30, 0x39],
        [0x05, 0, 0xfe, 0x79, 0x60],
        [0x06, 0, 0x03, 0x0d, 0x40],
        [0x07, 0, 0x02, 0x49, 0xf0],
        [0x04, 0, 0x00, 0x80, 0x00],
        [0x50, 0x3e, 0x00, 0x00, 0x00],
        // Hours in six bits, minutes in six, seconds in six, frames in six.
        [0xf8, 0x20, 0b0010_1001, 0b0100_0111, 0b1000_1111],
    ] {
        bytes.extend_from_slice(&axis);
    }
    finish(&mut bytes);
    bytes
}

fn finish(bytes: &mut Vec<u8>) {
    let sum: u32 = bytes.iter().map(|b| u32::from(*b)).sum();
    bytes.push(((0x40 + 256 - sum % 256) % 256) as u8);
}

fn decoded(settings: DecodeSettings, bytes: &[u8]) -> MocapFrame {
    let mut out = MocapFrame::default();
    let mut decoder = Decoder::new(settings);
    decoder.decode(bytes, HostNs(4), &mut out).unwrap();
    out
}

#[test]
fn golden_bytes_are_read() {
    let bytes = golden();
    let (packet, next) = decode_packet(&bytes, 0).unwrap();
    assert_eq!((packet.camera_id, packet.frame, next), (3, 7, bytes.len()));
    assert!(packet.is_recording && packet.has_genlock);
    let frame = decoded(DecodeSettings::default(), &bytes);
    assert_eq!(frame.roster.subjects()[0].name, "Camera 3");
    let pose = frame.segments[0].unwrap();
    assert_eq!(pose.translation().metres(), DVec3::new(-1.0, 1.5, -2.0));
    let expected = DQuat::from_rotation_y(12.345f64.to_radians());
    assert!(pose.rotation().dot(expected).abs() > 1.0 - 1e-15);
    let lens = frame.lens_of(0).unwrap();
    assert_eq!(
        (lens.zoom.raw, lens.zoom.normalised),
        (Some(0x8000), Some(0.5))
    );
    assert_eq!(lens.entrance_pupil_offset_m, Some(0.125));
    assert_eq!(frame.timecode.unwrap().to_string(), "10:20:30:15");
    let clockwise = DecodeSettings {
        pan: PanDirection::Clockwise,
        ..DecodeSettings::default()
    };
    let turned = decoded(clockwise, &bytes).segments[0].unwrap().rotation();
    assert!(turned.dot(expected.conjugate()).abs() > 1.0 - 1e-15);
}

#[test]
fn golden_bytes_are_written() {
    let (bytes, mut written) = (golden(), Vec::new());
    let (packet, _) = decode_packet(&bytes, 0).unwrap();
    let axes: Vec<Axis> = packet.axes().collect();
    encode_packet(3, 7, &axes, &mut written);
    // Recording and genlock are the tracker's own; without them the sum is smaller by 0x30.
    let mut expected = bytes.clone();
    expected[3] = 7;
    let last = expected.len() - 1;
    expected[last] = expected[last].wrapping_add(0x30);
    assert_eq!(written, expected);
}

#[test]
fn focal_lengths_in_pixels_and_angles_in_degrees_are_told_apart() {
    let view = |fx: f32| {
        let mut bytes = Vec::new();
        encode_packet(0, 0, &[Axis::of_real(AxisId::Fx, fx)], &mut bytes);
        let frame = decoded(DecodeSettings::default(), &bytes);
        frame
            .lens_of(0)
            .and_then(|l| l.horizontal_field_of_view_rad)
    };
    let close =
        |a: Option<f64>, degrees: f64| assert!((a.unwrap().to_degrees() - degrees).abs() < 1e-4);
    close(view(90.0), 90.0);
    close(view(960.0), 90.0);
    assert_eq!((view(0.0), view(-5.0), view(f32::NAN)), (None, None, None));
}

#[test]
fn a_sensor_makes_a_whole_lens() {
    let mut bytes = Vec::new();
    let axes = [
        Axis::of_real(AxisId::Fx, 1920.0),
        Axis::of_real(AxisId::Cx, 192.0),
        Axis::of_real(AxisId::Cy, 108.0),
        Axis::of_real(AxisId::K1, 0.25),
        Axis::of_real(AxisId::K2, -0.125),
        Axis::of_real(AxisId::FocusDistanceInverse, -0.0),
        Axis::of_real(AxisId::Aperture, 2.0),
    ];
    encode_packet(0, 0, &axes, &mut bytes);
    let settings = DecodeSettings {
        sensor_size_m: Some([0.036, 0.02025]),
        ..DecodeSettings::default()
    };
    let lens = *decoded(settings, &bytes).lens_of(0).unwrap();
    let spec = *lens.lens([0.0; 2]).unwrap().spec();
    assert!((spec.focal_length_m - 0.036).abs() < 1e-12);
    let [x, y] = spec.principal_point_m;
    assert!((x - 0.0036).abs() < 1e-12 && (y + 0.002025).abs() < 1e-12);
    assert!((spec.radial[0] - 0.25).abs() < 1e-12 && (spec.radial[1] + 0.125).abs() < 1e-12);
    assert_eq!(
        (lens.focus_distance_m, lens.f_stop),
        (Some(f64::INFINITY), Some(2.0))
    );
}

#[test]
fn a_lost_camera_is_not_tracked() {
    for (status, tracked) in [
        (0u8, true),
        (2, true),
        (5, true),
        (6, false),
        (8, false),
        (12, true),
        (15, false),
    ] {
        let mut bytes = golden();
        bytes.pop();
        bytes[2] = 8;
        bytes.extend_from_slice(&[0xf9, 0, 1, status << 4, 0]);
        finish(&mut bytes);
        let frame = decoded(DecodeSettings::default(), &bytes);
        assert_eq!(frame.segments[0].is_some(), tracked, "{status}");
    }
}

#[test]
fn a_camera_without_a_position_has_no_pose() {
    let mut bytes = Vec::new();
    encode_packet(0, 0, &[Axis::of_signed(AxisId::Pan, 5.0)], &mut bytes);
    assert_eq!(decoded(DecodeSettings::default(), &bytes).segments, [None]);
}

#[test]
fn the_counter_of_four_bits_goes_on() {
    let mut decoder = Decoder::default();
    let mut out = MocapFrame::default();
    let mut number = |frame: u8, pan: f64| {
        let mut bytes = Vec::new();
        encode_packet(0, frame, &[Axis::of_signed(AxisId::Pan, pan)], &mut bytes);
        decoder.decode(&bytes, HostNs(0), &mut out).unwrap();
        out.number.0
    };
    // From 15 to 0, one lost, one twice, and a counter that stands still while the camera turns.
    let seen =
        [(14, 0.0), (15, 1.0), (0, 2.0), (2, 3.0), (2, 3.0), (2, 4.0)].map(|(f, p)| number(f, p));
    assert_eq!(seen, [1, 2, 3, 5, 5, 6]);
}

#[test]
fn what_is_cut_or_damaged_is_refused_whole() {
    let twice = [golden(), golden()].concat();
    let mut out = MocapFrame::default();
    for cut in (0..twice.len()).filter(|c| *c != golden().len()) {
        let error = Decoder::default()
            .decode(&twice[..cut], HostNs(0), &mut out)
            .unwrap_err();
        assert_eq!(error.key(), "mosys-cut", "{cut}");
    }
    for at in 0..golden().len() {
        for bit in 0..8 {
            let mut bytes = golden();
            bytes[at] ^= 1 << bit;
            assert!(
                Decoder::default()
                    .decode(&bytes, HostNs(0), &mut out)
                    .is_err()
            );
        }
    }
    let error = |bytes: &[u8]| {
        Decoder::default()
            .decode(bytes, HostNs(0), &mut MocapFrame::default())
            .unwrap_err()
            .key()
    };
    let mut none = vec![0xf4, 0, 0, 0, 0, 0, 0, 0, 0];
    finish(&mut none);
    assert_eq!(error(&none), "mosys-no-axis");
    assert_eq!(error(&[0xd1; 29]), "mosys-not-f4");
    assert_eq!(error(&[0xf4; 1473]), "mosys-too-large");
    let mut many = vec![0xf4, 0, 255, 0];
    many.extend([0x77; 255 * 5]);
    finish(&mut many);
    assert_eq!(many.len(), limits::PACKET_BYTES_MAX);
    let mut decoder = Decoder::default();
    decoder.decode(&many, HostNs(0), &mut out).unwrap();
    assert_eq!(decoder.counts().unknown, 255);
}

#[test]
fn strangers_are_bounded() {
    let mut decoder = Decoder::default();
    let mut out = MocapFrame::default();
    for id in 0..=255 {
        let mut bytes = Vec::new();
        encode_packet(id, 0, &[Axis::of_signed(AxisId::Pan, 5.0)], &mut bytes);
        decoder.decode(&bytes, HostNs(0), &mut out).unwrap();
    }
    assert_eq!(out.roster.subjects().len(), cyc_model::SUBJECTS_MAX);
    assert_eq!(decoder.counts().unknown, 256 - 64);
}

proptest! {
    #[test]
    fn poses_lenses_and_timecodes_come_back(
        q in prop::array::uniform4(-1.0..1.0f64), t in prop::array::uniform3(-80.0..80.0f64),
        frame_of_day in 0..2_160_000i64, clockwise: bool, share in 0.0..0.99f64,
    ) {
        let q = DQuat::from_array(q);
        prop_assume!(q.length() > 0.1);
        let pose: SourcePose = Xf::saturating(q, DVec3::from_array(t));
        let mut list = crate::body_list::BodyList::default();
        list.introduce(0u8, "cam").unwrap();
        let mut sent = MocapFrame::default();
        list.write(HostNs(0), &mut sent);
        sent.segments[0] = Some(pose);
        sent.number = FrameNumber(77);
        sent.timecode = Some(Timecode::from_frame_of_day(TimecodeRate::Fps25, frame_of_day));
        let mut sample = LensSample {
            sensor_size_m: Some([0.036, 0.02025]),
            focal_length_m: Some(0.02 + share / 10.0),
            focus_distance_m: Some(1.0 + share),
            entrance_pupil_offset_m: Some(share / 10.0),
            ..LensSample::default()
        };
        sample.focus.normalised = Some(share);
        sent.lenses.push(SubjectLens { subject: 0, sample });
        let pan = if clockwise { PanDirection::Clockwise } else { PanDirection::Counterclockwise };
        let mut bytes = Vec::new();
        let settings = EncodeSettings { pan, ..EncodeSettings::default() };
        Encoder::new(settings).encode(&sent, &mut |d| bytes = d.to_vec());
        let settings = DecodeSettings { pan, sensor_size_m: sample.sensor_size_m, ..DecodeSettings::default() };
        let got = decoded(settings, &bytes);
        let back = got.segments[0].unwrap();
        // Half a step of each axis: 5 µm and 0.5 millidegree.
        prop_assert!(back.translation().distance_m(pose.translation()) < 1e-5);
        prop_assert!(back.angle_to(pose) < 5e-5);
        prop_assert_eq!(got.timecode, sent.timecode);
        let lens = got.lens_of(0).unwrap();
        prop_assert!((lens.focal_length_m.unwrap() / sample.focal_length_m.unwrap() - 1.0).abs() < 1e-6);
        prop_assert!((lens.focus_distance_m.unwrap() / sample.focus_distance_m.unwrap() - 1.0).abs() < 1e-6);
        prop_assert!((lens.focus.normalised.unwrap() - share).abs() < 1e-5);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Decoder::default().decode(&bytes, HostNs(0), &mut MocapFrame::default());
        let mut framed = vec![0xf4, 1, (bytes.len() / 5) as u8, 0];
        framed.extend_from_slice(&bytes[..bytes.len() / 5 * 5]);
        finish(&mut framed);
        let _ = Decoder::default().decode(&framed, HostNs(0), &mut MocapFrame::default());
    }
}

//! Golden bytes, the traps, and the rotation's convention against a product of matrices.

use super::*;
use crate::vicon_axes::SourcePose;
use cyc_model::{HostNs, MocapFrame, Roster, SegmentInfo, SubjectInfo, Xf};
use glam::{DQuat, DVec3};
use proptest::prelude::*;
use std::sync::Arc;

/// One datagram by hand: frame 1234, one object `Cam`.
fn golden(t_mm: [f64; 3], euler_rad: [f64; 3]) -> Vec<u8> {
    let mut bytes = vec![
        0xd2, 0x04, 0x00, 0x00, 0x01, 0x00, 0x48, 0x00, 0x43, 0x61, 0x6d,
    ];
    bytes.resize(8 + 24, 0);
    for v in t_mm.iter().chain(&euler_rad) {
        bytes.extend_from_slice(&v.to_le_bytes());
    }
    assert_eq!(bytes.len(), 80);
    bytes
}

fn decode(bytes: &[u8]) -> MocapFrame {
    let mut out = MocapFrame::default();
    Decoder::default()
        .decode(bytes, HostNs(9), &mut out)
        .unwrap();
    out
}

fn body(name: &str) -> SubjectInfo {
    SubjectInfo {
        name: name.into(),
        segments: vec![SegmentInfo {
            name: name.into(),
            parent: None,
            parent_from_segment: None,
        }],
        markers: vec![],
    }
}

fn frame(names: &[&str], poses: &[Option<SourcePose>]) -> MocapFrame {
    let roster = Roster::build(names.iter().map(|n| body(n)).collect()).unwrap();
    let mut out = MocapFrame::default();
    out.reset(&Arc::new(roster));
    out.segments.copy_from_slice(poses);
    out.number = cyc_model::FrameNumber(1234);
    out
}

#[test]
fn golden_bytes_are_read_and_written() {
    let bytes = golden([1000.0, 2000.0, 3000.0], [0.0; 3]);
    let read = decode(&bytes);
    assert_eq!((read.number.0, read.heard), (1234, HostNs(9)));
    assert!(read.roster.subjects()[0].is_rigid_body());
    let at = read.segments[0].unwrap().translation().metres();
    assert_eq!(at, DVec3::new(1.0, 3.0, -2.0));
    let settings = EncodeSettings {
        block_bytes: 0,
        ..EncodeSettings::default()
    };
    let mut written = Vec::new();
    encode_frame(
        &frame(&["Cam"], &[read.segments[0]]),
        &settings,
        &mut written,
    );
    let same = |b: &[u8]| {
        let (number, items) = decode_items(b).unwrap();
        // -0 and 0 are the same angle.
        (
            number,
            format!("{:?}", items.collect::<Vec<_>>()).replace("-0.0", "0.0"),
        )
    };
    assert_eq!((written.len(), same(&written)), (80, same(&bytes)));
}

#[test]
fn a_padded_block_is_read_by_its_count() {
    for block_bytes in limits::BLOCK_BYTES {
        let settings = EncodeSettings {
            block_bytes,
            ..EncodeSettings::default()
        };
        let mut bytes = Vec::new();
        let pose = Some(Xf::from_translation(DVec3::ONE));
        encode_frame(&frame(&["a", "b", "c"], &[pose; 3]), &settings, &mut bytes);
        assert_eq!(bytes.len(), block_bytes.max(256));
        assert_eq!(decode(&bytes).segments.iter().flatten().count(), 3);
    }
}

#[test]
fn exactly_zero_is_not_tracked_and_so_is_an_object_left_out() {
    assert_eq!(decode(&golden([0.0; 3], [0.0; 3])).segments, [None]);
    assert!(decode(&golden([0.0, 0.0, 1e-6], [0.0; 3])).segments[0].is_some());
    let mut decoder = Decoder::default();
    let mut out = MocapFrame::default();
    let pose = Some(Xf::from_translation(DVec3::ONE));
    for (poses, seen) in [([pose, pose], [true, true]), ([None, pose], [false, true])] {
        for not_tracked in [NotTracked::Zeros, NotTracked::LeftOut] {
            let settings = EncodeSettings {
                not_tracked,
                ..EncodeSettings::default()
            };
            let mut bytes = Vec::new();
            encode_frame(&frame(&["a", "b"], &poses), &settings, &mut bytes);
            decoder.decode(&bytes, HostNs(0), &mut out).unwrap();
            assert_eq!([0, 1].map(|i| out.segments[i].is_some()), seen);
        }
    }
}

#[test]
fn a_body_at_rest_in_the_origin_is_still_tracked() {
    let mut bytes = Vec::new();
    let at_rest = Some(Xf::IDENTITY);
    encode_frame(
        &frame(&["a"], &[at_rest]),
        &EncodeSettings::default(),
        &mut bytes,
    );
    let got = decode(&bytes).segments[0].unwrap();
    assert!(got.translation().metres().length() < 1e-8);
}

#[test]
fn unknown_items_and_longer_objects_are_skipped_by_their_size() {
    let object = golden([1.0, 2.0, 3.0], [0.0; 3]);
    let mut bytes = object[..4].to_vec();
    bytes.push(3);
    bytes.extend_from_slice(&[9, 5, 0, 1, 2, 3, 4, 5]);
    bytes.extend_from_slice(&[0, 80, 0]);
    bytes.extend_from_slice(&object[8..]);
    bytes.extend_from_slice(&[7; 8]);
    bytes.extend_from_slice(&[0, 72, 0, b'Z']);
    bytes.extend_from_slice(&object[9..]);
    let read = decode(&bytes);
    let names: Vec<_> = read
        .roster
        .subjects()
        .iter()
        .map(|s| s.name.as_str())
        .collect();
    assert_eq!(names, ["Cam", "Zam"]);
    assert_eq!(read.segments.iter().flatten().count(), 2);
}

#[test]
fn a_datagram_cut_at_every_byte_is_refused() {
    let bytes = golden([1.0; 3], [0.0; 3]);
    for cut in 0..bytes.len() {
        let mut out = MocapFrame::default();
        let read = Decoder::default().decode(&bytes[..cut], HostNs(0), &mut out);
        assert!(read.is_err(), "cut at {cut}");
    }
    let too_large = vec![0; limits::DATAGRAM_MAX + 1];
    let error = Decoder::default().decode(&too_large, HostNs(0), &mut MocapFrame::default());
    assert_eq!(error.unwrap_err().key(), "vicon-udp-too-large");
}

#[test]
fn strangers_names_are_bounded() {
    let mut decoder = Decoder::default();
    let mut out = MocapFrame::default();
    for i in 0..1000u32 {
        let mut bytes = golden([1.0; 3], [0.0; 3]);
        bytes[8..12].copy_from_slice(format!("{i:04}").as_bytes());
        decoder.decode(&bytes, HostNs(0), &mut out).unwrap();
    }
    assert_eq!(out.roster.subjects().len(), cyc_model::SUBJECTS_MAX);
    assert_eq!(decoder.counts().objects, 1000 - 64);
}

type Matrix = [[f64; 3]; 3];

fn product(a: Matrix, b: Matrix) -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| (0..3).map(|k| a[i][k] * b[k][j]).sum()))
}

/// `Rx(x) · Ry(y) · Rz(z)`, written out.
fn by_matrices([x, y, z]: [f64; 3]) -> Matrix {
    let ((sx, cx), (sy, cy), (sz, cz)) = (x.sin_cos(), y.sin_cos(), z.sin_cos());
    let rx = [[1.0, 0.0, 0.0], [0.0, cx, -sx], [0.0, sx, cx]];
    let ry = [[cy, 0.0, sy], [0.0, 1.0, 0.0], [-sy, 0.0, cy]];
    let rz = [[cz, -sz, 0.0], [sz, cz, 0.0], [0.0, 0.0, 1.0]];
    product(product(rx, ry), rz)
}

proptest! {
    #[test]
    fn the_rotation_is_rx_ry_rz_about_moving_axes(euler in prop::array::uniform3(-3.1..3.1f64)) {
        let got = decode(&golden([1.0; 3], euler)).segments[0].unwrap();
        let r = by_matrices(euler);
        for (i, axis) in [DVec3::X, DVec3::Y, DVec3::Z].into_iter().enumerate() {
            // A body's axis in Vicon's volume, taken to ours by hand: (x, y, z) → (x, z, -y), for both the axis
            // that is turned and what it is turned to.
            let vicon = DVec3::new(r[0][i], r[1][i], r[2][i]);
            let expected = DVec3::new(vicon.x, vicon.z, -vicon.y);
            let ours = DVec3::new(axis.x, axis.z, -axis.y);
            prop_assert!((got.rotation() * ours).distance(expected) < 1e-12);
        }
    }

    #[test]
    fn poses_come_back(
        q in prop::array::uniform4(-1.0..1.0f64), t in prop::array::uniform3(-20.0..20.0f64),
    ) {
        let q = DQuat::from_array(q);
        prop_assume!(q.length() > 0.1);
        let pose: SourcePose = Xf::saturating(q, DVec3::from_array(t));
        let mut bytes = Vec::new();
        encode_frame(&frame(&["a"], &[Some(pose)]), &EncodeSettings::default(), &mut bytes);
        let got = decode(&bytes).segments[0].unwrap();
        prop_assert!(got.translation().distance_m(pose.translation()) < 1e-9);
        let (a, b) = (got.rotation(), pose.rotation());
        // Near the pole of Euler angles half the digits are lost, as on the real wire.
        prop_assert!((a - b).length().min((a + b).length()) < 1e-7);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Decoder::default().decode(&bytes, HostNs(0), &mut MocapFrame::default());
    }
}

/// Found by the fuzzer: the next frame had as many poses as names, and a roster without the new one.
#[test]
fn a_name_of_a_datagram_that_is_cut_is_introduced_with_the_next() {
    let mut decoder = Decoder::default();
    let mut out = MocapFrame::default();
    let mut cut = golden([1.0; 3], [0.0; 3]);
    cut[4] = 2;
    assert!(decoder.decode(&cut, HostNs(9), &mut out).is_err());
    let whole = golden([1.0; 3], [0.0; 3]);
    assert_eq!(decoder.decode(&whole, HostNs(9), &mut out), Ok(true));
    assert_eq!(out.roster.segment_count(), 1);
    assert_eq!(out.segments.len(), 1);
}

//! Xsens MVN: corpus and damage.

use crate::{corpus, damage};
use cyc_model::{FrameNumber, HostNs, MocapFrame, Roster, SegmentInfo, SubjectInfo, Xf};
use cyc_wire::WireError;
use cyc_wire::xsens_mvn::{BODY_SEGMENTS, Decoder, encode_frame, packet_bytes};
use glam::DVec3;
use std::sync::Arc;

/// The name and the poses of a character, as they are sent.
fn datagrams() -> [Vec<u8>; 2] {
    let segment = |(name, parent): &(&str, Option<u16>)| SegmentInfo {
        name: (*name).to_owned(),
        parent: *parent,
        parent_from_segment: None,
    };
    let subject = SubjectInfo {
        name: "Ann".to_owned(),
        segments: BODY_SEGMENTS.iter().map(segment).collect(),
        markers: vec![],
    };
    let mut frame = MocapFrame::default();
    frame.reset(&Arc::new(Roster::build(vec![subject]).unwrap()));
    frame.number = FrameNumber(7);
    let at = Xf::from_translation(DVec3::new(0.5, 1.0, -0.25));
    frame.segments.fill(Some(at));
    let mut datagrams = Vec::new();
    encode_frame(&frame, 0.01, &mut datagrams);
    datagrams.try_into().unwrap()
}

/// Whether the bytes are understood.
fn read(bytes: &[u8]) -> bool {
    let (mut decoder, mut out) = (Decoder::default(), MocapFrame::default());
    let read = decoder.decode(bytes, HostNs(0), &mut out);
    assert_eq!(out.segments.len(), out.roster.segment_count());
    read.is_ok()
}

#[test]
fn the_corpus() {
    let [name, poses] = datagrams();
    let with = |at: usize, bytes: &[u8]| {
        let mut damaged = poses.clone();
        damaged[at..at + bytes.len()].copy_from_slice(bytes);
        damaged
    };
    let seeds = [
        ("good_name.bin", name),
        ("good_poses.bin", poses.clone()),
        ("good_first_part.bin", with(10, &[0])),
        ("good_of_a_second_character.bin", with(16, &[1])),
        ("good_size_of_zero.bin", with(22, &[0, 0])),
        ("good_points.bin", with(4, b"03")),
        ("left_handed.bin", with(4, b"05")),
        ("claims_255_items.bin", with(11, &[255])),
        ("claims_64_kilobytes.bin", with(22, &[255, 255])),
        ("kind_is_no_number.bin", with(4, b"0x")),
        ("cut_in_a_pose.bin", poses[..100].to_vec()),
    ];
    corpus::run("xsens_mvn", &seeds, read);
}

#[test]
fn damage_is_survived() {
    for datagram in datagrams() {
        damage::inflict(&datagram, 1000, |bytes| {
            read(bytes);
        });
    }
}

#[test]
fn a_stream_is_cut_where_its_headers_say() {
    let [name, poses] = datagrams();
    let stream = [&name[..], &poses[..]].concat();
    for cut in 0..24 {
        assert_eq!(packet_bytes(&stream[..cut]), Ok(None), "{cut}");
    }
    assert_eq!(packet_bytes(&stream[..24]), Ok(Some(name.len())));
    assert_eq!(packet_bytes(&stream[name.len()..]), Ok(Some(poses.len())));
    let with = |at: usize, bytes: &[u8]| {
        let mut damaged = poses.clone();
        damaged[at..at + bytes.len()].copy_from_slice(bytes);
        packet_bytes(&damaged).unwrap_err().key()
    };
    assert_eq!(with(22, &[0, 0]), "mvn-no-length");
    assert_eq!(with(22, &[255, 255]), "mvn-too-large");
    assert_eq!(with(0, b"HTTP"), "mvn-not-mvn");
    // A stranger is known by its first bytes.
    assert_eq!(packet_bytes(b"GET").unwrap_err().key(), "mvn-not-mvn");
}

//! Golden bytes, frames of several packets, and what is cut or damaged.

use super::*;
use crate::WireError;
use crate::vicon_axes::SourcePose;
use cyc_model::{FrameNumber, HostNs, MocapFrame, Nanos, Xf};
use glam::{DQuat, DVec3};
use proptest::prelude::*;

/// A data packet by hand: time 1 000 000 µs, version 2.3, frame 9, one packet; tracker 7 at (1, 2, 4), turned by
/// (0, 0.5, 0), valid.
const GOLDEN: [u8; 76] = [
    0x55, 0x67, 0x48, 0x80, // data, 72 bytes of chunks
    0x00, 0x00, 0x0c, 0x00, // header, 12 bytes
    0x40, 0x42, 0x0f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x09, 0x01, //
    0x01, 0x00, 0x34, 0x80, // trackers, 52 bytes of chunks
    0x07, 0x00, 0x30, 0x80, // tracker 7, 48 bytes of chunks
    0x00, 0x00, 0x0c, 0x00, // position
    0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x00, 0x40, 0x00, 0x00, 0x80, 0x40, //
    0x02, 0x00, 0x0c, 0x00, // orientation
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x3f, 0x00, 0x00, 0x00, 0x00, //
    0x03, 0x00, 0x04, 0x00, 0x00, 0x00, 0x80, 0x3f, // status 1
    0x06, 0x00, 0x04, 0x00, 0x40, 0x42, 0x0f, 0x00, // time, as short as some send it
];

/// An info packet by hand: tracker 7 is called `Cam`, the system `S`.
const GOLDEN_INFO: [u8; 40] = [
    0x56, 0x67, 0x24, 0x80, //
    0x00, 0x00, 0x0c, 0x00, //
    0x40, 0x42, 0x0f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x01, 0x01, //
    0x01, 0x00, 0x01, 0x00, b'S', //
    0x02, 0x00, 0x0b, 0x80, //
    0x07, 0x00, 0x07, 0x80, //
    0x00, 0x00, 0x03, 0x00, b'C', b'a', b'm',
];

fn decoded(depth: Depth, bytes: &[u8]) -> MocapFrame {
    let mut out = MocapFrame::default();
    let mut decoder = Decoder::new(DecodeSettings { depth });
    assert!(decoder.decode(bytes, HostNs(6), &mut out).unwrap());
    out
}

#[test]
fn golden_bytes_are_read() {
    let frame = decoded(Depth::Away, &GOLDEN);
    assert_eq!((frame.number.0, frame.heard), (9, HostNs(6)));
    assert_eq!(frame.roster.subjects()[0].name, "Tracker 7");
    let pose = frame.segments[0].unwrap();
    // Z into the depth is our -Z, and in a mirror a turn about the vertical goes the other way.
    assert_eq!(pose.translation().metres(), DVec3::new(1.0, 2.0, -4.0));
    let turned = |q: DQuat, angle: f64| q.dot(DQuat::from_rotation_y(angle)).abs() > 1.0 - 1e-12;
    assert!(turned(pose.rotation(), -0.5));
    let pose = decoded(Depth::Towards, &GOLDEN).segments[0].unwrap();
    assert_eq!(pose.translation().metres(), DVec3::new(1.0, 2.0, 4.0));
    assert!(turned(pose.rotation(), 0.5));
}

#[test]
fn names_come_with_an_info() {
    let mut decoder = Decoder::default();
    let mut out = MocapFrame::default();
    let mut later = GOLDEN;
    later[18] = 10;
    assert!(decoder.decode(&GOLDEN, HostNs(0), &mut out).unwrap());
    assert!(!decoder.decode(&GOLDEN_INFO, HostNs(0), &mut out).unwrap());
    assert!(decoder.decode(&later, HostNs(0), &mut out).unwrap());
    assert_eq!(out.roster.subjects()[0].name, "Cam");
    assert_eq!(decoder.system_name(), "S");
    // Told again it changes nothing, so nothing is made anew.
    let roster = std::sync::Arc::clone(&out.roster);
    later[18] = 11;
    decoder.decode(&GOLDEN_INFO, HostNs(0), &mut out).unwrap();
    decoder.decode(&later, HostNs(0), &mut out).unwrap();
    assert!(std::sync::Arc::ptr_eq(&roster, &out.roster));
}

#[test]
fn a_tracker_with_status_zero_or_without_a_position_is_not_tracked() {
    let mut lost = GOLDEN;
    lost[64..68].fill(0);
    assert_eq!(decoded(Depth::Away, &lost).segments, [None]);
    let mut elsewhere = GOLDEN;
    elsewhere[28] = 4;
    assert_eq!(decoded(Depth::Away, &elsewhere).segments, [None]);
    let mut broken = GOLDEN;
    broken[32..36].copy_from_slice(&f32::NAN.to_le_bytes());
    assert_eq!(decoded(Depth::Away, &broken).segments, [None]);
}

/// A frame of rigid bodies.
fn frame(number: u64, poses: &[Option<SourcePose>]) -> MocapFrame {
    let mut list = crate::body_list::BodyList::default();
    for i in 0..poses.len() {
        list.introduce(i, &format!("a body with a long name, number {i}"))
            .unwrap();
    }
    let mut out = MocapFrame::default();
    list.write(HostNs(0), &mut out);
    out.segments.copy_from_slice(poses);
    out.number = FrameNumber(number);
    out.rate_hz = 60.0;
    out
}

fn encoded(encoder: &mut Encoder, frame: &MocapFrame, taken: HostNs) -> Vec<Vec<u8>> {
    let mut datagrams = Vec::new();
    encoder.encode(frame, taken, &mut |d| datagrams.push(d.to_vec()));
    datagrams
}

fn some_poses(n: usize) -> Vec<Option<SourcePose>> {
    let pose = |i: usize| {
        let t = i as f64;
        let q = DQuat::from_scaled_axis(DVec3::new(0.1 * t, 0.2, -0.03 * t));
        (i % 7 != 3).then(|| Xf::saturating(q, DVec3::new(t, 1.0, -t)))
    };
    (0..n).map(pose).collect()
}

#[test]
fn a_frame_of_several_packets_is_whole_when_all_have_come() {
    let sent = frame(3, &some_poses(40));
    let all = encoded(&mut Encoder::default(), &sent, HostNs(0));
    assert!(all.iter().all(|d| d.len() <= limits::SENT_BYTES_MAX));
    let (infos, data): (Vec<_>, Vec<_>) = all.iter().partition(|d| d[..2] == [0x56, 0x67]);
    assert!(
        infos.len() > 1 && data.len() > 1,
        "{} {}",
        infos.len(),
        data.len()
    );
    let mut decoder = Decoder::default();
    let mut got = MocapFrame::default();
    let mut wholes = 0;
    // Twice each, names first, the packets of the frame backwards.
    for datagram in infos.iter().chain(data.iter().rev()) {
        for _ in 0..2 {
            wholes += usize::from(decoder.decode(datagram, HostNs(0), &mut got).unwrap());
        }
    }
    assert_eq!((wholes, decoder.counts().incomplete), (1, 0));
    let mut seen = 0;
    for (i, subject) in sent.roster.subjects().iter().enumerate() {
        let place = got.roster.find(&subject.name).unwrap();
        match (sent.segments[i], got.segments[place]) {
            (Some(a), Some(b)) => {
                assert!(a.translation().distance_m(b.translation()) < 1e-5);
                assert!(a.angle_to(b) < 1e-3);
                seen += 1;
            }
            (a, b) => assert_eq!(a, b),
        }
    }
    assert_eq!(seen, sent.segments.iter().flatten().count());
}

#[test]
fn a_frame_that_lost_a_packet_is_dropped_and_counted() {
    let mut encoder = Encoder::default();
    let first = encoded(&mut encoder, &frame(1, &some_poses(40)), HostNs(0));
    let second = encoded(&mut encoder, &frame(2, &some_poses(40)), HostNs(16_000_000));
    let mut decoder = Decoder::default();
    let mut out = MocapFrame::default();
    let data: Vec<_> = first.iter().filter(|d| d[..2] == [0x55, 0x67]).collect();
    for datagram in data.iter().skip(1) {
        assert!(!decoder.decode(datagram, HostNs(0), &mut out).unwrap());
    }
    let wholes = second
        .iter()
        .filter(|d| decoder.decode(d, HostNs(0), &mut out).unwrap());
    assert_eq!(wholes.count(), 1);
    assert_eq!((decoder.counts().incomplete, out.number.0), (1, 2));
}

#[test]
fn frame_ids_go_on_over_their_wrap_and_over_a_long_gap() {
    let mut encoder = Encoder::default();
    let mut decoder = Decoder::default();
    let mut out = MocapFrame::default();
    let mut number_of = |n: u64| {
        let taken = HostNs(0) + Nanos((n as i64) * 16_666_667);
        for d in encoded(&mut encoder, &frame(n, &some_poses(1)), taken) {
            decoder.decode(&d, HostNs(0), &mut out).unwrap();
        }
        out.number.0
    };
    let sent = [250, 251, 255, 256, 257, 600, 601, 3000, 3001, 100_000];
    assert_eq!(sent.map(&mut number_of), sent);
}

#[test]
fn an_older_frame_is_a_step_backwards() {
    let mut encoder = Encoder::default();
    let made: Vec<_> = (0..4)
        .map(|n| {
            encoded(
                &mut encoder,
                &frame(254 + n, &some_poses(1)),
                HostNs(n as i64 * 16_666_667),
            )
            .pop()
            .unwrap()
        })
        .collect();
    let mut decoder = Decoder::default();
    let mut out = MocapFrame::default();
    let numbers = [0, 2, 1, 3].map(|i: usize| {
        decoder.decode(&made[i], HostNs(0), &mut out).unwrap();
        out.number.0
    });
    assert_eq!(numbers, [254, 256, 255, 257]);
}

#[test]
fn what_is_cut_or_damaged_is_refused_whole() {
    let mut out = MocapFrame::default();
    let key = |bytes: &[u8]| {
        Decoder::default()
            .decode(bytes, HostNs(0), &mut MocapFrame::default())
            .unwrap_err()
            .key()
    };
    for cut in 0..GOLDEN.len() {
        assert_eq!(key(&GOLDEN[..cut]), "psn-chunk-cut", "{cut}");
    }
    for cut in 0..GOLDEN_INFO.len() {
        assert_eq!(key(&GOLDEN_INFO[..cut]), "psn-chunk-cut", "{cut}");
    }
    for (at, value, expected) in [
        (0, 0x54, "psn-not"),
        (6, 0x0b, "psn-chunk-cut"),
        (4, 0x05, "psn-no-header"),
        (22, 0x35, "psn-chunk-cut"),
        (26, 0x31, "psn-chunk-cut"),
        (30, 0x0d, "psn-value-cut"),
        (44, 0x03, "no error"),
    ] {
        let mut bytes = GOLDEN;
        bytes[at] = value;
        match Decoder::default().decode(&bytes, HostNs(0), &mut out) {
            Err(e) => assert_eq!(e.key(), expected, "byte {at}"),
            Ok(_) => assert_eq!("no error", expected, "byte {at}"),
        }
    }
    // A position of four bytes.
    let mut short = vec![0x55, 0x67, 0x20, 0x80];
    short.extend_from_slice(&GOLDEN[4..20]);
    short.extend_from_slice(&[1, 0, 12, 0x80, 7, 0, 8, 0x80, 0, 0, 4, 0, 1, 2, 3, 4]);
    assert_eq!(key(&short), "psn-value-cut");
    assert_eq!(key(&[0x55; 1501]), "psn-too-large");
}

#[test]
fn strangers_and_their_names_are_bounded() {
    let mut decoder = Decoder::default();
    let mut out = MocapFrame::default();
    for id in 0..1000u16 {
        let mut bytes = GOLDEN;
        bytes[18] = id as u8;
        bytes[24..26].copy_from_slice(&id.to_le_bytes());
        decoder.decode(&bytes, HostNs(0), &mut out).unwrap();
    }
    assert_eq!(out.roster.subjects().len(), cyc_model::SUBJECTS_MAX);
    assert_eq!(decoder.counts().unknown, 1000 - 64);
}

proptest! {
    #[test]
    fn poses_come_back(
        q in prop::array::uniform4(-1.0..1.0f64), t in prop::array::uniform3(-50.0..50.0f64), towards: bool,
    ) {
        let q = DQuat::from_array(q);
        prop_assume!(q.length() > 0.1);
        let depth = if towards { Depth::Towards } else { Depth::Away };
        let pose: SourcePose = Xf::saturating(q, DVec3::from_array(t));
        let settings = EncodeSettings { depth, ..EncodeSettings::default() };
        let datagrams = encoded(&mut Encoder::new(settings), &frame(1, &[Some(pose)]), HostNs(0));
        let got = decoded(depth, datagrams.last().unwrap()).segments[0].unwrap();
        prop_assert!(got.translation().distance_m(pose.translation()) < 1e-5);
        prop_assert!(got.angle_to(pose) < 1e-3);
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0..76usize, value: u8,
    ) {
        let mut out = MocapFrame::default();
        let _ = Decoder::default().decode(&bytes, HostNs(0), &mut out);
        let mut damaged = GOLDEN;
        damaged[at] = value;
        let _ = Decoder::default().decode(&damaged, HostNs(0), &mut out);
    }
}

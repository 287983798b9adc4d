//! A minute of a camera on a stage, as a Mo-Sys system recorded it at 25 frames a second with timecode.

use crate::shared_file;
use cyc_model::{HostNs, MocapFrame, TimecodeRate};
use cyc_wire::mosys_f4::{Decoder, decode_packet, encode_packet};

const FILE: &str = "mosys/A003_C001_01.f4";

/// The packets of the recording, which follow one another.
fn packets(recording: &[u8]) -> Vec<&[u8]> {
    let (mut at, mut packets) = (0, Vec::new());
    while at < recording.len() {
        let (_, next) = decode_packet(recording, at).unwrap();
        packets.push(&recording[at..next]);
        at = next;
    }
    packets
}

#[test]
fn every_packet_is_a_frame_and_none_is_missing() {
    let Some(recording) = shared_file(FILE) else {
        return;
    };
    let packets = packets(&recording);
    assert_eq!(packets.len(), 1497);
    let mut decoder = Decoder::default();
    let mut frame = MocapFrame::default();
    let mut before: Option<(u64, i64)> = None;
    let (mut pan, mut view) = ((f64::MAX, f64::MIN), (f64::MAX, f64::MIN));
    for packet in packets {
        decoder.decode(packet, HostNs(0), &mut frame).unwrap();
        let timecode = frame.timecode.unwrap();
        assert_eq!(timecode.rate(), TimecodeRate::Fps25);
        let now = (frame.number.0, timecode.frame_of_day());
        if let Some(before) = before {
            assert_eq!(now, (before.0 + 1, before.1 + 1), "a frame is missing");
        }
        before = Some(now);
        let pose = frame.segments[0].unwrap();
        let at = pose.translation().metres();
        // A camera on a pedestal: a good metre above the floor, and nowhere else.
        assert!((1.18..1.21).contains(&at.y) && at.length() < 3.0, "{at}");
        let look = pose.rotation() * glam::DVec3::NEG_Z;
        pan.0 = pan.0.min(look.x);
        pan.1 = pan.1.max(look.x);
        let lens = frame.lens_of(0).unwrap();
        let horizontal = lens.horizontal_field_of_view_rad.unwrap().to_degrees();
        let vertical = lens.vertical_field_of_view_rad.unwrap().to_degrees();
        assert!(vertical < horizontal && lens.entrance_pupil_offset_m.unwrap() < 0.2);
        assert!(lens.focus_distance_m.unwrap() > 0.5 && lens.iris.is_unknown());
        view.0 = view.0.min(horizontal);
        view.1 = view.1.max(horizontal);
    }
    // It pans from 31° on one side to 9° on the other and zooms from 64.7° to 22.4°, which are 2·atan(960/fx).
    assert!(pan.1 - pan.0 > 0.5, "{pan:?}");
    assert!(
        (view.0 - 22.37).abs() < 0.02 && (view.1 - 64.68).abs() < 0.02,
        "{view:?}"
    );
    assert_eq!(
        (decoder.counts().values, decoder.counts().unknown),
        (0, 2 * 1497)
    );
}

#[test]
fn the_first_packet_has_the_values_that_stand_in_it() {
    let Some(recording) = shared_file(FILE) else {
        return;
    };
    let mut frame = MocapFrame::default();
    let first = packets(&recording)[0];
    Decoder::default()
        .decode(first, HostNs(0), &mut frame)
        .unwrap();
    // By hand from the bytes: X ffe093 = -8045, Y fd2bf5 = -185 355, height 01d3f9 = 119 801, each 1/100 mm.
    let at = frame.segments[0].unwrap().translation().metres();
    assert!(
        at.distance(glam::DVec3::new(-0.08045, 1.19801, 1.85355)) < 1e-12,
        "{at}"
    );
    let lens = frame.lens_of(0).unwrap();
    assert_eq!(
        (lens.focus.raw, lens.zoom.raw),
        (Some(0xc3ab), Some(0x005d))
    );
    // 3e1980ce and 1 / 3edd5023.
    assert!((lens.entrance_pupil_offset_m.unwrap() - 0.149905).abs() < 1e-6);
    assert!((lens.focus_distance_m.unwrap() - 2.313466).abs() < 1e-5);
    assert_eq!(frame.timecode.unwrap().to_string(), "15:03:47:02");
    assert_eq!(frame.roster.subjects()[0].name, "Camera 0");
}

#[test]
fn every_packet_is_written_as_it_was() {
    let Some(recording) = shared_file(FILE) else {
        return;
    };
    for bytes in packets(&recording) {
        let (packet, _) = decode_packet(bytes, 0).unwrap();
        assert!(packet.is_recording && packet.has_genlock);
        let axes: Vec<_> = packet.axes().collect();
        let mut written = Vec::new();
        encode_packet(packet.camera_id, packet.frame, &axes, &mut written);
        // All but the status bits, which are the tracker's own, and the sum with them.
        let same = |b: &[u8]| [b[..3].to_vec(), b[4..b.len() - 1].to_vec()];
        assert_eq!(same(&written), same(bytes));
    }
}

#[test]
fn a_recording_cut_or_damaged_anywhere_is_survived() {
    let Some(recording) = shared_file(FILE) else {
        return;
    };
    let mut frame = MocapFrame::default();
    let packet = packets(&recording)[700];
    for at in 0..packet.len() {
        let mut decoder = Decoder::default();
        assert!(
            decoder
                .decode(&packet[..at], HostNs(0), &mut frame)
                .is_err()
        );
        let mut damaged = packet.to_vec();
        damaged[at] ^= 0x10;
        assert!(
            decoder.decode(&damaged, HostNs(0), &mut frame).is_err(),
            "byte {at}"
        );
    }
}

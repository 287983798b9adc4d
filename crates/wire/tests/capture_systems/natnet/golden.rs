//! Bytes written by hand from the description of the protocol, not by our encoder.

use super::{client, frame_of};
use crate::bytes::{Bytes, le};
use crate::sameness::{marker_of, pose_of};
use cyc_model::{HostNs, Nanos, TimecodeRate};
use cyc_wire::natnet::{ClientSettings, DecodeError, ServerInfo, Version};
use glam::{DQuat, DVec3};

fn message(id: u16, payload: &Bytes) -> Vec<u8> {
    let bytes = payload.0.len() as u16;
    le().u16(id).u16(bytes).then(payload).0
}

/// Motive 3.1.2.1 with the given bitstream, 10 MHz, port 1511, group 239.255.42.99.
pub fn info([major, minor]: [u8; 2]) -> Vec<u8> {
    let mut name = b"Motive".to_vec();
    name.resize(256, 0);
    let payload = le()
        .raw(&name)
        .raw(&[3, 1, 2, 1])
        .raw(&[major, minor, 0, 0])
        .hex("80969800 00000000 e705 01 efff2a63");
    message(1, &payload)
}

#[test]
fn server_information() {
    let bytes = info([4, 1]);
    assert_eq!(bytes.len(), 4 + 279);
    let read = ServerInfo::decode(&bytes[4..]).unwrap();
    let expected = ServerInfo {
        application: "Motive".to_owned(),
        application_version: [3, 1, 2, 1],
        version: Version::V4_1,
        clock_hz: 10_000_000,
        data_port: 1511,
        multicast: Some([239, 255, 42, 99].into()),
    };
    assert_eq!(read, expected);
    let mut written = Vec::new();
    expected.encode(&mut written);
    assert_eq!(written, bytes);
}

const QUARTER: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// A marker set `Wand`, a rigid body `Wand` (7), a skeleton `Bo` (2) of a hip and a chest, its set, a camera, and the
/// set of all.
pub fn model(version: [u8; 2]) -> Vec<u8> {
    let (names, sizes, turns) = (version >= [4, 0], version >= [4, 1], version >= [4, 2]);
    let turn = |b: Bytes| {
        if turns {
            b.f32(&[0.0, QUARTER, 0.0, QUARTER])
        } else {
            b
        }
    };
    let wand = le().text("Wand").i32(7).i32(-1).f32(&[0.0, 0.0, 0.0]);
    let wand = turn(wand)
        .i32(2)
        .f32(&[0.1, 0.0, 0.0, 0.2, 0.0, 0.0])
        .i32(0)
        .i32(0);
    let wand = if names {
        wand.text("tip").text("end")
    } else {
        wand
    };
    let hip = turn(le().text("Bo_Hip").i32(1).i32(0).f32(&[0.0, 0.9, 0.0])).i32(0);
    let chest = turn(le().text("Bo_Chest").i32(2).i32(1).f32(&[0.0, 0.25, 0.0])).i32(0);
    let bo = le().text("Bo").i32(2).i32(2).then(&hip).then(&chest);
    let set = |name: &str, markers: &[&str]| {
        let set = le().text(name).i32(markers.len() as i32);
        markers.iter().fold(set, |set, m| set.text(m))
    };
    let camera = le().text("Prime 13").f32(&[1.0; 7]);
    let mut entries = vec![
        (0, set("Wand", &["tip", "end"])),
        (0, set("Bo", &["WaistL", "WaistR"])),
        (0, set("all", &["Wand_tip", "Wand_end"])),
        (1, wand),
        (5, camera),
        (2, bo),
    ];
    if sizes {
        // A kind that is not known, and an asset with one body and two markers of their own ids.
        entries.insert(3, (99, le().hex("0102030405")));
        let body = turn(le().text("root").i32(1).i32(0).f32(&[0.0; 3]))
            .i32(0)
            .0;
        let asset = le().text("Hat").i32(1).i32(9).i32(1).raw(&body);
        let marker = |b: Bytes, n: &str, id| b.text(n).i32(id).f32(&[0.0; 4]).u16(0);
        let asset = marker(marker(asset.i32(2), "brim", 11), "top", 12);
        entries.push((6, asset));
    }
    let start = le().i32(entries.len() as i32);
    let all = entries.iter().fold(start, |all, (kind, entry)| {
        let all = all.i32(*kind);
        if sizes {
            all.sized(entry.clone())
        } else {
            all.then(entry)
        }
    });
    message(5, &all)
}

/// A frame of the models above. Sizes from 4.1 on; then also what a newer version adds to rigid bodies (4 bytes).
pub fn frame(version: [u8; 2], extra: usize) -> Vec<u8> {
    let sizes = version >= [4, 1];
    let section = |all: Bytes, count: i32, body: Bytes| {
        let all = all.i32(count);
        if sizes {
            all.sized(body)
        } else {
            all.then(&body)
        }
    };
    let rigid = |id: i32, at: [f32; 3], q: [f32; 4], tracked: u16| {
        le().i32(id).f32(&at).f32(&q).f32(&[0.001]).u16(tracked)
    };
    let labelled = |id: i32, at: [f32; 3], params: u16| {
        le().i32(id)
            .f32(&at)
            .f32(&[0.014])
            .u16(params)
            .f32(&[0.0002])
    };
    let sets = le()
        .text("Wand")
        .i32(2)
        .f32(&[1.0, 2.0, 3.0, 0.0, 0.0, 0.0])
        .text("all")
        .i32(1)
        .f32(&[1.0, 2.0, 3.0]);
    let turned = [0.0, QUARTER, 0.0, QUARTER];
    let wand = rigid(7, [1.0, 2.0, 3.0], turned, 1).raw(&vec![0xee; extra]);
    let hip = rigid(0x0002_0001, [0.0, 0.9, 0.0], [0.0, 0.0, 0.0, 1.0], 1);
    let chest = rigid(0x0002_0002, [0.0, 1.15, 0.0], turned, 0);
    let bo = le().i32(2).i32(2).then(&hip).then(&chest);
    let markers = labelled(0x0007_0001, [1.0, 2.0, 3.0], 0x0a)
        .then(&labelled(0x0007_0002, [1.5, 2.5, 3.5], 0x0d))
        .then(&labelled(0x0002_0002, [-0.1, 0.9, 0.0], 0x0a))
        .then(&labelled(50_001, [9.0, 8.0, 7.0], 0x12));
    let plate = le().i32(1).i32(2).i32(1).f32(&[5.0]).i32(0);
    let all = le().i32(12_345);
    let all = section(all, 2, sets);
    let all = section(all, 1, le().f32(&[9.0, 8.0, 7.0]));
    let all = section(all, 1, wand);
    let all = section(all, 1, bo);
    let all = if sizes {
        let hat = rigid(1, [0.0, 1.8, 0.0], [0.0, 0.0, 0.0, 1.0], 1);
        let top = labelled(12, [0.0, 2.0, 0.0], 0x0a);
        let hat = le().i32(9).i32(1).then(&hat).i32(1).then(&top);
        section(all, 1, hat)
    } else {
        all
    };
    let all = section(all, 4, markers);
    let all = section(all, 1, plate.clone());
    let all = section(all, 1, plate);
    let all = all
        .hex("04 03 02 01") // frame 4, second 3, minute 2, hour 1
        .u32(3)
        .f64(&[100.5])
        .u64(50_000_000)
        .u64(50_020_000)
        .u64(50_050_000);
    let all = if sizes { all.u32(1).u32(2) } else { all };
    message(7, &all.u16(0).i32(0))
}

fn settings() -> ClientSettings {
    ClientSettings {
        timecode_rate: Some(TimecodeRate::Fps30),
        ..ClientSettings::default()
    }
}

#[test]
fn models_and_frames_of_every_bitstream() {
    for version in [[3, 0], [3, 1], [4, 0], [4, 1], [4, 2], [4, 5]] {
        let mut client = client(settings(), &info(version), &model(version));
        let rate = message(3, &le().f32(&[120.0]));
        let extra = if version >= [4, 2] { 4 } else { 0 };
        let mut none = cyc_model::MocapFrame::default();
        client.take(&rate, HostNs(0), &mut none).unwrap();
        let heard = HostNs(9_000_000_000);
        let got = frame_of(&mut client, &frame(version, extra), heard);

        let subjects: Vec<_> = got.roster.subjects().iter().collect();
        let names: Vec<_> = subjects.iter().map(|s| s.name.as_str()).collect();
        let sized = version >= [4, 1];
        assert_eq!(names[..2], ["Bo", "Wand"], "{version:?}");
        assert_eq!(names.get(2), sized.then_some(&"Hat"));
        assert!(subjects[1].is_rigid_body());
        assert_eq!(subjects[1].markers, ["tip", "end"]);
        assert_eq!(subjects[0].markers, ["WaistL", "WaistR"]);
        let chest = &subjects[0].segments[1];
        assert_eq!((chest.name.as_str(), chest.parent), ("Bo_Chest", Some(0)));
        let rest = chest.parent_from_segment.unwrap();
        assert_eq!(rest.translation().metres(), DVec3::new(0.0, 0.25, 0.0));
        let quarter = DQuat::from_rotation_y(std::f64::consts::FRAC_PI_2);
        let turned = rest.rotation().dot(quarter).abs() > 0.999_999;
        assert_eq!(turned, version >= [4, 2]);

        assert_eq!((got.number.0, got.rate_hz), (12_345, 120.0));
        let wand = pose_of(&got, "Wand", "Wand").unwrap();
        assert_eq!(wand.translation().metres(), DVec3::new(1.0, 2.0, 3.0));
        assert!(wand.rotation().dot(quarter).abs() > 0.999_999);
        assert!(pose_of(&got, "Bo", "Bo_Hip").is_some());
        assert_eq!(pose_of(&got, "Bo", "Bo_Chest"), None, "not tracked");
        let at = |s, m| marker_of(&got, s, m).map(|p| p.metres().as_vec3().to_array());
        assert_eq!(at("Wand", "tip"), Some([1.0, 2.0, 3.0]));
        assert_eq!(at("Wand", "end"), None, "occluded and filled by the model");
        assert_eq!(at("Bo", "WaistL"), None, "not in the frame");
        assert_eq!(at("Bo", "WaistR"), Some([-0.1, 0.9, 0.0]));
        assert_eq!(got.unlabelled.len(), 1, "told twice, there once");
        assert_eq!(got.unlabelled[0].trajectory, 50_001);
        if sized {
            assert!(pose_of(&got, "Hat", "root").is_some());
            assert_eq!(at("Hat", "top"), Some([0.0, 2.0, 0.0]));
            assert_eq!(at("Hat", "brim"), None);
        }
        // 50 000 ticks of 10 MHz from the middle of the exposure to sending.
        assert_eq!(got.taken, Some(heard - Nanos::from_millis(5)));
        assert_eq!(got.timecode.unwrap().to_string(), "01:02:03:04.3");
        assert_eq!(client.counts().refused, Default::default());
    }
}

#[test]
fn older_bitstreams_are_refused_by_name() {
    let mut client = cyc_wire::natnet::Client::new(ClientSettings::default());
    let mut frame = cyc_model::MocapFrame::default();
    let error = client.take(&info([2, 10]), HostNs(0), &mut frame);
    let (major, minor) = (2, 10);
    assert_eq!(error, Err(DecodeError::OldVersion { major, minor }));
}

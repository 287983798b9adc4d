//! A warm datagram of OSC, of a face or of a suit is decoded without allocating, and so is what a VRPN server sends.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use cyc_allocation::{CountingAllocator, allocations};
use cyc_model::{
    CapturedFace, FrameNumber, HostNs, HumanBone, MocapFrame, Point, Roster, SegmentInfo,
    SubjectInfo, Xf,
};
use cyc_wire::{ifacialmocap, live_link_face, osc_map, rokoko, vicon_osc, vmc, vrpn, xsens_mvn};
use glam::{DQuat, DVec3};
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn ten_actors() -> Arc<Roster> {
    let segment = |k: u16| SegmentInfo {
        name: format!("s{k}"),
        parent: k.checked_sub(1),
        parent_from_segment: None,
    };
    let actor = |a: usize| SubjectInfo {
        name: format!("a{a}"),
        segments: (0..20).map(segment).collect(),
        markers: (0..53).map(|m| format!("m{m}")).collect(),
    };
    Arc::new(Roster::build((0..10).map(actor).collect()).unwrap())
}

fn frame(roster: &Arc<Roster>, number: u64) -> MocapFrame {
    let mut f = MocapFrame::default();
    f.reset(roster);
    f.number = FrameNumber(number);
    f.taken = Some(HostNs(0));
    for (i, pose) in f.segments.iter_mut().enumerate() {
        let t = number as f64 * 0.01 + i as f64;
        *pose = Some(Xf::saturating(
            DQuat::from_rotation_y(t),
            DVec3::new(t.sin(), 1.0, 0.0),
        ));
    }
    for (i, at) in f.markers.iter_mut().enumerate() {
        *at = Some(Point::xyz(i as f64 * 0.01, 1.0, number as f64 * 0.001));
    }
    f
}

#[test]
fn a_warm_osc_datagram() {
    let roster = ten_actors();
    let table = include_str!("../../../../rigs/osc/markers.toml");
    let map = osc_map::OscMap::from_toml(table).unwrap();
    let mut mapped = osc_map::Decoder::new(map.clone());
    let mut vicon = vicon_osc::Decoder::default();
    let mut out = MocapFrame::default();
    let (mut warm, mut datagram) = (0, Vec::new());
    for number in 1..30 {
        let sent = frame(&roster, number);
        datagram.clear();
        let left_out = vicon_osc::encode_frame(&sent, &Default::default(), &mut datagram);
        let other = osc_map::encode_frame(&sent, &map);
        let before = allocations();
        vicon.decode(&datagram, HostNs(0), &mut out).unwrap();
        let seen = out.markers.iter().flatten().count();
        assert!(
            mapped
                .decode(&other.datagrams[0], HostNs(0), &mut out)
                .unwrap()
        );
        if number > 5 {
            warm += allocations() - before;
        }
        assert_eq!(
            (left_out, seen),
            (other.left_out, out.markers.iter().flatten().count())
        );
        assert!(seen > 0);
    }
    assert_eq!(warm, 0);
}

#[test]
fn a_warm_face_packet() {
    let roster = ten_actors();
    let mut encoder = live_link_face::Encoder::default();
    let mut decoder = live_link_face::Decoder::default();
    let mut out = MocapFrame::default();
    let mut warm = 0;
    for number in 1..30 {
        let mut sent = frame(&roster, number);
        for subject in 0..10 {
            let face = CapturedFace {
                subject,
                ..CapturedFace::default()
            };
            assert!(sent.set_face(face));
        }
        let mut datagrams = Vec::new();
        encoder.encode_frame(&sent, &mut datagrams);
        assert_eq!(datagrams.len(), 10);
        let before = allocations();
        for datagram in &datagrams {
            let taken = decoder.decode(datagram, HostNs(number as i64), &mut out);
            assert_eq!(taken, Ok(true));
        }
        if number > 5 {
            warm += allocations() - before;
        }
    }
    assert_eq!((warm, out.faces.len()), (0, 10));
}

/// One avatar with every bone and a face.
fn avatar() -> MocapFrame {
    let segment = |bone: &HumanBone| SegmentInfo {
        name: bone.vrm_name().to_owned(),
        parent: None,
        parent_from_segment: None,
    };
    let avatar = SubjectInfo {
        name: "Ann".to_owned(),
        segments: HumanBone::ALL.iter().map(segment).collect(),
        markers: vec![],
    };
    let mut sent = MocapFrame::default();
    sent.reset(&Arc::new(Roster::build(vec![avatar]).unwrap()));
    sent.segments.fill(Some(Xf::IDENTITY));
    assert!(sent.set_face(CapturedFace::default()));
    sent
}

#[test]
fn a_warm_suit() {
    let mut sent = avatar();
    let mut mvn = xsens_mvn::Decoder::default();
    let mut packed = (rokoko::Encoder::new(true), rokoko::Decoder::default());
    let mut plain = (rokoko::Encoder::new(false), rokoko::Decoder::default());
    let (mut warm, mut frames, mut out) = (0, 0, MocapFrame::default());
    for number in 1..30 {
        sent.number = FrameNumber(number);
        let mut datagrams = Vec::new();
        xsens_mvn::encode_frame(&sent, 0.01, &mut datagrams);
        let scenes = [&mut packed.0, &mut plain.0].map(|e| e.encode_frame(&sent).unwrap());
        let before = allocations();
        for datagram in &datagrams {
            frames += u32::from(mvn.decode(datagram, HostNs(0), &mut out).unwrap());
        }
        for (decoder, scene) in [&mut packed.1, &mut plain.1].into_iter().zip(&scenes) {
            frames += u32::from(decoder.decode(scene, HostNs(0), &mut out).unwrap());
        }
        if number > 5 {
            warm += allocations() - before;
        }
    }
    assert_eq!((warm, frames), (0, 3 * 29));
    assert_eq!(
        (out.segments.iter().flatten().count(), out.faces.len()),
        (63, 1)
    );
}

#[test]
fn a_warm_face_in_text() {
    let (mut sent, mut encoder) = (avatar(), ifacialmocap::Encoder::default());
    let mut decoder = ifacialmocap::Decoder::new("Ann");
    let (mut warm, mut out) = (0, MocapFrame::default());
    for number in 1..30 {
        sent.number = FrameNumber(number);
        let text = encoder.encode_frame(&sent).unwrap();
        let before = allocations();
        decoder.decode(&text, HostNs(0), &mut out).unwrap();
        if number > 5 {
            warm += allocations() - before;
        }
    }
    assert_eq!((warm, out.faces.len()), (0, 1));
}

#[test]
fn a_warm_vrpn_stream() {
    let body = |i: usize| SubjectInfo {
        name: format!("body{i}"),
        segments: vec![SegmentInfo {
            name: format!("body{i}"),
            parent: None,
            parent_from_segment: None,
        }],
        markers: vec![],
    };
    let roster = Arc::new(Roster::build((0..12).map(body).collect()).unwrap());
    let mut client = vrpn::Client::new(vrpn::ClientSettings::default());
    let mut server = vrpn::Server::new(vrpn::ServerSettings::default());
    let mut hello = Vec::new();
    client.poll_transmit(&mut hello);
    server.feed(&hello).unwrap();
    let (mut warm, mut frames, mut out) = (0, 0, MocapFrame::default());
    for number in 1..30 {
        let (mut bytes, mut datagram) = (Vec::new(), Vec::new());
        server.encode_frame(&frame(&roster, number), &mut bytes, &mut datagram);
        assert!(datagram.is_empty(), "this client has no port for datagrams");
        let before = allocations();
        client.feed(&bytes, HostNs(0));
        while client.poll(&mut out).unwrap() {
            frames += 1;
        }
        if number > 5 {
            warm += allocations() - before;
        }
    }
    assert_eq!((warm, frames), (0, 29));
    assert_eq!(out.segments.iter().flatten().count(), 12);
}

#[test]
fn a_warm_avatar() {
    let sent = avatar();
    let (mut encoder, mut decoder) = (vmc::Encoder::default(), vmc::Decoder::new("Ann"));
    let (mut warm, mut frames, mut out) = (0, 0, MocapFrame::default());
    for number in 0..30 {
        let mut datagrams = Vec::new();
        encoder.encode_frame(&sent, &mut datagrams);
        let before = allocations();
        for datagram in &datagrams {
            let heard = HostNs(number * 16_000_000);
            frames += u32::from(decoder.decode(datagram, heard, &mut out).unwrap());
        }
        if number > 5 {
            warm += allocations() - before;
        }
    }
    assert!(frames >= 29);
    assert_eq!((warm, out.segments.iter().flatten().count()), (0, 55));
}

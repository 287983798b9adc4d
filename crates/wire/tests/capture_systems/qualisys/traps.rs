//! One test for each thing that readers and writers of this protocol are known to get wrong.

use super::golden::{self, packet};
use super::{Pair, feed, server_settings};
use crate::sameness::pose_of;
use crate::scene;
use cyc_model::{MocapFrame, Xf};
use cyc_wire::UpAxis;
use cyc_wire::qualisys::{
    ClientEvent, ClientSettings, Component, ComponentSet, Server, discovery_answer, encode_frame,
};
use glam::DQuat;

fn commands(list: &[&str]) -> Server {
    let mut server = Server::new(server_settings(), Some([127, 0, 0, 1].into()));
    server.set_roster(&scene::roster(), scene::RATE_HZ);
    for command in list {
        let command = packet(1, command.as_bytes(), true);
        server.feed(&command).unwrap();
    }
    server
}

/// The packets of an answer: their types and texts.
fn answers(server: &mut Server) -> Vec<(u32, String)> {
    let mut bytes = Vec::new();
    server.poll_transmit(&mut bytes);
    let mut all = Vec::new();
    while let Some(head) = bytes.get(..8) {
        let size = u32::from_le_bytes(head[..4].try_into().unwrap()) as usize;
        let kind = u32::from_le_bytes(head[4..].try_into().unwrap());
        let text = String::from_utf8_lossy(&bytes[8..size]);
        all.push((kind, text.trim_end_matches('\0').to_owned()));
        bytes.drain(..size);
    }
    all
}

#[test]
fn the_rotation_matrix_comes_by_columns() {
    let roster = std::sync::Arc::new(cyc_model::Roster::build(vec![scene::body("b")]).unwrap());
    let mut frame = MocapFrame::default();
    frame.reset(&roster);
    // A quarter turn about our Y is one about the wire's Z, which takes X to Y: the first column is 0, 1, 0.
    let turn = DQuat::from_rotation_y(std::f64::consts::FRAC_PI_2);
    frame.segments[0] = Some(Xf::saturating(turn, glam::DVec3::ZERO));
    let mut bytes = Vec::new();
    let only = ComponentSet::default().with(Component::Bodies);
    encode_frame(&frame, only, UpAxis::Z, &mut bytes);
    let matrix = &bytes[bytes.len() - 36..];
    let values: Vec<f32> = matrix
        .chunks(4)
        .map(|c| f32::from_le_bytes(c.try_into().unwrap()).round() + 0.0)
        .collect();
    assert_eq!(values, [0.0, 1.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
}

#[test]
fn what_is_not_seen_is_nan_with_all_bits_set() {
    let roster = scene::roster();
    let mut frame = MocapFrame::default();
    frame.reset(&roster);
    for component in [Component::MarkersResidual, Component::BodiesResidual] {
        let mut bytes = Vec::new();
        let only = ComponentSet::default().with(component);
        encode_frame(&frame, only, UpAxis::Z, &mut bytes);
        // Packet, frame, component, list.
        let values = &bytes[8 + 16 + 8 + 8..];
        assert!(!values.is_empty() && values.iter().all(|b| *b == 0xff));
    }
    let mut ours = golden::client(golden::OLD);
    let mut got = MocapFrame::default();
    feed(&mut ours, &golden::frame(), &mut got).unwrap();
    assert_eq!(pose_of(&got, "A & B", "A & B"), None);
    assert_eq!(ours.counts().refused.values, 0, "it is no bad value");
}

#[test]
fn a_stream_begins_without_a_word() {
    let mut server = commands(&["Version 1.19", "StreamFrames AllFrames 3D"]);
    let words = answers(&mut server);
    assert_eq!(
        words,
        [
            (1, "QTM RT Interface connected".to_owned()),
            (1, "Version set to 1.19".to_owned())
        ]
    );
    assert!(server.is_streaming());
}

#[test]
fn commands_in_any_case_and_what_is_refused() {
    let mut server = commands(&[
        "vErSiOn 1.25",
        "BYTEORDER",
        "getstate",
        "version 9.9",
        "dance",
        "streamframes",
        "StreamFrames AllFrames 4D",
        "StreamFrames sometimes 3D",
        "GetParameters Calibration",
    ]);
    let kinds: Vec<_> = answers(&mut server).iter().map(|a| a.0).collect();
    assert_eq!(kinds, [1, 1, 1, 6, 0, 0, 0, 0, 0, 0]);
    assert_eq!(server.commands_refused(), 6);
    assert!(!server.is_streaming());
}

#[test]
fn datagrams_go_to_nobody_but_the_client() {
    for (place, expected) in [
        ("udp:6734", Some(6734)),
        ("UDP:127.0.0.1:6734", Some(6734)),
        ("udp:192.0.2.1:6734", None),
        ("udp:0", None),
        ("udp:x", None),
    ] {
        let command = format!("StreamFrames AllFrames {place} 3DNoLabels 6DEuler");
        let server = commands(&[&command]);
        assert_eq!(
            server.target_of_stream().map(|t| t.port),
            expected,
            "{place}"
        );
    }
}

#[test]
fn a_slower_stream_gets_its_share() {
    for (rate, expected) in [
        ("AllFrames", 12),
        ("FrequencyDivisor:4", 3),
        ("Frequency:60", 6),
        ("Frequency:1000", 12),
    ] {
        let mut server = commands(&[&format!("StreamFrames {rate} 3D")]);
        let roster = scene::roster();
        let sent = (1..=12).filter(|n| {
            let frame = scene::frame(&roster, *n);
            let mut out = Vec::new();
            let wanted = server.wants(&frame);
            let told = server.encode_frame(&frame, &mut out, &mut Vec::new());
            assert_eq!(wanted, told);
            told
        });
        assert_eq!(sent.count(), expected, "{rate}");
    }
    let mut server = commands(&["GetCurrentFrame 3D 6D"]);
    let frame = scene::frame(&scene::roster(), 1);
    let mut out = Vec::new();
    assert!(server.encode_frame(&frame, &mut out, &mut Vec::new()));
    assert!(!server.encode_frame(&frame, &mut out, &mut Vec::new()));
}

#[test]
fn an_older_server_is_spoken_to_in_its_version() {
    let mut pair = Pair::new(ClientSettings::default(), server_settings());
    let mut said = Vec::new();
    let greeting = packet(1, b"QTM RT Interface connected", true);
    feed(&mut pair.client, &greeting, &mut pair.frame).unwrap();
    for version in ["1.25", "1.19", "1.13"] {
        said.clear();
        pair.client.poll_transmit(pair.now, &mut said);
        let ask = format!("Version {version}");
        assert_eq!(said, packet(1, ask.as_bytes(), true));
        let no = packet(0, b"Version NOT supported", true);
        let events = feed(&mut pair.client, &no, &mut pair.frame).unwrap();
        let last = version == "1.13";
        assert_eq!(events.len(), usize::from(last));
    }
    let yes = packet(1, b"Version set to 1.13", true);
    let events = feed(&mut pair.client, &yes, &mut pair.frame).unwrap();
    assert_eq!(events, [ClientEvent::Connected]);
    said.clear();
    pair.client.poll_transmit(pair.now, &mut said);
    let text = String::from_utf8_lossy(&said).into_owned();
    assert!(!text.contains("Skeleton"), "{text}");
}

#[test]
fn a_search_is_answered_with_the_base_port() {
    // Port 40000 to answer to, high byte first.
    let question = [10, 0, 0, 0, 7, 0, 0, 0, 0x9c, 0x40];
    let (port, answer) = discovery_answer(&question, "stage-pc", 22222).unwrap();
    assert_eq!(port, 40_000);
    assert_eq!(answer[4..8], [1, 0, 0, 0]);
    assert_eq!(answer[..4], (answer.len() as u32).to_le_bytes());
    assert!(answer[8..].starts_with(b"stage-pc, "));
    assert_eq!(answer[answer.len() - 3..], [0, 0x56, 0xce]);
    assert_eq!(discovery_answer(&question[..9], "x", 1), None);
}

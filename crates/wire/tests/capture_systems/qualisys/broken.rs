//! Broken, cut and hostile bytes.

use super::golden::{self, packet};
use super::{feed, served, server_settings};
use crate::{corpus, damage};
use cyc_model::{HostNs, MocapFrame, SUBJECTS_MAX, UNLABELLED_MAX};
use cyc_wire::WireError;
use cyc_wire::qualisys::limits::PACKET_MAX;
use cyc_wire::qualisys::{Client, ClientSettings, Server};

/// Gives bytes to a client that knows its subjects, over both ways, and to a server. Whether the client took all.
fn drive(bytes: &[u8]) -> bool {
    let mut ours = golden::client(golden::OLD);
    let mut frame = MocapFrame::default();
    let taken = feed(&mut ours, bytes, &mut frame).is_ok();
    assert!(frame.unlabelled.len() <= UNLABELLED_MAX);
    assert!(ours.roster().unwrap().subjects().len() <= SUBJECTS_MAX);
    let _ = ours.take_datagram(bytes, HostNs(0), &mut frame);
    let mut server = Server::new(server_settings(), None);
    let _ = server.feed(bytes);
    let mut answer = Vec::new();
    server.poll_transmit(&mut answer);
    assert!(answer.len() < 10_000);
    // What is left over is a packet that is waited for.
    taken && feed(&mut ours, &golden::frame(), &mut frame).is_ok_and(|e| !e.is_empty())
}

#[test]
fn damage_is_survived() {
    let (answers, stream) = served();
    let xml = packet(2, golden::NEW.as_bytes(), true);
    for good in [golden::frame(), stream] {
        assert!(drive(&good));
        damage::inflict(&good, 500, |bytes| {
            drive(bytes);
        });
    }
    for good in [xml, answers[..200.min(answers.len())].to_vec()] {
        damage::inflict(&good[..good.len().min(400)], 500, |bytes| {
            drive(bytes);
        });
    }
    // The same cuts as packets that claim to be whole.
    let good = golden::frame();
    for cut in 8..good.len() {
        let mut short = good[..cut].to_vec();
        short[..4].copy_from_slice(&(cut as u32).to_le_bytes());
        assert!(!drive(&short), "cut at {cut}");
    }
}

#[test]
fn parameters_of_every_shape_are_read_or_refused() {
    let mut frame = MocapFrame::default();
    let parse = |text: &str, frame: &mut MocapFrame| {
        let mut ours = Client::new(ClientSettings::default());
        feed(&mut ours, &packet(2, text.as_bytes(), true), frame)
    };
    for good in [golden::OLD, golden::NEW] {
        for cut in (0..good.len()).filter(|i| good.is_char_boundary(*i)) {
            assert!(parse(&good[..cut], &mut frame).is_err(), "cut at {cut}");
        }
    }
    let deep = format!(
        "<a><Skeletons><Skeleton Name=\"d\">{}{}</Skeleton></Skeletons></a>",
        "<Segment Name=\"s\" ID=\"1\">".repeat(500),
        "</Segment>".repeat(500)
    );
    assert!(parse(&deep, &mut frame).is_ok());
    let wide = "<Segment Name=\"s\" ID=\"1\"/>".repeat(513);
    let wide = format!("<a><Skeletons><Skeleton Name=\"w\">{wide}</Skeleton></Skeletons></a>");
    let error = parse(&wide, &mut frame).unwrap_err();
    assert_eq!(error.key(), "qualisys-roster-too-many");
    let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbb\">]><a>&b;</a>";
    let error = parse(bomb, &mut frame).unwrap_err();
    assert_eq!(error.key(), "qualisys-bad-parameters");
    let many = "<x/>".repeat(1 << 18);
    assert!(parse(&format!("<a>{many}</a>"), &mut frame).is_err());
}

#[test]
fn sizes_that_cannot_be_are_refused_before_they_are_waited_for() {
    for (size, kind, key) in [
        (7, 3, "qualisys-bad-size"),
        (PACKET_MAX as u32 + 1, 3, "qualisys-bad-size"),
        (100, 0x0300_0000, "qualisys-unknown-type"),
    ] {
        let mut ours = Client::new(ClientSettings::default());
        let head = [u32::to_le_bytes(size), u32::to_le_bytes(kind)].concat();
        let error = feed(&mut ours, &head, &mut MocapFrame::default()).unwrap_err();
        assert_eq!(error.key(), key);
    }
    let mut server = Server::new(server_settings(), None);
    let head = [u32::to_le_bytes(100_000), u32::to_le_bytes(1)].concat();
    assert!(
        server.feed(&head).is_err(),
        "a client has no reason to send so much"
    );
}

#[test]
fn the_corpus() {
    let good = golden::frame();
    let mut huge = good.clone();
    huge[32..36].copy_from_slice(&u32::MAX.to_le_bytes());
    let mut many = good.clone();
    many[20..24].copy_from_slice(&u32::MAX.to_le_bytes());
    let (answers, stream) = served();
    let old = packet(2, golden::OLD.as_bytes(), true);
    let seeds = [
        ("good_frame.bin", good.clone()),
        ("good_scene.bin", stream),
        ("good_answers.bin", answers),
        ("good_parameters_1_19.bin", old.clone()),
        (
            "good_parameters_1_25.bin",
            packet(2, golden::NEW.as_bytes(), true),
        ),
        ("cut_in_a_component.bin", good[..100].to_vec()),
        (
            "parameters_cut.bin",
            packet(2, &golden::OLD.as_bytes()[..300], true),
        ),
        ("component_longer_than_packet.bin", huge),
        ("claims_four_thousand_million_components.bin", many),
        ("big_endian.bin", [0, 0, 0, 30, 0, 0, 0, 1].to_vec()),
    ];
    corpus::run("qualisys", &seeds, drive);
}

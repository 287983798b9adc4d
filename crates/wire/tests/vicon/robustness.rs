//! Broken, cut and hostile bytes: no panic, no endless loop, no allocation beyond the limits.

use crate::connection::Pair;
use crate::scene;
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::vicon_datastream::limits::PACKET_PAYLOAD_MAX;
use cyc_wire::vicon_datastream::{
    Client, ClientSettings, DecodeError, Server, ServerSettings, decode_payload,
};
use cyc_wire::vicon_udp;

/// A packet with statics and every kind of value.
pub fn full_packet() -> Vec<u8> {
    let mut pair = Pair::connected(ClientSettings::default(), ServerSettings::default());
    pair.offer(&scene::frame(&scene::roster(2, 4, 5), 1));
    pair.packet.clone()
}

/// Everything that a client can be made to do with bytes. Frames received.
pub fn drive_client(bytes: &[u8]) -> usize {
    let mut client = Client::new(ClientSettings::default());
    let (mut frame, mut frames) = (MocapFrame::default(), 0);
    client.feed(bytes, HostNs(0));
    while let Ok(Some(event)) = client.poll(&mut frame) {
        frames += usize::from(event == cyc_wire::vicon_datastream::ClientEvent::Frame);
        assert_eq!(frame.segments.len(), frame.roster.segment_count());
        assert!(frame.unlabelled.len() <= cyc_model::UNLABELLED_MAX);
    }
    frames
}

pub fn drive_server(bytes: &[u8]) {
    let mut server = Server::new(ServerSettings::default());
    let _ = server.feed(bytes);
    let _ = server.feed(bytes);
}

#[test]
fn a_packet_cut_at_every_byte_is_waited_for_or_refused() {
    let packet = full_packet();
    assert_eq!(drive_client(&packet), 1);
    for cut in 0..packet.len() {
        assert_eq!(drive_client(&packet[..cut]), 0, "cut at {cut}");
        drive_server(&packet[..cut]);
        // The same bytes as a packet that claims to be whole.
        if cut >= 8 {
            let mut short = packet[..cut].to_vec();
            short[4..8].copy_from_slice(&(cut as u32 - 8).to_le_bytes());
            drive_client(&short);
        }
    }
}

#[test]
fn random_damage_is_survived() {
    let packet = full_packet();
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..4000 {
        let mut bytes = packet.clone();
        for _ in 0..=next() % 4 {
            let at = next() as usize % bytes.len();
            bytes[at] = match next() % 3 {
                0 => 0xff,
                1 => 0,
                _ => next() as u8,
            };
        }
        drive_client(&bytes);
        drive_server(&bytes);
        let _ = decode_payload(&bytes[8..]);
        let mut udp = vicon_udp::Decoder::default();
        let _ = udp.decode(
            &bytes[..1000.min(bytes.len())],
            HostNs(0),
            &mut MocapFrame::default(),
        );
    }
}

#[test]
fn a_packet_that_claims_too_much_is_refused_before_it_is_waited_for() {
    let mut client = Client::new(ClientSettings::default());
    let mut header = 0x1a2b_0001u32.to_le_bytes().to_vec();
    header.extend_from_slice(&(PACKET_PAYLOAD_MAX as u32 + 1).to_le_bytes());
    client.feed(&header, HostNs(0));
    let error = client.poll(&mut MocapFrame::default()).unwrap_err();
    assert!(matches!(error, DecodeError::PacketTooLarge { .. }));
    let mut server = Server::new(ServerSettings::default());
    header[4..8].copy_from_slice(&100_000u32.to_le_bytes());
    assert!(
        server.feed(&header).is_err(),
        "a client has no reason to send that much"
    );
}

#[test]
fn a_frame_of_ten_actors_and_one_of_the_limit_pass() {
    for (actors, segments, markers) in [(10, 20, 53), (63, 100, 100)] {
        let roster = scene::roster(actors, segments, markers);
        let mut pair = Pair::connected(ClientSettings::default(), ServerSettings::default());
        assert_eq!(pair.offer(&scene::frame(&roster, 1)), 1);
        let sent = scene::frame(&roster, 2);
        assert_eq!(pair.offer(&sent), 1);
        scene::assert_same(&sent, &pair.frame, 1e-12, 1e-12);
        eprintln!("{actors} actors: {} bytes a frame", pair.packet.len());
    }
}

#[test]
fn one_subject_too_many_is_refused_with_its_limit() {
    let mut client = Client::new(ClientSettings::default());
    let subjects: Vec<_> = (1..=65)
        .map(|i| {
            cyc_wire::vicon_datastream::Object::SubjectInfo(
                cyc_wire::vicon_datastream::SubjectInfo {
                    subject_id: i,
                    name: format!("s{i}"),
                    ..Default::default()
                },
            )
        })
        .collect();
    let mut packet = Vec::new();
    cyc_wire::vicon_datastream::encode_packet(&subjects, &mut packet).unwrap();
    client.feed(&packet, HostNs(0));
    let error = client.poll(&mut MocapFrame::default()).unwrap_err();
    assert_eq!(error.key(), "vicon-roster-too-many");
    assert!(error.args().contains(&("limit", "64".to_owned())));
}

//! The committed corpus, run as ordinary tests: each file is decoded, encoded and decoded again.
//!
//! `UPDATE_CORPUS=1` writes the seeds anew. Files that a fuzzer found are added by hand, with a name that says what
//! they broke.

use crate::robustness::{drive_client, drive_server, full_packet};
use crate::{connection::Pair, scene};
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::vicon_datastream::{
    ClientSettings, Server, ServerSettings, decode_payload, encode_packet,
};
use cyc_wire::vicon_udp::{self, EncodeSettings};
use std::fs;
use std::path::PathBuf;

fn folder(target: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus")).join(target)
}

fn files(target: &str) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder(target))
        .unwrap()
        .map(|f| f.unwrap().path())
        .map(|p| {
            (
                p.file_name().unwrap().to_string_lossy().into_owned(),
                fs::read(p).unwrap(),
            )
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "the corpus of {target} is empty");
    files
}

#[test]
fn vicon_datastream() {
    if std::env::var_os("UPDATE_CORPUS").is_some() {
        write_seeds();
    }
    for (name, bytes) in files("vicon_datastream") {
        drive_client(&bytes);
        drive_server(&bytes);
        let Some(Ok(objects)) = bytes.get(8..).map(decode_payload) else {
            assert!(!name.starts_with("good"), "{name} does not decode");
            continue;
        };
        let (mut once, mut twice) = (Vec::new(), Vec::new());
        encode_packet(&objects, &mut once).unwrap();
        encode_packet(&decode_payload(&once[8..]).unwrap(), &mut twice).unwrap();
        assert_eq!(once, twice, "{name}");
        if name.starts_with("good") {
            assert_eq!(once, bytes, "{name}");
        }
    }
}

#[test]
fn vicon_udp() {
    for (name, bytes) in files("vicon_udp") {
        let _ = vicon_udp::Decoder::default().decode(&bytes, HostNs(0), &mut MocapFrame::default());
        let Ok((frame, items)) = vicon_udp::decode_items(&bytes) else {
            assert!(!name.starts_with("good"), "{name} does not decode");
            continue;
        };
        let Ok(items) = items.collect::<Result<Vec<_>, _>>() else {
            assert!(!name.starts_with("good"), "{name} does not decode");
            continue;
        };
        let mut once = Vec::new();
        vicon_udp::encode_items(frame, items.iter().copied(), 0, &mut once);
        let (again, items_again) = vicon_udp::decode_items(&once).unwrap();
        let items_again: Vec<_> = items_again.map(Result::unwrap).collect();
        assert_eq!(frame, again);
        assert_eq!(format!("{items:?}"), format!("{items_again:?}"), "{name}");
    }
}

fn write_seeds() {
    let put = |target: &str, name: &str, bytes: &[u8]| {
        fs::create_dir_all(folder(target)).unwrap();
        fs::write(folder(target).join(name), bytes).unwrap();
    };
    let full = full_packet();
    put("vicon_datastream", "good_frame_with_statics.bin", &full);
    let mut hello = Vec::new();
    Server::new(ServerSettings::default()).poll_transmit(&mut hello);
    put("vicon_datastream", "good_greeting.bin", &hello);
    let roster = scene::roster(1, 3, 2);
    let light = ClientSettings {
        lightweight: true,
        ..ClientSettings::default()
    };
    let mut pair = Pair::connected(light, ServerSettings::default());
    pair.offer(&scene::frame(&roster, 1));
    pair.offer(&scene::frame(&roster, 2));
    put("vicon_datastream", "good_lightweight.bin", &pair.packet);
    let mut requests = Vec::new();
    let mut client = cyc_wire::vicon_datastream::Client::new(ClientSettings::default());
    client.feed(&hello, HostNs(0));
    while client.poll(&mut MocapFrame::default()).unwrap().is_some() {}
    client.poll_transmit(HostNs(0), &mut requests);
    put("vicon_datastream", "requests.bin", &requests);
    put(
        "vicon_datastream",
        "cut_in_a_block.bin",
        &full[..full.len() / 2],
    );
    let mut huge = full.clone();
    huge[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
    put("vicon_datastream", "block_longer_than_packet.bin", &huge);
    let mut claims = hello.clone();
    claims[16..20].copy_from_slice(&u32::MAX.to_le_bytes());
    put("vicon_datastream", "count_longer_than_block.bin", &claims);
    let mut datagram = Vec::new();
    let settings = EncodeSettings {
        block_bytes: 256,
        ..EncodeSettings::default()
    };
    vicon_udp::encode_frame(&scene::frame(&roster, 7), &settings, &mut datagram);
    put("vicon_udp", "good_one_body_padded.bin", &datagram);
    put("vicon_udp", "cut_in_an_object.bin", &datagram[..60]);
    let mut many = datagram.clone();
    many[4] = 255;
    put("vicon_udp", "claims_255_items.bin", &many);
    let mut short = datagram;
    short[6..8].copy_from_slice(&10u16.to_le_bytes());
    put("vicon_udp", "object_of_ten_bytes.bin", &short);
}

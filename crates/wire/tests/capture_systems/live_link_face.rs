//! Live Link Face: corpus and damage.

use crate::{corpus, damage, scene};
use cyc_model::{CapturedFace, HostNs, MocapFrame};
use cyc_wire::live_link_face::{Decoder, Encoder};

/// A packet with a face, and one without.
fn packets() -> [Vec<u8>; 2] {
    let mut encoder = Encoder::default();
    let mut datagrams = Vec::new();
    let mut sent = scene::frame(&scene::roster(), 7);
    sent.set_face(CapturedFace::default());
    encoder.encode_frame(&sent, &mut datagrams);
    encoder.encode_frame(&scene::frame(&scene::roster(), 8), &mut datagrams);
    datagrams.try_into().unwrap()
}

fn read(bytes: &[u8]) -> bool {
    let mut out = MocapFrame::default();
    let read = Decoder::default().decode(bytes, HostNs(0), &mut out);
    read == Ok(true)
}

#[test]
fn the_corpus() {
    let [face, no_face] = packets();
    let with = |at: usize, bytes: &[u8]| {
        let mut damaged = face.clone();
        damaged[at..at + bytes.len()].copy_from_slice(bytes);
        damaged
    };
    let seeds = [
        ("good_face.bin", face.clone()),
        ("good_no_face.bin", no_face.clone()),
        ("cut_in_the_values.bin", face[..face.len() - 2].to_vec()),
        ("cut_in_the_rate.bin", no_face[..no_face.len() - 2].to_vec()),
        ("version_5.bin", with(0, &[5])),
        ("id_of_two_gigabytes.bin", with(1, &i32::MAX.to_be_bytes())),
        ("id_of_minus_one_byte.bin", with(1, &(-1i32).to_be_bytes())),
        ("fifty_values.bin", with(no_face.len(), &[50])),
        ("claims_255_values.bin", with(no_face.len(), &[255])),
        ("name_is_no_text.bin", with(45, &[0xff])),
    ];
    corpus::run("live_link_face", &seeds, read);
}

#[test]
fn damage_is_survived() {
    for packet in packets() {
        damage::inflict(&packet, 3000, |bytes| {
            read(bytes);
        });
    }
}

//! Rokoko: corpus and damage. What is packed in the corpus was packed by Python's `lz4`.

use crate::{corpus, damage};
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::rokoko::Decoder;

const PLAIN: &[u8] = include_bytes!("../corpus/rokoko/good_plain.bin");
const PACKED: &[u8] = include_bytes!("../corpus/rokoko/good_lz4.bin");

fn read(bytes: &[u8]) -> bool {
    let mut out = MocapFrame::default();
    let read = Decoder::default().decode(bytes, HostNs(0), &mut out);
    assert_eq!(out.segments.len(), out.roster.segment_count());
    read == Ok(true)
}

#[test]
fn the_corpus() {
    let text = |t: &str| t.as_bytes().to_vec();
    let mut size = PACKED.to_vec();
    size[15..19].copy_from_slice(&0x7fff_ffffu32.to_le_bytes());
    let mut twice = PACKED.to_vec();
    twice.extend_from_slice(PACKED);
    let seeds = [
        ("good_packed_twice.bin", twice),
        ("good_empty_scene.bin", text("{\"version\":3,\"scene\":{}}")),
        (
            "good_nulls.bin",
            text(
                "{\"version\":\"3,0\",\"fps\":null,\"scene\":{\"timestamp\":null,\"actors\":null,\"props\":null}}",
            ),
        ),
        (
            "version_2_5.bin",
            text(
                "{\"version\":3,\"timestamp\":1,\"props\":[],\"trackers\":[],\"faces\":[],\"actors\":[]}",
            ),
        ),
        ("no_scene.bin", text("{\"version\":3}")),
        ("cut_in_a_block.bin", PACKED[..PACKED.len() / 2].to_vec()),
        ("cut_in_the_header.bin", PACKED[..9].to_vec()),
        ("block_of_two_gigabytes.bin", size),
        ("cut_in_the_text.bin", PLAIN[..PLAIN.len() - 9].to_vec()),
        (
            "lists_1000_deep.bin",
            text(&format!("{{\"scene\":{}", "[".repeat(1000))),
        ),
        (
            "position_is_text.bin",
            text(
                "{\"version\":3,\"scene\":{\"props\":[{\"name\":\"a\",\"position\":\"b\",\"rotation\":{}}]}}",
            ),
        ),
        ("http.bin", text("GET / HTTP/1.1\r\n\r\n")),
    ];
    corpus::run("rokoko", &seeds, read);
}

#[test]
fn damage_is_survived() {
    for good in [PLAIN, PACKED] {
        damage::inflict(good, 1000, |bytes| {
            read(bytes);
        });
    }
}

//! OSC, Vicon's OSC output, and OSC by the committed table: corpus and damage.

use crate::{corpus, damage, scene};
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::osc::{IMMEDIATELY, OscArgument, OscPacket, put_bundle, put_element, put_message};
use cyc_wire::osc_map::{self, OscMap};
use cyc_wire::vicon_osc;

fn table() -> OscMap {
    OscMap::from_toml(include_str!("../../../../rigs/osc/markers.toml")).unwrap()
}

fn read_by_vicon(bytes: &[u8]) -> bool {
    let mut out = MocapFrame::default();
    let read = vicon_osc::Decoder::default().decode(bytes, HostNs(0), &mut out);
    assert_eq!(out.markers.len(), out.roster.marker_count());
    read.is_ok()
}

fn read_by_table(bytes: &[u8]) -> bool {
    let mut out = MocapFrame::default();
    let read = osc_map::Decoder::new(table()).decode(bytes, HostNs(0), &mut out);
    assert!(out.unlabelled.len() <= cyc_model::UNLABELLED_MAX);
    read == Ok(true)
}

fn vicon_frame() -> Vec<u8> {
    let mut datagram = Vec::new();
    let sent = scene::frame(&scene::roster(), 7);
    vicon_osc::encode_frame(&sent, &Default::default(), &mut datagram);
    datagram
}

fn table_frame() -> Vec<u8> {
    let sent = scene::frame(&scene::roster(), 7);
    osc_map::encode_frame(&sent, &table()).datagrams[0].clone()
}

fn nested(depth: usize, innermost: &[u8]) -> Vec<u8> {
    let mut inner = innermost.to_vec();
    for _ in 0..depth {
        let mut bundle = Vec::new();
        put_bundle(IMMEDIATELY, &mut bundle);
        bundle.extend_from_slice(&(inner.len() as u32).to_be_bytes());
        bundle.append(&mut inner);
        inner = bundle;
    }
    inner
}

#[test]
fn the_corpus_of_osc() {
    let mut message = Vec::new();
    let arguments = [
        OscArgument::Int(-1),
        OscArgument::Text("däta"),
        OscArgument::Blob(&[1, 2, 3]),
        OscArgument::Double(0.1),
        OscArgument::Bool(true),
    ];
    put_message("/a/b", &arguments, &mut message);
    let mut arrays = b"/a\0\0,".to_vec();
    arrays.extend_from_slice(&[b'['; 999]);
    arrays.extend_from_slice(&[b']'; 999]);
    arrays.extend_from_slice(&[0; 2]);
    let mut huge_blob = message.clone();
    let blob_at = huge_blob.len() - 16;
    huge_blob[blob_at..blob_at + 4].copy_from_slice(&i32::MAX.to_be_bytes());
    let mut huge_element = nested(1, &message);
    huge_element[16..20].copy_from_slice(&i32::MAX.to_be_bytes());
    let mut negative = huge_element.clone();
    negative[16..20].copy_from_slice(&(-4i32).to_be_bytes());
    let seeds = [
        ("good_message.bin", message.clone()),
        ("good_bundle_of_four_levels.bin", nested(4, &message)),
        ("bundles_five_deep.bin", nested(5, &message)),
        ("bundles_that_abort_rosc.bin", nested(2900, b"/a\0\0")),
        ("arrays_999_deep.bin", arrays),
        ("blob_of_two_gigabytes.bin", huge_blob),
        ("element_of_two_gigabytes.bin", huge_element),
        ("element_of_minus_four_bytes.bin", negative),
        (
            "cut_in_an_argument.bin",
            message[..message.len() - 3].to_vec(),
        ),
        ("http.bin", b"GET / HTTP/1.1\r\n\r\n".to_vec()),
    ];
    corpus::run("osc", &seeds, |bytes| OscPacket::scan(bytes).is_ok());
}

#[test]
fn the_corpus_of_vicon_osc() {
    let frame = vicon_frame();
    let mut no_frame = Vec::new();
    put_bundle(IMMEDIATELY, &mut no_frame);
    put_element(
        "/vicon/marker/a/b",
        &[OscArgument::Float(1.0); 3],
        &mut no_frame,
    );
    let mut odd = Vec::new();
    put_bundle(IMMEDIATELY, &mut odd);
    put_element("/vicon/frame", &[OscArgument::Long(i64::MIN)], &mut odd);
    let seeds = [
        ("good_frame.bin", frame.clone()),
        ("cut_in_a_marker.bin", frame[..frame.len() - 5].to_vec()),
        ("no_frame.bin", no_frame),
        ("number_is_negative.bin", odd),
    ];
    corpus::run("vicon_osc", &seeds, read_by_vicon);
}

#[test]
fn the_corpus_of_osc_by_a_table() {
    let frame = table_frame();
    let mut other = Vec::new();
    put_message("/1/fader1", &[OscArgument::Float(0.5)], &mut other);
    let seeds = [
        ("good_frame.bin", frame.clone()),
        ("cut_in_a_marker.bin", frame[..frame.len() - 5].to_vec()),
        ("not_in_the_table.bin", other),
    ];
    corpus::run("osc_map", &seeds, read_by_table);
}

#[test]
fn damage_is_survived() {
    damage::inflict(&vicon_frame(), 3000, |bytes| {
        read_by_vicon(bytes);
    });
    damage::inflict(&table_frame(), 3000, |bytes| {
        read_by_table(bytes);
    });
}

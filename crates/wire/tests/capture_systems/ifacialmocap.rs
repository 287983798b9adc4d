//! iFacialMocap: corpus and damage.

use crate::{corpus, damage, scene};
use cyc_model::{CapturedFace, HostNs, MocapFrame, Xf};
use cyc_wire::ifacialmocap::{Decoder, Encoder, Request, Version};

fn text(version: Version) -> Vec<u8> {
    let mut sent = scene::frame(&scene::roster(), 7);
    sent.set_face(CapturedFace {
        source_from_head: Some(Xf::IDENTITY),
        ..CapturedFace::default()
    });
    Encoder::new("", version).encode_frame(&sent).unwrap()
}

fn read(bytes: &[u8]) -> bool {
    let mut out = MocapFrame::default();
    let read = Decoder::new("Ann").decode(bytes, HostNs(0), &mut out);
    assert!(out.faces.len() <= 1);
    read.is_ok()
}

#[test]
fn the_corpus() {
    let (first, second) = (text(Version::V1), text(Version::V2));
    let plain = |text: &str| text.as_bytes().to_vec();
    let mut request = Vec::new();
    Request::Start(Version::V2).put(&mut request);
    let mut no_text = first.clone();
    no_text[30] = 0xff;
    let seeds = [
        ("good_first_version.bin", first.clone()),
        ("good_second_version.bin", second),
        ("good_no_face_seen.bin", plain("trackingStatus-0|")),
        (
            "good_sign_of_its_own.bin",
            plain("jawOpen--3|=|head#1,2,3,4,5,6|"),
        ),
        (
            "good_head_of_two_numbers.bin",
            plain("=head#1e308,-inf|rightEye#nan,0,0|leftEye#|"),
        ),
        ("good_cut_in_a_shape.bin", first[..200].to_vec()),
        (
            "good_too_large_numbers.bin",
            plain("jawOpen-1e999|=head#1e99,0,0,1e99,0,0|"),
        ),
        ("nothing_but_lines.bin", vec![b'|'; 2000]),
        ("unknown_shapes.bin", plain("JawOpen-3|nose_L-4|head-1|")),
        ("no_text.bin", no_text),
        ("a_request.bin", request),
        ("http.bin", plain("GET / HTTP/1.1\r\n\r\n")),
    ];
    corpus::run("ifacialmocap", &seeds, read);
}

#[test]
fn damage_is_survived() {
    damage::inflict(&text(Version::V1), 1000, |bytes| {
        read(bytes);
    });
}

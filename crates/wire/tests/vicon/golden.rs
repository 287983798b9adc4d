//! Bytes written down before this code was: from the vendor's client talking to a server, and from the SDK's headers.

use cyc_wire::vicon_datastream::{
    Contents, FrameInfo, Object, ObjectEnums, ObjectType, Ping, RequestFrame, RequestNextFrame,
    SegmentRow, TimecodeObject, TypeSet, decode_payload, encode_packet,
};

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let pair = |p: &[u8]| u8::from_str_radix(std::str::from_utf8(p).unwrap(), 16).unwrap();
    digits.chunks(2).map(pair).collect()
}

/// The bytes decode to the objects, and the objects encode to the bytes.
#[track_caller]
fn check(text: &str, objects: &[Object]) {
    let bytes = hex(text);
    let decoded = decode_payload(&bytes[8..]).unwrap();
    assert_eq!(decoded, objects);
    let mut encoded = Vec::new();
    encode_packet(objects, &mut encoded).unwrap();
    assert_eq!(encoded, bytes);
}

#[test]
fn server_supports_1_and_5() {
    check(
        "01002b1a 14000000 a1860100 0c000000 02000000 01000000 05000000",
        &[Object::ObjectEnums(ObjectEnums(TypeSet::of(&[
            ObjectType::STREAM_INFO,
            ObjectType::FRAME_INFO,
        ])))],
    );
}

#[test]
fn request_frame_true() {
    check(
        "01002b1a 09000000 a2860100 01000000 01",
        &[Object::RequestFrame(RequestFrame { streaming: 1 })],
    );
}

#[test]
fn request_next_frame() {
    check(
        "01002b1a 0c000000 a8860100 04000000 01000000",
        &[Object::RequestNextFrame(RequestNextFrame { count: 1 })],
    );
}

#[test]
fn ping_7() {
    check(
        "01002b1a 10000000 2a000000 08000000 0700000000000000",
        &[Object::Ping(Ping { id: 7 })],
    );
}

#[test]
fn minimal_frame_41() {
    check(
        "01002b1a 24000000 a4860100 10000000 01000000 05000000 01000000 00000000 \
         05000000 04000000 29000000",
        &[
            Object::Contents(Contents {
                counts: vec![(ObjectType::FRAME_INFO, 1)],
                unchanged: TypeSet::EMPTY,
            }),
            Object::FrameInfo(FrameInfo { frame_id: 41 }),
        ],
    );
}

#[test]
fn timecode_has_its_standard_before_its_user_bits() {
    // 01:02:03:04, sub-frame 3 of 4, NTSC drop (2), user bits 0xaabbccdd, field 1.
    check(
        "01002b1a 19000000 17000000 11000000 01020304 0300 0400 02000000 ddccbbaa 01",
        &[Object::Timecode(TimecodeObject {
            label: [1, 2, 3, 4],
            subframes: 3,
            subframes_per_frame: 4,
            standard: 2,
            user_bits: 0xaabb_ccdd,
            field_flag: 1,
        })],
    );
}

#[test]
fn a_global_segment_is_100_bytes_with_its_matrix_in_rows() {
    // Subject 1, one segment 7 at (1, 2, 3) mm, matrix rows 0 -1 0 / 1 0 0 / 0 0 1.
    check(
        "01002b1a 74000000 09000000 6c000000 01000000 01000000 07000000 \
         000000000000f03f 0000000000000040 0000000000000840 \
         0000000000000000 000000000000f0bf 0000000000000000 \
         000000000000f03f 0000000000000000 0000000000000000 \
         0000000000000000 0000000000000000 000000000000f03f",
        &[Object::GlobalSegments(
            1,
            vec![SegmentRow {
                segment_id: 7,
                t_mm: [1.0, 2.0, 3.0],
                rows: [0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0],
            }],
        )],
    );
}

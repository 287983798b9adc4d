//! Golden bytes by the tables of the standard.

use super::*;

fn header() -> Header {
    Header {
        cid: *b"0123456789abcdef",
        name: "Stage 曲".into(),
        priority: 100,
        universe: 0x0102,
    }
}

/// Written by hand from the standard's tables 4-1 (root), 6-1 (framing) and 7-1 (DMP).
fn golden() -> Vec<u8> {
    let mut bytes = vec![0x00, 0x10, 0x00, 0x00];
    bytes.extend(b"ASC-E1.17\0\0\0");
    bytes.extend([0x72, 0x6e, 0, 0, 0, 4]);
    bytes.extend(b"0123456789abcdef");
    bytes.extend([0x72, 0x58, 0, 0, 0, 2]);
    let mut name = "Stage 曲".as_bytes().to_vec();
    name.resize(64, 0);
    bytes.extend(name);
    bytes.extend([100, 0, 0, 7, 0, 0x01, 0x02]);
    bytes.extend([0x72, 0x0b, 0x02, 0xa1, 0, 0, 0, 1, 0x02, 0x01, 0]);
    bytes.extend([255, 128, 1]);
    bytes.resize(638, 0);
    bytes
}

#[test]
fn golden_bytes() {
    assert_eq!(
        encode_packet(&header(), 7, false, &[255, 128, 1])[..],
        golden()
    );
    let mut end = golden();
    end[112] = 0x40;
    assert_eq!(encode_packet(&header(), 7, true, &[255, 128, 1])[..], end);
}

#[test]
fn sequence_numbers_wrap() {
    let mut encoder = Encoder::new(header());
    for i in 0..600u32 {
        assert_eq!(encoder.encode(&[])[111], (i % 256) as u8);
    }
    let end = encoder.encode_end();
    assert_eq!((end[111], end[112]), (88, 0x40));
}

#[test]
fn what_is_too_long_is_cut() {
    let mut long = header();
    long.name = "曲".repeat(30);
    let packet = encode_packet(&long, 0, false, &[9; 600]);
    // 21 characters of three bytes, and a zero.
    assert_eq!(&packet[44..107], "曲".repeat(21).as_bytes());
    assert_eq!(packet[107], 0);
    assert!(packet[126..].iter().all(|c| *c == 9));
}

#[test]
fn universes_have_groups() {
    assert_eq!(group_of(1), Some([239, 255, 0, 1].into()));
    assert_eq!(group_of(0x1234), Some([239, 255, 0x12, 0x34].into()));
    assert_eq!((group_of(0), group_of(64_000)), (None, None));
}

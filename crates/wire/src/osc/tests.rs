//! Golden bytes from the specification, and the limits.

use super::*;

/// The specification's own example: one float to `/oscillator/4/frequency`.
const FREQUENCY: &[u8] = b"/oscillator/4/frequency\0,f\0\0\x43\xdc\0\0";

/// The specification's second example, with five arguments.
const FOO: &[u8] = b"/foo\0\0\0\0,iisff\0\0\0\0\x03\xe8\xff\xff\xff\xffhello\0\0\0\x3f\x9d\xf3\xb6\x40\xb5\xb2\x2d";

fn read(bytes: &[u8]) -> Vec<(String, String)> {
    let packet = OscPacket::scan(bytes).unwrap();
    let one = |m: OscMessage<'_>| {
        let arguments: Vec<_> = m.arguments().collect();
        (m.address().to_owned(), format!("{arguments:?}"))
    };
    packet.messages().map(one).collect()
}

fn nested(depth: usize) -> Vec<u8> {
    let mut inner = FOO.to_vec();
    for _ in 0..depth {
        let mut bundle = b"#bundle\0\0\0\0\0\0\0\0\x01".to_vec();
        bundle.extend_from_slice(&(inner.len() as u32).to_be_bytes());
        bundle.append(&mut inner);
        inner = bundle;
    }
    inner
}

#[test]
fn the_specifications_examples_are_read_and_written() {
    let arguments = [
        OscArgument::Int(1000),
        OscArgument::Int(-1),
        OscArgument::Text("hello"),
        OscArgument::Float(1.234),
        OscArgument::Float(5.678),
    ];
    let expected = ("/foo".to_owned(), format!("{arguments:?}"));
    assert_eq!(read(FOO), [expected]);
    let mut written = Vec::new();
    put_message("/foo", &arguments, &mut written);
    assert_eq!(written, FOO);
    written.clear();
    put_message(
        "/oscillator/4/frequency",
        &[OscArgument::Float(440.0)],
        &mut written,
    );
    assert_eq!(written, FREQUENCY);
}

#[test]
fn a_bundle_is_walked_in_order_with_its_time() {
    let mut bytes = b"#bundle\0\0\0\0\x05\0\0\0\x07".to_vec();
    for message in [FREQUENCY, &nested(1), FOO] {
        bytes.extend_from_slice(&(message.len() as u32).to_be_bytes());
        bytes.extend_from_slice(message);
    }
    let packet = OscPacket::scan(&bytes).unwrap();
    let seen: Vec<_> = packet
        .messages()
        .map(|m| (m.address(), m.time_tag()))
        .collect();
    let outer = 5 << 32 | 7;
    assert_eq!(
        seen,
        [
            ("/oscillator/4/frequency", outer),
            ("/foo", IMMEDIATELY),
            ("/foo", outer)
        ]
    );
    let mut written = Vec::new();
    put_bundle(outer, &mut written);
    put_element(
        "/oscillator/4/frequency",
        &[OscArgument::Float(440.0)],
        &mut written,
    );
    assert_eq!(written, bytes[..written.len()]);
}

#[test]
fn every_type_and_arrays_are_read_in_order() {
    let mut bytes = b"/a\0\0,i[f[d]]htTFNIcrmSb\0\0\0\0".to_vec();
    bytes.truncate(4 + 20);
    bytes.extend_from_slice(&7i32.to_be_bytes());
    bytes.extend_from_slice(&1.5f32.to_be_bytes());
    bytes.extend_from_slice(&2.5f64.to_be_bytes());
    bytes.extend_from_slice(&(-3i64).to_be_bytes());
    bytes.extend_from_slice(&9u64.to_be_bytes());
    bytes.extend_from_slice(
        b"\0\0\0A\x01\x02\x03\x04\x05\x06\x07\x08sym\0\0\0\0\x05\x01\x02\x03\x04\x05\0\0\0",
    );
    let packet = OscPacket::scan(&bytes).unwrap();
    let message = packet.messages().next().unwrap();
    let arguments: Vec<_> = message.arguments().collect();
    assert_eq!(
        arguments,
        [
            OscArgument::Int(7),
            OscArgument::Float(1.5),
            OscArgument::Double(2.5),
            OscArgument::Long(-3),
            OscArgument::Time(9),
            OscArgument::Bool(true),
            OscArgument::Bool(false),
            OscArgument::Nil,
            OscArgument::Impulse,
            OscArgument::Char(65),
            OscArgument::Bytes([1, 2, 3, 4]),
            OscArgument::Bytes([5, 6, 7, 8]),
            OscArgument::Text("sym"),
            OscArgument::Blob(&[1, 2, 3, 4, 5]),
        ]
    );
}

#[test]
fn a_message_without_type_tags_has_no_arguments() {
    assert_eq!(read(b"/ping\0\0\0")[0].1, "[]");
    assert_eq!(read(b"/ping\0\0\0\0\0\0\x01")[0].1, "[]");
    // The last padding may be missing.
    assert_eq!(read(b"/ping\0,i\0\0\0\0\0")[0].0, "/ping");
}

#[test]
fn what_is_nested_too_deep_is_refused() {
    let at_limit = nested(limits::BUNDLE_DEPTH_MAX);
    assert_eq!(read(&at_limit)[0].0, "/foo");
    for depth in [limits::BUNDLE_DEPTH_MAX + 1, 600, 3000] {
        let error = OscPacket::scan(&nested(depth)).unwrap_err();
        assert_eq!(error.key(), "osc-too-much", "{depth}");
    }
    let arrays = |n: usize| {
        let mut bytes = b"/a\0\0,".to_vec();
        bytes.extend(std::iter::repeat_n(b'[', n));
        bytes.extend(std::iter::repeat_n(b']', n));
        bytes.extend_from_slice(&[0; 4]);
        bytes
    };
    assert!(OscPacket::scan(&arrays(limits::ARRAY_DEPTH_MAX)).is_ok());
    for n in [limits::ARRAY_DEPTH_MAX + 1, 32_000] {
        assert!(OscPacket::scan(&arrays(n)).is_err(), "{n}");
    }
}

#[test]
fn what_lies_about_its_size_is_refused_with_the_reason() {
    let element = |size: i32| {
        let mut bytes = b"#bundle\0\0\0\0\0\0\0\0\x01".to_vec();
        bytes.extend_from_slice(&size.to_be_bytes());
        bytes.extend_from_slice(FOO);
        bytes
    };
    for size in [0, -4, 3, 41, FOO.len() as i32 + 4, i32::MAX, i32::MIN] {
        let key = OscPacket::scan(&element(size)).unwrap_err().key();
        assert_eq!(key, "osc-bad-element", "{size}");
    }
    let cases: &[(&[u8], &str)] = &[
        (b"", "osc-not-osc"),
        (b"GET / HTTP/1.1", "osc-not-osc"),
        (b"#bundle\0\0\0", "osc-cut"),
        (b"/no end", "osc-cut"),
        (b"/a\0\0,i\0\0\0\0\0", "osc-cut"),
        (b"/a\0\0,b\0\0\xff\xff\xff\xff", "osc-cut"),
        (b"/a\0\0,b\0\0\x7f\xff\xff\xff\0\0\0\0", "osc-cut"),
        (b"/a\0\0,[[]", "osc-cut"),
        (b"/a\0\0,[[\0", "osc-open-array"),
        (b"/a\0\0,]\0\0", "osc-open-array"),
        (b"/a\0\0,?\0\0", "osc-unknown-tag"),
        (b"/\xff\0\0,\0\0\0", "osc-not-text"),
    ];
    for (bytes, key) in cases {
        let error = OscPacket::scan(bytes).unwrap_err();
        assert_eq!(error.key(), *key, "{bytes:?}: {error}");
    }
}

#[test]
fn counts_and_lengths_are_bounded() {
    let numbers = |n: usize| {
        let mut bytes = Vec::new();
        put_message("/a", &vec![OscArgument::Int(1); n], &mut bytes);
        bytes
    };
    assert!(OscPacket::scan(&numbers(limits::ARGUMENTS_MAX)).is_ok());
    assert!(OscPacket::scan(&numbers(limits::ARGUMENTS_MAX + 1)).is_err());
    let mut address = Vec::new();
    put_message(
        &format!("/{}", "a".repeat(limits::ADDRESS_BYTES_MAX)),
        &[],
        &mut address,
    );
    assert!(OscPacket::scan(&address).is_err());
    let mut blob = Vec::new();
    put_message(
        "/a",
        &[OscArgument::Blob(&[0; limits::BLOB_BYTES_MAX + 1])],
        &mut blob,
    );
    assert!(OscPacket::scan(&blob).is_err());
    assert!(OscPacket::scan(&vec![b'/'; limits::DATAGRAM_MAX + 1]).is_err());
    // The densest datagram there can be: its elements still are fewer than the limit.
    let mut dense = Vec::new();
    put_bundle(IMMEDIATELY, &mut dense);
    while dense.len() + 8 <= limits::DATAGRAM_MAX {
        dense.extend_from_slice(b"\0\0\0\x04/a\0\0");
    }
    assert_eq!(OscPacket::scan(&dense).unwrap().messages().count(), 8186);
}

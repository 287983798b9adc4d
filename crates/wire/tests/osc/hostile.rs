//! One datagram can end a process that asks `rosc` directly, and none that passes the scan can.
//!
//! A stack overflow is no panic: it is shown in a child process, which is this test again with a variable set.

use cyc_wire::osc::OscPacket;
use cyc_wire::osc::limits::{ARRAY_DEPTH_MAX, BUNDLE_DEPTH_MAX, DATAGRAM_MAX};
use std::process::Command;

/// The stack of a Rust thread unless told otherwise.
const THREAD_STACK_BYTES: usize = 2 << 20;

/// A stack far smaller than any thread of ours has.
const SMALL_STACK_BYTES: usize = 96 << 10;

const CHILD: &str = "CYC_OSC_CHILD";

fn nested_bundles(depth: usize, inner: Vec<u8>) -> Vec<u8> {
    let mut inner = inner;
    for _ in 0..depth {
        let mut bundle = b"#bundle\0\0\0\0\0\0\0\0\x01".to_vec();
        bundle.extend_from_slice(&(inner.len() as u32).to_be_bytes());
        bundle.append(&mut inner);
        inner = bundle;
    }
    inner
}

fn message_of_arrays(depth: usize) -> Vec<u8> {
    let mut bytes = b"/a\0\0,".to_vec();
    bytes.extend(std::iter::repeat_n(b'[', depth));
    bytes.push(b'i');
    bytes.extend(std::iter::repeat_n(b']', depth));
    bytes.push(0);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes.extend_from_slice(&[0, 0, 0, 7]);
    bytes
}

fn decode_with_rosc(bytes: Vec<u8>, stack_bytes: usize) -> bool {
    let thread = std::thread::Builder::new().stack_size(stack_bytes);
    let decode = move || rosc::decoder::decode_udp(&bytes).is_ok();
    thread.spawn(decode).unwrap().join().unwrap()
}

#[test]
fn a_datagram_that_ends_a_process_is_refused() {
    // Some 60 kB: 20 bytes a level.
    let bytes = nested_bundles(3000, message_of_arrays(1));
    assert!(bytes.len() <= DATAGRAM_MAX);
    if std::env::var_os(CHILD).is_some() {
        let decoded = decode_with_rosc(bytes, THREAD_STACK_BYTES);
        println!("survived: {decoded}");
        return;
    }
    assert!(OscPacket::scan(&bytes).is_err());
    let child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "hostile::a_datagram_that_ends_a_process_is_refused",
        ])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stderr).into_owned();
    assert!(!child.status.success(), "rosc has learnt to survive it");
    assert!(said.contains("overflowed its stack"), "{said}");
}

#[test]
fn the_deepest_that_passes_needs_little_stack() {
    let deepest = nested_bundles(BUNDLE_DEPTH_MAX, message_of_arrays(ARRAY_DEPTH_MAX));
    assert_eq!(OscPacket::scan(&deepest).unwrap().messages().count(), 1);
    assert!(decode_with_rosc(deepest, SMALL_STACK_BYTES));
    let deeper = [
        nested_bundles(BUNDLE_DEPTH_MAX + 1, message_of_arrays(1)),
        nested_bundles(1, message_of_arrays(ARRAY_DEPTH_MAX + 1)),
    ];
    for bytes in deeper {
        assert!(OscPacket::scan(&bytes).is_err());
    }
}

//! FreeD by hand, and what counts as lost.

use crate::scene::{CAMERA_M, PAN_LEFT_DEG, TILT_UP_DEG, frame, next, output};
use std::net::UdpSocket;
use std::time::Duration;

fn receiver() -> (UdpSocket, u16) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let wait = Some(Duration::from_secs(10));
    socket.set_read_timeout(wait).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

fn i24(bytes: &[u8]) -> i32 {
    i32::from_be_bytes([bytes[0], bytes[1], bytes[2], 0]) >> 8
}

#[test]
fn freed_tells_the_camera_and_nobody_else() {
    let (socket, port) = receiver();
    let url = format!("freed://127.0.0.1:{port}?camera=FilmCamera&id=7");
    let mut outputs = output(&url);
    outputs.frame(&frame(0));
    let mut packet = [0; 64];
    let bytes = socket.recv(&mut packet).unwrap();
    assert_eq!((bytes, packet[0], packet[1]), (29, 0xd1, 7));
    let degrees = |at: usize| f64::from(i24(&packet[at..])) / 32768.0;
    let metres = |at: usize| f64::from(i24(&packet[at..])) / 64_000.0;
    // Pan is positive to the right; X right, Y forward, Z up.
    for (value, expected) in [
        (degrees(2), -PAN_LEFT_DEG),
        (degrees(5), TILT_UP_DEG),
        (degrees(8), 0.0),
        (metres(11), CAMERA_M[0]),
        (metres(14), -CAMERA_M[2]),
        (metres(17), CAMERA_M[1]),
    ] {
        assert!((value - expected).abs() < 1e-4, "{value} is not {expected}");
    }
    let sum = packet[..29].iter().fold(0u8, |sum, b| sum.wrapping_add(*b));
    assert_eq!(sum, 0x40);
    outputs.stop();
    let (_, counters) = &outputs.counters()[0];
    assert_eq!((counters.frames.get(), counters.sent.get()), (1, 1));
}

#[test]
fn nobody_is_told_of_a_camera_that_is_not_there() {
    let (_socket, port) = receiver();
    let mut outputs = output(&format!("freed://127.0.0.1:{port}?camera=Other"));
    outputs.frame(&frame(0));
    outputs.stop();
    let (_, counters) = &outputs.counters()[0];
    assert_eq!((counters.sent.get(), counters.frames_without.get()), (0, 1));
}

/// A receiver that never was, or went away, is no error and stalls nothing: each frame is sent or counted.
#[test]
fn a_dead_receiver_costs_nobody_anything() {
    let (socket, dead) = receiver();
    drop(socket);
    let (living, port) = receiver();
    let urls: Vec<_> = [
        format!("vmc://127.0.0.1:{dead}"),
        format!("opentrackio://127.0.0.1:{dead}?camera=FilmCamera"),
        format!("freed://127.0.0.1:{port}?camera=FilmCamera"),
    ]
    .iter()
    .map(|url| url.parse().unwrap())
    .collect();
    let mut outputs = cyc_emit::Outputs::start(&urls).unwrap();
    let (mut frame, mut packet) = (frame(0), [0; 64]);
    for _ in 0..200 {
        outputs.frame(&frame);
        next(&mut frame);
        assert_eq!(living.recv(&mut packet).unwrap(), 29);
    }
    outputs.stop();
    for (url, counters) in outputs.counters() {
        let told = counters.frames.get() - counters.frames_dropped.get();
        assert_eq!(counters.frames.get(), 200, "{url}");
        assert!(
            counters.sent.get() + counters.refused.get() >= told,
            "{url}"
        );
    }
}

#[test]
fn what_cannot_be_opened_says_so() {
    let start = |url: &str| {
        let url = url.parse().unwrap();
        cyc_emit::Outputs::start(&[url]).err().unwrap().key()
    };
    assert_eq!(start("vmc://no-such-host.invalid"), "emit-resolve");
    assert_eq!(start("ltc:/no/such/folder/a.wav"), "emit-file");
    // An address that no interface of this machine has.
    assert_eq!(start("sacn://?interface=192.0.2.1"), "emit-socket");
}

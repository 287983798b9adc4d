//! The network as far as one machine can try it: the receive buffer, and a burst over loopback.

use super::{Check, Verdict, milliseconds};
use crate::text::Text;
use cyc_machine::{Place, receive_buffer_max_bytes, tcp_round_trip, udp_burst};

/// A quarter of a second of four performers at 240 Hz, 4 kB a frame and performer, rounded up to a power of two.
const RECEIVE_BUFFER_WANTED_BYTES: u64 = 4 << 20;
/// One frame of a large production, sent back to back: see `cyc_machine::udp_burst`.
const BURST_DATAGRAMS: usize = 60;
const BURST_BYTES: usize = 1400;
const ROUND_TRIP_BYTES: usize = 32 << 10;

/// The checks of this page of the report.
pub fn checks(place: &Place, text: &Text) -> Vec<Check> {
    vec![receive_buffer(place, text), udp(text), tcp(text)]
}

fn receive_buffer(place: &Place, text: &Text) -> Check {
    let (name, title) = ("receive-buffer", text.get("doctor-receive-buffer", &[]));
    let Some(bytes) = receive_buffer_max_bytes(place) else {
        return Check::new(text, name, title, Verdict::Limited, "doctor-unknown", &[]);
    };
    let enough = bytes >= RECEIVE_BUFFER_WANTED_BYTES;
    let verdict = if enough {
        Verdict::Good
    } else {
        Verdict::Limited
    };
    let args = [
        ("kib", (bytes / 1024).to_string()),
        ("wanted", RECEIVE_BUFFER_WANTED_BYTES.to_string()),
    ];
    Check::new(
        text,
        name,
        title,
        verdict,
        "doctor-receive-buffer-detail",
        &args,
    )
}

fn udp(text: &Text) -> Check {
    let (name, title) = ("loopback-udp", text.get("doctor-loopback-udp", &[]));
    match udp_burst(BURST_DATAGRAMS, BURST_BYTES) {
        Ok(burst) => {
            let whole = burst.received == burst.sent;
            let verdict = if whole {
                Verdict::Good
            } else {
                Verdict::Limited
            };
            let args = [
                ("sent", burst.sent.to_string()),
                ("received", burst.received.to_string()),
                ("ms", milliseconds(burst.elapsed_ns)),
                ("wanted", RECEIVE_BUFFER_WANTED_BYTES.to_string()),
            ];
            Check::new(
                text,
                name,
                title,
                verdict,
                "doctor-loopback-udp-detail",
                &args,
            )
        }
        Err(error) => failed(text, name, title, &error),
    }
}

fn tcp(text: &Text) -> Check {
    let (name, title) = ("loopback-tcp", text.get("doctor-loopback-tcp", &[]));
    match tcp_round_trip(ROUND_TRIP_BYTES) {
        Ok(elapsed_ns) => {
            let args = [("ms", milliseconds(elapsed_ns))];
            Check::new(
                text,
                name,
                title,
                Verdict::Good,
                "doctor-loopback-tcp-detail",
                &args,
            )
        }
        Err(error) => failed(text, name, title, &error),
    }
}

/// The demo speaks real protocols over loopback: without it, it cannot run.
fn failed(text: &Text, name: &'static str, title: String, error: &std::io::Error) -> Check {
    let args = [("reason", error.to_string())];
    Check::new(
        text,
        name,
        title,
        Verdict::Missing,
        "doctor-loopback-failed",
        &args,
    )
}

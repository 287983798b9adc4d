//! One frame from bytes to a `MocapFrame`, beside a copy of the same bytes. Either way the bytes have just been written to
//! where they are read, as by the kernel; that is not timed.

use crate::Outcome;
use crate::packets::Packets;
use cyc_allocation::allocations;
use cyc_benches::report::Report;
use cyc_benches::rounds::{Contender, in_turn};
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::vicon_datastream::{Client, ClientEvent, ClientSettings};
use std::cell::Cell;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Rounds.
const ROUNDS: usize = 41;
/// Room that the receive loop offers to the kernel.
const READ_BYTES: usize = 256 << 10;
/// Frames of a round; together they are larger than the caches, as frames from a network are.
const DECODED: usize = 200;

/// Writes the table.
pub fn measure(packets: &Packets, report: &mut Report) -> Outcome<()> {
    let frames = packets.frames.get(..DECODED).unwrap_or(&packets.frames);
    let mut client = Client::new(ClientSettings::default());
    client.feed(&packets.greeting, HostNs(0));
    let mut out = MocapFrame::default();
    while client.poll(&mut out)?.is_some() {}
    let longest = packets.frames.iter().map(Vec::len).max().unwrap_or(0);
    let (mut from, mut copy) = (vec![0u8; longest], vec![0u8; longest]);
    let (allocated, decoded) = (Cell::new(0), Cell::new(0usize));
    let decode = || {
        let before = allocations();
        let mut took = Duration::ZERO;
        for packet in frames {
            // The kernel's part: it writes into the client's own room.
            if let Some(room) = client.room(READ_BYTES).get_mut(..packet.len()) {
                room.copy_from_slice(packet);
            }
            client.filled(packet.len(), HostNs(0));
            let began = Instant::now();
            while let Ok(Some(event)) = client.poll(&mut out) {
                decoded.set(decoded.get() + usize::from(event == ClientEvent::Frame));
                black_box(&out);
            }
            took += began.elapsed();
        }
        // Of the last round: the first warms the buffers.
        allocated.set(allocations() - before);
        figures(took.as_nanos() as f64 / frames.len() as f64, packets)
    };
    let copied = || {
        let mut took = Duration::ZERO;
        for packet in frames {
            if let Some(room) = from.get_mut(..packet.len()) {
                room.copy_from_slice(packet);
            }
            let began = Instant::now();
            if let (Some(to), Some(from)) = (copy.get_mut(..packet.len()), from.get(..packet.len()))
            {
                to.copy_from_slice(black_box(from));
                black_box(&to);
            }
            took += began.elapsed();
        }
        let each = took.as_nanos() as f64 / frames.len() as f64;
        figures(each, packets)
    };
    let contenders = vec![
        Contender {
            name: "decoded to a MocapFrame",
            is_ours: true,
            run: Box::new(decode),
        },
        Contender {
            name: "bytes copied",
            is_ours: false,
            run: Box::new(copied),
        },
    ];
    let table = in_turn(ROUNDS, contenders);
    if decoded.get() != (ROUNDS + 1) * frames.len() {
        return Err(format!("{} frames were decoded", decoded.get()).into());
    }
    report.table(
        &format!(
            "One frame of {} bytes, {ROUNDS} rounds of {DECODED}",
            packets.frame_bytes()
        ),
        &["µs", "GB/s"],
        &table,
    );
    let allocated = allocated.get();
    report.paragraph(&format!(
        "Allocations while decoding {DECODED} frames once warm: {allocated}. Aim: 20 µs, none."
    ));
    Ok(())
}

fn figures(each_ns: f64, packets: &Packets) -> Vec<f64> {
    vec![each_ns / 1000.0, packets.frame_bytes() as f64 / each_ns]
}

//! One frame from bytes to a `MocapFrame`, beside a copy of the same bytes.

use crate::packets::Packets;
use crate::{Outcome, allocations};
use cyc_benches::report::Report;
use cyc_benches::rounds::{Contender, in_turn, ns_each};
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::vicon_datastream::{Client, ClientEvent, ClientSettings};
use std::cell::Cell;
use std::hint::black_box;

/// Rounds.
const ROUNDS: usize = 41;
/// Frames of a round; together they are larger than the caches, as frames from a network are.
const DECODED: usize = 200;

/// Writes the table.
pub fn measure(packets: &Packets, report: &mut Report) -> Outcome<()> {
    let frames = packets.frames.get(..DECODED).unwrap_or(&packets.frames);
    let mut client = Client::new(ClientSettings::default());
    client.feed(&packets.greeting, HostNs(0));
    let mut out = MocapFrame::default();
    let mut copy = vec![0u8; packets.frames.iter().map(Vec::len).max().unwrap_or(0)];
    let (allocated, decoded) = (Cell::new(0), Cell::new(0usize));
    let decode = || {
        let before = allocations::here();
        let each = ns_each(frames.len(), || {
            for packet in frames {
                client.feed(packet, HostNs(0));
                while let Ok(Some(event)) = client.poll(&mut out) {
                    decoded.set(decoded.get() + usize::from(event == ClientEvent::Frame));
                    black_box(&out);
                }
            }
        });
        // Of the last round: the first warms the buffers.
        allocated.set(allocations::here() - before);
        figures(each, packets)
    };
    let copied = || {
        let each = ns_each(frames.len(), || {
            for packet in frames {
                if let Some(place) = copy.get_mut(..packet.len()) {
                    place.copy_from_slice(black_box(packet));
                    black_box(&place);
                }
            }
        });
        figures(each, packets)
    };
    let contenders = vec![
        Contender { name: "decoded to a MocapFrame", is_ours: true, run: Box::new(decode) },
        Contender { name: "bytes copied", is_ours: false, run: Box::new(copied) },
    ];
    let table = in_turn(ROUNDS, contenders);
    if decoded.get() != (ROUNDS + 1) * frames.len() {
        return Err(format!("{} frames were decoded", decoded.get()).into());
    }
    report.table(
        &format!("One frame of {} bytes, {ROUNDS} rounds of {DECODED}", packets.frame_bytes()),
        &["µs", "GB/s"],
        &table,
    );
    let allocated = allocated.get();
    report.paragraph(&format!("Allocations while decoding {DECODED} frames once warm: {allocated}. Aim: 20 µs, none."));
    Ok(())
}

fn figures(each_ns: f64, packets: &Packets) -> Vec<f64> {
    vec![each_ns / 1000.0, packets.frame_bytes() as f64 / each_ns]
}

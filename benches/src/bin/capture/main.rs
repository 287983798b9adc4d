//! What it costs to receive: decoding beside a copy of the bytes, a client process beside Vicon's own client, the way from
//! the kernel beside a bare blocking loop, and a stream's frames beside a flood of strangers.
//!
//! ```text
//! CYC_PEER_PYTHON=… cargo run --release -p cyc-benches --bin capture
//! ```

mod bare_client;
mod client;
mod decode;
mod flood;
mod packets;
mod stamped_reader;
mod way;

use cyc_allocation::CountingAllocator;
use cyc_benches::report::Report;
use packets::Packets;
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// What can stop a measurement.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The rate of every stream here.
const RATE_HZ: f64 = 240.0;

/// When a frame is sent, counted from the first.
fn due(frame: u64) -> Duration {
    Duration::from_nanos((frame as f64 / RATE_HZ * 1e9) as u64)
}

const ABOUT: &str = "Ten performers of 20 segments and 53 markers each, all seen, as a Vicon DataStream server sends them \
    (segments global and local, markers with covariances, timecode, latency). Times in microseconds.";

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some(client::ARGUMENT) => return client::be_one(false, arguments),
        Some(client::BARE) => return client::be_one(true, arguments),
        _ => {}
    }
    let mut report = Report::new("Capture", ABOUT);
    let packets = Packets::make(packets::FRAMES)?;
    decode::measure(&packets, &mut report)?;
    client::measure(&mut report)?;
    way::measure(&packets, &mut report)?;
    flood::measure(&mut report)?;
    report.paragraph(
        "Ours in bold. The machine is a shared one with two cores, on which others were working; receiver, servers and \
         flood all run on these two.",
    );
    let path = report.finish("capture.md")?;
    eprintln!("written: {}", path.display());
    Ok(())
}

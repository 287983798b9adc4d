//! How long a frame of ten performers takes from the kernel to the sink, at 240 Hz over the loopback.
//!
//! `cargo run --release -p cyc-simulator --example rx_latency`

use cyc_capture::{FrameSink, SourceConfig, SourceEvent, SourceUrl, StopFlag, source_of};
use cyc_model::{Hop, MocapFrame, Nanos, SourceId};
use cyc_simulator::servers::{ServerConfig, Simulator, SimulatorConfig};
use cyc_telemetry::LatencyHistogram;

#[path = "../tests/volume/mod.rs"]
mod volume;

const FRAMES: u64 = 1200;

struct Measure {
    heard_to_sink: LatencyHistogram,
    taken_to_sink: LatencyHistogram,
    frames: u64,
    stop: StopFlag,
}

impl FrameSink for Measure {
    fn frame(&mut self, frame: &MocapFrame) {
        self.frames += 1;
        // The first frames warm the buffers.
        if self.frames > 100 {
            let decoded = frame.stamps.at(Hop::Decoded).unwrap_or_default();
            self.heard_to_sink.record(decoded - frame.heard);
            if let Some(taken) = frame.taken {
                self.taken_to_sink.record(decoded - taken);
            }
        }
        if self.frames == FRAMES {
            self.stop.raise();
        }
    }

    fn event(&mut self, event: SourceEvent) {
        let kind = format!("{event:?}");
        eprintln!("{}", kind.split([' ', '(']).next().unwrap_or_default());
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = SimulatorConfig {
        servers: vec![ServerConfig::vicon_datastream("127.0.0.1:0".parse()?)],
        ..SimulatorConfig::default()
    };
    let sim = Simulator::start(config, Box::new(volume::Volume::new(240.0, 10, u64::MAX)))?;
    let url: SourceUrl = format!("vicon://{}", sim.addresses()[0].address).parse()?;
    let mut source = source_of(&url, SourceConfig::new(SourceId(0)));
    let stop = StopFlag::default();
    let mut measure = Measure {
        heard_to_sink: LatencyHistogram::new(),
        taken_to_sink: LatencyHistogram::new(),
        frames: 0,
        stop: stop.clone(),
    };
    source.run(&mut measure, &stop);
    for (name, histogram) in [
        ("kernel to sink", &measure.heard_to_sink),
        ("camera to sink", &measure.taken_to_sink),
    ] {
        let snapshot = histogram.snapshot();
        let at = |q: f64| -> Nanos { snapshot.percentile(q) };
        println!(
            "{name}: p50 {:.0} us, p99 {:.0} us, max {:.0} us",
            at(0.5).micros(),
            at(0.99).micros(),
            at(1.0).micros()
        );
    }
    source
        .counters()
        .each(|name, value| println!("{name} {value}"));
    Ok(())
}

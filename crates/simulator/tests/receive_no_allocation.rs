//! A receive thread that is warm allocates nothing per frame: socket, kernel stamp, decoding and gate together.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod volume;

use cyc_allocation::{CountingAllocator, allocations};
use cyc_capture::{FrameSink, SourceConfig, SourceEvent, SourceUrl, StopFlag, source_of};
use cyc_model::{MocapFrame, SourceId};
use cyc_simulator::servers::{ServerConfig, Simulator, SimulatorConfig};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

const WARM_AFTER: u64 = 60;
const FRAMES: u64 = 200;

/// Counts what this thread allocates between warm frames; copies each as the engine does.
struct Watch {
    frames: u64,
    at_warm: u64,
    total: u64,
    copy: MocapFrame,
    stop: StopFlag,
}

impl FrameSink for Watch {
    fn frame(&mut self, frame: &MocapFrame) {
        self.copy.copy_from(frame);
        self.frames += 1;
        let now = allocations();
        if self.frames == WARM_AFTER {
            self.at_warm = now;
        }
        if self.frames == FRAMES {
            self.total = now - self.at_warm;
            self.stop.raise();
        }
    }

    fn event(&mut self, _: SourceEvent) {}
}

#[test]
fn a_warm_receive_thread_allocates_nothing() {
    let udp = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let udp_address = udp.local_addr().unwrap();
    drop(udp);
    let config = SimulatorConfig {
        servers: vec![
            ServerConfig::vicon_datastream("127.0.0.1:0".parse().unwrap()),
            ServerConfig::vicon_udp(udp_address),
        ],
        ..SimulatorConfig::default()
    };
    let volume = volume::Volume::new(240.0, 4, u64::MAX);
    let sim = Simulator::start(config, Box::new(volume)).unwrap();
    let tcp = format!("vicon://{}", sim.addresses()[0].address);
    for url in [tcp, format!("vicon-udp://{udp_address}")] {
        let parsed: SourceUrl = url.parse().unwrap();
        let mut source = source_of(&parsed, SourceConfig::new(SourceId(0)));
        let stop = StopFlag::default();
        let mut watch = Watch {
            frames: 0,
            at_warm: 0,
            total: 0,
            copy: MocapFrame::default(),
            stop: stop.clone(),
        };
        source.run(&mut watch, &stop);
        assert!(watch.frames >= FRAMES);
        assert_eq!(
            watch.total,
            0,
            "{url}: allocations in {} frames",
            FRAMES - WARM_AFTER
        );
    }
}

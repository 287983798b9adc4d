//! The processor time of a client process, a frame: ours, and Vicon's own client as PyPI `motioncapture` holds it.
//!
//! Both connect to the same virtual server at once and ask for segments and markers. A client is a process; it tells its
//! own processor time (user and system, all its threads) between two frames, so that starting it is not in it.

use crate::packets::{Volume, performers};
use crate::{Outcome, RATE_HZ, bare_client};
use cyc_benches::report::Report;
use cyc_benches::rounds::{Figures, median};
use cyc_capture::{FrameSink, SourceConfig, SourceEvent, SourceUrl, StopFlag, source_of};
use cyc_model::{MocapFrame, SourceId};
use cyc_simulator::servers::{ServerConfig, Simulator, SimulatorConfig};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use std::ffi::OsStr;
use std::hint::black_box;
use std::process::{Child, Command, Stdio};

/// What makes this program a client.
pub const ARGUMENT: &str = "client";
/// What makes it one that throws the frames away.
pub const BARE: &str = "bare-client";

/// Frames that are not counted: connecting, and the first frames' names.
const WARM: u64 = 120;
/// Frames of a round: five seconds.
const FRAMES: u64 = 1200;
/// Rounds.
const ROUNDS: usize = 5;

/// Runs both, round by round, and writes the table.
pub fn measure(report: &mut Report) -> Outcome<()> {
    let servers = vec![ServerConfig::vicon_datastream("127.0.0.1:0".parse()?)];
    let config = SimulatorConfig {
        servers,
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(config, Box::new(Volume(performers()?)))?;
    let address = simulator.addresses().first().map(|a| a.address.to_string());
    let address = address.unwrap_or_default();
    let python = std::env::var_os("CYC_PEER_PYTHON");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/client_cpu.py");
    let ours = std::env::current_exe()?;
    let (mut own, mut peer, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(told(start(ours.as_os_str(), BARE, &address)?)?);
        let begun = start(ours.as_os_str(), ARGUMENT, &address)?;
        let other = python
            .as_ref()
            .map(|p| start(p, script, &address))
            .transpose()?;
        own.push(told(begun)?);
        if let Some(other) = other {
            peer.push(told(other)?);
        }
    }
    let mut table = vec![row("cyc-capture", true, &own)];
    if !peer.is_empty() {
        table.push(row("motioncapture 1.1 (Vicon's client, C++)", false, &peer));
    }
    report.table(
        &format!("Processor time of a client process for each frame, {RATE_HZ} Hz, {ROUNDS} rounds of {FRAMES} frames"),
        &["µs"],
        &table,
    );
    report.paragraph(&format!(
        "Both clients of a round run at once and read the same frames. A client that reads the same bytes and throws them away \
         takes {:.1} µs, alone: the kernel's part, which no client can do without. Aim: a fifth of the peer's or less.",
        median(bare)
    ));
    Ok(())
}

fn row(name: &str, is_ours: bool, us: &[f64]) -> Figures {
    Figures {
        name: name.to_owned(),
        is_ours,
        median: vec![median(us.to_vec())],
        best: vec![us.iter().copied().fold(f64::INFINITY, f64::min)],
    }
}

fn start(program: &OsStr, first: &str, address: &str) -> std::io::Result<Child> {
    Command::new(program)
        .args([first, address, &WARM.to_string(), &FRAMES.to_string()])
        .stdout(Stdio::piped())
        .spawn()
}

/// The microseconds a frame that a client tells in the end.
fn told(client: Child) -> Outcome<f64> {
    let output = client.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.trim().parse::<f64>()?)
}

/// Is a client: `ADDRESS WARM FRAMES`.
pub fn be_one(is_bare: bool, mut arguments: impl Iterator<Item = String>) -> Outcome<()> {
    let mut next = || arguments.next().ok_or("an argument is missing");
    let address = next()?;
    let (warm, frames) = (next()?.parse::<u64>()?, next()?.parse::<u64>()?);
    let stop = StopFlag::default();
    let mut counting = Counting {
        left: warm + frames,
        frames,
        at_warm_us: 0,
        us: 0.0,
        stop: stop.clone(),
    };
    if is_bare {
        bare_client::read(&address, || {
            counting.count();
            !stop.is_raised()
        })?;
    } else {
        let url: SourceUrl = format!("vicon://{address}").parse()?;
        source_of(&url, SourceConfig::new(SourceId(0))).run(&mut counting, &stop);
    }
    println!("{}", counting.us);
    Ok(())
}

/// Counts frames, and takes the process' time twice.
struct Counting {
    left: u64,
    frames: u64,
    at_warm_us: i64,
    us: f64,
    stop: StopFlag,
}

impl Counting {
    fn count(&mut self) {
        self.left = self.left.saturating_sub(1);
        if self.left == self.frames {
            self.at_warm_us = processor_time_us();
        }
        if self.left == 0 && !self.stop.is_raised() {
            self.us = (processor_time_us() - self.at_warm_us) as f64 / self.frames as f64;
            self.stop.raise();
        }
    }
}

impl FrameSink for Counting {
    fn frame(&mut self, frame: &MocapFrame) {
        black_box(frame);
        self.count();
    }
    fn event(&mut self, _: SourceEvent) {}
}

/// User and system time of all threads.
fn processor_time_us() -> i64 {
    getrusage(UsageWho::RUSAGE_SELF).map_or(0, |usage| {
        usage.user_time().num_microseconds() + usage.system_time().num_microseconds()
    })
}

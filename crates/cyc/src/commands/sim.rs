//! `cyc sim`: a virtual capture system on real sockets, with a performer, a film camera and a prop.
//!
//! What it sends is made by `simulator`; here it is set up from the command line, shown while it runs, and summed up.

mod arguments;
mod error;
mod load;
mod tape;

use crate::Session;
use crate::failure::Failure;
use crate::interrupt;
use crate::text::Text;
use arguments::Arguments;
use clap::{ArgMatches, Command};
use cyc_simulator::servers::{
    ServerAddress, ServerConfig, ServerCounters, Simulator, SimulatorConfig, SimulatorHandle,
    VICON_DATASTREAM,
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The command's name.
pub const NAME: &str = "sim";

/// How often the line that shows what goes on is renewed.
const SHOW_EVERY: Duration = Duration::from_millis(250);
/// How soon Ctrl-C is noticed.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// The command line of `cyc sim`.
pub fn describe(text: &Text) -> Command {
    arguments::describe(text, NAME)
}

/// Serves until the time is over or Ctrl-C.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    if tape::is_asked_for(matches) {
        return tape::run(matches, session);
    }
    let arguments = Arguments::read(matches)?;
    let loaded = load::load(&arguments)?;
    let rate_hz = loaded.producer.rate_hz();
    let stop = interrupt::flag()?;
    let config = SimulatorConfig {
        servers: arguments
            .protocols
            .iter()
            .map(|(protocol, address)| ServerConfig::new(*protocol, *address))
            .collect(),
        seed: arguments.seed,
        faults: arguments.faults,
        source_faults: arguments.source_faults,
        frames_max: arguments
            .seconds
            .map(|s| (s * rate_hz).ceil().max(1.0) as u64),
        ..SimulatorConfig::default()
    };
    let mut simulator = Simulator::start(config, loaded.producer)?;
    let addresses = simulator.addresses().to_vec();
    announce(&addresses, session)?;
    session.output.remark(&session.text.get(
        "sim-performing",
        &[
            ("performance", loaded.performance),
            ("subjects", loaded.subjects.join(", ")),
            ("markers", loaded.markers.to_string()),
            ("length", format!("{:.1}", loaded.length_s)),
            ("rate", format!("{rate_hz:.0}")),
        ],
    ));
    if let (Some(asked), true) = (arguments.rate_hz, loaded.has_own_rate) {
        let args = [("asked", asked.to_string()), ("rate", format!("{rate_hz}"))];
        session
            .output
            .remark(&session.text.get("sim-rate-is-recorded", &args));
    }
    watch(&simulator, &stop, session);
    if stop.load(Ordering::Relaxed) {
        simulator.stop();
    } else {
        simulator.wait();
    }
    finish(&addresses, simulator.counters(), session)?;
    // The volume has gone with the clock's thread, so everything is on the disk by now, or will never be.
    match loaded.truth.and_then(|truth| truth.failure()) {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}

/// Says where what is served: a result for people, a remark beside the object of `--json`.
fn announce(addresses: &[ServerAddress], session: &Session) -> Result<(), Failure> {
    let text = &session.text;
    let mut lines = Vec::new();
    for served in addresses {
        let protocol = served.protocol;
        let args = [
            ("url", served.url()),
            ("protocol", protocol.name().to_owned()),
        ];
        lines.push(if protocol.is_stream() {
            text.get("sim-serves", &args)
        } else {
            text.get("sim-sends", &args)
        });
        if protocol == VICON_DATASTREAM && served.address.port() == protocol.port() {
            lines.push(text.get("sim-not-the-real-port", &[]));
        }
        if protocol.is_stream() && !served.address.ip().is_loopback() {
            lines.push(text.get("sim-open-to-network", &args));
        }
    }
    lines.push(text.get("sim-how-to-end", &[]));
    let lines = lines.join("\n");
    if session.output.wants_json() {
        session.output.remark(&lines);
        Ok(())
    } else {
        session.output.result(&lines)
    }
}

/// Waits for the end of the frames or for Ctrl-C; shows one line on a terminal.
fn watch(simulator: &SimulatorHandle, stop: &AtomicBool, session: &Session) {
    let line = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if session.output.is_quiet() {
        line.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{msg}") {
        line.set_style(style);
    }
    let mut since_shown = SHOW_EVERY;
    while simulator.is_running() && !stop.load(Ordering::Relaxed) {
        if since_shown >= SHOW_EVERY && !line.is_hidden() {
            since_shown = Duration::ZERO;
            let counts = counts(simulator.counters(), simulator.counters().clients());
            line.set_message(session.text.get("sim-line", &counts));
            line.tick();
        }
        std::thread::sleep(LOOK_EVERY);
        since_shown += LOOK_EVERY;
    }
    line.finish_and_clear();
}

fn counts(counters: &ServerCounters, clients: u64) -> [(&'static str, String); 5] {
    let by_fault = counters.frames_lost_by_fault.get();
    [
        ("made", counters.frames_produced.get().to_string()),
        ("sent", counters.frames_sent.get().to_string()),
        ("clients", clients.to_string()),
        ("dropped", counters.frames_dropped_slow.get().to_string()),
        ("lost", by_fault.to_string()),
    ]
}

fn finish(
    addresses: &[ServerAddress],
    counters: &ServerCounters,
    session: &Session,
) -> Result<(), Failure> {
    if session.output.wants_json() {
        return session.output.object(&as_json(addresses, counters));
    }
    let clients = counters.clients_connected.get();
    let args = counts(counters, clients);
    session
        .output
        .result(&session.text.get("sim-done", &args))?;
    let late = counters.frames_skipped_late.get();
    if late > 0 {
        let args = [("late", late.to_string())];
        session
            .output
            .remark(&session.text.get("sim-too-slow", &args));
    }
    Ok(())
}

fn as_json(addresses: &[ServerAddress], counters: &ServerCounters) -> serde_json::Value {
    let servers: Vec<_> = addresses
        .iter()
        .map(|a| json!({ "protocol": a.protocol.name(), "address": a.address.to_string() }))
        .collect();
    json!({
        "servers": servers,
        "frames_made": counters.frames_produced.get(),
        "frames_sent": counters.frames_sent.get(),
        "clients": counters.clients_connected.get(),
        "clients_refused": counters.clients_refused.get(),
        "dropped": counters.frames_dropped_slow.get(),
        "skipped_late": counters.frames_skipped_late.get(),
        "lost_by_fault": counters.frames_lost_by_fault.get(),
        "duplicated_by_fault": counters.duplicates_by_fault.get(),
        "reordered_by_fault": counters.reorders_by_fault.get(),
        "junk_by_fault": counters.junk_by_fault.get(),
        "requests_malformed": counters.requests_malformed.get(),
    })
}

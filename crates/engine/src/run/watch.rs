//! The watch: every thread of the engine says that it lives; one that falls silent is noticed, and the solve thread, which
//! nobody can do without, gets a successor.
//!
//! The watch itself may be kept from running, by a machine that is overloaded or a process that was stopped. Then it knows
//! nothing about the others, who stood still as well: it looks once more before it judges.

use super::heartbeat::{Heartbeat, Patience, Pulse};
use super::succession::Succession;
use super::threads::{Granted, Intent, spawn};
use cyc_capture::now_host;
use cyc_model::Nanos;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often the watch looks.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// A watch that slept so long did not run when it should have.
const OVERSLEPT: Nanos = Nanos::from_millis(50);

/// Whose heartbeats are looked at; sources come and go. Locked for the time of a look, by nobody who carries frames.
pub type Watched = Arc<Mutex<Vec<Arc<Heartbeat>>>>;

/// What the watch saw.
#[derive(Clone, Debug, Default)]
pub struct WatchReport {
    /// Threads with the number of times they hung.
    pub hung: Vec<(String, u64)>,
}

/// The watch's own heartbeat: who reads the others' sees from it whether anybody looks.
pub fn own_heartbeat() -> Arc<Heartbeat> {
    Heartbeat::new("watch", Patience::FRAMES)
}

/// Starts the watch over some threads; `solver` is the heartbeat of the solve thread among them, `own` the watch's.
pub fn start(
    watched: Watched,
    (solver, mut succession): (Arc<Heartbeat>, Succession),
    own: Arc<Heartbeat>,
    stop: Arc<AtomicBool>,
) -> std::io::Result<JoinHandle<WatchReport>> {
    spawn("watch", Intent::RealTime, move |_: Granted| {
        let beats = || watched.lock().unwrap_or_else(PoisonError::into_inner);
        let mut looked = now_host();
        while !stop.load(Ordering::Relaxed) {
            std::thread::sleep(LOOK_EVERY);
            let now = now_host();
            own.beat(now);
            let slept = now - looked;
            looked = now;
            if slept > OVERSLEPT {
                continue;
            }
            for beat in beats().iter() {
                let is_hung = beat.look(now) == Some(Pulse::Hung);
                if is_hung && Arc::ptr_eq(beat, &solver) {
                    succession.succeed(now);
                }
            }
        }
        succession.end();
        WatchReport {
            hung: beats().iter().map(|b| (b.name.clone(), b.hung())).collect(),
        }
    })
}

//! Heartbeats: every thread that carries frames says that it lives; one that falls silent is noticed.

use super::threads::{Granted, Intent, spawn};
use cyc_capture::now_host;
use cyc_model::{HostNs, Nanos};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// A thread that has not beaten for this long is declared hung (fault table, containment layer 4).
const HUNG: Nanos = Nanos::from_millis(250);
/// How often the watch looks.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// One thread's sign of life.
#[derive(Debug)]
pub struct Heartbeat {
    /// The thread's name.
    pub name: String,
    last_ns: AtomicI64,
    hung: AtomicU64,
}

impl Heartbeat {
    /// A heart that has just beaten.
    pub fn new(name: &str) -> Arc<Self> {
        let last_ns = AtomicI64::new(now_host().0);
        Arc::new(Self {
            name: name.to_owned(),
            last_ns,
            hung: AtomicU64::new(0),
        })
    }

    /// Beats.
    pub fn beat(&self, now: HostNs) {
        self.last_ns.store(now.0, Ordering::Relaxed);
    }

    /// How many times the thread was found hung.
    pub fn hung(&self) -> u64 {
        self.hung.load(Ordering::Relaxed)
    }
}

/// What the watch saw.
#[derive(Clone, Debug, Default)]
pub struct WatchReport {
    /// Threads with the number of times they hung.
    pub hung: Vec<(String, u64)>,
}

/// Starts the watch.
pub fn start(
    beats: Vec<Arc<Heartbeat>>,
    stop: Arc<AtomicBool>,
) -> std::io::Result<JoinHandle<WatchReport>> {
    spawn("watch", Intent::RealTime, move |_: Granted| {
        let mut was_hung = vec![false; beats.len()];
        while !stop.load(Ordering::Relaxed) {
            std::thread::sleep(LOOK_EVERY);
            let now = now_host();
            for (beat, was) in beats.iter().zip(&mut was_hung) {
                let silent = now - HostNs(beat.last_ns.load(Ordering::Relaxed));
                let is_hung = silent > HUNG;
                if is_hung && !*was {
                    beat.hung.fetch_add(1, Ordering::Relaxed);
                }
                *was = is_hung;
            }
        }
        WatchReport {
            hung: beats.iter().map(|b| (b.name.clone(), b.hung())).collect(),
        }
    })
}

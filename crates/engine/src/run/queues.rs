//! The queues between the engine's threads by their names: how full each is, for people.

use cyc_queue::{QueueGauge, QueueReading};
use std::sync::Arc;

/// A queue that has a name. Names are few and fixed; whom one is about comes from the stage file.
#[derive(Clone, Debug)]
pub struct NamedQueue {
    /// Its stable name.
    pub name: &'static str,
    /// Whose it is, where there are several: a source's name, a reader's, an output's; else empty.
    pub about: String,
    gauge: Arc<QueueGauge>,
}

impl NamedQueue {
    /// Names a queue.
    pub fn new(name: &'static str, about: &str, gauge: Arc<QueueGauge>) -> Self {
        let about = about.to_owned();
        Self { name, about, gauge }
    }

    /// How full it is now.
    pub fn read(&self) -> QueueReading {
        self.gauge.read()
    }
}

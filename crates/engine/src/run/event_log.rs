//! What the stage says while it runs, on its way into the take.

use cyc_model::HostNs;
use cyc_take::TakeEvent;
use cyc_telemetry::Counter;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Events that wait: they are rare, and taken every 5 ms.
const EVENTS: usize = 256;

/// Writes into the take what is worth knowing beside the frames: changes of state, findings, commands. Any thread may hold
/// a clone; nobody waits. Not for a thread that carries frames: the texts are allocated.
#[derive(Clone, Debug)]
pub struct EventLog {
    events: SyncSender<TakeEvent>,
    dropped: Arc<Counter>,
}

impl EventLog {
    /// A log, and where it comes out.
    pub(super) fn new() -> (Self, Receiver<TakeEvent>) {
        let (events, out) = sync_channel(EVENTS);
        let dropped = Arc::default();
        (Self { events, dropped }, out)
    }

    /// Notes an event; what comes while no take rolls is in no take. `kind` is `state`, `finding`, `command` and the like,
    /// `content` is JSON.
    pub fn note(&self, at: HostNs, kind: &str, content: String) {
        let kind = kind.to_owned();
        let event = TakeEvent { at, kind, content };
        if self.events.try_send(event).is_err() {
            self.dropped.increment();
        }
    }

    /// Events for which there was no room.
    pub fn dropped(&self) -> u64 {
        self.dropped.get()
    }
}

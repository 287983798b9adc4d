//! The core with real threads around it.

mod attention;
mod engine;
mod error;
mod event_log;
mod exchange;
mod find;
mod heartbeat;
mod lead_link;
mod queues;
mod receive;
mod record;
mod record_feed;
mod recording;
mod solve;
mod solve_desk;
mod solve_team;
mod source_thread;
mod succession;
mod threads;
mod watch;

pub use engine::{Engine, EngineReaders, EngineSetup, RunSource};
pub use error::EngineError;
pub use event_log::EventLog;
pub use exchange::{ExchangeSetup, NextShown, NextSource, Ordered};
pub use heartbeat::{HeartReading, Heartbeat, Patience, Pulse};
pub use lead_link::LeadLink;
pub use queues::NamedQueue;
pub use receive::{CannotReceive, SourceState, SourceStatus};
pub use record::{RecordReport, RecordSetup, RecordStatus};
pub use solve::SolveCounters;
pub use threads::{Granted, Intent, spawn};
pub use watch::WatchReport;

//! Lock-free frame queues: latest value, ring, broadcast; each policy named, each loss counted.
//!
//! Values are big (a frame has tens of kilobytes and owns vectors), so nothing is moved through a queue: every queue
//! makes its values once, at construction, and writers and readers work *in place* on them. After construction
//! nothing is allocated, cloned or locked, and a vector inside a value keeps its capacity.
//!
//! | queue | writer | reader | when the reader is slow |
//! |---|---|---|---|
//! | [`latest_value`] | wait-free | wait-free | skips to the newest; skipped values counted per reader |
//! | [`ring`] + [`OnFull::DropOldest`] | wait-free | lock-free | the writer displaces the oldest value, counted |
//! | [`ring`] + [`OnFull::DropNewest`] | wait-free | wait-free | the new value is refused, counted |
//! | [`ring`] + [`OnFull::Block`] | waits | wait-free | the writer waits; nothing is lost |
//! | [`broadcast`] | wait-free | lock-free | loses its oldest values, counted per reader |
//!
//! "Lock-free" means here that a reader repeats a step only because the writer finished a whole publication in between.
//!
//! What must stay true: a reader sees only complete values, in the order of writing, and never goes back; a value that
//! a reader has not let go of is never written. Every atomic access names its reason in the `order` module, and
//! `tests/loom.rs` explores the interleavings, with each of those reasons broken in turn to show that it can fail.
//! Run it with
//!
//! ```text
//! RUSTFLAGS="--cfg loom" cargo test -p cyc-queue --release --test loom
//! ```
#![deny(clippy::undocumented_unsafe_blocks)]

mod broadcast;
mod counters;
mod error;
mod gauge;
mod latest;
pub mod limits;
mod order;
mod ring;
mod slot_pool;
mod sync;
mod wait;
mod word;

pub use broadcast::{BroadcastReader, BroadcastSlot, BroadcastWriter, broadcast};
pub use counters::{QueueCounters, QueueCounts};
pub use error::QueueError;
pub use gauge::{QueueGauge, QueueReading};
pub use latest::{LatestReader, LatestSlot, LatestWriter, latest_value, latest_value_array};
#[cfg(loom)]
pub use order::seeded;
pub use ring::{OnFull, Pushed, RingConsumer, RingProducer, ring};

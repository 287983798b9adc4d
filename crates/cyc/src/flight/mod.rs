//! The flight recorder: what a stage said of itself in its last minute, on disk, for whoever asks afterwards why it ended.
//!
//! Documents go to a thread of its own, which appends them to two files in turn: one is written while the other still has the
//! minute before. A file needs no last word, so that a stage that is killed, or whose memory is gone, leaves it as a stage
//! does that fails; one that ends in order takes its files away. A lock that ends with the process tells the two apart.
//!
//! What must stay true: nothing waits for it. A disk that is slow or full costs documents, which are counted.

mod found;
mod recorder;
mod shelf;

pub use found::{folder, found, read};
pub use recorder::FlightRecorder;
pub use shelf::FlightFolder;

use std::time::Duration;

/// The time that one of the two files spans: at least so much is there at any moment after the first minute.
const SPAN: Duration = Duration::from_secs(60);
/// How often a document is kept.
const EVERY: Duration = Duration::from_millis(250);
/// Largest file: a minute of documents of 32 KiB, some four times those of a stage with ten performers.
const FILE_BYTES_MAX: u64 = 8 << 20;
/// Flights of earlier runs that are kept.
const KEPT_MAX: usize = 8;
/// How the two files end.
const ENDINGS: [&str; 2] = [".a.flight.jsonl", ".b.flight.jsonl"];

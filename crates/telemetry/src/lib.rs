//! Counters, latency histograms and the fault ring: plain data that hot threads may write.
//!
//! Writing is a few relaxed atomic operations on memory that was there from the start: no lock, no allocation, no text.
//! Reading happens elsewhere and whenever it likes; it never makes a writer wait. Text is made on the reading side, out
//! of numbers and fault codes.
//!
//! What must stay true: what is lost is counted, and percentiles are within 1 % of the truth.

mod counter;
mod fault_ring;
mod latency_histogram;
mod latency_snapshot;
mod latency_window;

pub use counter::Counter;
pub use fault_ring::{Fault, FaultCursor, FaultRing};
pub use latency_histogram::LatencyHistogram;
pub use latency_snapshot::{LatencySnapshot, LatencySummary};
pub use latency_window::LatencyWindow;

//! The stage as one machine: a pure step function, and the threads that drive it.
//!
//! [`core`] is the stage without threads, sockets, files or a clock: events go in with the time they happened, a
//! [`StageFrame`](cyc_model::StageFrame) comes out. The whole-stage tests drive it in virtual time. [`run`] is the same
//! core with real threads around it: one per source, one that solves, one that records, one that watches. Between
//! them are the lock-free queues of `cyc-queue`; from the kernel's receive stamp to the published frame nothing is
//! allocated once warm, and no lock is taken.

pub mod bring_up;
pub mod core;
pub mod latency;
pub mod playback;
pub mod run;

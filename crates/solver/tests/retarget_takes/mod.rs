//! Takes and characters on which retargeting is judged, and a judge of stance that shares nothing with the retargeter.

#![allow(dead_code, reason = "tests and benches use different parts")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

pub mod bodies;
pub mod judge;
pub mod motions;
pub mod random_bodies;

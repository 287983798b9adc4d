//! Benchmarks against peers, side by side in one run; results are committed under `benches/results`.
//!
//! A benchmark is a program in `src/bin` that times contenders in turn, round by round ([`rounds::in_turn`]), so that a
//! disturbance of the machine hits all of them alike, and writes a page with one table a question ([`report::Report`]).
//! Run one with
//!
//! ```text
//! cargo run --release -p cyc-benches --bin queue
//! ```
//!
//! which prints the page and replaces `benches/results/queue.md`.

pub mod glb;
pub mod machine;
pub mod perspective;
pub mod report;
pub mod rounds;
pub mod running_stage;
pub mod troupe;
pub mod virtual_systems;

//! Rows of the fault matrix that need more than one crate: each is a test `row_NN_…` that prints what it measured
//! (`PROMISE NN: …`). `cargo xtask promises` collects these lines, here and from the other crates' `row_NN_…` tests, and
//! makes the README's table of them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod clocks;
mod control_runtime;
mod floods;
mod hangs;
mod labels;
mod live;
mod owners;
mod panics;
mod performers;
mod restarts;
mod stage;
mod values;

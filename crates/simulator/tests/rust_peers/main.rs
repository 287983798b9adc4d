//! Proof by crates that nobody here wrote: `natnet`, `vmc` and `ifacialmocap` read what the simulator sends, and the
//! values are those that were sent.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod ifacialmocap;
mod natnet;
mod receive;
#[path = "../osc_and_faces/stage.rs"]
mod stage;
mod vmc;
#[path = "../volume/mod.rs"]
mod volume;

//! Our receivers against our servers, over the loopback: every mode, every fault, every way to come and go.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod beside;
mod capture_systems;
mod collect;
mod coming_and_going;
mod groups;
mod modes;
mod udp;
#[path = "../volume/mod.rs"]
mod volume;

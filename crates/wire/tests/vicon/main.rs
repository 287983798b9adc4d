//! The Vicon protocols from outside: golden bytes, traps, round trips, broken input, and both ends talking.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod connection;
mod corpus;
mod golden;
mod random_objects;
mod robustness;
mod round_trip;
mod scene;
mod traps;

//! Proof by programs that nobody here wrote: PyPI `python-osc` and `pylivelinkface`, and liblo's `oscdump` and
//! `oscsend`. They read what the simulator sends, and capture reads what they send: values sent are values read.
//! Suits have no such programs: what we send, we receive, and golden bytes in `cyc-wire` prove the rest.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod faces;
mod liblo;
mod listener;
mod osc;
mod peer;
mod stage;
mod suits;

//! Proof by programs that nobody here wrote: PyPI `python-osc` and `pylivelinkface`, and liblo's `oscdump` and
//! `oscsend`. They read what the simulator sends, and capture reads what they send: values sent are values read.
//! Of suits, Python reads and writes Rokoko's text; MVN has no such program, and goes from us to us.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod faces;
mod liblo;
mod listener;
mod osc;
mod peer;
mod stage;
mod suits;

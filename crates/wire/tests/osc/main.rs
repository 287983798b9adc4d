//! OSC against `rosc`, which nobody here wrote: what passes our scan is read alike by both, and cannot hurt either.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(
    clippy::disallowed_methods,
    reason = "rosc is asked directly to show what it does"
)]

mod alike;
mod hostile;

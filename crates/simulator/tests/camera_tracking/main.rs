//! Camera tracking over real sockets: every protocol from the virtual system to our own receiver, and to programs that
//! nobody here wrote.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cameras;
mod loopback;
mod peers;
mod segments;

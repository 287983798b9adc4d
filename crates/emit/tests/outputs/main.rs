//! What outputs send, read by programs that nobody here wrote; and what is only bytes, by hand.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod bytes;
mod lights;
mod peer;
mod positions;
mod scene;
mod sound;

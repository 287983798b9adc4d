//! Sockets and receive threads: what arrives becomes a `MocapFrame` with its time of arrival.

mod clock;

pub use clock::{STAMP_AGE_MAX, now_host};

//! The other end of every protocol: virtual capture systems with performers, cameras and faults.
//!
//! A stage is built and tested without its hardware by putting a simulator where the hardware would be: same wire
//! formats, same sockets, same rates, and faults from a seed. The servers take frames from a [`servers::FrameProducer`]
//! and know nothing of what is in them; what a frame shows is the producer's. The truth that results are judged by
//! is written by code that shares nothing with `solver`, `stage` or `renderer`.
//!
//! What must stay true: the same seed gives the same frames and the same faults; nothing that a client does, or
//! fails to do, delays another client or the clock.

pub mod loopback;
pub mod performance;
pub mod servers;
mod timecode_sound;
pub mod whole_stage;

pub use timecode_sound::{SAMPLE_RATE_HZ, write_timecode_sound};

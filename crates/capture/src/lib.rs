//! Sockets and receive threads: what arrives becomes a `MocapFrame` with its time of arrival.
//!
//! A [`FrameSource`] is a blocking loop for a thread of its own (`rx-<source>`): it connects, asks, receives with the
//! kernel's time of arrival, decodes in place (`cyc_wire`), lets each frame through once and in order, and gives it
//! to a [`FrameSink`]. It reconnects with back-off for ever, tells its state as typed events, and counts every loss
//! in [`ReceiveCounters`]. Make one from a URL with [`source_of`].
//!
//! What must stay true: once warm, receiving a frame allocates nothing; nothing that arrives can end the loop, only
//! its [`StopFlag`]; a port is open to the loopback only, unless an interface was named; what comes in is data and
//! can change no setting. [`now_host`] is the only clock that times inside the program are taken from.

mod clock;
mod counters;
mod door;
mod rate_limit;
mod sender_filter;
mod sink;
mod source;
mod source_url;
mod stamped;
mod stop_flag;
mod vicon_datastream;
mod vicon_udp;

pub use clock::{STAMP_AGE_MAX, now_host};
pub use counters::ReceiveCounters;
pub use sink::{DisconnectReason, FrameSink, SourceEvent};
pub use source::{FrameSource, SourceConfig, source_of};
pub use source_url::{SourceUrl, SourceUrlError};
pub use stop_flag::{LOOK_EVERY, StopFlag};
pub use vicon_datastream::ViconDataStreamSource;
pub use vicon_udp::ViconUdpSource;

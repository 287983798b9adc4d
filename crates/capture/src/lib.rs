//! Sockets and receive threads: what arrives becomes a `MocapFrame` with its time of arrival.
//!
//! A [`FrameSource`] is a blocking loop for a thread of its own (`rx-<source>`): it connects, asks, receives with the
//! kernel's time of arrival, decodes in place (`cyc_wire`), lets each frame through once and in order, and gives it
//! to a [`FrameSink`]. It reconnects with back-off for ever, tells its state as typed events, and counts every loss
//! in [`ReceiveCounters`]. Make one from a URL with [`source_of`]. The loops are two, [`DatagramSource`] and
//! [`StreamSource`], and two more for sound and for recordings; a protocol is a decoder for one of them and a file in
//! `protocols`. How a recording's file is read is not known here: [`SourceConfig`] brings it ([`Playback`]).
//!
//! What must stay true: once warm, receiving a frame allocates nothing; nothing that arrives can end the loop, only
//! its [`StopFlag`] (a panic in it is recovered from by [`run_recovering`]); a port is open to the loopback only, unless an interface was named; what comes in is data and
//! can change no setting. [`now_host`] is the only clock that times inside the program are taken from.

mod arrival_count;
mod clock;
mod complaints;
mod counters;
mod cut_stream;
mod datagram_place;
mod datagram_source;
mod decoder;
mod door;
mod intake;
mod paths_source;
mod protocols;
mod rate_limit;
mod recording_source;
mod recovery;
mod sender_filter;
mod side_socket;
mod sink;
mod sound_source;
mod source;
mod source_correction;
mod source_url;
mod stamped;
mod stop_flag;
mod stream_place;
mod stream_source;

pub use clock::{STAMP_AGE_MAX, now_host};
pub use counters::ReceiveCounters;
pub use datagram_place::DatagramPlace;
pub use datagram_source::DatagramSource;
pub use decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering, Progress, StreamDecoder};
pub use intake::{Intake, intake_of};
pub use protocols::Transport;
pub use recording_source::{OpenRecording, PlayStart, Playback, RecordedFrames};
pub use recovery::run_recovering;
pub use sink::{DisconnectReason, FrameSink, Packet, PacketKind, SourceEvent};
pub use source::{FrameSource, SourceConfig, source_of};
pub use source_correction::SourceCorrection;
pub use source_url::{SourceUrl, SourceUrlError};
pub use stop_flag::{LOOK_EVERY, StopFlag};
pub use stream_place::StreamPlace;
pub use stream_source::StreamSource;

//! Outputs: stage and capture frames leave again as other protocols, each on its own thread, newest first.
//!
//! [`Outputs`] starts one thread (`tx-<n>`) for each [`OutputUrl`]. Frames go to it through a ring of its own that drops
//! its oldest; the thread encodes (`cyc_wire`) and sends without waiting. So an output that is slow, or whose receiver is
//! dead, costs itself frames and nobody else anything. What goes in is a [`MocapFrame`](cyc_model::MocapFrame): one that
//! was captured, or the stage's own, which [`StageSubjects`] makes; and [`WallColours`] for lights.
//!
//! What must stay true: giving a frame out neither blocks nor, once warm, allocates; everything that is not sent is
//! counted ([`OutputCounters`]); datagrams go to the address of the URL, or to the protocol's group on the interface of
//! the URL, and nowhere else, from a socket that is bound to the loopback when they stay there; nothing is received.

mod clock;
mod counters;
mod datagram_writer;
mod error;
pub mod limits;
mod output_url;
mod outputs;
mod per_source;
mod protocols;
mod pulse;
mod send_socket;
mod stage_subjects;
mod station;
mod transmitter;
mod wall_colours;
mod writer;

pub use counters::OutputCounters;
pub use error::OutputError;
pub use output_url::OutputUrl;
pub use outputs::Outputs;
pub use pulse::{Life, Pulse};
pub use stage_subjects::{PerformerSetup, StageSubjects};
pub use wall_colours::{CanvasSampler, WallColours, WallGrid, WallPlace};
pub use writer::Feed;

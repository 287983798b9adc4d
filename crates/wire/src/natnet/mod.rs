//! OptiTrack NatNet, bitstreams 3.0 to 4.1 and newer: what Motive sends over UDP, command port 1510, data port 1511.
//!
//! Both ends as state machines without sockets or clocks: [`Client`] turns datagrams into frames, [`Server`] does
//! what Motive does for its clients. Little endian, packed: `u16` message id, `u16` payload bytes, payload; text ends
//! with a NUL. Units are metres; right-handed, Y up unless Motive was told to stream Z up.
//!
//! From 4.1 on every section of a frame says how long it is, so newer bitstreams are read by skipping what is not
//! known; before it nothing can be skipped, and nothing needs to be, since 3.0 and 4.0 are complete here. Clients
//! disagree about where unicast frames arrive: some read them from the socket that they send commands from, some
//! from port 1511. A server sends to both.
//!
//! What must stay true: bytes from outside cannot panic, loop or allocate beyond `limits`; a warm frame allocates
//! nothing; an occluded marker, an untracked body and a bone under one are `None`. Sources: OptiTrack's documentation
//! of the protocol, and the agreement of five independent readers.

mod client;
mod decode;
mod encode;
mod error;
pub mod limits;
mod message;
mod model;
mod server;
mod subject_map;
mod timecode;

pub use client::{Client, ClientCounts, ClientEvent, ClientSettings};
pub use decode::{BoneSpace, RefusedValues};
pub use encode::{CLOCK_HZ, encode_frame, model_of};
pub use error::DecodeError;
pub use message::{MessageId, ServerInfo, Version};
pub use model::{BodyDescription, Description, decode_model, encode_model};
pub use server::{Server, ServerSettings, Wish};

use std::net::Ipv4Addr;

/// The port that servers take commands on.
pub const COMMAND_PORT: u16 = 1510;

/// The port that frames go to.
pub const DATA_PORT: u16 = 1511;

/// The group that Motive sends to unless told otherwise.
pub const MULTICAST_GROUP: Ipv4Addr = Ipv4Addr::new(239, 255, 42, 99);

//! Qualisys' real-time protocol: what QTM serves on TCP port 22223, and sends over UDP on request.
//!
//! Both ends as state machines without sockets or clocks. Packets of `u32` size (with itself), `u32` type; little
//! endian on this port. Commands are text, parameters XML, frames a list of components that say how long they are, so
//! that those not known are skipped. Names stand only in the parameters, in the order in which values come.
//!
//! On the wire are millimetres in right-handed axes of which the parameters say which points up. A rotation matrix
//! comes by columns. What is not seen is NaN with all bits set; a skeleton that is not seen has no segments. Labels
//! belong to no subject there: one that begins with the name of a skeleton or body and a separator is taken for its
//! marker, all others are of a subject [`LOOSE_MARKERS`].
//!
//! What must stay true: bytes from outside cannot panic, loop or allocate beyond `limits`; a warm frame allocates
//! nothing. Sources: Qualisys' published description of the protocol, and its own clients for what it leaves open.

mod client;
mod component;
mod decode;
mod encode;
mod error;
pub mod limits;
mod packet;
mod parameters;
mod parameters_text;
mod server;
mod subject_map;
mod timecode;

pub use client::{Client, ClientCounts, ClientEvent, ClientSettings};
pub use component::{Component, ComponentSet};
pub use decode::RefusedValues;
pub use encode::encode_frame;
pub use error::DecodeError;
pub use packet::PacketType;
pub use parameters::{Body, EulerOrder, Parameters, Segment, Skeleton};
pub use server::{DatagramTarget, Server, ServerSettings, discovery_answer};
pub use subject_map::LOOSE_MARKERS;

/// The port that QTM configures; the little-endian server listens one above it.
pub const BASE_PORT: u16 = 22222;

/// The port that QTM serves little-endian clients on.
pub const DEFAULT_PORT: u16 = BASE_PORT + 1;

/// The port on which servers are looked for.
pub const DISCOVERY_PORT: u16 = 22226;

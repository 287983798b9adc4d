//! VRPN 07: trackers over TCP and UDP, port 3883, as VRPN servers, Motive and Tracker serve them.
//!
//! Big endian. Both sides begin with a cookie of 24 bytes that names the version. Then messages: six `i32` (length with
//! header, seconds, microseconds, sender, type, padding), a payload, and padding to eight bytes, which the length does
//! not count. Types below zero describe: -1 a sender (its id stands in the header's sender field), -2 a type. A tracker
//! sends `vrpn_Tracker Pos_Quat`: sensor, padding, position in metres, quaternion x, y, z, w.
//!
//! A client connects to the server's port, or calls it there by a datagram, in which it says where it waits to be
//! connected to ([`called_port`]); from then on both ways are the same.
//!
//! A client that waits for datagrams says on which port by a message of type -3; poses then go there, the same messages
//! without a cookie, and all else goes over the connection.
//!
//! There is no frame: reports of trackers follow one another. What one read of the socket brings is taken for a frame,
//! and so is what came before a sensor reports again. A tracker that does not report in it is not seen. Which axis is
//! up is not said. Source: the library's description of its protocol.

mod client;
mod error;
pub mod limits;
mod message;
mod server;

pub use client::{Client, ClientCounts, ClientSettings};
pub use error::DecodeError;
pub use message::called_port;
pub use server::{Server, ServerSettings};

/// The port of VRPN servers.
pub const DEFAULT_PORT: u16 = 3883;

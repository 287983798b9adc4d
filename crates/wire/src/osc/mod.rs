//! OSC 1.0, the packets under Vicon's OSC output, VMC and what small tools send: read without recursion or allocation.
//!
//! A packet is a message (address, type tags, arguments) or a bundle (`#bundle`, time tag, sized elements, which may be
//! bundles again). Everything is big endian and padded to four bytes. [`OscPacket::scan`] walks all of it once with a
//! stack of fixed depth and refuses what is nested too deep, has too many elements or arguments, or lies about its
//! sizes; only then can messages be taken from it, borrowed from the datagram.
//!
//! Why this is not left to the `rosc` crate: it decodes by recursion, so that one datagram of nested bundles overflows
//! the stack, which no `catch_unwind` can stop; and it allocates for every message. The tests hold ours against it: what
//! passes the scan is read alike by both, and what the scan refuses is shown to abort a process that asks `rosc`
//! directly.
//!
//! Source: the OSC 1.0 specification. Liberal where senders differ: padding bytes may be anything, the last padding may
//! be missing, and a message without type tags has no arguments.

mod error;
pub mod limits;
mod message;
mod packet;
#[cfg(test)]
mod tests;
mod write;

pub use error::OscError;
pub use message::{Arguments, OscArgument, OscMessage};
pub use packet::{Messages, OscPacket};
pub use write::{IMMEDIATELY, put_bundle, put_element, put_message};

//! The protocols that can be served, a file each.
//!
//! A protocol is a row of [`PROTOCOLS`] and nothing else in this crate.

mod natnet;
mod qualisys;
mod vicon_datastream;
mod vicon_multicast;
mod vicon_udp;

pub use natnet::{NATNET, NatNetEncoder};
pub use qualisys::{QUALISYS, QualisysServer};
pub use vicon_datastream::{VICON_DATASTREAM, ViconDataStreamServer};
pub use vicon_multicast::{VICON_MULTICAST, ViconMulticastEncoder};
pub use vicon_udp::{VICON_UDP, ViconUdpEncoder};

use super::protocol::Protocol;

/// Every protocol, in the order in which people are told of them.
pub const PROTOCOLS: &[Protocol] = &[
    VICON_DATASTREAM,
    VICON_MULTICAST,
    VICON_UDP,
    NATNET,
    QUALISYS,
];

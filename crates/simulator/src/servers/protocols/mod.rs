//! The protocols that can be served, a file each.
//!
//! A protocol is a row of [`PROTOCOLS`] and nothing else in this crate.

mod freed;
mod ifacialmocap;
mod live_link_face;
mod mosys_f4;
mod natnet;
mod opentrackio;
mod osc;
mod posistagenet;
mod qualisys;
mod rokoko;
mod vicon_datastream;
mod vicon_multicast;
mod vicon_osc;
mod vicon_udp;
mod vmc;
mod vrpn;
mod xsens_mvn;

pub use freed::{FREED, FreeDEncoder};
pub use ifacialmocap::{IFACIALMOCAP, IFacialMocapEncoder};
pub use live_link_face::{LIVE_LINK_FACE, LiveLinkFaceEncoder};
pub use mosys_f4::{MOSYS_F4, MoSysEncoder};
pub use natnet::{NATNET, NatNetEncoder};
pub use opentrackio::{OPENTRACKIO, OpenTrackIoEncoder};
pub use osc::{OSC, OscEncoder};
pub use posistagenet::{POSISTAGENET, PosiStageNetEncoder};
pub use qualisys::{QUALISYS, QualisysServer};
pub use rokoko::{ROKOKO, RokokoEncoder};
pub use vicon_datastream::{VICON_DATASTREAM, ViconDataStreamServer};
pub use vicon_multicast::{VICON_MULTICAST, ViconMulticastEncoder};
pub use vicon_osc::{VICON_OSC, ViconOscEncoder};
pub use vicon_udp::{VICON_UDP, ViconUdpEncoder};
pub use vmc::{VMC, VmcEncoder};
pub use vrpn::{VRPN, VrpnServer};
pub use xsens_mvn::{XSENS_MVN, XSENS_MVN_TCP, XsensMvnEncoder};

use super::protocol::Protocol;

/// Every protocol, in the order in which people are told of them.
pub const PROTOCOLS: &[Protocol] = &[
    VICON_DATASTREAM,
    VICON_MULTICAST,
    VICON_UDP,
    NATNET,
    QUALISYS,
    FREED,
    OPENTRACKIO,
    MOSYS_F4,
    POSISTAGENET,
    VICON_OSC,
    OSC,
    VMC,
    LIVE_LINK_FACE,
    IFACIALMOCAP,
    VRPN,
    XSENS_MVN,
    XSENS_MVN_TCP,
    ROKOKO,
];

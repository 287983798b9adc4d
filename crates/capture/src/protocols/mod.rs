//! The protocols that can be received, a file each: how its URL is read, and its decoder for the loop.
//!
//! A protocol is a row of [`PROTOCOLS`] and nothing else in this crate: the loops, the filters and the counters do not
//! know it.

mod datagram_recipe;
mod freed;
mod ifacialmocap;
mod live_link_face;
mod ltc;
mod mosys_f4;
mod natnet;
mod opentrackio;
mod osc;
mod posistagenet;
mod qualisys;
mod rokoko;
mod stream_recipe;
mod take;
mod vicon_datastream;
mod vicon_multicast;
mod vicon_osc;
mod vicon_udp;
mod vmc;
mod vrpn;
mod xsens_mvn;

use crate::intake::Intake;
use crate::source::{FrameSource, SourceConfig};
use crate::source_url::{SourceUrlError, UrlParts};
use cyc_model::HostNs;
use std::fmt;

/// How one protocol is received.
#[derive(Debug)]
pub(crate) struct Protocol {
    /// What its URLs begin with.
    pub(crate) scheme: &'static str,
    /// What carries it.
    pub(crate) transport: Transport,
    /// Reads and checks the rest of a URL.
    pub(crate) read: fn(&UrlParts<'_>) -> Result<Box<dyn Recipe>, SourceUrlError>,
}

/// What carries a protocol, which decides what can be wrong when nothing comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Datagrams that are sent to this machine, or to a group.
    Datagrams,
    /// Datagrams that a server sends to those who ask it.
    AskedDatagrams,
    /// A connection to a server.
    Stream,
    /// A connection that the other side makes.
    CallingStream,
    /// No network at all.
    Local,
}

/// A checked URL: enough to make a source of. Displayed, it is the URL in full, without its options.
pub(crate) trait Recipe: fmt::Debug + fmt::Display + Send + Sync {
    /// Makes the source; nothing is opened before it runs.
    fn source(&self, config: SourceConfig) -> Box<dyn FrameSource>;

    /// What carries it, where that depends on the URL.
    fn transport(&self) -> Option<Transport> {
        None
    }

    /// The same without sockets or a clock, connected at `now`; `None` for what does not come in datagrams.
    fn intake(&self, _config: &SourceConfig, _now: HostNs) -> Option<Box<dyn Intake>> {
        None
    }
}

/// Every protocol, in the order in which people are told of them.
pub(crate) const PROTOCOLS: &[Protocol] = &[
    vicon_datastream::PROTOCOL,
    vicon_udp::PROTOCOL,
    natnet::PROTOCOL,
    qualisys::PROTOCOL,
    freed::PROTOCOL,
    opentrackio::PROTOCOL,
    mosys_f4::PROTOCOL,
    posistagenet::PROTOCOL,
    vicon_osc::PROTOCOL,
    osc::PROTOCOL,
    vmc::PROTOCOL,
    live_link_face::PROTOCOL,
    ifacialmocap::PROTOCOL,
    vrpn::PROTOCOL,
    xsens_mvn::PROTOCOL,
    rokoko::PROTOCOL,
    ltc::PROTOCOL,
    take::PROTOCOL,
];

//! What is served, where, and how badly the network behaves.

use cyc_model::Nanos;
use cyc_wire::ServerAxes;
use cyc_wire::vicon_datastream::ServerSettings;
use cyc_wire::vicon_udp::EncodeSettings;
use std::net::{Ipv4Addr, SocketAddr};

/// Where the virtual Vicon DataStream listens unless told otherwise: the real port is 801, but ports under 1024 need
/// root, so an 8 stands before it.
pub const VICON_DATASTREAM_PORT: u16 = 8801;

/// Clients of one server; more are turned away and counted.
pub const CLIENTS_MAX: usize = 64;

/// What the network does to frames, all decided by the seed. Probabilities are 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct NetworkFaults {
    /// A frame is lost. Over TCP, where nothing is lost on the way, it is not sent.
    pub loss: f64,
    /// A datagram comes twice.
    pub duplicate: f64,
    /// A datagram is held back by one to three frames, so that later ones overtake it.
    pub reorder: f64,
    /// Longest extra delay; each frame gets an even share between none and this.
    pub jitter: Nanos,
}

/// One server.
#[derive(Clone, Debug)]
pub enum ServerConfig {
    /// Vicon DataStream over TCP.
    ViconDataStream {
        /// Where to listen; port 0 takes a free one.
        bind: SocketAddr,
        /// The axes it says it has.
        axes: ServerAxes,
        /// What it supports.
        settings: ServerSettings,
    },
    /// Vicon UDP object stream.
    ViconUdp {
        /// Where to send.
        to: SocketAddr,
        /// Which bodies, and how they are padded.
        settings: EncodeSettings,
    },
}

impl ServerConfig {
    /// A DataStream server on the given address, Z up, with everything supported.
    pub fn vicon_datastream(bind: SocketAddr) -> Self {
        Self::ViconDataStream {
            bind,
            axes: ServerAxes::ZUp,
            settings: ServerSettings::default(),
        }
    }

    /// A UDP object stream of all rigid bodies to the given address.
    pub fn vicon_udp(to: SocketAddr) -> Self {
        Self::ViconUdp {
            to,
            settings: EncodeSettings::default(),
        }
    }
}

/// A virtual capture system.
#[derive(Clone, Debug)]
pub struct SimulatorConfig {
    /// What is served.
    pub servers: Vec<ServerConfig>,
    /// Decides every fault.
    pub seed: u64,
    /// What the network does.
    pub faults: NetworkFaults,
    /// The first frame's number.
    pub first_number: u64,
    /// Ends after so many frames; `None` goes on until the producer ends or it is stopped.
    pub frames_max: Option<u64>,
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        let bind = SocketAddr::from((Ipv4Addr::LOCALHOST, VICON_DATASTREAM_PORT));
        Self {
            servers: vec![ServerConfig::vicon_datastream(bind)],
            seed: 1,
            faults: NetworkFaults::default(),
            first_number: 1,
            frames_max: None,
        }
    }
}

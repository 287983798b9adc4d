//! What is served, where, and how badly the network behaves.

use super::protocol::{DatagramEncoder, Protocol, ProtocolKind, StreamServer};
use super::protocols::{VICON_DATASTREAM, VICON_UDP};
use super::source_faults::SourceFaults;
use cyc_model::Nanos;
use std::net::{Ipv4Addr, SocketAddr};

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
    /// Chance that with a frame a burst of losses begins.
    pub burst: f64,
    /// Frames of a burst.
    pub burst_frames: u32,
    /// Longest extra delay; each frame gets an even share between none and this.
    pub jitter: Nanos,
}

/// One server.
pub struct ServerConfig {
    /// The protocol.
    pub protocol: Protocol,
    /// Where a stream's clients connect (port 0 takes a free one), or where datagrams are sent.
    pub address: SocketAddr,
    /// What writes the protocol.
    pub writer: ServerWriter,
}

/// What writes a protocol's bytes.
pub enum ServerWriter {
    /// A server of a stream.
    Stream(Box<dyn StreamServer>),
    /// An encoder of datagrams.
    Datagrams {
        /// The encoder.
        encoder: Box<dyn DatagramEncoder>,
        /// Where requests are answered, for a protocol in which clients ask.
        requests: Option<SocketAddr>,
    },
}

impl ServerConfig {
    /// A server of a protocol with its usual settings. Requests are answered on this machine when frames go to it, else
    /// on every interface, since a client must reach it.
    pub fn new(protocol: Protocol, address: SocketAddr) -> Self {
        let writer = match protocol.kind() {
            ProtocolKind::Stream { server } => ServerWriter::Stream(server()),
            ProtocolKind::Datagrams {
                encoder,
                request_port,
                ..
            } => {
                let local = address.ip().is_loopback() || address.ip().is_multicast();
                let ip = if local {
                    Ipv4Addr::LOCALHOST
                } else {
                    Ipv4Addr::UNSPECIFIED
                };
                ServerWriter::Datagrams {
                    encoder: encoder(),
                    requests: request_port.map(|port| SocketAddr::from((ip, port))),
                }
            }
        };
        Self {
            protocol,
            address,
            writer,
        }
    }

    /// A server of a stream with settings of its own.
    pub fn stream(
        protocol: Protocol,
        bind: SocketAddr,
        server: impl StreamServer + 'static,
    ) -> Self {
        Self {
            protocol,
            address: bind,
            writer: ServerWriter::Stream(Box::new(server)),
        }
    }

    /// A DataStream server on the given address, Z up, with everything supported.
    pub fn vicon_datastream(bind: SocketAddr) -> Self {
        Self::new(VICON_DATASTREAM, bind)
    }

    /// A UDP object stream of all rigid bodies to the given address.
    pub fn vicon_udp(to: SocketAddr) -> Self {
        Self::new(VICON_UDP, to)
    }
}

/// A virtual capture system.
pub struct SimulatorConfig {
    /// What is served.
    pub servers: Vec<ServerConfig>,
    /// Decides every fault.
    pub seed: u64,
    /// What the network does.
    pub faults: NetworkFaults,
    /// What is wrong with the capture system itself.
    pub source_faults: SourceFaults,
    /// The first frame's number.
    pub first_number: u64,
    /// Ends after so many frames; `None` goes on until the producer ends or it is stopped.
    pub frames_max: Option<u64>,
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        Self {
            servers: vec![ServerConfig::new(
                VICON_DATASTREAM,
                VICON_DATASTREAM.address(),
            )],
            seed: 1,
            faults: NetworkFaults::default(),
            source_faults: SourceFaults::default(),
            first_number: 1,
            frames_max: None,
        }
    }
}

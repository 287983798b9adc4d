//! The virtual system's servers: they take frames from a producer at the pace of the clock and send them over real
//! sockets in real wire formats.
//!
//! Two threads. `sim-clock` asks the producer for each frame at its absolute deadline, decides from a seed what the
//! network does to it, and sends datagrams. `sim-net` is a single-threaded tokio runtime that serves any number of
//! stream clients: each takes the newest frame when it has room, so a slow client loses frames (counted) and
//! neither blocks another nor grows a queue.

mod avatar_view;
mod callers;
mod config;
mod counters;
mod datagrams;
mod error;
mod faults;
mod pace;
mod producer;
mod protocol;
mod protocols;
mod simulator;
mod source_faults;
mod stream;

pub use config::{CLIENTS_MAX, NetworkFaults, ServerConfig, ServerWriter, SimulatorConfig};
pub use counters::ServerCounters;
pub use error::SimulatorError;
pub use producer::FrameProducer;
pub use protocol::{Asked, DatagramEncoder, Protocol, StreamServer, StreamSession};
pub use protocols::{
    FREED, FreeDEncoder, IFACIALMOCAP, IFacialMocapEncoder, LIVE_LINK_FACE, LiveLinkFaceEncoder,
    MOSYS_F4, MoSysEncoder, NATNET, NatNetEncoder, OPENTRACKIO, OSC, OpenTrackIoEncoder,
    OscEncoder, POSISTAGENET, PROTOCOLS, PosiStageNetEncoder, QUALISYS, QualisysServer, ROKOKO,
    RokokoEncoder, VICON_DATASTREAM, VICON_MULTICAST, VICON_OSC, VICON_UDP, VMC, VRPN,
    ViconDataStreamServer, ViconMulticastEncoder, ViconOscEncoder, ViconUdpEncoder, VmcEncoder,
    VrpnServer, XSENS_MVN, XSENS_MVN_TCP, XsensMvnEncoder,
};
pub use simulator::{ServerAddress, Simulator, SimulatorHandle};
pub use source_faults::SourceFaults;

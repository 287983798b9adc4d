//! Vicon DataStream over TCP.

use crate::servers::protocol::{Protocol, StreamServer, StreamSession};
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::ServerAxes;
use cyc_wire::vicon_datastream::{Server, ServerSettings, ServerStatics};
use std::net::SocketAddr;

/// Vicon DataStream. The real port is 801, but ports under 1024 need root, so an 8 stands before it.
pub const VICON_DATASTREAM: Protocol =
    Protocol::stream("vicon", 8801, || Box::new(ViconDataStreamServer::default()));

/// A DataStream server; by default Z up, with everything supported.
#[derive(Clone, Debug)]
pub struct ViconDataStreamServer {
    /// The axes it says it has.
    pub axes: ServerAxes,
    /// What it supports.
    pub settings: ServerSettings,
}

impl Default for ViconDataStreamServer {
    fn default() -> Self {
        Self {
            axes: ServerAxes::ZUp,
            settings: ServerSettings::default(),
        }
    }
}

impl StreamServer for ViconDataStreamServer {
    fn session(&self, _peer: SocketAddr) -> Box<dyn StreamSession> {
        Box::new(Session {
            axes: self.axes,
            server: Server::new(self.settings.clone()),
            statics: None,
        })
    }
}

struct Session {
    axes: ServerAxes,
    server: Server,
    /// What describes the frames, as of the newest roster.
    statics: Option<ServerStatics>,
}

impl StreamSession for Session {
    fn feed(&mut self, bytes: &[u8]) -> bool {
        self.server.feed(bytes).is_ok()
    }

    fn poll_transmit(&mut self, out: &mut Vec<u8>) {
        self.server.poll_transmit(out);
    }

    fn wants(&self, frame: &MocapFrame) -> bool {
        self.server.wants(frame)
    }

    fn is_streaming(&self) -> bool {
        self.server.is_streaming()
    }

    fn encode(&mut self, frame: &MocapFrame, now: HostNs, out: &mut Vec<u8>) -> bool {
        let statics = match self.statics.take() {
            Some(known) if known.is_of(&frame.roster) => known,
            _ => ServerStatics::new(&frame.roster, frame.rate_hz, self.axes),
        };
        let statics = self.statics.insert(statics);
        let told = self.server.encode_frame(statics, frame, now, out);
        matches!(told, Ok(true))
    }
}

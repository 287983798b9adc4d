//! Vicon DataStream as it is sent to a group: a whole packet a datagram, with who is who in each of them.

use crate::servers::protocol::{DatagramEncoder, Protocol};
use cyc_capture::now_host;
use cyc_model::MocapFrame;
use cyc_wire::ServerAxes;
use cyc_wire::vicon_datastream::limits::DATAGRAM_MAX;
use cyc_wire::vicon_datastream::{MULTICAST_PORT, Server, ServerSettings, ServerStatics};
use std::net::Ipv4Addr;

/// Vicon DataStream to a group. Which one is the operator's choice in the real program; this one is within the range that
/// stays inside an organisation.
pub const VICON_MULTICAST: Protocol =
    Protocol::datagrams("vicon-multicast", MULTICAST_PORT, || {
        Box::new(ViconMulticastEncoder::default())
    })
    .to_group(Ipv4Addr::new(239, 255, 44, 1))
    .read_as("vicon");

/// Writes the multicast form.
pub struct ViconMulticastEncoder {
    server: Server,
    statics: Option<ServerStatics>,
}

impl Default for ViconMulticastEncoder {
    fn default() -> Self {
        Self {
            server: Server::for_multicast(ServerSettings::default()),
            statics: None,
        }
    }
}

impl DatagramEncoder for ViconMulticastEncoder {
    fn encode(&mut self, frame: &MocapFrame, datagrams: &mut Vec<Vec<u8>>) {
        let statics = match self.statics.take() {
            Some(known) if known.is_of(&frame.roster) => known,
            _ => ServerStatics::new(&frame.roster, frame.rate_hz, ServerAxes::ZUp),
        };
        let statics = self.statics.insert(statics);
        let mut packet = Vec::new();
        let told = self
            .server
            .encode_frame(statics, frame, now_host(), &mut packet);
        // More subjects than a datagram holds can be sent over TCP only.
        if matches!(told, Ok(true)) && packet.len() <= DATAGRAM_MAX {
            datagrams.push(packet);
        }
    }
}

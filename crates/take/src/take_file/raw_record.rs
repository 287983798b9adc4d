//! A packet as it was received, as bytes: what a take can be decoded from anew.

use super::error::DamageKind;
use super::fields::{Field, Fields, Put};
use crate::limits::RAW_BYTES_MAX;
use cyc_model::HostNs;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The layout, as it stands in the take's schema.
pub(super) const LAYOUT: &str = "\
u8 version=1; u8 kind (0 datagram, 1 bytes of a stream, 2 a new connection); i64 heard_ns; u8 has_from; [u8 address[16] \
(IPv6, or IPv4 mapped into it); u16 port]; u32 bytes; the bytes. Those of a stream go on from packet to packet.";

/// The first byte of a message: the version of its layout.
const VERSION: u8 = 1;

/// What a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RawKind {
    /// A whole datagram.
    #[default]
    Datagram,
    /// Bytes of a stream, which go on where those before them ended.
    Stream,
    /// A stream's new connection: the bytes that follow begin anew.
    Connected,
}

/// A packet of a source as it was received.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawPacket {
    /// What it is.
    pub kind: RawKind,
    /// When it was heard.
    pub heard: HostNs,
    /// Who sent a datagram.
    pub from: Option<SocketAddr>,
    /// Its bytes, [`RAW_BYTES_MAX`] at most.
    pub bytes: Vec<u8>,
}

impl RawPacket {
    /// Fills it anew, keeping its capacity. Bytes over the limit are cut off.
    pub fn fill(&mut self, kind: RawKind, heard: HostNs, from: Option<SocketAddr>, bytes: &[u8]) {
        self.kind = kind;
        self.heard = heard;
        self.from = from;
        self.bytes.clear();
        let bytes = bytes.get(..RAW_BYTES_MAX).unwrap_or(bytes);
        self.bytes.extend_from_slice(bytes);
    }
}

/// Appends a packet.
pub(super) fn encode(packet: &RawPacket, out: &mut Vec<u8>) {
    let mut put = Put(out);
    put.u8(VERSION);
    put.u8(packet.kind as u8);
    put.i64(packet.heard.0);
    put.u8(u8::from(packet.from.is_some()));
    if let Some(from) = packet.from {
        let v6 = match from.ip() {
            IpAddr::V4(v4) => v4.to_ipv6_mapped(),
            IpAddr::V6(v6) => v6,
        };
        put.bytes(&v6.octets());
        put.u16(from.port());
    }
    put.u32(packet.bytes.len() as u32);
    put.bytes(&packet.bytes);
}

/// Reads a packet into `packet`, which keeps its capacity.
pub(super) fn decode(bytes: &[u8], packet: &mut RawPacket) -> Field<()> {
    let mut fields = Fields(bytes);
    fields.version(VERSION)?;
    let kinds = [RawKind::Datagram, RawKind::Stream, RawKind::Connected];
    let code = fields.u8()?;
    let kind = kinds.into_iter().find(|k| *k as u8 == code);
    packet.kind = kind.ok_or(DamageKind::Code)?;
    packet.heard = HostNs(fields.i64()?);
    packet.from = match fields.u8()? {
        0 => None,
        1 => {
            let octets: [u8; 16] = fields.array()?;
            let address = IpAddr::V6(Ipv6Addr::from(octets)).to_canonical();
            Some(SocketAddr::new(address, fields.u16()?))
        }
        _ => return Err(DamageKind::Code),
    };
    let length = fields.count(RAW_BYTES_MAX)?;
    packet.bytes.clear();
    packet.bytes.extend_from_slice(fields.bytes(length)?);
    fields.end()
}

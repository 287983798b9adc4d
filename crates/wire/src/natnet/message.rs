//! The messages around frames: ids, headers, a server's introduction, versions.

use super::error::{DecodeError, cut};
use super::limits::{APPLICATION_NAME_BYTES, DATAGRAM_MAX, HEADER_BYTES};
use crate::little_endian::{PutLe, Reader};
use std::net::Ipv4Addr;

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageId(pub u16);

macro_rules! message_ids {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => {
        impl MessageId {$(
            $(#[$doc])*
            pub const $name: Self = Self($id);
        )*}
    };
}

message_ids! {
    /// A client introduces itself.
    CONNECT = 0;
    /// A server introduces itself.
    SERVER_INFO = 1;
    /// A command.
    REQUEST = 2;
    /// The answer to a command.
    RESPONSE = 3;
    /// Asks for the models.
    REQUEST_MODEL_DEF = 4;
    /// The models.
    MODEL_DEF = 5;
    /// Asks for one frame.
    REQUEST_FRAME = 6;
    /// A frame.
    FRAME_OF_DATA = 7;
    /// Text for people.
    MESSAGE_STRING = 8;
    /// A client leaves.
    DISCONNECT = 9;
    /// A client is still there.
    KEEP_ALIVE = 10;
    /// A server gives a client up.
    DISCONNECT_BY_TIMEOUT = 11;
    /// Asks for an echo.
    ECHO_REQUEST = 12;
    /// The echo.
    ECHO_RESPONSE = 13;
    /// Looks for servers.
    DISCOVERY = 14;
    /// The answer to a command that is not known.
    UNRECOGNIZED = 100;
}

/// The id and payload of a datagram. The size in the header is telemetry only: servers fill it differently, and what
/// counts is how much arrived.
pub(crate) fn split(datagram: &[u8]) -> Result<(MessageId, &[u8]), DecodeError> {
    let bytes = datagram.len();
    if bytes > DATAGRAM_MAX {
        let limit = DATAGRAM_MAX;
        return Err(DecodeError::TooLarge { bytes, limit });
    }
    let mut r = Reader::new(datagram);
    let header = r.u16().and_then(|id| Ok((id, r.u16()?)));
    let (id, _) = header.map_err(|_| DecodeError::HeaderCut { bytes })?;
    Ok((
        MessageId(id),
        datagram.get(HEADER_BYTES..).unwrap_or_default(),
    ))
}

/// Appends a message; `body` appends its payload. Taken back when it is over the limit.
pub(crate) fn write(
    id: MessageId,
    out: &mut Vec<u8>,
    body: impl FnOnce(&mut Vec<u8>),
) -> Result<(), DecodeError> {
    let start = out.len();
    out.put_u16(id.0);
    out.put_u16(0);
    body(out);
    let bytes = out.len() - start;
    if bytes > DATAGRAM_MAX {
        out.truncate(start);
        let limit = DATAGRAM_MAX;
        return Err(DecodeError::TooLarge { bytes, limit });
    }
    let payload = u16::try_from(bytes - HEADER_BYTES).unwrap_or(u16::MAX);
    if let Some(slot) = out.get_mut(start + 2..start + 4) {
        slot.copy_from_slice(&payload.to_le_bytes());
    }
    Ok(())
}

/// A version of the bitstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Major number.
    pub major: u8,
    /// Minor number.
    pub minor: u8,
}

impl Version {
    /// Motive 2.0.
    pub const V3_0: Self = Self::new(3, 0);
    /// Motive 2.1.
    pub const V3_1: Self = Self::new(3, 1);
    /// Motive 3.0: names of markers in the models.
    pub const V4_0: Self = Self::new(4, 0);
    /// Motive 3.1: assets, and the size of every section.
    pub const V4_1: Self = Self::new(4, 1);
    /// Motive 3.2: rotations in the models.
    pub const V4_2: Self = Self::new(4, 2);

    /// From its numbers.
    pub const fn new(major: u8, minor: u8) -> Self {
        Self { major, minor }
    }

    /// Whether rigid bodies in the models have names for their markers.
    pub fn has_marker_names(self) -> bool {
        self >= Self::V4_0
    }

    /// Whether sections say how long they are, and assets exist.
    pub fn has_section_sizes(self) -> bool {
        self >= Self::V4_1
    }

    /// Whether rigid bodies in the models have a rotation.
    pub fn has_rest_rotations(self) -> bool {
        self >= Self::V4_2
    }
}

/// How a server introduces itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerInfo {
    /// The application, such as `Motive`.
    pub application: String,
    /// Its version.
    pub application_version: [u8; 4],
    /// The bitstream that it sends.
    pub version: Version,
    /// Ticks a second of the clock in its frames.
    pub clock_hz: u64,
    /// The port that frames go to.
    pub data_port: u16,
    /// The group that frames go to, when it sends them to one.
    pub multicast: Option<Ipv4Addr>,
}

impl ServerInfo {
    /// From a payload. What servers of other versions add is ignored.
    pub fn decode(payload: &[u8]) -> Result<Self, DecodeError> {
        let cut = cut("server information");
        let mut r = Reader::new(payload);
        let name = r.bytes(APPLICATION_NAME_BYTES).map_err(cut)?;
        let name = name.split(|b| *b == 0).next().unwrap_or_default();
        let mut four = || -> Result<[u8; 4], DecodeError> {
            let bytes = r.bytes(4).map_err(cut)?;
            Ok(bytes.try_into().unwrap_or_default())
        };
        let (application_version, [major, minor, ..]) = (four()?, four()?);
        let clock_hz = r.u64().map_err(cut)?;
        let data_port = r.u16().map_err(cut)?;
        let is_multicast = r.u8().map_err(cut)? != 0;
        let group = r.bytes(4).map_err(cut)?;
        let group = <[u8; 4]>::try_from(group).unwrap_or_default();
        Ok(Self {
            application: String::from_utf8_lossy(name).into_owned(),
            application_version,
            version: Version::new(major, minor),
            clock_hz,
            data_port,
            multicast: is_multicast.then_some(Ipv4Addr::from(group)),
        })
    }

    /// Appends the message.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let group = self.multicast.unwrap_or(super::MULTICAST_GROUP);
        // Some hundred bytes are never over the limit.
        let _ = write(MessageId::SERVER_INFO, out, |out| {
            put_padded(&self.application, APPLICATION_NAME_BYTES, out);
            out.extend_from_slice(&self.application_version);
            out.extend_from_slice(&[self.version.major, self.version.minor, 0, 0]);
            out.put_u64(self.clock_hz);
            out.put_u16(self.data_port);
            out.put_u8(u8::from(self.multicast.is_some()));
            out.extend_from_slice(&group.octets());
        });
    }
}

/// Appends text in a field of a fixed size, with at least one NUL.
pub(crate) fn put_padded(text: &str, bytes: usize, out: &mut Vec<u8>) {
    let end = out.len() + bytes;
    out.extend(text.bytes().take(bytes.saturating_sub(1)));
    out.resize(end, 0);
}

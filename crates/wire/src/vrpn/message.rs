//! Cookies and messages: cutting a stream of bytes, and putting one together.

use super::error::DecodeError;
use super::limits::{ALIGNMENT, COOKIE_BYTES, HEADER_BYTES, MESSAGE_MAX};
use crate::big_endian::BigEndianReader;

/// What both sides begin with; after it the other side's wishes for a log, of which there are none.
const COOKIE: &[u8; 19] = b"vrpn: ver. 07.38  0";

/// As much of the cookie as must be the same: the major version.
const COOKIE_SAME: usize = 14;

/// The type of a message that describes a sender.
pub(crate) const SENDER_DESCRIPTION: i32 = -1;
/// The type of a message that describes a type.
pub(crate) const TYPE_DESCRIPTION: i32 = -2;
/// The type of a message that says on which port, in the place of the sender, datagrams are waited for; its payload is the
/// address as text.
pub(crate) const DATAGRAM_DESCRIPTION: i32 = -3;

/// The name of the type that carries poses.
pub(crate) const POSE_TYPE: &str = "vrpn_Tracker Pos_Quat";
/// The name of the type with which a client asks whether a device is there.
pub(crate) const PING_TYPE: &str = "vrpn_Base ping_message";
/// The name of the type that answers it.
pub(crate) const PONG_TYPE: &str = "vrpn_Base pong_message";

/// A message's header, as far as it is of use, and its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Message<'a> {
    pub(crate) sender: i32,
    pub(crate) kind: i32,
    pub(crate) payload: &'a [u8],
}

/// Collects received bytes and cuts the cookie and messages from them. Bounded: when every message is taken before
/// the next feed, it holds at most one message of the largest size and one feed.
#[derive(Debug, Default)]
pub(crate) struct Assembler {
    buf: Vec<u8>,
    start: usize,
    has_cookie: bool,
}

impl Assembler {
    /// For what comes as datagrams: messages alone, since the connection had the cookie.
    pub(crate) fn of_datagrams() -> Self {
        Self {
            has_cookie: true,
            ..Self::default()
        }
    }

    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.buf.copy_within(self.start.., 0);
            self.buf.truncate(self.buf.len() - self.start);
            self.start = 0;
        }
        self.buf.extend_from_slice(bytes);
    }

    pub(crate) fn clear(&mut self) {
        self.buf.clear();
        self.start = 0;
    }

    /// Whether the other side has introduced itself.
    pub(crate) fn has_cookie(&self) -> bool {
        self.has_cookie
    }

    /// The next whole message, or `None` until more bytes come.
    pub(crate) fn next_message(&mut self) -> Result<Option<Message<'_>>, DecodeError> {
        if !self.has_cookie && !self.take_cookie()? {
            return Ok(None);
        }
        let rest = self.buf.get(self.start..).unwrap_or(&[]);
        let mut r = BigEndianReader::new(rest);
        let mut header = || -> Result<[i32; 6], crate::UnexpectedEnd> {
            Ok([r.i32()?, r.i32()?, r.i32()?, r.i32()?, r.i32()?, r.i32()?])
        };
        let Ok([length, _seconds, _microseconds, sender, kind, _]) = header() else {
            return Ok(None);
        };
        let bad = DecodeError::BadLength {
            bytes: i64::from(length),
            limit: MESSAGE_MAX,
        };
        let length = usize::try_from(length).map_err(|_| bad.clone())?;
        if !(HEADER_BYTES..=MESSAGE_MAX).contains(&length) {
            return Err(bad);
        }
        let padded = length.next_multiple_of(ALIGNMENT);
        if rest.len() < padded {
            return Ok(None);
        }
        let from = self.start + HEADER_BYTES;
        let to = self.start + length;
        self.start += padded;
        Ok(Some(Message {
            sender,
            kind,
            payload: self.buf.get(from..to).unwrap_or(&[]),
        }))
    }

    /// Takes the cookie. A stranger is known by its first bytes, before it sent as many as a cookie has.
    fn take_cookie(&mut self) -> Result<bool, DecodeError> {
        let rest = self.buf.get(self.start..).unwrap_or(&[]);
        let seen = rest.get(..COOKIE_SAME).unwrap_or(rest);
        if !COOKIE.starts_with(seen) {
            return Err(DecodeError::NotVrpn {
                found: String::from_utf8_lossy(seen).into_owned(),
            });
        }
        if rest.len() < COOKIE_BYTES {
            return Ok(false);
        }
        self.start += COOKIE_BYTES;
        self.has_cookie = true;
        Ok(true)
    }
}

/// The port on which a client waits to be connected to, out of the datagram with which it calls a server: an address and a
/// port as text. The address is not looked at: a server that connects wherever it is told can be turned against others.
pub fn called_port(datagram: &[u8]) -> Option<u16> {
    let text = datagram.split(|b| *b == 0).next()?;
    let text = std::str::from_utf8(text).ok()?;
    let mut words = text.split_ascii_whitespace();
    let (_address, port) = (words.next()?, words.next()?);
    let is_all = words.next().is_none();
    port.parse().ok().filter(|port| is_all && *port > 0)
}

/// Appends the cookie.
pub(crate) fn put_cookie(out: &mut Vec<u8>) {
    let end = out.len() + COOKIE_BYTES;
    out.extend_from_slice(COOKIE);
    out.resize(end, 0);
}

/// Appends a message taken at so many microseconds; `body` appends its payload.
pub(crate) fn put(
    sender: i32,
    kind: i32,
    at_us: i64,
    out: &mut Vec<u8>,
    body: impl FnOnce(&mut Vec<u8>),
) {
    let start = out.len();
    let seconds = (at_us / 1_000_000) as i32;
    let microseconds = (at_us % 1_000_000) as i32;
    for word in [0, seconds, microseconds, sender, kind, 0] {
        out.extend_from_slice(&word.to_be_bytes());
    }
    body(out);
    let length = i32::try_from(out.len() - start).unwrap_or(i32::MAX);
    if let Some(slot) = out.get_mut(start..start + 4) {
        slot.copy_from_slice(&length.to_be_bytes());
    }
    let padded = start + (out.len() - start).next_multiple_of(ALIGNMENT);
    out.resize(padded, 0);
}

/// Appends where datagrams are waited for.
pub(crate) fn put_datagram_description(address: &str, port: u16, out: &mut Vec<u8>) {
    put(i32::from(port), DATAGRAM_DESCRIPTION, 0, out, |out| {
        out.extend_from_slice(address.as_bytes());
        out.push(0);
    });
}

/// Appends the description of a sender or a type.
pub(crate) fn put_description(kind: i32, id: i32, name: &str, out: &mut Vec<u8>) {
    put(id, kind, 0, out, |out| {
        let bytes = i32::try_from(name.len() + 1).unwrap_or(i32::MAX);
        out.extend_from_slice(&bytes.to_be_bytes());
        out.extend_from_slice(name.as_bytes());
        out.push(0);
    });
}

/// The name in a description: a length that counts a NUL, the name, the NUL.
pub(crate) fn description(payload: &[u8]) -> Result<&[u8], DecodeError> {
    let cut = |end: crate::UnexpectedEnd| DecodeError::Cut {
        kind: "description",
        needed: end.needed,
        left: end.left,
    };
    let mut r = BigEndianReader::new(payload);
    let bytes = r.u32().map_err(cut)? as usize;
    let name = r.bytes(bytes).map_err(cut)?;
    Ok(name.split(|b| *b == 0).next().unwrap_or_default())
}

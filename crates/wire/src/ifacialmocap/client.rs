//! What a phone is asked, and when. No socket, no clock.

use super::Version;
use super::limits::{ASK_EVERY, REMIND_EVERY};
use cyc_model::HostNs;

/// What makes a phone send.
const START: &str = "iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719";
/// What makes it connect and send over TCP.
const START_STREAM: &str = "iFacialMocap_UDPTCP_sahuasouryya9218sauhuiayeta91555dy3719";
/// What ends either.
const STOP: &str = "iFacialMocap_UDPTCPSTOP_sahuasouryya9218sauhuiayeta91555dy3719";
/// What asks for the second version.
const SECOND: &str = "|sendDataVersion=v2";

/// A request, as a phone reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// Faces are wanted, written so.
    Start(Version),
    /// The same over a connection, which the phone makes.
    StartStream(Version),
    /// No more are wanted.
    Stop,
}

impl Request {
    /// Reads a request; `None` when it is none.
    pub fn read(datagram: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(datagram).ok()?.trim_end();
        if text.starts_with(STOP) {
            return Some(Self::Stop);
        }
        let (start, more): (fn(Version) -> Self, &str) = match text.strip_prefix(START) {
            Some(more) => (Self::Start, more),
            None => (Self::StartStream, text.strip_prefix(START_STREAM)?),
        };
        let is_second = more.starts_with(SECOND);
        let version = if is_second { Version::V2 } else { Version::V1 };
        (is_second || more.is_empty()).then_some(start(version))
    }

    /// Appends the request.
    pub fn put(self, out: &mut Vec<u8>) {
        let (text, more) = match self {
            Self::Start(Version::V1) => (START, ""),
            Self::Start(Version::V2) => (START, SECOND),
            Self::StartStream(Version::V1) => (START_STREAM, ""),
            Self::StartStream(Version::V2) => (START_STREAM, SECOND),
            Self::Stop => (STOP, ""),
        };
        out.extend_from_slice(text.as_bytes());
        out.extend_from_slice(more.as_bytes());
    }
}

/// Asks a phone until it sends, again when it falls silent, and now and then in between.
#[derive(Clone, Debug, Default)]
pub struct Client {
    version: Version,
    /// Whether faces are to come over a connection.
    is_stream: bool,
    asked: Option<HostNs>,
    heard: Option<HostNs>,
}

impl Client {
    /// Asks for a version.
    pub fn new(version: Version) -> Self {
        Self {
            version,
            ..Self::default()
        }
    }

    /// Asks for a version over a connection, which the phone makes to [`STREAM_PORT`](super::STREAM_PORT).
    pub fn of_stream(version: Version) -> Self {
        Self {
            is_stream: true,
            ..Self::new(version)
        }
    }

    /// A face came.
    pub fn heard(&mut self, at: HostNs) {
        self.heard = Some(at);
    }

    /// Appends the request that is to be sent now; false when none is.
    pub fn poll_transmit(&mut self, now: HostNs, out: &mut Vec<u8>) -> bool {
        let is_silent = self.heard.is_none_or(|heard| now - heard >= ASK_EVERY);
        let wait = if is_silent { ASK_EVERY } else { REMIND_EVERY };
        if self.asked.is_some_and(|asked| now - asked < wait) {
            return false;
        }
        self.asked = Some(now);
        let request = if self.is_stream {
            Request::StartStream(self.version)
        } else {
            Request::Start(self.version)
        };
        request.put(out);
        true
    }
}

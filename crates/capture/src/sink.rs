//! Where a source's frames and news go.

use cyc_model::{Epoch, HostNs, MocapFrame, Nanos, Roster};
use cyc_wire::WireError;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

/// Takes what a source receives, on the source's thread.
///
/// Every frame that passed the gate is given, in order; how many of them wait, and which are dropped when the reader
/// is slow, is decided by the queues behind the sink.
pub trait FrameSink {
    /// A frame, borrowed: copy it (`MocapFrame::copy_from`) into a slot of a queue. Called per frame: must neither
    /// block nor allocate.
    fn frame(&mut self, frame: &MocapFrame);

    /// A packet as the kernel gave it, before it is decoded: of a source over one path that listens to a socket. Called per
    /// packet: must neither block nor allocate.
    fn packet(&mut self, _packet: Packet<'_>) {}

    /// The source's state changed. Rare.
    fn event(&mut self, event: SourceEvent);

    /// The loop is alive; called at least every 50 ms, for a watchdog.
    fn beat(&mut self, _now: HostNs) {}
}

/// What a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketKind {
    /// A whole datagram, taken from an allowed sender within its rate.
    Datagram,
    /// Bytes of a stream, which go on where those before them ended.
    Stream,
    /// A stream's new connection: the bytes that follow begin anew.
    Connected,
}

/// Bytes as they were received.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// What they are.
    pub kind: PacketKind,
    /// When the kernel received them.
    pub heard: HostNs,
    /// Who sent a datagram.
    pub from: Option<SocketAddr>,
    /// The bytes.
    pub bytes: &'a [u8],
}

/// What happened to a source.
#[derive(Debug)]
pub enum SourceEvent {
    /// It is being connected to, or its socket is being made.
    Connecting,
    /// The connection, or the socket, is there; nothing was received yet.
    Connected,
    /// Frames come (again).
    Live,
    /// It is connected and nothing comes. Told again each second.
    Silent {
        /// For how long.
        silent_for: Nanos,
    },
    /// Its subjects are others than before; the frames that follow carry them.
    RosterChanged(Arc<Roster>),
    /// It counts from another beginning: frames before and after cannot be compared by number.
    Restarted {
        /// The new epoch.
        epoch: Epoch,
    },
    /// Datagrams were refused; told once a second at most, with the reason of the newest.
    Refused {
        /// Why: a key of `wire.ftl`.
        key: &'static str,
        /// The arguments of that message.
        args: Vec<(&'static str, String)>,
    },
    /// News of one of several paths to the source; it goes on with the others.
    Path {
        /// Which, from 0, in the order of the URL.
        path: usize,
        /// What happened to it.
        event: Box<SourceEvent>,
    },
    /// The connection is gone, or did not come about. It will be tried again.
    Disconnected {
        /// Why.
        reason: DisconnectReason,
        /// When.
        retry_in: Nanos,
    },
    /// A recording was played to its end; nothing more comes.
    Ended,
    /// The loop ended because it was told to.
    Stopped,
}

/// Why a source is not connected.
#[derive(Debug, thiserror::Error)]
pub enum DisconnectReason {
    /// The host's name leads to no address.
    #[error("the host '{host}' cannot be found: {source}")]
    Resolve {
        /// The name.
        host: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The host answers, but nothing listens on the port: another port, or the program there is not live.
    #[error("{address} refuses the connection: nothing listens on that port")]
    Refused {
        /// The address.
        address: SocketAddr,
    },
    /// No answer: wrong address, another network, or a firewall.
    #[error("{address} does not answer: {source}")]
    Unreachable {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// The socket cannot be bound.
    #[error("cannot receive on {address}: {source}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// The other side closed the connection.
    #[error("the server closed the connection")]
    Closed,
    /// The connection failed.
    #[error("the connection failed: {0}")]
    Failed(io::Error),
    /// The file cannot be read, or is not what it should be.
    #[error("cannot listen to {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The recording cannot be played.
    #[error("cannot play {path}: {reason}")]
    Recording {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The source failed by a fault of the program.
    #[error("a fault of the program ended it")]
    Panicked,
    /// What came is not the protocol.
    #[error("{0}")]
    Malformed(Box<dyn WireError>),
}

impl DisconnectReason {
    /// The message that tells this to a person: a key of `capture.ftl`, or of `wire.ftl` for malformed data.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Resolve { .. } => "capture-resolve",
            Self::Refused { .. } => "capture-refused",
            Self::Unreachable { .. } => "capture-unreachable",
            Self::Bind { .. } => "capture-bind",
            Self::Closed => "capture-closed",
            Self::Failed(_) => "capture-failed",
            Self::File { .. } => "capture-file",
            Self::Recording { .. } => "capture-recording",
            Self::Panicked => "capture-panicked",
            Self::Malformed(e) => e.key(),
        }
    }

    /// The arguments of the message.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Resolve { host, source } => {
                vec![("host", host.clone()), ("reason", source.to_string())]
            }
            Self::Refused { address } => vec![("address", address.to_string())],
            Self::Unreachable { address, source } | Self::Bind { address, source } => vec![
                ("address", address.to_string()),
                ("reason", source.to_string()),
            ],
            Self::Closed | Self::Panicked => Vec::new(),
            Self::Failed(source) => vec![("reason", source.to_string())],
            Self::File { path, reason } | Self::Recording { path, reason } => {
                vec![("path", path.clone()), ("reason", reason.clone())]
            }
            Self::Malformed(e) => e.args(),
        }
    }
}

/// Tells whether frames come, and says so when that changes.
#[derive(Debug)]
pub(crate) struct Liveness {
    silent_after: Nanos,
    last_frame: HostNs,
    live: bool,
    last_told: HostNs,
}

/// How often silence is told again.
const TELL_AGAIN: Nanos = Nanos::from_secs(1);

impl Liveness {
    /// Connected at `now`, nothing received.
    pub(crate) fn connected(silent_after: Nanos, now: HostNs) -> Self {
        Self {
            silent_after,
            last_frame: now,
            live: false,
            last_told: now,
        }
    }

    /// A frame came.
    pub(crate) fn frame(&mut self, now: HostNs, sink: &mut dyn FrameSink) {
        self.last_frame = now;
        if !self.live {
            self.live = true;
            sink.event(SourceEvent::Live);
        }
    }

    /// Time passed.
    pub(crate) fn look(&mut self, now: HostNs, sink: &mut dyn FrameSink) {
        sink.beat(now);
        let silent_for = now - self.last_frame;
        let again = self.live || now - self.last_told >= TELL_AGAIN;
        if silent_for >= self.silent_after && again {
            self.live = false;
            self.last_told = now;
            sink.event(SourceEvent::Silent { silent_for });
        }
    }
}

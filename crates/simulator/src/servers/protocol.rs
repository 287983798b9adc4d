//! What a protocol brings to be served: a name, its port, and an encoder for its datagrams or its stream, without
//! sockets or clocks.
//!
//! Pace, faults, sockets, clients and counters are the same for all and do not know the protocol. So a new one is one
//! short file in `protocols`, which wraps an encoder of `cyc_wire`, and a row in its table.

use cyc_model::{HostNs, MocapFrame, Roster};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// How one protocol is served.
#[derive(Clone, Copy, Debug)]
pub struct Protocol {
    name: &'static str,
    port: u16,
    group: Option<Ipv4Addr>,
    scheme: &'static str,
    kind: ProtocolKind,
}

/// The two ways of serving.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ProtocolKind {
    /// Datagrams are sent to an address, whether anybody listens or not.
    Datagrams {
        /// Makes the encoder.
        encoder: fn() -> Box<dyn DatagramEncoder>,
        /// The port on which requests are answered, for a protocol in which clients ask.
        request_port: Option<u16>,
        /// Whether the receiver is connected to, and sent the same over the connection.
        is_call: bool,
    },
    /// Clients connect over TCP.
    Stream {
        /// Makes the server.
        server: fn() -> Box<dyn StreamServer>,
    },
}

impl Protocol {
    /// A protocol of datagrams; `port` is where its receivers listen.
    pub const fn datagrams(
        name: &'static str,
        port: u16,
        encoder: fn() -> Box<dyn DatagramEncoder>,
    ) -> Self {
        let kind = ProtocolKind::Datagrams {
            encoder,
            request_port: None,
            is_call: false,
        };
        Self {
            name,
            port,
            group: None,
            scheme: name,
            kind,
        }
    }

    /// The same, sent to a multicast group when no other address is named.
    pub const fn to_group(self, group: Ipv4Addr) -> Self {
        Self {
            group: Some(group),
            ..self
        }
    }

    /// The same, with URLs that begin with another name than its own: a form of that protocol.
    pub const fn read_as(self, scheme: &'static str) -> Self {
        Self { scheme, ..self }
    }

    /// What the URLs begin with that receive it.
    pub fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// The same, with a port on which the encoder answers requests.
    pub const fn answering(self, port: u16) -> Self {
        let kind = match self.kind {
            ProtocolKind::Datagrams {
                encoder, is_call, ..
            } => ProtocolKind::Datagrams {
                encoder,
                request_port: Some(port),
                is_call,
            },
            stream @ ProtocolKind::Stream { .. } => stream,
        };
        Self { kind, ..self }
    }

    /// The same over a connection that is made to the receiver.
    pub const fn calling(self) -> Self {
        let kind = match self.kind {
            ProtocolKind::Datagrams {
                encoder,
                request_port,
                ..
            } => ProtocolKind::Datagrams {
                encoder,
                request_port,
                is_call: true,
            },
            stream @ ProtocolKind::Stream { .. } => stream,
        };
        Self { kind, ..self }
    }

    /// Whether it connects to its receiver.
    pub fn is_calling(&self) -> bool {
        matches!(self.kind, ProtocolKind::Datagrams { is_call: true, .. })
    }

    /// A protocol over TCP; `port` is where the server listens.
    pub const fn stream(
        name: &'static str,
        port: u16,
        server: fn() -> Box<dyn StreamServer>,
    ) -> Self {
        let kind = ProtocolKind::Stream { server };
        Self {
            name,
            port,
            group: None,
            scheme: name,
            kind,
        }
    }

    /// The name on the command line, in URLs and in `--json`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The port when none is named: where datagrams are sent to, or where clients connect.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it is served when nothing is named: a stream listens on this machine alone, datagrams go to this machine, or
    /// to the protocol's group.
    pub fn address(&self) -> SocketAddr {
        let ip = self.group.unwrap_or(Ipv4Addr::LOCALHOST);
        SocketAddr::from((ip, self.port))
    }

    /// Whether clients connect to it, rather than being sent to.
    pub fn is_stream(&self) -> bool {
        matches!(self.kind, ProtocolKind::Stream { .. })
    }

    /// How it is served.
    pub(crate) fn kind(&self) -> ProtocolKind {
        self.kind
    }
}

impl PartialEq for Protocol {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Protocol {}

/// Writes frames as datagrams.
pub trait DatagramEncoder: Send {
    /// Appends the datagrams of a frame, in the order of sending; none when the frame cannot be told.
    fn encode(&mut self, frame: &MocapFrame, datagrams: &mut Vec<Vec<u8>>);

    /// What follows each datagram where they are sent over a connection.
    fn end_in_stream(&self) -> &'static [u8] {
        b""
    }

    /// Told once, before anything else: where the datagrams go in any case.
    fn sent_to(&mut self, _to: SocketAddr) {}

    /// Told once, before the first frame: who will be there, and at which rate. A client may ask before a frame was made.
    fn introduce(&mut self, _roster: &Arc<Roster>, _rate_hz: f64) {}

    /// Answers what a client asked: appends the answers, which go back to `from`, and says what the client wants.
    fn answer(&mut self, _request: &[u8], _from: SocketAddr, _answers: &mut Vec<Vec<u8>>) -> Asked {
        Asked::Nothing
    }
}

/// What a client's request means for where frames go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing.
    Nothing,
    /// Frames are wanted at these addresses, beside where they go in any case; good until not asked for a while.
    Frames(Vec<SocketAddr>),
    /// A connection is wanted to this address, and frames over it.
    Connection(SocketAddr),
    /// Frames are no longer wanted at these addresses.
    NoFrames(Vec<SocketAddr>),
}

/// Makes a session for each client of a stream protocol.
pub trait StreamServer: Send {
    /// The state of a client that has just connected from an address.
    fn session(&self, peer: SocketAddr) -> Box<dyn StreamSession>;

    /// Whether clients may call by datagrams, on the port that they else connect to, and are then connected to.
    fn is_called(&self) -> bool {
        false
    }

    /// The port of a client's own that it waits on, when a datagram is such a call.
    fn called(&self, _datagram: &[u8]) -> Option<u16> {
        None
    }
}

/// One client of a stream protocol.
pub trait StreamSession {
    /// Takes what the client sent. False when it cannot be understood: the client is then let go.
    fn feed(&mut self, bytes: &[u8]) -> bool;

    /// Appends greetings and answers that are to be sent now.
    fn poll_transmit(&mut self, out: &mut Vec<u8>);

    /// Told of each newest frame, whether the client wants it or not: who is there, at which rate.
    fn look(&mut self, _frame: &MocapFrame) {}

    /// Whether the client wants this frame now.
    fn wants(&self, frame: &MocapFrame) -> bool;

    /// Whether the client gets every frame, rather than those it asks for one by one.
    fn is_streaming(&self) -> bool;

    /// Appends a frame; `frame.rate_hz` is the server's rate. False when it cannot be told.
    fn encode(&mut self, frame: &MocapFrame, now: HostNs, out: &mut Vec<u8>) -> bool;

    /// A datagram that the last frame became instead, and the client's port that it goes to.
    fn take_datagram(&mut self) -> Option<(u16, Vec<u8>)> {
        None
    }
}

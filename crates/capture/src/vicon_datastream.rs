//! Receives from a Vicon DataStream server.

use crate::clock::now_host;
use crate::counters::ReceiveCounters;
use crate::door::Door;
use crate::sink::{DisconnectReason, FrameSink, Liveness, SourceEvent};
use crate::source::{BackOff, FrameSource, SourceConfig};
use crate::stamped::StampedReader;
use crate::stop_flag::StopFlag;
use cyc_model::{HostNs, MocapFrame, Nanos, Roster};
use cyc_wire::vicon_datastream::{
    Client, ClientCounts, ClientEvent, ClientSettings, DecodeError, StreamMode,
};
use socket2::{SockRef, TcpKeepalive};
use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

/// Bytes taken from the kernel at once: two frames of ten performers.
const READ_BYTES: usize = 256 << 10;

/// The kernel's buffer, as Vicon's own client has it.
const KERNEL_BUFFER_BYTES: usize = 4 << 20;

/// Longest wait for the server to take a request of some bytes.
const WRITE_TIMEOUT: Duration = Duration::from_secs(1);

/// A connection to one server, kept up for ever.
#[derive(Debug)]
pub struct ViconDataStreamSource {
    config: SourceConfig,
    host: String,
    port: u16,
    settings: ClientSettings,
    counters: Arc<ReceiveCounters>,
    door: Door,
    reader: StampedReader,
    frame: MocapFrame,
    roster: Option<Arc<Roster>>,
    requests: Vec<u8>,
}

impl ViconDataStreamSource {
    /// A source that connects to `host:port` when it runs.
    pub fn new(config: SourceConfig, host: String, port: u16, settings: ClientSettings) -> Self {
        Self {
            door: Door::new(config.source),
            config,
            host,
            port,
            settings,
            counters: Arc::default(),
            reader: StampedReader::new(READ_BYTES),
            frame: MocapFrame::default(),
            roster: None,
            requests: Vec::new(),
        }
    }

    /// Tries each address of the host.
    fn connect(&self) -> Result<TcpStream, DisconnectReason> {
        let resolve = |source| DisconnectReason::Resolve {
            host: self.host.clone(),
            source,
        };
        let addresses = (self.host.as_str(), self.port).to_socket_addrs();
        let timeout = Duration::from_nanos(self.config.connect_timeout.0.max(1).unsigned_abs());
        let mut last = resolve(io::ErrorKind::NotFound.into());
        for address in addresses.map_err(resolve)? {
            match TcpStream::connect_timeout(&address, timeout) {
                Ok(stream) => {
                    prepare(&stream).map_err(DisconnectReason::Failed)?;
                    return Ok(stream);
                }
                Err(e) => last = why_not(address, e),
            }
        }
        Err(last)
    }

    /// Receives until the connection ends. `Ok` when stopped.
    fn receive(
        &mut self,
        stream: &mut TcpStream,
        sink: &mut dyn FrameSink,
        stop: &StopFlag,
    ) -> Result<(), DisconnectReason> {
        let mut client = Client::new(self.settings.clone());
        let mut liveness = Liveness::connected(self.config.silent_after);
        let mut counted = ClientCounts::default();
        while !stop.is_raised() {
            let received = self.reader.receive(stream, &self.counters);
            let Some(received) = received.map_err(DisconnectReason::Failed)? else {
                liveness.look(now_host(), sink);
                continue;
            };
            if received.len == 0 {
                return Err(DisconnectReason::Closed);
            }
            client.feed(self.reader.bytes(received), received.heard);
            let taken = self.take_events(&mut client, &mut liveness, sink);
            self.count(&client, &mut counted);
            taken?;
            let now = now_host();
            liveness.look(now, sink);
            self.send_requests(&mut client, stream, now)?;
        }
        Ok(())
    }

    fn take_events(
        &mut self,
        client: &mut Client,
        liveness: &mut Liveness,
        sink: &mut dyn FrameSink,
    ) -> Result<(), DisconnectReason> {
        loop {
            match client.poll(&mut self.frame) {
                Ok(None) => return Ok(()),
                Ok(Some(ClientEvent::Frame)) => {
                    if self.settings.mode == StreamMode::ClientPull {
                        client.request_frame();
                    }
                    self.door
                        .pass(&mut self.frame, liveness, sink, &self.counters);
                }
                Ok(Some(ClientEvent::RosterChanged(roster))) => {
                    // A reconnect brings the same subjects again: only a difference is news.
                    if self.roster.as_deref() != Some(&*roster) {
                        sink.event(SourceEvent::RosterChanged(Arc::clone(&roster)));
                    }
                    self.roster = Some(roster);
                }
                Ok(Some(ClientEvent::Connected(_))) => {}
                Err(e) => {
                    self.count_error(&e);
                    return Err(DisconnectReason::Malformed(e));
                }
            }
        }
    }

    fn send_requests(
        &mut self,
        client: &mut Client,
        stream: &mut TcpStream,
        now: HostNs,
    ) -> Result<(), DisconnectReason> {
        self.requests.clear();
        if client.poll_transmit(now, &mut self.requests) {
            let sent = stream.write_all(&self.requests);
            sent.map_err(DisconnectReason::Failed)?;
        }
        Ok(())
    }

    /// Moves what the client counted since the last time to the source's counters.
    fn count(&self, client: &Client, before: &mut ClientCounts) {
        let now = client.counts();
        let (new, old) = (now.refused, before.refused);
        let c = &self.counters;
        c.packets.add(now.packets - before.packets);
        let refused = (new.values - old.values) + (new.timecodes - old.timecodes);
        c.values_refused.add(refused);
        let unknown = (new.unknown_ids - old.unknown_ids) + (new.unlabelled - old.unlabelled);
        c.values_unknown.add(unknown);
        *before = now;
    }

    fn count_error(&self, error: &DecodeError) {
        let counter = match error {
            DecodeError::NotAPacket { .. }
            | DecodeError::PacketTooLarge { .. }
            | DecodeError::BlockHeaderCut { .. }
            | DecodeError::BlockTooLong { .. } => &self.counters.errors_framing,
            DecodeError::BlockTooShort { .. } => &self.counters.errors_object,
            DecodeError::BrokenTree { .. }
            | DecodeError::DuplicateId { .. }
            | DecodeError::Roster(_) => &self.counters.errors_subjects,
        };
        counter.increment();
    }
}

impl FrameSource for ViconDataStreamSource {
    fn run(&mut self, sink: &mut dyn FrameSink, stop: &StopFlag) {
        let mut back_off = BackOff::new();
        while !stop.is_raised() {
            sink.event(SourceEvent::Connecting);
            let ended = self.connect().and_then(|mut stream| {
                self.counters.connects.increment();
                self.door.connected();
                sink.event(SourceEvent::Connected);
                let frames = self.counters.frames.get();
                let ended = self.receive(&mut stream, sink, stop);
                // A server that accepts and hangs up is not worth hurrying for; one that sent frames is.
                if self.counters.frames.get() > frames {
                    back_off.reset();
                }
                ended
            });
            if let Err(reason) = ended {
                let retry_in = back_off.take();
                sink.event(SourceEvent::Disconnected { reason, retry_in });
                wait(retry_in, sink, stop);
            }
        }
        sink.event(SourceEvent::Stopped);
    }

    fn counters(&self) -> Arc<ReceiveCounters> {
        Arc::clone(&self.counters)
    }
}

/// Waits, beating, unless stopped.
pub(crate) fn wait(length: Nanos, sink: &mut dyn FrameSink, stop: &StopFlag) {
    let until = now_host() + length;
    loop {
        let now = now_host();
        sink.beat(now);
        if now >= until || !stop.nap(until - now) {
            return;
        }
    }
}

fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(WRITE_TIMEOUT))?;
    let socket = SockRef::from(stream);
    // The kernel may give less than asked for; that is no failure.
    let _ = socket.set_recv_buffer_size(KERNEL_BUFFER_BYTES);
    // A host that lost its power says no goodbye: three unanswered questions in four seconds are one.
    let keepalive = TcpKeepalive::new()
        .with_time(Duration::from_secs(1))
        .with_interval(Duration::from_secs(1))
        .with_retries(3);
    socket.set_tcp_keepalive(&keepalive)?;
    StampedReader::prepare(stream)
}

fn why_not(address: SocketAddr, error: io::Error) -> DisconnectReason {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => DisconnectReason::Refused { address },
        _ => DisconnectReason::Unreachable {
            address,
            source: error,
        },
    }
}

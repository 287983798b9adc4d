//! The loop that receives a stream over TCP, the same for every protocol: connects, asks, reads with the kernel's
//! stamps, decodes, and connects again with back-off for ever.

use crate::clock::now_host;
use crate::counters::ReceiveCounters;
use crate::decoder::{Numbering, Progress, StreamDecoder};
use crate::door::Door;
use crate::sink::{DisconnectReason, FrameSink, Liveness, Packet, PacketKind, SourceEvent};
use crate::source::{BackOff, FrameSource, SourceConfig, wait};
use crate::stamped::{Received, StampedReader};
use crate::stop_flag::StopFlag;
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::WireError;
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
pub struct StreamSource<D: StreamDecoder> {
    config: SourceConfig,
    host: String,
    port: u16,
    counters: Arc<ReceiveCounters>,
    door: Door,
    reader: StampedReader,
    decoder: D,
    frame: MocapFrame,
    requests: Vec<u8>,
}

impl<D: StreamDecoder> StreamSource<D> {
    /// A source that connects to `host:port` when it runs.
    pub fn new(config: SourceConfig, host: String, port: u16, decoder: D) -> Self {
        Self {
            door: Door::for_stream(&config, D::NUMBERING),
            config,
            host,
            port,
            counters: Arc::default(),
            reader: StampedReader::new(READ_BYTES),
            decoder,
            frame: MocapFrame::default(),
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
        self.decoder.connected();
        sink.packet(packet(PacketKind::Connected, now_host(), &[]));
        let mut liveness = Liveness::connected(self.config.silent_after, now_host());
        while !stop.is_raised() {
            if let Some(received) = self.read(stream, sink).map_err(DisconnectReason::Failed)? {
                if received.len == 0 {
                    return Err(DisconnectReason::Closed);
                }
                let (packets, counts) = (self.decoder.packets(), self.decoder.counts());
                let taken = self.take_frames(&mut liveness, sink);
                self.counters.packets.add(self.decoder.packets() - packets);
                self.counters.take(counts, self.decoder.counts());
                taken?;
            }
            let now = now_host();
            liveness.look(now, sink);
            self.send_requests(stream, now)?;
        }
        Ok(())
    }

    /// Reads into the decoder's own room where it has one, else hands it the bytes.
    fn read(
        &mut self,
        stream: &TcpStream,
        sink: &mut dyn FrameSink,
    ) -> io::Result<Option<Received>> {
        if let Some(room) = self.decoder.room(READ_BYTES) {
            let received = self.reader.receive_into(stream, room, &self.counters)?;
            if let Some(received) = received {
                let bytes = room.get(..received.len).unwrap_or(&[]);
                sink.packet(packet(PacketKind::Stream, received.heard, bytes));
                self.decoder.filled(received.len, received.heard);
            }
            return Ok(received);
        }
        let received = self.reader.receive(stream, &self.counters)?;
        if let Some(received) = received {
            let bytes = self.reader.bytes(received);
            sink.packet(packet(PacketKind::Stream, received.heard, bytes));
            self.decoder.feed(bytes, received.heard);
        }
        Ok(received)
    }

    fn take_frames(
        &mut self,
        liveness: &mut Liveness,
        sink: &mut dyn FrameSink,
    ) -> Result<(), DisconnectReason> {
        loop {
            match self.decoder.poll(&mut self.frame) {
                Ok(None) => return Ok(()),
                Ok(Some(Progress::Other)) => {}
                Ok(Some(Progress::Frame)) => {
                    self.door
                        .pass(&mut self.frame, now_host(), liveness, sink, &self.counters);
                }
                Err(e) => {
                    self.counters.refuse(e.kind());
                    return Err(DisconnectReason::Malformed(Box::new(e)));
                }
            }
        }
    }

    fn send_requests(
        &mut self,
        stream: &mut TcpStream,
        now: HostNs,
    ) -> Result<(), DisconnectReason> {
        self.requests.clear();
        if self.decoder.poll_transmit(now, &mut self.requests) {
            let sent = stream.write_all(&self.requests);
            sent.map_err(DisconnectReason::Failed)?;
        }
        Ok(())
    }
}

impl<D: StreamDecoder> FrameSource for StreamSource<D> {
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

    fn numbering(&self) -> Numbering {
        D::NUMBERING
    }
}

fn packet(kind: PacketKind, heard: HostNs, bytes: &[u8]) -> Packet<'_> {
    let from = None;
    Packet {
        kind,
        heard,
        from,
        bytes,
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

//! The loop that receives a stream over TCP, the same for every protocol: connects, asks, reads with the kernel's
//! stamps, decodes, and connects again with back-off for ever. Frames that a server sends as datagrams beside its connection
//! are read in turn.

use crate::clock::now_host;
use crate::complaints::Complaints;
use crate::counters::ReceiveCounters;
use crate::decoder::{Numbering, Progress, StreamDecoder};
use crate::door::Door;
use crate::side_socket::{Ready, SideSocket};
use crate::sink::{DisconnectReason, FrameSink, Liveness, Packet, PacketKind, SourceEvent};
use crate::source::{BackOff, FrameSource, SourceConfig, wait};
use crate::stamped::{Received, StampedReader};
use crate::stop_flag::StopFlag;
use crate::stream_place::StreamPlace;
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::WireError;
use std::io::{self, Write};
use std::net::TcpStream;
use std::sync::Arc;

/// Bytes taken from the kernel at once: two frames of ten performers.
const READ_BYTES: usize = 256 << 10;

/// A connection, kept up for ever.
pub struct StreamSource<D: StreamDecoder> {
    config: SourceConfig,
    place: StreamPlace,
    counters: Arc<ReceiveCounters>,
    complaints: Complaints,
    door: Door,
    reader: StampedReader,
    decoder: D,
    frame: MocapFrame,
    requests: Vec<u8>,
}

impl<D: StreamDecoder> StreamSource<D> {
    /// A source that connects, or waits to be connected to, when it runs.
    pub fn new(config: SourceConfig, place: StreamPlace, decoder: D) -> Self {
        // Datagrams may overtake each other, a stream does not.
        let door = if decoder.wants_datagrams() {
            Door::for_datagrams(&config, D::NUMBERING)
        } else {
            Door::for_stream(&config, D::NUMBERING)
        };
        Self {
            door,
            config,
            place,
            counters: Arc::default(),
            complaints: Complaints::default(),
            reader: StampedReader::new(READ_BYTES),
            decoder,
            frame: MocapFrame::default(),
            requests: Vec::new(),
        }
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
        let mut side = self.open_side(stream).map_err(DisconnectReason::Failed)?;
        let mut liveness = Liveness::connected(self.config.silent_after, now_host());
        while !stop.is_raised() {
            let ready = match &side {
                // A single socket is waited for while it is read.
                None => Ready {
                    stream: true,
                    datagrams: false,
                },
                Some(side) => side.wait(stream).map_err(DisconnectReason::Failed)?,
            };
            if ready.stream {
                self.take_stream(stream, &mut liveness, sink)?;
            }
            if let Some(side) = side.as_mut().filter(|_| ready.datagrams) {
                self.take_datagram(side, &mut liveness, sink)?;
            }
            let now = now_host();
            if self.door.due().is_some_and(|due| due <= now) {
                self.door
                    .release_due(now, &mut liveness, sink, &self.counters);
            }
            liveness.look(now, sink);
            self.send_requests(stream, now)?;
        }
        Ok(())
    }

    /// The socket for datagrams beside the connection, for a decoder that wants them.
    fn open_side(&mut self, stream: &TcpStream) -> io::Result<Option<SideSocket>> {
        if !self.decoder.wants_datagrams() {
            return Ok(None);
        }
        let side = SideSocket::beside(stream)?;
        self.decoder.wait_for_datagrams_at(side.address()?);
        Ok(Some(side))
    }

    fn take_stream(
        &mut self,
        stream: &TcpStream,
        liveness: &mut Liveness,
        sink: &mut dyn FrameSink,
    ) -> Result<(), DisconnectReason> {
        let received = self.read(stream, sink).map_err(DisconnectReason::Failed)?;
        let Some(received) = received else {
            return Ok(());
        };
        if received.len == 0 {
            return Err(DisconnectReason::Closed);
        }
        let (packets, counts) = (self.decoder.packets(), self.decoder.counts());
        let taken = self.take_frames(liveness, sink);
        self.counters.packets.add(self.decoder.packets() - packets);
        self.counters.take(counts, self.decoder.counts());
        taken
    }

    fn take_datagram(
        &mut self,
        side: &mut SideSocket,
        liveness: &mut Liveness,
        sink: &mut dyn FrameSink,
    ) -> Result<(), DisconnectReason> {
        let received = side.receive(&self.counters);
        let Some(datagram) = received.map_err(DisconnectReason::Failed)? else {
            return Ok(());
        };
        sink.packet(Packet {
            kind: PacketKind::Datagram,
            heard: datagram.heard,
            from: Some(datagram.from),
            bytes: datagram.bytes,
        });
        let (packets, counts) = (self.decoder.packets(), self.decoder.counts());
        let taken = self.decoder.take_datagram(datagram, &mut self.frame);
        self.counters.packets.add(self.decoder.packets() - packets);
        self.counters.take(counts, self.decoder.counts());
        let now = now_host();
        match taken {
            Ok(false) => {}
            Ok(true) => {
                self.door
                    .pass(&mut self.frame, now, liveness, sink, &self.counters);
            }
            Err(error) => {
                self.counters.refuse(error.kind());
                self.complaints.tell(now, &error, sink);
            }
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
            let decoder = &mut self.decoder;
            let ask = |now, request: &mut Vec<u8>| decoder.poll_call(now, request);
            let timeout = self.config.connect_timeout;
            let connected = self.place.connect(timeout, ask, sink, stop);
            let ended = connected.and_then(|stream| {
                let Some(mut stream) = stream else {
                    return Ok(());
                };
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

//! Receives a Vicon UDP object stream.

use crate::clock::now_host;
use crate::counters::ReceiveCounters;
use crate::door::Door;
use crate::rate_limit::RateLimit;
use crate::sender_filter;
use crate::sink::{DisconnectReason, FrameSink, Liveness, SourceEvent};
use crate::source::{BackOff, FrameSource, SourceConfig};
use crate::stamped::{Received, StampedReader};
use crate::stop_flag::StopFlag;
use crate::vicon_datastream::wait;
use cyc_model::MocapFrame;
use cyc_wire::vicon_udp::limits::DATAGRAM_MAX;
use cyc_wire::vicon_udp::{DecodeError, Decoder, DecoderCounts};
use socket2::{Domain, Protocol, SockRef, Socket, Type};
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;

/// The kernel's buffer: some hundred of the largest datagrams.
const KERNEL_BUFFER_BYTES: usize = 1 << 20;

/// A socket that receives rigid bodies.
#[derive(Debug)]
pub struct ViconUdpSource {
    config: SourceConfig,
    bind: SocketAddr,
    allow: Vec<IpAddr>,
    counters: Arc<ReceiveCounters>,
    door: Door,
    reader: StampedReader,
    decoder: Decoder,
    counted: DecoderCounts,
    frame: MocapFrame,
}

impl ViconUdpSource {
    /// A source that receives on `bind` when it runs, from the senders of the list only (from all when it is empty).
    pub fn new(config: SourceConfig, bind: SocketAddr, allow: Vec<IpAddr>) -> Self {
        Self {
            door: Door::new(config.source),
            config,
            bind,
            allow,
            counters: Arc::default(),
            // One byte more than is taken, so that what is too long is seen to be.
            reader: StampedReader::new(DATAGRAM_MAX + 1),
            decoder: Decoder::default(),
            counted: DecoderCounts::default(),
            frame: MocapFrame::default(),
        }
    }

    fn open(&self) -> Result<UdpSocket, DisconnectReason> {
        let open = || -> io::Result<UdpSocket> {
            let domain = Domain::for_address(self.bind);
            let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
            if let Some(program) = sender_filter::program(&self.allow) {
                // Before binding: nothing from a stranger is ever queued.
                socket.attach_filter(&program)?;
            }
            socket.bind(&self.bind.into())?;
            let socket = UdpSocket::from(socket);
            let _ = SockRef::from(&socket).set_recv_buffer_size(KERNEL_BUFFER_BYTES);
            StampedReader::prepare(&socket)?;
            Ok(socket)
        };
        open().map_err(|source| DisconnectReason::Bind {
            address: self.bind,
            source,
        })
    }

    fn receive(
        &mut self,
        socket: &UdpSocket,
        sink: &mut dyn FrameSink,
        stop: &StopFlag,
    ) -> Result<(), DisconnectReason> {
        let mut liveness = Liveness::connected(self.config.silent_after);
        let mut limit = RateLimit::new(self.config.declared_rate_hz, now_host());
        while !stop.is_raised() {
            let received = self.reader.receive(socket, &self.counters);
            let received = received.map_err(DisconnectReason::Failed)?;
            let now = now_host();
            liveness.look(now, sink);
            let Some(received) = received else {
                continue;
            };
            let stranger = |ip| !self.allow.is_empty() && !self.allow.contains(&ip);
            if received.from.is_none_or(stranger) {
                self.counters.strangers.increment();
            } else if !limit.admits(now) {
                self.counters.rate_limited.increment();
            } else {
                self.take(received, &mut liveness, sink);
            }
        }
        Ok(())
    }

    fn take(&mut self, received: Received, liveness: &mut Liveness, sink: &mut dyn FrameSink) {
        if received.truncated || received.len > DATAGRAM_MAX {
            return self.counters.oversized.increment();
        }
        let datagram = self.reader.bytes(received);
        let heard = received.heard;
        match self.decoder.decode(datagram, heard, &mut self.frame) {
            Ok(grew) => {
                self.counters.packets.increment();
                if grew {
                    let roster = Arc::clone(self.decoder.roster());
                    sink.event(SourceEvent::RosterChanged(roster));
                }
                self.door
                    .pass(&mut self.frame, liveness, sink, &self.counters);
            }
            Err(DecodeError::ObjectTooShort { .. }) => self.counters.errors_object.increment(),
            Err(_) => self.counters.errors_framing.increment(),
        }
        let (new, old) = (self.decoder.counts(), self.counted);
        self.counters.values_refused.add(new.values - old.values);
        let unknown = (new.objects - old.objects) + (new.other_items - old.other_items);
        self.counters.values_unknown.add(unknown);
        self.counted = new;
    }
}

impl FrameSource for ViconUdpSource {
    fn run(&mut self, sink: &mut dyn FrameSink, stop: &StopFlag) {
        let mut back_off = BackOff::new();
        while !stop.is_raised() {
            sink.event(SourceEvent::Connecting);
            let ended = self.open().and_then(|socket| {
                self.counters.connects.increment();
                sink.event(SourceEvent::Connected);
                self.receive(&socket, sink, stop)
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

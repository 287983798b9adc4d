//! The loop that receives datagrams, the same for every protocol.
//!
//! It hears the place's socket and, where the protocol asks a server for its frames, the answers to what it asked. What
//! is wrong with a datagram costs the datagram alone.

use crate::clock::now_host;
use crate::complaints::Complaints;
use crate::counters::ReceiveCounters;
use crate::datagram_place::DatagramPlace;
use crate::decoder::{Datagram, DatagramDecoder, Numbering};
use crate::door::Door;
use crate::rate_limit::RateLimit;
use crate::sink::{DisconnectReason, FrameSink, Liveness, SourceEvent};
use crate::source::{BackOff, FrameSource, SourceConfig, wait};
use crate::stamped::{Received, StampedReader};
use crate::stop_flag::{LOOK_EVERY, StopFlag};
use cyc_model::{HostNs, MocapFrame, Nanos};
use cyc_wire::WireError;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::net::UdpSocket;
use std::os::fd::AsFd;
use std::sync::Arc;

/// A socket, or two, that receive one protocol.
pub struct DatagramSource<D: DatagramDecoder> {
    config: SourceConfig,
    place: DatagramPlace,
    counters: Arc<ReceiveCounters>,
    door: Door,
    reader: StampedReader,
    decoder: D,
    complaints: Complaints,
    frame: MocapFrame,
    request: Vec<u8>,
}

/// What is open while it runs.
struct Sockets {
    frames: UdpSocket,
    asking: Option<UdpSocket>,
}

impl<D: DatagramDecoder> DatagramSource<D> {
    /// A source that receives at a place when it runs.
    pub fn new(config: SourceConfig, place: DatagramPlace, decoder: D) -> Self {
        Self {
            door: Door::for_datagrams(&config, D::NUMBERING),
            config,
            place,
            counters: Arc::default(),
            // One byte more than is taken, so that what is too long is seen to be.
            reader: StampedReader::new(D::DATAGRAM_MAX + 1),
            decoder,
            complaints: Complaints::default(),
            frame: MocapFrame::default(),
            request: Vec::new(),
        }
    }

    fn open(&self) -> Result<Sockets, DisconnectReason> {
        Ok(Sockets {
            frames: self.place.open()?,
            asking: self.place.open_asking()?,
        })
    }

    fn receive(
        &mut self,
        sockets: &Sockets,
        sink: &mut dyn FrameSink,
        stop: &StopFlag,
    ) -> Result<(), DisconnectReason> {
        let mut liveness = Liveness::connected(self.config.silent_after);
        let rate_hz = self.config.declared_rate_hz * f64::from(D::DATAGRAMS_PER_FRAME);
        let mut limit = RateLimit::new(rate_hz, now_host());
        let mut asked = HostNs(i64::MIN);
        while !stop.is_raised() {
            let ready = [Some(&sockets.frames), sockets.asking.as_ref()];
            for socket in self.ready_of(ready)?.into_iter().flatten() {
                let received = self.reader.receive(socket, &self.counters);
                let received = received.map_err(|e| self.place.why_not(e))?;
                let now = now_host();
                liveness.look(now, sink);
                if let Some(received) = received {
                    self.admit(received, &mut limit, now, &mut liveness, sink);
                }
            }
            let now = now_host();
            if self.door.due().is_some_and(|due| due <= now) {
                self.door
                    .release_due(now, &mut liveness, sink, &self.counters);
            }
            liveness.look(now, sink);
            if now - asked >= LOOK_EVERY {
                asked = now;
                self.ask(sockets, now);
            }
        }
        Ok(())
    }

    /// Which sockets to read from: a single one is waited for while it is read, unless a frame waits for its time.
    fn ready_of<'s>(
        &self,
        sockets: [Option<&'s UdpSocket>; 2],
    ) -> Result<[Option<&'s UdpSocket>; 2], DisconnectReason> {
        let due = self.door.due();
        let [Some(one), other] = sockets else {
            return Ok(sockets);
        };
        if due.is_none() && other.is_none() {
            return Ok(sockets);
        }
        let left = due.map_or(LOOK_EVERY, |due| due - now_host());
        // Whole milliseconds, up: a frame that is given out a little later is no less true.
        let left = left.clamp(Nanos::ZERO, LOOK_EVERY).0.div_euclid(1_000_000) + 1;
        let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::ZERO);
        let fd = |s: &'s UdpSocket| PollFd::new(s.as_fd(), PollFlags::POLLIN);
        let mut looked = [fd(one), fd(other.unwrap_or(one))];
        match poll(&mut looked, timeout) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(e) => return Err(DisconnectReason::Failed(e.into())),
        }
        let [is_one, is_other] = looked.map(|p| p.any().unwrap_or(false));
        Ok([is_one.then_some(one), other.filter(|_| is_other)])
    }

    fn admit(
        &mut self,
        received: Received,
        limit: &mut RateLimit,
        now: HostNs,
        liveness: &mut Liveness,
        sink: &mut dyn FrameSink,
    ) {
        let allow = &self.place.allow;
        let stranger = |ip| !allow.is_empty() && !allow.contains(&ip);
        if received.from.is_none_or(|from| stranger(from.ip())) {
            self.counters.strangers.increment();
        } else if !limit.admits(now) {
            self.counters.rate_limited.increment();
        } else if received.truncated || received.len > D::DATAGRAM_MAX {
            self.counters.oversized.increment();
        } else {
            self.take(received, liveness, sink);
        }
    }

    fn take(&mut self, received: Received, liveness: &mut Liveness, sink: &mut dyn FrameSink) {
        let Some(from) = received.from else { return };
        let datagram = Datagram {
            bytes: self.reader.bytes(received),
            from,
            heard: received.heard,
        };
        let before = self.decoder.counts();
        let decoded = self.decoder.decode(datagram, &mut self.frame);
        self.counters.take(before, self.decoder.counts());
        match decoded {
            Ok(whole) => {
                self.counters.packets.increment();
                let mut more = whole;
                while more {
                    self.door
                        .pass(&mut self.frame, liveness, sink, &self.counters);
                    more = self.decoder.next(&mut self.frame);
                }
            }
            Err(error) => {
                self.counters.refuse(error.kind());
                self.complaints.tell(now_host(), &error, sink);
            }
        }
    }

    fn ask(&mut self, sockets: &Sockets, now: HostNs) {
        let Some(asking) = &sockets.asking else {
            return;
        };
        self.request.clear();
        while self.decoder.poll_transmit(now, &mut self.request) {
            // Refused: nothing listens there yet; the next read says so.
            let _ = asking.send(&self.request);
            self.request.clear();
        }
    }
}

impl<D: DatagramDecoder> FrameSource for DatagramSource<D> {
    fn run(&mut self, sink: &mut dyn FrameSink, stop: &StopFlag) {
        let mut back_off = BackOff::new();
        while !stop.is_raised() {
            sink.event(SourceEvent::Connecting);
            let ended = self.open().and_then(|sockets| {
                self.counters.connects.increment();
                sink.event(SourceEvent::Connected);
                self.receive(&sockets, sink, stop)
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

//! The loop that receives datagrams, the same for every protocol.
//!
//! It hears the place's socket and, where the protocol asks a server for its frames, the answers to what it asked. What
//! is wrong with a datagram costs the datagram alone.

use crate::clock::now_host;
use crate::counters::ReceiveCounters;
use crate::datagram_place::DatagramPlace;
use crate::decoder::{Datagram, DatagramDecoder, Numbering};
use crate::intake::{DatagramIntake, Intake};
use crate::sink::{DisconnectReason, FrameSink, SourceEvent};
use crate::source::{BackOff, FrameSource, SourceConfig, wait};
use crate::stamped::{Received, StampedReader};
use crate::stop_flag::{LOOK_EVERY, StopFlag};
use cyc_model::{HostNs, Nanos};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::net::UdpSocket;
use std::os::fd::AsFd;
use std::sync::Arc;

/// A socket, or two, that receive one protocol.
pub struct DatagramSource<D: DatagramDecoder> {
    place: DatagramPlace,
    intake: DatagramIntake<D>,
    reader: StampedReader,
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
            intake: DatagramIntake::new(&config, decoder, place.allow.clone(), now_host()),
            place,
            // One byte more than is taken, so that what is too long is seen to be.
            reader: StampedReader::new(D::DATAGRAM_MAX + 1),
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
        self.intake.connected(now_host());
        let mut asked = HostNs(i64::MIN);
        while !stop.is_raised() {
            let ready = [Some(&sockets.frames), sockets.asking.as_ref()];
            for socket in self.ready_of(ready)?.into_iter().flatten() {
                let received = self.reader.receive(socket, &self.intake.counters);
                let received = received.map_err(|e| self.place.why_not(e))?;
                let now = now_host();
                self.intake.tell(now, sink);
                if let Some(received) = received {
                    self.admit(received, now, sink);
                }
            }
            let now = now_host();
            if self.intake.due().is_some_and(|due| due <= now) {
                self.intake.release_due(now, sink);
            }
            self.intake.tell(now, sink);
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
        let due = self.intake.due();
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

    fn admit(&mut self, received: Received, now: HostNs, sink: &mut dyn FrameSink) {
        let datagram = received.from.map(|from| Datagram {
            bytes: self.reader.bytes(received),
            from,
            heard: received.heard,
        });
        self.intake.admit(datagram, received.truncated, now, sink);
    }

    fn ask(&mut self, sockets: &Sockets, now: HostNs) {
        let Some(asking) = &sockets.asking else {
            return;
        };
        self.request.clear();
        while self.intake.decoder.poll_transmit(now, &mut self.request) {
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
                self.intake.counters.connects.increment();
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
        Arc::clone(&self.intake.counters)
    }

    fn numbering(&self) -> Numbering {
        D::NUMBERING
    }
}

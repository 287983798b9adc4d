//! What a source of datagrams does with them, without its sockets and its clock: the sender's filter, the rate limit, the
//! decoder and the door, as one function of bytes and times.
//!
//! The receive thread drives it with what the kernel brings, the whole-stage tests with what their virtual network
//! brings; so what is proven in virtual time is what runs. What is wrong with a datagram costs the datagram alone.

use crate::complaints::Complaints;
use crate::counters::ReceiveCounters;
use crate::decoder::{Datagram, DatagramDecoder, Numbering};
use crate::door::Door;
use crate::rate_limit::RateLimit;
use crate::sink::{FrameSink, Liveness, Packet, PacketKind, SourceEvent};
use crate::source::SourceConfig;
use crate::source_url::SourceUrl;
use cyc_model::{HostNs, MocapFrame};
use cyc_queue::{OnFull, RingConsumer, RingProducer, ring};
use cyc_wire::WireError;
use std::net::IpAddr;
use std::sync::Arc;

/// The intake of a source: of one path, or of several that bring the same frames.
pub trait Intake {
    /// Takes a datagram that came over a path, counted from 0, at `now`. Frames that are now in order go to the sink.
    fn take(&mut self, path: usize, datagram: Datagram<'_>, now: HostNs, sink: &mut dyn FrameSink);

    /// Gives out what has waited long enough, and tells silence. To be called at [`Self::due`], and at least each 50 ms.
    fn look(&mut self, now: HostNs, sink: &mut dyn FrameSink);

    /// When a frame that waits for an earlier one is to be given out without it.
    fn due(&self) -> Option<HostNs>;

    /// Writes the next request that a path's server is to be sent now; false when there is none.
    fn poll_transmit(&mut self, path: usize, now: HostNs, out: &mut Vec<u8>) -> bool;

    /// What it counts, all paths together.
    fn counters(&self) -> Arc<ReceiveCounters>;
}

/// The intake of a URL, connected at `now`; `None` for what does not come in datagrams.
pub fn intake_of(url: &SourceUrl, config: &SourceConfig, now: HostNs) -> Option<Box<dyn Intake>> {
    url.recipe().intake(config, now)
}

/// The intake of one path.
pub(crate) struct DatagramIntake<D> {
    pub(crate) counters: Arc<ReceiveCounters>,
    pub(crate) decoder: D,
    pub(crate) door: Door,
    /// Senders that are listened to; empty for all.
    allow: Vec<IpAddr>,
    limit: RateLimit,
    liveness: Liveness,
    complaints: Complaints,
    frame: MocapFrame,
    config: SourceConfig,
}

impl<D: DatagramDecoder> DatagramIntake<D> {
    pub(crate) fn new(config: &SourceConfig, decoder: D, allow: Vec<IpAddr>, now: HostNs) -> Self {
        Self {
            counters: Arc::default(),
            decoder,
            door: Door::for_datagrams(config, D::NUMBERING),
            allow,
            limit: Self::limit(config, now),
            liveness: Liveness::connected(config.silent_after, now),
            complaints: Complaints::default(),
            frame: MocapFrame::default(),
            config: config.clone(),
        }
    }

    fn limit(config: &SourceConfig, now: HostNs) -> RateLimit {
        let rate_hz = config.declared_rate_hz * f64::from(D::DATAGRAMS_PER_FRAME);
        RateLimit::new(rate_hz, now)
    }

    /// There is a new socket.
    pub(crate) fn connected(&mut self, now: HostNs) {
        self.limit = Self::limit(&self.config, now);
        self.liveness = Liveness::connected(self.config.silent_after, now);
    }

    /// Tells silence, and that the loop lives.
    pub(crate) fn tell(&mut self, now: HostNs, sink: &mut dyn FrameSink) {
        self.liveness.look(now, sink);
    }

    /// Takes a datagram; one without a sender, or that was cut, is passed as such.
    pub(crate) fn admit(
        &mut self,
        datagram: Option<Datagram<'_>>,
        is_cut: bool,
        now: HostNs,
        sink: &mut dyn FrameSink,
    ) {
        let stranger = |ip| !self.allow.is_empty() && !self.allow.contains(&ip);
        let Some(datagram) = datagram.filter(|d| !stranger(d.from.ip())) else {
            self.counters.strangers.increment();
            return;
        };
        if !self.limit.admits(now) {
            self.counters.rate_limited.increment();
        } else if is_cut || datagram.bytes.len() > D::DATAGRAM_MAX {
            self.counters.oversized.increment();
        } else {
            self.decode(datagram, now, sink);
        }
    }

    fn decode(&mut self, datagram: Datagram<'_>, now: HostNs, sink: &mut dyn FrameSink) {
        sink.packet(Packet {
            kind: PacketKind::Datagram,
            heard: datagram.heard,
            from: Some(datagram.from),
            bytes: datagram.bytes,
        });
        let before = self.decoder.counts();
        let decoded = self.decoder.decode(datagram, &mut self.frame);
        self.counters.take(before, self.decoder.counts());
        match decoded {
            Ok(whole) => {
                self.counters.packets.increment();
                let mut more = whole;
                while more {
                    let (frame, liveness) = (&mut self.frame, &mut self.liveness);
                    self.door.pass(frame, now, liveness, sink, &self.counters);
                    more = self.decoder.next(&mut self.frame);
                }
            }
            Err(error) => {
                self.counters.refuse(error.kind());
                self.complaints.tell(now, &error, sink);
            }
        }
    }

    pub(crate) fn release_due(&mut self, now: HostNs, sink: &mut dyn FrameSink) {
        let liveness = &mut self.liveness;
        self.door.release_due(now, liveness, sink, &self.counters);
    }
}

impl<D: DatagramDecoder> Intake for DatagramIntake<D> {
    fn take(
        &mut self,
        _path: usize,
        datagram: Datagram<'_>,
        now: HostNs,
        sink: &mut dyn FrameSink,
    ) {
        self.admit(Some(datagram), false, now, sink);
    }

    fn look(&mut self, now: HostNs, sink: &mut dyn FrameSink) {
        self.release_due(now, sink);
        self.tell(now, sink);
    }

    fn due(&self) -> Option<HostNs> {
        self.door.due()
    }

    fn poll_transmit(&mut self, _path: usize, now: HostNs, out: &mut Vec<u8>) -> bool {
        self.decoder.poll_transmit(now, out)
    }

    fn counters(&self) -> Arc<ReceiveCounters> {
        Arc::clone(&self.counters)
    }
}

/// Where several paths meet: the door that drops second copies and puts the rest in order.
pub(crate) struct MeetingPoint {
    pub(crate) counters: Arc<ReceiveCounters>,
    pub(crate) door: Door,
    liveness: Liveness,
    silent_after: cyc_model::Nanos,
}

impl MeetingPoint {
    pub(crate) fn new(config: &SourceConfig, numbering: Numbering, now: HostNs) -> Self {
        Self {
            counters: Arc::default(),
            door: Door::for_datagrams(config, numbering),
            liveness: Liveness::connected(config.silent_after, now),
            silent_after: config.silent_after,
        }
    }

    /// The paths begin.
    pub(crate) fn connected(&mut self, now: HostNs) {
        self.liveness = Liveness::connected(self.silent_after, now);
    }

    /// Takes a frame as a path brought it; it may be exchanged for another.
    pub(crate) fn pass(&mut self, frame: &mut MocapFrame, now: HostNs, sink: &mut dyn FrameSink) {
        self.counters.packets.increment();
        let liveness = &mut self.liveness;
        self.door.pass(frame, now, liveness, sink, &self.counters);
    }

    /// Gives out what has waited long enough, and tells silence.
    pub(crate) fn look(&mut self, now: HostNs, sink: &mut dyn FrameSink) {
        let liveness = &mut self.liveness;
        self.door.release_due(now, liveness, sink, &self.counters);
        self.liveness.look(now, sink);
    }
}

/// Frames that a path's datagram completes at once, at most.
const AT_ONCE: usize = 64;

/// A path's frames on their way to where the paths meet.
struct PathFrames(RingProducer<MocapFrame>);

impl FrameSink for PathFrames {
    fn frame(&mut self, frame: &MocapFrame) {
        // Emptied after every datagram; one that completes more frames than there is room for loses the oldest.
        let _ = self.0.push_with(|slot| slot.copy_from(frame));
    }

    fn event(&mut self, _: SourceEvent) {}
}

/// The intake of several paths.
pub(crate) struct PathsIntake {
    paths: Vec<Box<dyn Intake>>,
    meeting: MeetingPoint,
    sink: PathFrames,
    frames: RingConsumer<MocapFrame>,
    frame: MocapFrame,
}

impl PathsIntake {
    /// `None` without paths.
    pub(crate) fn new(
        paths: Vec<Box<dyn Intake>>,
        config: &SourceConfig,
        numbering: Numbering,
        now: HostNs,
    ) -> Option<Self> {
        let (sink, frames) = ring(AT_ONCE, OnFull::DropOldest, MocapFrame::default).ok()?;
        (!paths.is_empty()).then(|| Self {
            paths,
            meeting: MeetingPoint::new(config, numbering, now),
            sink: PathFrames(sink),
            frames,
            frame: MocapFrame::default(),
        })
    }

    fn meet(&mut self, now: HostNs, sink: &mut dyn FrameSink) {
        let frame = &mut self.frame;
        while self.frames.pop_with(|slot| frame.copy_from(slot)).is_some() {
            self.meeting.pass(frame, now, sink);
        }
    }
}

impl Intake for PathsIntake {
    fn take(&mut self, path: usize, datagram: Datagram<'_>, now: HostNs, sink: &mut dyn FrameSink) {
        if let Some(path) = self.paths.get_mut(path) {
            path.take(0, datagram, now, &mut self.sink);
        }
        self.meet(now, sink);
    }

    fn look(&mut self, now: HostNs, sink: &mut dyn FrameSink) {
        for path in &mut self.paths {
            path.look(now, &mut self.sink);
        }
        self.meet(now, sink);
        self.meeting.look(now, sink);
    }

    fn due(&self) -> Option<HostNs> {
        self.meeting.door.due()
    }

    fn poll_transmit(&mut self, path: usize, now: HostNs, out: &mut Vec<u8>) -> bool {
        let path = self.paths.get_mut(path);
        path.is_some_and(|path| path.poll_transmit(0, now, out))
    }

    fn counters(&self) -> Arc<ReceiveCounters> {
        Arc::clone(&self.meeting.counters)
    }
}

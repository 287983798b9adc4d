//! The program under test, from its sockets to the published stage: intakes, live queues, the solve thread's rule, the
//! core. Everything in it is the real thing but the sockets, the threads and the clock.

use super::plan::{Carriage, Plan};
use super::rig_motion::RigMotion;
use super::virtual_source::{CAMERA, PROP, performer_name, stage_from_source};
use super::watcher::Watcher;
use cyc_capture::{Datagram, FrameSink, Intake, SourceConfig, SourceEvent, SourceUrl, intake_of};
use cyc_character::{Character, NeutralFace};
use cyc_engine::bring_up::{JobSettings, performer_job};
use cyc_engine::core::{
    Core, CoreSetup, Event, PerformerSetup, SourceSetup, SourceTiming, TrackedSetup,
};
use cyc_model::{HostNs, MocapFrame, Nanos, PerformerIdx, SourceId, StageFrame, Xf};
use cyc_queue::{OnFull, RingConsumer, RingProducer, ring};
use cyc_solver::RetargetError;
use cyc_stage::LabelPolicy;
use std::net::SocketAddr;

/// Frames that the live queue of a source holds, as in the engine.
pub(super) const LIVE_FRAMES: usize = 8;
/// Time without a stage frame after which ticks renew the stage frame, as in the engine.
const TICK_AFTER: Nanos = Nanos::from_millis(12);
/// How soon the solve thread looks around when nothing wakes it, as in the engine.
pub(super) const IDLE: Nanos = Nanos::from_millis(4);
/// What a turn of the solve thread takes for each frame.
const TURN: Nanos = Nanos::from_micros(300);

/// A source's way into the program.
struct Way {
    intake: Box<dyn Intake>,
    live: RingProducer<MocapFrame>,
    live_out: RingConsumer<MocapFrame>,
    newest: MocapFrame,
    waiting: usize,
}

/// The running program.
pub(super) struct Process {
    ways: Vec<Way>,
    core: Core,
    out: StageFrame,
    published_at: HostNs,
}

/// Where a source's frames go: the live queue, as the engine's own sink does it.
struct LiveSink<'w> {
    source: usize,
    live: &'w mut RingProducer<MocapFrame>,
    waiting: &'w mut usize,
    watcher: &'w mut Watcher,
    came: bool,
}

impl FrameSink for LiveSink<'_> {
    fn frame(&mut self, frame: &MocapFrame) {
        self.watcher.heard(self.source, frame);
        let source = SourceId(self.source as u16);
        let pushed = self.live.push_with(|slot| {
            slot.copy_from(frame);
            slot.source = source;
        });
        *self.waiting += usize::from(pushed.is_stored());
        self.came = true;
    }

    fn event(&mut self, event: SourceEvent) {
        self.watcher.event(self.source, &event);
    }
}

impl Process {
    /// Starts it.
    pub fn start(plan: &Plan, motions: &[RigMotion], now: HostNs) -> Result<Self, RetargetError> {
        let mut ways = Vec::new();
        for (id, source) in plan.sources.iter().enumerate() {
            let scheme = match source.carriage {
                Carriage::NatNet => "natnet://127.0.0.1?timecode=30",
                Carriage::ViconOsc => "vicon-osc://",
                Carriage::ViconUdp => "vicon-udp://",
            };
            let url = vec![scheme; source.paths].join("|");
            let mut config = SourceConfig::new(SourceId(id as u16));
            config.declared_rate_hz = source.rate_hz;
            let intake = url.parse::<SourceUrl>().ok();
            let intake = intake.and_then(|url| intake_of(&url, &config, now));
            let queue = ring(LIVE_FRAMES, OnFull::DropOldest, MocapFrame::default).ok();
            let (Some(intake), Some((live, live_out))) = (intake, queue) else {
                continue;
            };
            ways.push(Way {
                intake,
                live,
                live_out,
                newest: MocapFrame::default(),
                waiting: 0,
            });
        }
        Ok(Self {
            ways,
            core: core(plan, motions)?,
            out: StageFrame::default(),
            published_at: now,
        })
    }

    /// A datagram arrives. Returns whether the solve thread is woken.
    pub fn receive(
        &mut self,
        (source, path): (usize, usize),
        bytes: &[u8],
        now: HostNs,
        watcher: &mut Watcher,
    ) -> bool {
        let Some(way) = self.ways.get_mut(source) else {
            return false;
        };
        let datagram = Datagram {
            bytes,
            from: SocketAddr::from(([127, 0, 0, 1], 1510)),
            heard: now,
        };
        let mut sink = LiveSink {
            source,
            live: &mut way.live,
            waiting: &mut way.waiting,
            watcher,
            came: false,
        };
        way.intake.take(path, datagram, now, &mut sink);
        sink.came
    }

    /// A source's thread looks around. Returns whether the solve thread is woken.
    pub fn look(&mut self, source: usize, now: HostNs, watcher: &mut Watcher) -> bool {
        let Some(way) = self.ways.get_mut(source) else {
            return false;
        };
        let mut sink = LiveSink {
            source,
            live: &mut way.live,
            waiting: &mut way.waiting,
            watcher,
            came: false,
        };
        way.intake.look(now, &mut sink);
        sink.came
    }

    /// When a source's thread has to look around by itself.
    pub fn due(&self, source: usize) -> Option<HostNs> {
        self.ways.get(source)?.intake.due()
    }

    /// What a path's server is to be asked now.
    pub fn ask(&mut self, (source, path): (usize, usize), now: HostNs) -> Option<Vec<u8>> {
        let mut request = Vec::new();
        let intake = &mut self.ways.get_mut(source)?.intake;
        intake
            .poll_transmit(path, now, &mut request)
            .then_some(request)
    }

    /// The solve thread's turn: the newest frame of every source, or a tick. Returns how long it takes.
    pub fn turn(&mut self, now: HostNs, watcher: &mut Watcher) -> Nanos {
        let mut took = Nanos::ZERO;
        for source in 0..self.ways.len() {
            let Some(way) = self.ways.get_mut(source) else {
                break;
            };
            let mut taken = 0;
            let newest = &mut way.newest;
            while way
                .live_out
                .pop_with(|slot| std::mem::swap(slot, newest))
                .is_some()
            {
                taken += 1;
            }
            way.waiting = 0;
            watcher.drained(source, taken, LIVE_FRAMES);
            if taken == 0 {
                continue;
            }
            let frame = std::mem::take(&mut way.newest);
            self.step(now + took, Event::Frame(&frame), watcher);
            if let Some(way) = self.ways.get_mut(source) {
                way.newest = frame;
            }
            took = took + TURN;
        }
        if now + took - self.published_at > TICK_AFTER {
            self.step(now + took, Event::Tick, watcher);
            self.published_at = now + took;
            took = took + TURN;
        }
        took
    }

    fn step(&mut self, now: HostNs, event: Event<'_>, watcher: &mut Watcher) {
        let frame = match &event {
            Event::Frame(frame) => Some(*frame),
            _ => None,
        };
        watcher.stepped(now, frame);
        let effects = self.core.step(now, event, &mut self.out);
        if effects.publish {
            watcher.published(now, &self.out);
            self.published_at = now;
        }
    }

    /// The newest stage frame.
    pub fn shown(&self) -> &StageFrame {
        &self.out
    }

    /// The moment of a performer's past that she is shown at.
    pub fn shown_for(&self, performer: usize) -> Option<HostNs> {
        self.core.shown_for(PerformerIdx(performer as u16))
    }

    /// Datagrams that were refused, or that a limit cut.
    pub fn refused(&self) -> u64 {
        let of = |way: &Way| {
            let counters = way.intake.counters();
            counters.rate_limited.get()
                + counters.oversized.get()
                + counters.errors_framing.get()
                + counters.errors_object.get()
                + counters.errors_subjects.get()
        };
        self.ways.iter().map(of).sum()
    }
}

fn core(plan: &Plan, motions: &[RigMotion]) -> Result<Core, RetargetError> {
    let mut performers = Vec::new();
    for (i, performer) in plan.performers.iter().enumerate() {
        let Some(motion) = motions.get(performer.motion) else {
            continue;
        };
        let rig = motion.rig();
        let job = performer_job(rig.clone(), &Character::default(), &JobSettings::default())?;
        performers.push(PerformerSetup {
            source: SourceId(0),
            subject: performer_name(i),
            job: Some(Box::new(job)),
            memory_frames: 1,
            labels: rig.markers().iter().map(|m| m.name.clone()).collect(),
            label_policy: LabelPolicy::Source,
            stage_from_performance: Xf::IDENTITY,
            face: None,
            face_track: None,
            face_rest: NeutralFace::default(),
        });
    }
    let source = |id: usize| SourceSetup {
        id: SourceId(id as u16),
        stage_from_source: stage_from_source(id),
        timing: SourceTiming::default(),
    };
    let tracked = |source: u16, subject: &str| TrackedSetup {
        source: SourceId(source),
        subject: subject.to_owned(),
    };
    Ok(Core::new(CoreSetup {
        sources: (0..plan.sources.len()).map(source).collect(),
        cameras: vec![tracked(1, CAMERA)],
        props: vec![tracked(0, PROP)],
        performers,
        labels: Vec::new(),
    }))
}

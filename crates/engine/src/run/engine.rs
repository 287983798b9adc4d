//! The engine: threads around the core, joined by queues.

use super::error::EngineError;
use super::event_log::EventLog;
use super::exchange::SourceInput;
use super::find::{self, Finder};
use super::heartbeat::{HeartReading, Heartbeat};
use super::lead_link::LeadLink;
use super::queues::NamedQueue;
use super::receive::SourceStatus;
use super::record::{NewTake, RecordReport, RecordSetup, RecordStatus, Recorder};
use super::record_feed::{RECORD_FRAMES, RecordIntake};
use super::solve::{MarkerFrames, Retired, SeatShape, SolveCounters, SolveOrder, SolveSeat};
use super::solve_desk::{SolveDesk, SolveLinks};
use super::source_thread::{SourceOutlets, SourceThread, source_queues};
use super::succession::{SpareCore, Succession, start_solver};
use super::watch::{self, WatchReport, Watched};
use crate::core::{ClaimTable, Continuity, Core, CoreSetup, Event, PerformerJob};
use crate::latency::LatencyBook;
use cyc_capture::{FrameSource, ReceiveCounters, now_host};
use cyc_character::NeutralFace;
use cyc_model::{HostNs, MocapFrame, PerformerIdx, SourceId, StageFrame};
use cyc_queue::{LatestReader, OnFull, RingConsumer, RingProducer, latest_value, ring};
use cyc_stage::{CAMERAS_MAX, SLOTS_MAX};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A source to be run.
pub struct RunSource {
    /// Its name, for the thread.
    pub name: String,
    /// Its number: its place in [`CoreSetup::sources`].
    pub id: SourceId,
    /// What its thread runs.
    pub source: Box<dyn FrameSource>,
}

/// Everything that the engine needs.
pub struct EngineSetup {
    /// Whether the take has everything from the first frame on.
    pub record_at_once: bool,
    /// The core.
    pub core: CoreSetup,
    /// The sources.
    pub sources: Vec<RunSource>,
    /// How many readers the stage frame has.
    pub readers: usize,
    /// A take that is created with the engine. It begins with [`Engine::set_recording`]; later ones come by
    /// [`Engine::begin_take`].
    pub record: Option<RecordSetup>,
}

/// Readers of the newest stage frame.
pub type EngineReaders = Vec<LatestReader<StageFrame>>;

/// How long an answer of the solve thread is waited for: many frames.
const ANSWER_WAIT: Duration = Duration::from_millis(500);
/// Room for every configuration that may come.
const SHAPE_MAX: SeatShape = SeatShape {
    cameras: CAMERAS_MAX,
    subjects: CAMERAS_MAX + 2 * SLOTS_MAX,
};
/// Commands under way.
const COMMANDS: usize = 4;

/// A running engine.
pub struct Engine {
    stop: Arc<AtomicBool>,
    sources: Vec<SourceThread>,
    /// Threads that were told to end.
    pub(super) leaving: Vec<JoinHandle<()>>,
    pub(super) desk: Arc<SolveDesk>,
    spare: SpareCore,
    /// Heartbeats of the threads that are there in every configuration.
    lasting: Vec<Arc<Heartbeat>>,
    /// Of all that are watched.
    beats: Watched,
    /// The watch's own.
    watch_beat: Arc<Heartbeat>,
    pub(super) recorder: Recorder,
    pub(super) recording: Arc<AtomicBool>,
    /// The configuration that was ordered last.
    pub(super) config: u32,
    watch: Option<JoinHandle<WatchReport>>,
    pub(super) finder: Option<Finder>,
    orders: RingProducer<Option<SolveOrder>>,
    retired: RingConsumer<Option<Retired>>,
    memory_asked: Arc<AtomicU32>,
    memories: RingConsumer<Option<(PerformerIdx, MarkerFrames)>>,
    face_rests: RingConsumer<Option<(PerformerIdx, NeutralFace)>>,
    /// Latency of each part of the way.
    pub latency: Arc<LatencyBook>,
    /// How far ahead is predicted, and how far off that was.
    pub lead: Arc<LeadLink>,
    /// What the solve thread counted.
    pub solve: Arc<SolveCounters>,
    /// Which subjects of the stage file another source claims: performers, then cameras, then props.
    pub claims: Arc<ClaimTable>,
    /// How each source is doing, in order.
    pub status: Vec<Arc<SourceStatus>>,
    /// What each source's receiver counts, in order.
    pub received: Vec<Arc<ReceiveCounters>>,
    /// A frame of each source every 33 ms or so, for people to look at; in order. To be taken by whoever shows them.
    pub shown: Vec<LatestReader<MocapFrame>>,
    real_time: Arc<AtomicBool>,
    /// The queues that are there in every configuration.
    queues: Vec<NamedQueue>,
}

type AllQueues = (
    Vec<SourceOutlets>,
    Vec<Option<SourceInput>>,
    Vec<RecordIntake>,
);

/// The queues of every source: where it puts its frames, where the solver takes them, where the recording does.
fn all_queues(
    sources: &[RunSource],
    recording: &Arc<AtomicBool>,
) -> Result<AllQueues, EngineError> {
    let mut queues = AllQueues::default();
    for source in sources {
        let (outlets, intakes) = source_queues(source.id, recording)?;
        queues.0.push(outlets);
        queues
            .1
            .push(Some(SourceInput::new(intakes.live, intakes.status)));
        queues.2.push(intakes.record);
    }
    Ok(queues)
}

impl Engine {
    /// Starts all threads.
    pub fn start(mut setup: EngineSetup) -> Result<(Self, EngineReaders), EngineError> {
        // One more reader than asked for: who succeeds a solve thread that hangs begins with what was shown last.
        let (out, mut readers) = latest_value(setup.readers.max(1) + 1, StageFrame::default)?;
        let (mut orders, orders_in) = ring(COMMANDS, OnFull::DropNewest, || None)?;
        let (retired_out, retired) = ring(COMMANDS, OnFull::DropOldest, || None)?;
        let (memories_out, memories) = ring(COMMANDS, OnFull::DropOldest, || None)?;
        let (rests_out, face_rests) = ring(COMMANDS, OnFull::DropOldest, || None)?;
        let stop = Arc::new(AtomicBool::new(false));
        let from_start = setup.record_at_once && setup.record.is_some();
        let recording = Arc::new(AtomicBool::new(from_start));
        let (outlets, live, intakes) = all_queues(&setup.sources, &recording)?;
        let (mut keep, kept) = ring(RECORD_FRAMES, OnFull::DropNewest, StageFrame::default)?;
        // What cannot be created is said before anything runs.
        let take = setup.record.as_ref().map(NewTake::create).transpose()?;
        let recorder = Recorder::start(intakes, kept, recording.clone(), stop.clone())?;
        if let Some(take) = take {
            recorder.begin(take);
        }
        let (finder, finder_link) = find::start(&mut setup.core)?.unzip();
        let core = Core::new(setup.core);
        let lasting = [("record_stage", keep.gauge()), ("orders", orders.gauge())];
        let queues = lasting.map(|(name, gauge)| NamedQueue::new(name, "", gauge));
        let desk = Arc::new(SolveDesk::new(SolveLinks {
            live,
            out,
            record: keep,
            orders: orders_in,
            retired: retired_out,
            memories: memories_out,
            face_rests: rests_out,
            finder: finder_link,
        }));
        let seat = SolveSeat::new(desk.clone(), recording.clone(), stop.clone(), SHAPE_MAX);
        let lasting = vec![seat.heartbeat.clone(), recorder.heartbeat.clone()];
        let mut beats = lasting.clone();
        beats.extend(finder.as_ref().map(|f| f.heartbeat.clone()));
        let mut engine = Self {
            stop,
            sources: Vec::new(),
            leaving: Vec::new(),
            desk,
            spare: Arc::new(Mutex::new(core.clone())),
            lasting,
            beats: Arc::new(Mutex::new(beats)),
            watch_beat: watch::own_heartbeat(),
            recorder,
            recording,
            config: 0,
            watch: None,
            finder,
            orders,
            retired,
            memory_asked: seat.memory_asked.clone(),
            memories,
            face_rests,
            latency: seat.latency.clone(),
            lead: seat.lead.clone(),
            solve: seat.counters.clone(),
            claims: seat.claims.clone(),
            status: Vec::new(),
            received: Vec::new(),
            shown: Vec::new(),
            real_time: Arc::default(),
            queues: queues.into(),
        };
        for (source, outlets) in setup.sources.into_iter().zip(outlets) {
            engine.start_source(source, outlets)?;
        }
        let last = readers.pop().ok_or(EngineError::RecorderBusy)?;
        engine.start_solving(core, seat, last)?;
        Ok((engine, readers))
    }

    /// Starts the solve thread, and the watch that gives it a successor should it hang.
    fn start_solving(
        &mut self,
        core: Core,
        seat: SolveSeat,
        last: LatestReader<StageFrame>,
    ) -> Result<(), EngineError> {
        let real_time = &self.real_time;
        let solver = start_solver(seat.clone(), 0, move || core, real_time.clone());
        let succession = Succession {
            threads: vec![solver.map_err(|e| EngineError::thread("solve", &e))?],
            spare: self.spare.clone(),
            real_time: real_time.clone(),
            last,
            seat: seat.clone(),
        };
        let (own, watched) = (self.watch_beat.clone(), self.beats.clone());
        let solver = (seat.heartbeat, succession);
        let watching = watch::start(watched, solver, own, self.stop.clone());
        self.watch = Some(watching.map_err(|e| EngineError::thread("watch", &e))?);
        Ok(())
    }

    fn start_source(
        &mut self,
        source: RunSource,
        outlets: SourceOutlets,
    ) -> Result<(), EngineError> {
        let (thread, shown) = SourceThread::begin(source, outlets, self.desk.clone())?;
        self.status.push(thread.status.clone());
        self.received.push(thread.received.clone());
        self.beats().push(thread.heartbeat.clone());
        self.shown.push(shown);
        self.sources.push(thread);
        Ok(())
    }

    fn beats(&self) -> MutexGuard<'_, Vec<Arc<Heartbeat>>> {
        self.beats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sources of the next configuration: those that go on, and new ones between them.
    pub(super) fn replace_sources(&mut self, kept: &[Option<usize>], new: Vec<SourceThread>) {
        let mut new = new.into_iter();
        let before = std::mem::take(&mut self.sources).into_iter();
        let mut before: Vec<_> = before.map(Some).collect();
        for old in kept {
            let goes_on = old.and_then(|old| before.get_mut(old)?.take());
            self.sources.extend(goes_on.or_else(|| new.next()));
        }
        let leaving = before.into_iter().flatten().map(SourceThread::leave);
        self.leaving.extend(leaving);
        let sources = &self.sources;
        self.status = sources.iter().map(|s| s.status.clone()).collect();
        self.received = sources.iter().map(|s| s.received.clone()).collect();
        let finder = self.finder.as_ref().map(|f| f.heartbeat.clone());
        let sources = sources.iter().map(|s| s.heartbeat.clone());
        let beats = self.lasting.iter().cloned().chain(finder).chain(sources);
        *self.beats() = beats.collect();
    }

    /// Whoever succeeds a solve thread that hangs begins with the next configuration from now on.
    pub(super) fn renew_spare(&self, mut next: Core, what: &Continuity) {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        next.continue_from(&mut spare, what);
        *spare = next;
    }

    /// Tells the solve thread; false when too much waits there.
    pub(super) fn order(&mut self, order: SolveOrder) -> bool {
        let pushed = self.orders.push_with(|slot| *slot = Some(order));
        pushed.is_stored()
    }

    /// Begins or pauses the recording. Frames heard while it is paused are not in the take.
    pub fn set_recording(&self, on: bool) {
        self.recorder.set(on);
    }

    /// Whether frames go into a take now.
    pub fn is_recording(&self) -> bool {
        self.recorder.is_on()
    }

    /// Begins a take: it has everything that is heard from now on. A take that still rolls is ended first. Waits for the
    /// file's creation, so it is not for a thread that carries frames.
    pub fn begin_take(&self, setup: &RecordSetup) -> Result<(), EngineError> {
        let take = NewTake::create(setup)?;
        if !self.recorder.begin(take) {
            return Err(EngineError::RecorderBusy);
        }
        self.recorder.set(true);
        Ok(())
    }

    /// Ends the take; when it is sealed, [`Self::ended_take`] tells what is in it. False when too many orders wait.
    pub fn end_take(&self) -> bool {
        self.recorder.end()
    }

    /// A take that has ended, each once, oldest first.
    pub fn ended_take(&self) -> Option<RecordReport> {
        self.recorder.ended()
    }

    /// Where the stage says what is worth knowing beside the frames: it is in the take that rolls.
    pub fn events(&self) -> &EventLog {
        &self.recorder.events
    }

    /// How the recording is doing.
    pub fn record_status(&self) -> &Arc<RecordStatus> {
        &self.recorder.status
    }

    /// Whether the solve thread runs with real-time priority.
    pub fn is_real_time(&self) -> bool {
        self.real_time.load(Ordering::Relaxed)
    }

    /// The markers that are remembered of a performer, oldest first. Waits up to half a second for the solve thread.
    pub fn marker_memory(&mut self, performer: PerformerIdx) -> Option<MarkerFrames> {
        self.memory_asked
            .store(u32::from(performer.0), Ordering::Relaxed);
        let until = Instant::now() + ANSWER_WAIT;
        while Instant::now() < until {
            let mut got = None;
            if self.memories.pop_with(|slot| got = slot.take()).is_some()
                && let Some((whose, frames)) = got
                && whose == performer
            {
                return Some(frames);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        None
    }

    /// Solves a performer with another job from the next frame on. False when too many commands are under way.
    pub fn use_job(&mut self, performer: PerformerIdx, job: PerformerJob) -> bool {
        self.drop_retired();
        if let (Some(finder), Some(subject)) = (&mut self.finder, job.label_subject())
            && !finder.use_subject(performer, subject)
        {
            return false;
        }
        let kept = Box::new(job.clone());
        let is_stored = self.order(SolveOrder::Job(performer, Box::new(job)));
        if is_stored {
            self.step_spare(Event::Job(performer, kept));
        }
        is_stored
    }

    /// Takes what a performer's face did in the last second for its rest, and says how that is: whoever keeps it can give it
    /// to the next engine ([`PerformerSetup::face_rest`](crate::core::PerformerSetup::face_rest)). Waits up to half a second
    /// for the solve thread; `None` when it does not answer.
    pub fn rest_face(&mut self, performer: PerformerIdx) -> Option<NeutralFace> {
        self.drop_retired();
        // An answer that came too late is nobody's any more.
        while self.face_rests.pop_with(|slot| *slot = None).is_some() {}
        if !self.order(SolveOrder::RestFace(performer)) {
            return None;
        }
        self.desk.wake();
        let until = Instant::now() + ANSWER_WAIT;
        while Instant::now() < until {
            let mut got = None;
            let _ = self.face_rests.pop_with(|slot| got = slot.take());
            if let Some((_, neutral)) = got.filter(|(whose, _)| *whose == performer) {
                self.step_spare(Event::FaceRest(performer, neutral));
                return Some(neutral);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        None
    }

    /// Tells the core that a successor of the solve thread would begin with.
    fn step_spare(&self, event: Event<'_>) {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        spare.step(HostNs(0), event, &mut StageFrame::default());
    }

    /// The queues between its threads, those of each source in their order. Readers of stage frames have theirs themselves.
    pub fn queues(&self) -> impl Iterator<Item = &NamedQueue> {
        let finder = self.finder.iter().flat_map(|finder| &finder.queues);
        let sources = self.sources.iter().flat_map(|source| &source.queues);
        sources.chain(finder).chain(&self.queues)
    }

    /// Every thread's sign of life.
    pub fn hearts(&self) -> Vec<HeartReading> {
        let now = now_host();
        let own = std::iter::once(self.watch_beat.read(now));
        let others: Vec<_> = self.beats().iter().map(|heart| heart.read(now)).collect();
        others.into_iter().chain(own).collect()
    }

    /// The solve thread hangs with the next frame, until [`Self::end_rehearsed_hang`]: a rehearsal of what happens then.
    pub fn rehearse_hang(&self) {
        self.desk.hang_next();
    }

    /// The recording panics with the next frame: a rehearsal of what happens then.
    pub fn rehearse_recording_panic(&self) {
        self.recorder.rehearsal.store(true, Ordering::Relaxed);
    }

    /// A thread that hangs in a rehearsal goes on.
    pub fn end_rehearsed_hang(&self) {
        self.desk.release();
    }

    /// Drops what the solve thread does not use any more.
    pub(super) fn drop_retired(&mut self) {
        while self.retired.pop_with(|slot| drop(slot.take())).is_some() {}
    }

    /// Stops all threads: sources first, then the solver, then the recording, which keeps what was still on its way.
    /// What the last take has in it comes back, unless it was told already.
    pub fn stop(mut self) -> (Option<RecordReport>, WatchReport) {
        self.sources.iter().for_each(SourceThread::stop);
        self.sources.drain(..).for_each(SourceThread::join);
        self.stop.store(true, Ordering::Release);
        // The watch ends with the solve thread.
        let watched = self.watch.take().and_then(|w| w.join().ok());
        if let Some(finder) = self.finder.take() {
            finder.join();
        }
        let recorded = self.recorder.join().pop();
        (recorded, watched.unwrap_or_default())
    }
}

//! The engine: threads around the core, joined by queues.

use super::error::EngineError;
use super::event_log::EventLog;
use super::find::{self, Finder};
use super::heartbeat::{HeartReading, Heartbeat, Patience};
use super::lead_link::LeadLink;
use super::receive::{EngineSink, Rhythm, SourceStatus};
use super::record::{NewTake, RecordReport, RecordSetup, RecordStatus, Recorder};
use super::record_feed::{RECORD_FRAMES, RecordFeed, RecordIntake, record_feed};
use super::solve::{MarkerFrames, SeatShape, SolveCounters, SolveSeat};
use super::solve_desk::{SolveDesk, SolveLinks};
use super::succession::{SpareCore, Succession, start_solver};
use super::threads::{Granted, Intent, spawn};
use super::watch::{self, WatchReport};
use crate::core::{ClaimTable, Core, CoreSetup, Event, PerformerJob};
use crate::latency::LatencyBook;
use cyc_capture::{FrameSource, ReceiveCounters, StopFlag, now_host};
use cyc_model::{HostNs, MocapFrame, PerformerIdx, SourceId, StageFrame};
use cyc_queue::{
    LatestReader, OnFull, RingConsumer, RingProducer, latest_value, latest_value_array, ring,
};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
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

/// Frames that the live queue of a source holds: the newest wins, so a handful that cover one late wake-up.
const LIVE_FRAMES: usize = 8;
/// Commands under way.
const COMMANDS: usize = 4;

/// A running engine.
pub struct Engine {
    stop: Arc<AtomicBool>,
    stop_sources: StopFlag,
    sources: Vec<JoinHandle<Granted>>,
    desk: Arc<SolveDesk>,
    spare: SpareCore,
    hearts: Vec<Arc<Heartbeat>>,
    recorder: Recorder,
    watch: Option<JoinHandle<WatchReport>>,
    finder: Option<Finder>,
    jobs: RingProducer<Option<(PerformerIdx, Box<PerformerJob>)>>,
    retired: RingConsumer<Option<Box<PerformerJob>>>,
    memory_asked: Arc<AtomicU32>,
    memories: RingConsumer<Option<(PerformerIdx, MarkerFrames)>>,
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
}

/// The queues between the sources and those who take from them, in the sources' order.
#[derive(Default)]
struct SourceQueues {
    /// Where a source puts its frames: for the solver, and for the recording.
    inputs: Vec<(RingProducer<MocapFrame>, RecordFeed)>,
    /// Where the solver takes them.
    live: Vec<RingConsumer<MocapFrame>>,
    /// Where the recording takes them.
    kept: Vec<RecordIntake>,
}

impl SourceQueues {
    fn make(sources: &[RunSource], recording: &Arc<AtomicBool>) -> Result<Self, EngineError> {
        let mut queues = Self::default();
        for source in sources {
            let (live, live_out) = ring(LIVE_FRAMES, OnFull::DropOldest, MocapFrame::default)?;
            queues.live.push(live_out);
            let (keep, kept) = record_feed(source.id, Arc::clone(recording))?;
            queues.kept.push(kept);
            queues.inputs.push((live, keep));
        }
        Ok(queues)
    }
}

impl Engine {
    /// Starts all threads.
    pub fn start(mut setup: EngineSetup) -> Result<(Self, EngineReaders), EngineError> {
        // One more reader than asked for: who succeeds a solve thread that hangs begins with what was shown last.
        let (out, mut readers) = latest_value(setup.readers.max(1) + 1, StageFrame::default)?;
        let (jobs, jobs_in) = ring(COMMANDS, OnFull::DropNewest, || None)?;
        let (retired_out, retired) = ring(COMMANDS, OnFull::DropOldest, || None)?;
        let (memories_out, memories) = ring(COMMANDS, OnFull::DropOldest, || None)?;
        let stop = Arc::new(AtomicBool::new(false));
        let from_start = setup.record_at_once && setup.record.is_some();
        let recording = Arc::new(AtomicBool::new(from_start));
        let queues = SourceQueues::make(&setup.sources, &recording)?;
        let (keep, kept) = ring(RECORD_FRAMES, OnFull::DropNewest, StageFrame::default)?;
        // What cannot be created is said before anything runs.
        let take = setup.record.as_ref().map(NewTake::create).transpose()?;
        let recorder = Recorder::start(queues.kept, kept, recording.clone(), stop.clone())?;
        if let Some(take) = take {
            recorder.begin(take);
        }
        let (finder, finder_link) = find::start(&mut setup.core, stop.clone())?.unzip();
        let shape = SeatShape {
            sources: setup.sources.len(),
            cameras: setup.core.cameras.len(),
            subjects: setup.core.claims().all().count(),
        };
        let core = Core::new(setup.core);
        let desk = Arc::new(SolveDesk::new(SolveLinks {
            live: queues.live,
            out,
            record: keep,
            jobs: jobs_in,
            retired: retired_out,
            memories: memories_out,
            finder: finder_link,
        }));
        let seat = SolveSeat::new(desk.clone(), recording, stop.clone(), shape);
        let mut hearts = vec![seat.heartbeat.clone(), recorder.heartbeat.clone()];
        hearts.extend(finder.as_ref().map(|f| f.heartbeat.clone()));
        let mut engine = Self {
            stop,
            stop_sources: StopFlag::default(),
            sources: Vec::new(),
            desk,
            spare: Arc::new(Mutex::new(core.clone())),
            hearts,
            recorder,
            watch: None,
            finder,
            jobs,
            retired,
            memory_asked: seat.memory_asked.clone(),
            memories,
            latency: seat.latency.clone(),
            lead: seat.lead.clone(),
            solve: seat.counters.clone(),
            claims: seat.claims.clone(),
            status: Vec::new(),
            received: Vec::new(),
            shown: Vec::new(),
            real_time: Arc::default(),
        };
        for (source, (live, record)) in setup.sources.into_iter().zip(queues.inputs) {
            engine.start_source(source, live, record)?;
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
        let own = watch::own_heartbeat();
        let watched = self.hearts.clone();
        self.hearts.push(own.clone());
        let solver = (seat.heartbeat, succession);
        let watching = watch::start(watched, solver, own, self.stop.clone());
        self.watch = Some(watching.map_err(|e| EngineError::thread("watch", &e))?);
        Ok(())
    }

    fn start_source(
        &mut self,
        mut source: RunSource,
        live: RingProducer<MocapFrame>,
        record: RecordFeed,
    ) -> Result<(), EngineError> {
        let name = format!("rx-{}", source.name);
        let status = Arc::new(SourceStatus::default());
        let heartbeat = Heartbeat::new(&name, Patience::LISTENING);
        self.hearts.push(heartbeat.clone());
        self.status.push(status.clone());
        self.received.push(source.source.counters());
        let (newest, [shown]) = latest_value_array::<_, 1>(MocapFrame::default);
        self.shown.push(shown);
        let mut sink = EngineSink {
            source: source.id,
            live,
            record,
            newest,
            newest_at: HostNs(0),
            rhythm: Rhythm::default(),
            desk: self.desk.clone(),
            status,
            heartbeat,
            last_number: None,
        };
        let stop = self.stop_sources.clone();
        let handle = spawn(&name, Intent::RealTime, move |granted| {
            source.source.run(&mut sink, &stop);
            granted
        })
        .map_err(|e| EngineError::thread(&name, &e))?;
        self.sources.push(handle);
        Ok(())
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
        let until = Instant::now() + Duration::from_millis(500);
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
        let pushed = self
            .jobs
            .push_with(|slot| *slot = Some((performer, Box::new(job))));
        if pushed.is_stored() {
            let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
            let none = &mut StageFrame::default();
            spare.step(HostNs(0), Event::Job(performer, kept), none);
        }
        pushed.is_stored()
    }

    /// Every thread's sign of life.
    pub fn hearts(&self) -> Vec<HeartReading> {
        let now = now_host();
        self.hearts.iter().map(|heart| heart.read(now)).collect()
    }

    /// The solve thread hangs with the next frame, until [`Self::end_rehearsed_hang`]: a rehearsal of what happens then.
    pub fn rehearse_hang(&self) {
        self.desk.hang_next();
    }

    /// A thread that hangs in a rehearsal goes on.
    pub fn end_rehearsed_hang(&self) {
        self.desk.release();
    }

    fn drop_retired(&mut self) {
        while self.retired.pop_with(|slot| drop(slot.take())).is_some() {}
    }

    /// Stops all threads: sources first, then the solver, then the recording, which keeps what was still on its way.
    /// What the last take has in it comes back, unless it was told already.
    pub fn stop(mut self) -> (Option<RecordReport>, WatchReport) {
        self.stop_sources.raise();
        for source in self.sources.drain(..) {
            // A source that panicked has already been counted as silent; the others are still stopped.
            let _ = source.join();
        }
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

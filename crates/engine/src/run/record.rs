//! The record thread: drains the lossless queues into one take after another.
//!
//! The queues are filled only while a take rolls. A take that ends still gets everything that was on its way when it was
//! told to; what a slow source pushed after that belongs to no take and is thrown away before the next one begins. A take
//! is sealed on a thread of its own, since a slow disk may take its time, and the next one may have begun.

use super::error::EngineError;
use super::event_log::EventLog;
use super::heartbeat::{Heartbeat, Patience};
use super::record_feed::RecordIntake;
use super::recording::{Recording, Rehearsal};
use super::threads::{Intent, ask_for, spawn};
use cyc_capture::now_host;
use cyc_model::{HostNs, SourceId, StageFrame};
use cyc_queue::RingConsumer;
use cyc_take::{RecorderOptions, RecorderStatus, TakeConfig, TakeError, TakeEvent, TakeRecorder};
use cyc_telemetry::Counter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// What is recorded, and where.
#[derive(Clone, Debug)]
pub struct RecordSetup {
    /// The take's file.
    pub path: PathBuf,
    /// What the take says about itself, with the files that the stage runs with.
    pub config: TakeConfig,
    /// Whether a finished take is replaced, and how much room there must be.
    pub options: RecorderOptions,
    /// Whether what is solved is recorded beside what is heard.
    pub stage_frames: bool,
    /// Whether packets are recorded as they were received, so that the take can be decoded anew.
    pub packets: bool,
}

impl RecordSetup {
    /// Everything is recorded, into a file that is not there yet.
    pub fn new(path: PathBuf, config: TakeConfig) -> Self {
        Self {
            path,
            config,
            options: RecorderOptions::default(),
            stage_frames: true,
            packets: true,
        }
    }

    /// Creates a file for it, whose threads are those of a recording.
    pub(super) fn begin(&self, path: &Path) -> Result<TakeRecorder, TakeError> {
        let options = RecorderOptions {
            // What it was given matters less than that it was asked for; `cyc doctor` tells what there is.
            begin_thread: || {
                let _ = ask_for(Intent::Recording);
            },
            ..self.options.clone()
        };
        TakeRecorder::create(path, &self.config, &options)
    }
}

/// What was recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordReport {
    /// Capture frames written.
    pub mocap_frames: u64,
    /// Stage frames written.
    pub stage_frames: u64,
    /// Packets written.
    pub packets: u64,
    /// What was left out; the take has gap records of it.
    pub left_out: u64,
    /// Where the sealed take lies; `None` when it failed.
    pub sealed: Option<PathBuf>,
    /// Sealed files of the take before that one: it went on in another one after a fault of the program.
    pub earlier: Vec<PathBuf>,
    /// Whether it was sealed early because the disk was full.
    pub disk_was_full: bool,
    /// Why the recording ended early, if it did.
    pub failed: Option<String>,
}

/// How the recording is doing; written by its thread, read by anyone.
#[derive(Debug, Default)]
pub struct RecordStatus {
    /// Capture frames written, of all takes.
    pub mocap_frames: Counter,
    /// Takes that ended because they could not be written.
    pub failed: Counter,
    reason: Mutex<Option<String>>,
    take: Mutex<Option<Arc<RecorderStatus>>>,
}

impl RecordStatus {
    /// Why the newest take that could not be written ended.
    pub fn why_failed(&self) -> Option<String> {
        let reason = self.reason.lock();
        reason.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_take(&self, take: Arc<RecorderStatus>) {
        let mut newest = self.take.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = Some(take);
    }

    pub(super) fn set_reason(&self, reason: Option<String>) {
        *self.reason.lock().unwrap_or_else(PoisonError::into_inner) = reason;
    }

    /// How the newest take is doing: its disk, its room, what is left out.
    pub fn take(&self) -> Option<Arc<RecorderStatus>> {
        let take = self.take.lock().unwrap_or_else(PoisonError::into_inner);
        take.clone()
    }
}

/// Longest nap of the thread; the queues hold seconds.
const NAP: Duration = Duration::from_millis(5);
/// Orders on their way: one take ends, the next begins.
const ORDERS: usize = 4;

/// A take that is to be recorded.
pub struct NewTake {
    pub(super) recorder: TakeRecorder,
    pub(super) setup: RecordSetup,
}

impl NewTake {
    /// Creates its file.
    pub fn create(setup: &RecordSetup) -> Result<Self, EngineError> {
        Ok(Self {
            recorder: setup.begin(&setup.path)?,
            setup: setup.clone(),
        })
    }
}

enum Order {
    Begin(Box<NewTake>),
    End,
    Exchange(Vec<NextIntake>),
}

/// Where the recording takes a source's frames in the next configuration.
pub enum NextIntake {
    /// As from the one that stands at this place now.
    Kept(usize),
    /// From a new one.
    New(Box<RecordIntake>),
}

/// The side of the recording that the engine holds.
pub struct Recorder {
    orders: SyncSender<Order>,
    ended: Receiver<RecordReport>,
    recording: Arc<AtomicBool>,
    /// How it is doing.
    pub status: Arc<RecordStatus>,
    /// What the stage says goes in here.
    pub events: EventLog,
    /// The thread's sign of life.
    pub heartbeat: Arc<Heartbeat>,
    /// Whether the recording panics with the next frame.
    pub rehearsal: Rehearsal,
    thread: JoinHandle<()>,
}

impl Recorder {
    /// Starts the thread, without a take. Sources and solver push while `recording` is true.
    pub fn start(
        intakes: Vec<RecordIntake>,
        stage: RingConsumer<StageFrame>,
        recording: Arc<AtomicBool>,
        stop: Arc<AtomicBool>,
    ) -> Result<Self, EngineError> {
        let (orders, ordered) = sync_channel(ORDERS);
        // A report that nobody fetched must not hold up the next take.
        let (reports, ended) = sync_channel(2 * ORDERS);
        let status = Arc::<RecordStatus>::default();
        let (events, said) = EventLog::new();
        let heartbeat = Heartbeat::new("record", Patience::RECORDING);
        let rehearsal = Rehearsal::default();
        let thread = RecordThread {
            heartbeat: Arc::clone(&heartbeat),
            rehearsal: Arc::clone(&rehearsal),
            intakes,
            stage,
            said,
            recording: Arc::clone(&recording),
            stop,
            orders: ordered,
            reports,
            status: Arc::clone(&status),
            take: None,
            sealing: Vec::new(),
        };
        let run = move |_| thread.run();
        let thread = spawn("record", Intent::Recording, run);
        Ok(Self {
            orders,
            ended,
            recording,
            status,
            events,
            heartbeat,
            rehearsal,
            thread: thread.map_err(|e| EngineError::thread("record", &e))?,
        })
    }

    /// Hands a take over. It has the frames from [`Self::set`] on.
    pub fn begin(&self, take: NewTake) -> bool {
        let seen = Arc::clone(take.recorder.status());
        let is_begun = self.orders.try_send(Order::Begin(Box::new(take))).is_ok();
        if is_begun {
            self.status.set_take(seen);
        }
        is_begun
    }

    /// Begins or pauses the recording of the take.
    pub fn set(&self, on: bool) {
        self.recording.store(on, Ordering::Release);
    }

    /// Whether frames go into a take.
    pub fn is_on(&self) -> bool {
        self.recording.load(Ordering::Acquire)
    }

    /// Ends the take; its report comes out of [`Self::ended`].
    pub fn end(&self) -> bool {
        self.orders.try_send(Order::End).is_ok()
    }

    /// Takes from these sources from now on. Not to be ordered while a take rolls. Waits for a few milliseconds while other
    /// orders are on their way.
    pub fn exchange(&self, next: Vec<NextIntake>) {
        // A thread that panicked records nothing any more, from whatever source.
        let _ = self.orders.send(Order::Exchange(next));
    }

    /// The report of a take that has ended, each once, oldest first.
    pub fn ended(&self) -> Option<RecordReport> {
        self.ended.try_recv().ok()
    }

    /// Waits for the thread, after the stop flag; the reports of what had not been fetched, oldest first.
    pub fn join(self) -> Vec<RecordReport> {
        drop(self.orders);
        // A thread that panicked has left its file as a part, which can be recovered.
        let _ = self.thread.join();
        self.ended.try_iter().collect()
    }
}

struct RecordThread {
    intakes: Vec<RecordIntake>,
    stage: RingConsumer<StageFrame>,
    said: Receiver<TakeEvent>,
    recording: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    orders: Receiver<Order>,
    reports: SyncSender<RecordReport>,
    status: Arc<RecordStatus>,
    take: Option<Recording>,
    sealing: Vec<JoinHandle<()>>,
    heartbeat: Arc<Heartbeat>,
    rehearsal: Rehearsal,
}

impl RecordThread {
    /// What panics in a take is dealt with there; should anything else, the thread goes round anew with all it has.
    fn run(mut self) {
        while catch_unwind(AssertUnwindSafe(|| self.rounds())).is_err() {
            self.heartbeat.note_panic();
            std::thread::sleep(NAP);
        }
        for sealing in self.sealing {
            // One that panicked has left its file as a part.
            let _ = sealing.join();
        }
    }

    fn rounds(&mut self) {
        loop {
            self.heartbeat.beat(now_host());
            // Both are read before draining: what was pushed before either is still written.
            let last_round = self.stop.load(Ordering::Acquire);
            let mut order = self.orders.try_recv().ok();
            if let Some(Order::Exchange(next)) = order {
                self.drain(false);
                self.exchange(next);
                continue;
            }
            if let Some(Order::Begin(take)) = order.take_if(|o| matches!(o, Order::Begin(_))) {
                // The take before gets what came until now; the flag is already the new one's.
                self.drain(true);
                self.seal();
                self.status.set_reason(None);
                let to = (Arc::clone(&self.status), Arc::clone(&self.heartbeat));
                self.take = Some(Recording::new(*take, to, Arc::clone(&self.rehearsal)));
                continue;
            }
            let wanted = self.recording.load(Ordering::Acquire);
            let any = self.drain(wanted);
            if order.is_some() || last_round {
                self.recording.store(false, Ordering::Release);
                // What was pushed between the two belongs to this take as well.
                self.drain(wanted);
                self.seal();
            }
            if last_round {
                return;
            }
            if !any {
                std::thread::sleep(NAP);
            }
        }
    }

    /// Everything that waits goes into the take. While none has come but frames do, its order is about to arrive.
    fn drain(&mut self, wanted: bool) -> bool {
        if wanted && self.take.is_none() {
            return false;
        }
        let mut take = self.take.as_mut().filter(|_| wanted);
        let mut any = false;
        for intake in &mut self.intakes {
            any |= drain_source(intake, take.as_deref_mut());
        }
        let mut write = |frame: &mut StageFrame| {
            if let Some(take) = &mut take {
                take.stage(frame);
            }
        };
        while self.stage.pop_with(&mut write).is_some() {
            any = true;
        }
        while let Ok(event) = self.said.try_recv() {
            if let Some(take) = &mut take {
                take.event(&event);
            }
        }
        if let (Some(take), false) = (&mut self.take, any) {
            take.rest(now_host());
        }
        any
    }

    /// Sources that go on keep their queues, whatever their number is now.
    fn exchange(&mut self, next: Vec<NextIntake>) {
        let before = std::mem::take(&mut self.intakes).into_iter();
        let mut before: Vec<_> = before.map(Some).collect();
        for (place, next) in next.into_iter().enumerate() {
            let intake = match next {
                NextIntake::Kept(old) => before.get_mut(old).and_then(Option::take),
                NextIntake::New(intake) => Some(*intake),
            };
            self.intakes.extend(intake.map(|mut intake| {
                intake.source = SourceId(place as u16);
                intake
            }));
        }
    }

    fn seal(&mut self) {
        let Some(take) = self.take.take() else {
            return;
        };
        self.sealing.retain(|sealing| !sealing.is_finished());
        let reports = self.reports.clone();
        let seal = move |_| {
            let report = take.finish();
            let _ = reports.try_send(report);
        };
        match spawn("take-seal", Intent::Normal, seal) {
            Ok(sealing) => self.sealing.push(sealing),
            // Without a thread the take went with the closure: its part stays, and can be recovered.
            Err(_) => self.status.failed.increment(),
        }
    }
}

/// A source's frames and packets, and what of them was lost on the way.
fn drain_source(intake: &mut RecordIntake, mut take: Option<&mut Recording>) -> bool {
    let mut span: Option<[HostNs; 2]> = None;
    let (mut any, source) = (false, intake.source);
    let mut write = |frame: &mut cyc_model::MocapFrame| {
        frame.source = source;
        let first = span.map_or(frame.heard, |[first, _]| first);
        span = Some([first, frame.heard]);
        if let Some(take) = &mut take {
            take.mocap(frame);
        }
    };
    while intake.frames.pop_with(&mut write).is_some() {
        any = true;
    }
    let mut write = |packet: &mut cyc_take::RawPacket| {
        let first = span.map_or(packet.heard, |[first, _]| first);
        span = Some([first, packet.heard]);
        if let Some(take) = &mut take {
            take.packet(source, packet);
        }
    };
    while intake.packets.pop_with(&mut write).is_some() {
        any = true;
    }
    // A ring that overflowed was full, so there is a span.
    let [from, to] = span.unwrap_or_default();
    let gaps = intake.gaps(from, to);
    if let Some(take) = take {
        for gap in gaps.into_iter().flatten() {
            take.lost(gap);
        }
    }
    any
}

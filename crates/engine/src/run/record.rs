//! The record thread: drains the lossless queues into one take after another.
//!
//! The queues are filled only while a take rolls. A take that ends still gets everything that was on its way when it was
//! told to; what a slow source pushed after that belongs to no take and is thrown away before the next one begins.

use super::error::EngineError;
use super::threads::{Intent, spawn};
use cyc_model::{MocapFrame, StageFrame};
use cyc_queue::RingConsumer;
use cyc_take::{TakeConfig, TakeWriter};
use cyc_telemetry::Counter;
use std::path::PathBuf;
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
    /// Whether a finished take of that name is replaced.
    pub overwrite: bool,
    /// Whether what is solved is recorded beside what is heard.
    pub stage_frames: bool,
}

/// What was recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordReport {
    /// Capture frames written.
    pub mocap_frames: u64,
    /// Stage frames written.
    pub stage_frames: u64,
    /// Where the sealed take lies; `None` when it failed.
    pub sealed: Option<PathBuf>,
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
}

impl RecordStatus {
    /// Why the newest take that could not be written ended.
    pub fn why_failed(&self) -> Option<String> {
        let reason = self.reason.lock();
        reason.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Longest nap of the thread; the queues hold seconds.
const NAP: Duration = Duration::from_millis(5);
/// Orders on their way: one take ends, the next begins.
const ORDERS: usize = 4;

enum Order {
    /// A take, and whether what is solved belongs into it.
    Begin(Box<TakeWriter>, bool),
    End,
}

/// The side of the recording that the engine holds.
pub struct Recorder {
    orders: SyncSender<Order>,
    ended: Receiver<RecordReport>,
    recording: Arc<AtomicBool>,
    /// How it is doing.
    pub status: Arc<RecordStatus>,
    thread: JoinHandle<()>,
}

impl Recorder {
    /// Starts the thread, without a take. Sources and solver push while `recording` is true.
    pub fn start(
        mocap: Vec<RingConsumer<MocapFrame>>,
        stage: RingConsumer<StageFrame>,
        recording: Arc<AtomicBool>,
        stop: Arc<AtomicBool>,
    ) -> Result<Self, EngineError> {
        let (orders, ordered) = sync_channel(ORDERS);
        // A report that nobody fetched must not hold up the next take.
        let (reports, ended) = sync_channel(2 * ORDERS);
        let status = Arc::<RecordStatus>::default();
        let thread = RecordThread {
            mocap,
            stage,
            recording: Arc::clone(&recording),
            stop,
            orders: ordered,
            reports,
            status: Arc::clone(&status),
            take: None,
        };
        let run = move |_| thread.run();
        let thread = spawn("record", Intent::Normal, run);
        Ok(Self {
            orders,
            ended,
            recording,
            status,
            thread: thread.map_err(|e| EngineError::thread("record", &e))?,
        })
    }

    /// Hands a take over. It has the frames from [`Self::set`] on.
    pub fn begin(&self, writer: TakeWriter, stage_frames: bool) -> bool {
        let order = Order::Begin(Box::new(writer), stage_frames);
        self.orders.try_send(order).is_ok()
    }

    /// Begins or pauses the recording of the take.
    pub fn set(&self, on: bool) {
        self.recording.store(on, Ordering::Release);
    }

    /// Ends the take; its report comes out of [`Self::ended`].
    pub fn end(&self) -> bool {
        self.orders.try_send(Order::End).is_ok()
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
    mocap: Vec<RingConsumer<MocapFrame>>,
    stage: RingConsumer<StageFrame>,
    recording: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    orders: Receiver<Order>,
    reports: SyncSender<RecordReport>,
    status: Arc<RecordStatus>,
    take: Option<Recording>,
}

impl RecordThread {
    fn run(mut self) {
        loop {
            // Both are read before draining: what was pushed before either is still written.
            let last_round = self.stop.load(Ordering::Acquire);
            let order = self.orders.try_recv().ok();
            if let Some(Order::Begin(writer, stage_frames)) = order {
                // The take before gets what came until now; the flag is already the new one's.
                self.drain(true);
                self.seal();
                *self
                    .status
                    .reason
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner) = None;
                self.take = Some(Recording::new(*writer, stage_frames));
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
        let mut none = Recording::none();
        let take = self.take.as_mut().unwrap_or(&mut none);
        let mut any = false;
        let status = &self.status;
        for queue in &mut self.mocap {
            let mut write = |frame: &mut MocapFrame| take.mocap(frame, wanted, status);
            while queue.pop_with(&mut write).is_some() {
                any = true;
            }
        }
        while self
            .stage
            .pop_with(|frame| take.stage(frame, wanted, status))
            .is_some()
        {
            any = true;
        }
        any
    }

    fn seal(&mut self) {
        if let Some(take) = self.take.take() {
            let report = take.finish(&self.status);
            let _ = self.reports.try_send(report);
        }
    }
}

struct Recording {
    writer: Option<TakeWriter>,
    stage_frames: bool,
    report: RecordReport,
}

impl Recording {
    fn new(writer: TakeWriter, stage_frames: bool) -> Self {
        Self {
            writer: Some(writer),
            stage_frames,
            report: RecordReport::default(),
        }
    }

    /// Swallows what belongs to no take.
    fn none() -> Self {
        Self {
            writer: None,
            stage_frames: false,
            report: RecordReport::default(),
        }
    }

    fn mocap(&mut self, frame: &MocapFrame, wanted: bool, status: &RecordStatus) {
        if let (true, Some(writer)) = (wanted, &mut self.writer) {
            match writer.write_mocap(frame) {
                Ok(()) => {
                    self.report.mocap_frames += 1;
                    status.mocap_frames.increment();
                }
                Err(e) => self.give_up(&e.to_string(), status),
            }
        }
    }

    fn stage(&mut self, frame: &StageFrame, wanted: bool, status: &RecordStatus) {
        if let (true, Some(writer)) = (wanted && self.stage_frames, &mut self.writer) {
            match writer.write_stage(frame) {
                Ok(()) => self.report.stage_frames += 1,
                Err(e) => self.give_up(&e.to_string(), status),
            }
        }
    }

    /// The show goes on without a recording; the report says why.
    fn give_up(&mut self, reason: &str, status: &RecordStatus) {
        self.writer = None;
        self.report.failed = Some(reason.to_owned());
        status.failed.increment();
        let mut why = status.reason.lock().unwrap_or_else(PoisonError::into_inner);
        *why = Some(reason.to_owned());
    }

    fn finish(mut self, status: &RecordStatus) -> RecordReport {
        if let Some(writer) = self.writer.take() {
            match writer.finish() {
                Ok(path) => self.report.sealed = Some(path),
                Err(e) => self.give_up(&e.to_string(), status),
            }
        }
        self.report
    }
}

//! The record thread: drains the lossless queues into a take.

use super::error::EngineError;
use super::threads::{Intent, spawn};
use cyc_model::{MocapFrame, StageFrame};
use cyc_queue::RingConsumer;
use cyc_take::{TakeConfig, TakeWriter};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// What is recorded, and where.
#[derive(Clone, Debug)]
pub struct RecordSetup {
    /// The take's file.
    pub path: PathBuf,
    /// What the take says about itself, with the files that the stage runs with.
    pub config: TakeConfig,
}

/// What was recorded.
#[derive(Clone, Debug, Default)]
pub struct RecordReport {
    /// Capture frames written.
    pub mocap_frames: u64,
    /// Stage frames written.
    pub stage_frames: u64,
    /// Why the recording ended early, if it did.
    pub failed: Option<String>,
}

/// Longest nap of the thread; the queues hold seconds.
const NAP: Duration = Duration::from_millis(5);

/// Starts the thread. It writes while `recording` is true and drains silently while it is not; it ends with the stop
/// flag, after the last frames are in the file.
pub fn start(
    writer: TakeWriter,
    mut mocap: Vec<RingConsumer<MocapFrame>>,
    mut stage: RingConsumer<StageFrame>,
    recording: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
) -> Result<JoinHandle<RecordReport>, EngineError> {
    let run = move |_| {
        let mut take = Recording {
            writer: Some(writer),
            report: RecordReport::default(),
        };
        loop {
            // Read before draining: what was pushed before the stop is still written.
            let last_round = stop.load(Ordering::Acquire);
            let wanted = recording.load(Ordering::Acquire);
            let mut any = false;
            for queue in &mut mocap {
                while queue.pop_with(|frame| take.mocap(frame, wanted)).is_some() {
                    any = true;
                }
            }
            while stage.pop_with(|frame| take.stage(frame, wanted)).is_some() {
                any = true;
            }
            if last_round {
                return take.finish();
            }
            if !any {
                std::thread::sleep(NAP);
            }
        }
    };
    spawn("record", Intent::Normal, run).map_err(|e| EngineError::thread("record", &e))
}

struct Recording {
    writer: Option<TakeWriter>,
    report: RecordReport,
}

impl Recording {
    fn mocap(&mut self, frame: &MocapFrame, wanted: bool) {
        if let (true, Some(writer)) = (wanted, &mut self.writer) {
            match writer.write_mocap(frame) {
                Ok(()) => self.report.mocap_frames += 1,
                Err(e) => self.give_up(&e.to_string()),
            }
        }
    }

    fn stage(&mut self, frame: &StageFrame, wanted: bool) {
        if let (true, Some(writer)) = (wanted, &mut self.writer) {
            match writer.write_stage(frame) {
                Ok(()) => self.report.stage_frames += 1,
                Err(e) => self.give_up(&e.to_string()),
            }
        }
    }

    /// The show goes on without a recording; the report says why.
    fn give_up(&mut self, reason: &str) {
        self.writer = None;
        self.report.failed = Some(reason.to_owned());
    }

    fn finish(mut self) -> RecordReport {
        if let Some(writer) = self.writer.take()
            && let Err(e) = writer.finish()
        {
            self.report.failed = Some(e.to_string());
        }
        self.report
    }
}

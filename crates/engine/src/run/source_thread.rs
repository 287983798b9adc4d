//! One source's thread, with what leads out of it: its queues are made first, so that whoever takes from them can be there
//! before it begins.

use super::engine::RunSource;
use super::error::EngineError;
use super::heartbeat::{Heartbeat, Patience};
use super::queues::NamedQueue;
use super::receive::{EngineSink, Rhythm, SourceStatus};
use super::record_feed::{RecordFeed, RecordIntake, record_feed};
use super::solve_desk::SolveDesk;
use super::threads::{Intent, spawn};
use cyc_capture::{ReceiveCounters, StopFlag, run_recovering};
use cyc_model::{HostNs, MocapFrame, SourceId};
use cyc_queue::{LatestReader, OnFull, RingConsumer, RingProducer, latest_value_array, ring};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::JoinHandle;

/// Frames that the live queue of a source holds: the newest wins, so a handful that cover one late wake-up.
const LIVE_FRAMES: usize = 8;

/// The near ends of a source's queues.
pub struct SourceOutlets {
    live: RingProducer<MocapFrame>,
    record: RecordFeed,
    status: Arc<SourceStatus>,
}

/// The far ends of a source's queues.
pub struct SourceIntakes {
    /// For the solver.
    pub live: RingConsumer<MocapFrame>,
    /// For the recording.
    pub record: RecordIntake,
    /// How the source is doing.
    pub status: Arc<SourceStatus>,
}

/// Makes the queues of a source.
pub fn source_queues(
    source: SourceId,
    recording: &Arc<AtomicBool>,
) -> Result<(SourceOutlets, SourceIntakes), EngineError> {
    let (live, live_out) = ring(LIVE_FRAMES, OnFull::DropOldest, MocapFrame::default)?;
    let (record, record_out) = record_feed(source, Arc::clone(recording))?;
    let status = Arc::<SourceStatus>::default();
    let intakes = SourceIntakes {
        live: live_out,
        record: record_out,
        status: Arc::clone(&status),
    };
    let outlets = SourceOutlets {
        live,
        record,
        status,
    };
    Ok((outlets, intakes))
}

/// A source that runs.
pub struct SourceThread {
    /// How it is doing.
    pub status: Arc<SourceStatus>,
    /// What its receiver counts.
    pub received: Arc<ReceiveCounters>,
    /// Its sign of life.
    pub heartbeat: Arc<Heartbeat>,
    /// What leads into it and out of it.
    pub queues: Vec<NamedQueue>,
    stop: StopFlag,
    handle: JoinHandle<()>,
}

impl SourceThread {
    /// Starts it; each frame wakes the solver. A frame now and then comes out of the reader, for people.
    pub fn begin(
        mut source: RunSource,
        mut outlets: SourceOutlets,
        desk: Arc<SolveDesk>,
    ) -> Result<(Self, LatestReader<MocapFrame>), EngineError> {
        let name = format!("rx-{}", source.name);
        let (newest, [shown]) = latest_value_array::<_, 1>(MocapFrame::default);
        let heartbeat = Heartbeat::new(&name, Patience::LISTENING);
        let received = source.source.counters();
        let mut queues = vec![
            NamedQueue::new("live", &source.name, outlets.live.gauge()),
            NamedQueue::new("shown", &source.name, shown.gauge()),
        ];
        let paths = source.source.queues().into_iter();
        queues.extend(paths.enumerate().map(|(i, path)| {
            let about = format!("{} {}", source.name, i + 1);
            NamedQueue::new("path", &about, path)
        }));
        let [frames, packets] = outlets.record.gauges();
        queues.push(NamedQueue::new("record_frames", &source.name, frames));
        queues.push(NamedQueue::new("record_packets", &source.name, packets));
        let mut sink = EngineSink {
            source: source.id,
            live: outlets.live,
            record: outlets.record,
            newest,
            newest_at: HostNs(0),
            rhythm: Rhythm::default(),
            desk,
            status: outlets.status.clone(),
            heartbeat: heartbeat.clone(),
            last_number: None,
            last_label: None,
        };
        let stop = StopFlag::default();
        let told = stop.clone();
        let run = move |_| run_recovering(&mut *source.source, &mut sink, &told);
        let handle = spawn(&name, Intent::RealTime, run);
        let thread = Self {
            status: outlets.status,
            received,
            heartbeat,
            queues,
            stop,
            handle: handle.map_err(|e| EngineError::thread(&name, &e))?,
        };
        Ok((thread, shown))
    }

    /// Tells it to end.
    pub fn stop(&self) {
        self.stop.raise();
    }

    /// Tells it to end, and leaves it to that; it takes a twentieth of a second, or longer while it connects.
    pub fn leave(self) -> JoinHandle<()> {
        self.stop.raise();
        self.handle
    }

    /// Waits for its end.
    pub fn join(self) {
        // Should it have panicked beyond recovery, the others are still stopped.
        let _ = self.handle.join();
    }
}

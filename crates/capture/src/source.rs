//! What every source has in common: a loop for its own thread, counters, and a way to be made from a URL.

use crate::clock::now_host;
use crate::counters::ReceiveCounters;
use crate::decoder::Numbering;
use crate::recording_source::Playback;
use crate::sink::FrameSink;
use crate::source_correction::SourceCorrection;
use crate::source_url::SourceUrl;
use crate::stop_flag::StopFlag;
use cyc_model::{Nanos, SourceId};
use cyc_queue::QueueGauge;
use cyc_timing::ReorderWindow;
use std::sync::Arc;

/// Something that receives frames on a thread of its own.
pub trait FrameSource: Send {
    /// Receives until `stop` is raised: connects, reconnects with back-off, and tells `sink` what happens. Blocks;
    /// to be run on a thread named `rx-<source>`. Allocates nothing per frame once warm.
    fn run(&mut self, sink: &mut dyn FrameSink, stop: &StopFlag);

    /// What it counts; may be read from any thread while it runs.
    fn counters(&self) -> Arc<ReceiveCounters>;

    /// How its frames are numbered.
    fn numbering(&self) -> Numbering {
        Numbering::Arrival
    }

    /// What each of its paths counts, when there are several, in the order of the URL.
    fn paths(&self) -> Vec<Arc<ReceiveCounters>> {
        Vec::new()
    }

    /// How full the queue of each of its paths is, when there are several, in the order of the URL.
    fn queues(&self) -> Vec<Arc<QueueGauge>> {
        Vec::new()
    }
}

/// What is the same for every protocol.
#[derive(Clone, Debug)]
pub struct SourceConfig {
    /// The number that its frames carry.
    pub source: SourceId,
    /// Silence after this time without a frame.
    pub silent_after: Nanos,
    /// Longest wait for a connection.
    pub connect_timeout: Nanos,
    /// The rate that the source is expected to have at most, hertz; datagrams beyond four times of it are dropped.
    pub declared_rate_hz: f64,
    /// Frames are given out as they came: with their numbers on the wire, copies and all. For one of several paths,
    /// whose frames are put in order where the paths meet.
    pub as_came: bool,
    /// How long datagrams that came early wait for those before them.
    pub reorder: ReorderWindow,
    /// What frames are corrected by.
    pub correction: SourceCorrection,
    /// How recordings are read, and when they begin to play.
    pub playback: Playback,
}

impl SourceConfig {
    /// With the usual times.
    pub fn new(source: SourceId) -> Self {
        Self {
            source,
            silent_after: Nanos::from_millis(500),
            connect_timeout: Nanos::from_secs(3),
            declared_rate_hz: 1000.0,
            as_came: false,
            reorder: ReorderWindow::default(),
            correction: SourceCorrection::default(),
            playback: Playback::default(),
        }
    }
}

/// Makes the source of a URL. Nothing is opened before it runs.
pub fn source_of(url: &SourceUrl, config: SourceConfig) -> Box<dyn FrameSource> {
    url.recipe().source(config)
}

/// Waits, beating, unless stopped.
pub(crate) fn wait(length: Nanos, sink: &mut dyn FrameSink, stop: &StopFlag) {
    let until = now_host() + length;
    loop {
        let now = now_host();
        sink.beat(now);
        if now >= until || !stop.nap(until - now) {
            return;
        }
    }
}

/// Waits between tries: doubles up to a limit, starts again after a success.
#[derive(Debug)]
pub(crate) struct BackOff {
    next: Nanos,
}

/// First wait. Longer than the silence after which an old frame number means a restart, so that a server that was
/// restarted is seen as one.
const FIRST_WAIT: Nanos = Nanos::from_millis(300);

/// Longest wait: a server that comes back is found within this.
const LONGEST_WAIT: Nanos = Nanos::from_millis(2400);

impl BackOff {
    pub(crate) fn new() -> Self {
        Self { next: FIRST_WAIT }
    }

    /// How long to wait now.
    pub(crate) fn take(&mut self) -> Nanos {
        let wait = self.next;
        self.next = Nanos(wait.0.saturating_mul(2)).min(LONGEST_WAIT);
        wait
    }

    /// It worked.
    pub(crate) fn reset(&mut self) {
        self.next = FIRST_WAIT;
    }
}

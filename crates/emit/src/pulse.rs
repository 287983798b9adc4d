//! The sign of life of an output's thread: one that hangs in the system, or that ended by a fault of its own, is seen from
//! outside by a look that takes no lock.

use crate::limits::{HUNG_AFTER, RESTART_TOLD};
use cyc_queue::QueueGauge;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// How an output's thread is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It goes round.
    Beating,
    /// It has not been round for [`HUNG_AFTER`]: it waits for the system, or calculates without end.
    Hung,
    /// It writes nothing, by a fault of its own: what it writes to cannot be opened again, or the thread is no more.
    Failed,
    /// It goes round again after a fault of its own, which was less than [`RESTART_TOLD`] ago.
    Restarted,
    /// It was stopped.
    Stopped,
}

/// Written by the thread, read by anyone.
#[derive(Debug)]
pub struct Pulse {
    began: Instant,
    /// When it last went round, milliseconds since the beginning.
    beat_ms: AtomicU64,
    has_stopped: AtomicBool,
    has_failed: AtomicBool,
    /// When it last began again, milliseconds since the beginning; zero for never.
    restarted_ms: AtomicU64,
    queue: Arc<QueueGauge>,
}

impl Pulse {
    /// Of a thread that begins, and the queue that it takes from.
    pub(crate) fn new(queue: Arc<QueueGauge>) -> Self {
        Self {
            began: Instant::now(),
            beat_ms: AtomicU64::new(0),
            has_stopped: AtomicBool::new(false),
            has_failed: AtomicBool::new(false),
            restarted_ms: AtomicU64::new(0),
            queue,
        }
    }

    /// How full the queue is that the thread takes from.
    pub fn queue(&self) -> &Arc<QueueGauge> {
        &self.queue
    }

    /// It has failed, and tries to begin again.
    pub(crate) fn fail(&self) {
        self.has_failed.store(true, Ordering::Release);
    }

    /// It has begun again.
    pub(crate) fn begin_again(&self) {
        let now_ms = self.passed_ms().max(1);
        self.restarted_ms.store(now_ms, Ordering::Relaxed);
        self.has_failed.store(false, Ordering::Release);
    }

    fn passed_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// It goes round.
    pub(crate) fn beat(&self) {
        self.beat_ms.store(self.passed_ms(), Ordering::Relaxed);
    }

    /// How it is.
    pub fn state(&self) -> Life {
        if self.has_failed.load(Ordering::Acquire) {
            return Life::Failed;
        }
        if self.has_stopped.load(Ordering::Acquire) {
            return Life::Stopped;
        }
        let silent_ms = self
            .passed_ms()
            .saturating_sub(self.beat_ms.load(Ordering::Relaxed));
        if u128::from(silent_ms) >= HUNG_AFTER.as_millis() {
            return Life::Hung;
        }
        let restarted_ms = self.restarted_ms.load(Ordering::Relaxed);
        let since_ms = self.passed_ms().saturating_sub(restarted_ms);
        if restarted_ms > 0 && u128::from(since_ms) < RESTART_TOLD.as_millis() {
            Life::Restarted
        } else {
            Life::Beating
        }
    }
}

/// Ends a pulse with the thread, however that ends.
pub(crate) struct EndOfPulse(pub(crate) Arc<Pulse>);

impl Drop for EndOfPulse {
    fn drop(&mut self) {
        let how = if std::thread::panicking() {
            &self.0.has_failed
        } else {
            &self.0.has_stopped
        };
        how.store(true, Ordering::Release);
    }
}

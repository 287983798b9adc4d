//! How a receive loop is told to end.

use cyc_model::Nanos;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Raised once, by anyone who has a clone; loops look at it at least every [`LOOK_EVERY`].
#[derive(Clone, Debug, Default)]
pub struct StopFlag(Arc<AtomicBool>);

/// Longest time for which a loop does not look at its flag.
pub const LOOK_EVERY: Nanos = Nanos::from_millis(50);

impl StopFlag {
    /// Tells every holder to end.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether to end.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Sleeps for one look, or less. False when raised.
    pub(crate) fn nap(&self, left: Nanos) -> bool {
        let nap = left.min(LOOK_EVERY).max(Nanos::ZERO);
        std::thread::sleep(Duration::from_nanos(nap.0.unsigned_abs()));
        !self.is_raised()
    }
}

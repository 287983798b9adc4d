//! An output's writer, and how there is one again after a panic in it: a fault of one output costs that output what was in
//! hand, and no other anything.
//!
//! What a panic left half done is dropped, and the output is opened anew: at once, when it had written for a while, and later
//! each time when it fails again and again. Until then its ring keeps the newest frames.

use crate::counters::OutputCounters;
use crate::limits::{REOPEN_AFTER, STEADY_AFTER};
use crate::pulse::Pulse;
use crate::writer::{Opener, Writer};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Where a panic is counted and told.
pub(crate) type Told<'a> = (&'a OutputCounters, &'a Pulse);

/// See the module's page.
pub(crate) struct Station<T> {
    writer: Option<Box<dyn Writer<T>>>,
    again: Opener<T>,
    /// Tries to open it anew.
    tries: u64,
    opened: Instant,
    /// When the next try is due, while there is no writer.
    next_try: Instant,
    wait: Duration,
}

impl<T> Station<T> {
    /// With a writer that was opened.
    pub(crate) fn new(writer: Box<dyn Writer<T>>, again: Opener<T>) -> Self {
        let now = Instant::now();
        Self {
            writer: Some(writer),
            again,
            tries: 0,
            opened: now,
            next_try: now,
            wait: Duration::ZERO,
        }
    }

    /// Whether there is a writer; one is opened when that is due.
    pub(crate) fn is_open(&mut self, (_, pulse): Told<'_>) -> bool {
        if self.writer.is_none() && Instant::now() >= self.next_try {
            self.tries += 1;
            let (again, tries) = (&self.again, self.tries);
            let opened = catch_unwind(AssertUnwindSafe(|| again(tries)));
            match opened {
                Ok(Ok(writer)) => {
                    self.writer = Some(writer);
                    self.opened = Instant::now();
                    pulse.begin_again();
                }
                Ok(Err(_)) | Err(_) => self.put_off(),
            }
        }
        self.writer.is_some()
    }

    /// Does something with the writer, if there is one.
    pub(crate) fn with(
        &mut self,
        (counters, pulse): Told<'_>,
        act: impl FnOnce(&mut dyn Writer<T>),
    ) {
        let Some(writer) = &mut self.writer else {
            return;
        };
        if catch_unwind(AssertUnwindSafe(|| act(&mut **writer))).is_ok() {
            return;
        }
        counters.panics.increment();
        pulse.fail();
        let broken = self.writer.take();
        // Its socket or file is let go before it is opened anew, even if what it left behind cannot be ended well.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(broken)));
        if self.opened.elapsed() >= STEADY_AFTER {
            self.wait = Duration::ZERO;
        }
        self.put_off();
    }

    /// The first time at once.
    fn put_off(&mut self) {
        let [first, longest] = REOPEN_AFTER;
        self.next_try = Instant::now() + self.wait;
        self.wait = (self.wait * 2).clamp(first, longest);
    }
}

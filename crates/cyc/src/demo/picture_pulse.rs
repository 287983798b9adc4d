//! The drawing thread's sign of life: since when a picture is wanted of it, and how long its pictures took lately.
//!
//! A processor that draws takes a tenth of a second for a picture, and half a second beside other work; a graphics card takes
//! milliseconds. Only measured against its own last pictures does a silence tell whether the thread is slow or stands still.
//!
//! What must stay true: who draws never waits for who reads, and allocates nothing.

use cyc_model::{HostNs, Nanos};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// Pictures by which the pace is judged: five seconds of a processor's, one of a graphics card's.
const LATELY: usize = 32;
/// The first pictures of a renderer wait for shaders to be compiled: so many say nothing of its pace.
const FIRST: usize = 4;
/// Fewer after those are no pace.
const PACE_MIN: usize = 4;
/// Stands for a time that is not known.
const NONE: i64 = i64::MIN;

/// What is read of it at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PulseReading {
    /// Pictures since the start.
    pub drawn: u64,
    /// Since when a picture is wanted: the last one was shown then, or there was nothing to draw until then.
    pub wanted: HostNs,
    /// When the newest picture was shown.
    pub presented: Option<HostNs>,
    /// How long the slowest but one of the last pictures took from when it was wanted; `None` while there were too few.
    /// A single one is no pace: the machine may have been stopped in it.
    pub slow: Option<Nanos>,
}

#[derive(Debug)]
struct Shared {
    drawn: AtomicU64,
    wanted: AtomicI64,
    presented: AtomicI64,
    slow: AtomicI64,
}

/// What others read of the drawing thread.
#[derive(Clone, Debug)]
pub struct PicturePulse(Arc<Shared>);

/// The drawing thread's own end.
#[derive(Debug)]
pub struct PulseWriter {
    shared: Arc<Shared>,
    took: [Nanos; LATELY],
    /// Pictures since the renderer began.
    count: usize,
}

/// Both ends; from `now` on a picture is wanted.
pub fn picture_pulse(now: HostNs) -> (PulseWriter, PicturePulse) {
    let shared = Arc::new(Shared {
        drawn: AtomicU64::new(0),
        wanted: AtomicI64::new(now.0),
        presented: AtomicI64::new(NONE),
        slow: AtomicI64::new(NONE),
    });
    let writer = PulseWriter {
        shared: Arc::clone(&shared),
        took: [Nanos::ZERO; LATELY],
        count: 0,
    };
    (writer, PicturePulse(shared))
}

impl PicturePulse {
    /// Pictures since the start.
    pub fn drawn(&self) -> u64 {
        self.0.drawn.load(Ordering::Relaxed)
    }

    /// All of it. A picture that is shown meanwhile may be in some of the figures only.
    pub fn read(&self) -> PulseReading {
        let known = |cell: &AtomicI64| Some(cell.load(Ordering::Relaxed)).filter(|ns| *ns != NONE);
        PulseReading {
            drawn: self.drawn(),
            wanted: HostNs(self.0.wanted.load(Ordering::Relaxed)),
            presented: known(&self.0.presented).map(HostNs),
            slow: known(&self.0.slow).map(Nanos),
        }
    }
}

impl PulseWriter {
    /// There is nothing to draw: no picture is wanted until now.
    pub fn idle(&self, now: HostNs) {
        self.shared.wanted.store(now.0, Ordering::Relaxed);
    }

    /// A picture is shown. How many there are.
    pub fn presented(&mut self, now: HostNs) -> u64 {
        let wanted = self.shared.wanted.swap(now.0, Ordering::Relaxed);
        self.shared.presented.store(now.0, Ordering::Relaxed);
        self.count += 1;
        let Some(told) = self.count.checked_sub(FIRST + 1) else {
            return self.count_it();
        };
        if let Some(took) = self.took.get_mut(told % LATELY) {
            *took = Nanos(now.0.saturating_sub(wanted));
        }
        if told + 1 >= PACE_MIN {
            let slow = self.slowest_but_one((told + 1).min(LATELY));
            self.shared.slow.store(slow.0, Ordering::Relaxed);
        }
        self.count_it()
    }

    fn count_it(&self) -> u64 {
        self.shared.drawn.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn slowest_but_one(&self, of: usize) -> Nanos {
        let (mut slowest, mut second) = (Nanos::ZERO, Nanos::ZERO);
        for took in self.took.iter().take(of) {
            second = second.max(slowest.min(*took));
            slowest = slowest.max(*took);
        }
        second
    }

    /// Another renderer draws from now on: what the last pictures took says nothing of its own.
    pub fn begin_anew(&mut self) {
        self.count = 0;
        self.shared.slow.store(NONE, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> HostNs {
        HostNs(7_000_000_000) + Nanos::from_millis(ms)
    }

    #[test]
    fn the_pace_is_that_of_the_last_pictures_and_waiting_for_frames_is_no_part_of_it() {
        let (mut writer, pulse) = picture_pulse(at(0));
        let new = pulse.read();
        assert_eq!((new.drawn, new.wanted, new.presented), (0, at(0), None));
        // The first four wait for shaders, and three after those are no pace.
        for picture in 0..7 {
            writer.presented(at(3000 + 100 * picture));
            assert_eq!(pulse.read().slow, None, "{picture}");
        }
        writer.presented(at(3700));
        assert_eq!(pulse.read().slow, Some(Nanos::from_millis(100)));
        // Nobody sends for ten seconds.
        writer.idle(at(13_000));
        assert_eq!(pulse.read().wanted, at(13_000));
        let mut now = 13_000;
        for picture in 0..2 * LATELY as i64 {
            // Once the machine is stopped for a minute.
            now += 100 + picture % 7 + if picture == 50 { 60_000 } else { 0 };
            writer.presented(at(now));
        }
        let read = pulse.read();
        assert_eq!(read.slow, Some(Nanos::from_millis(106)));
        assert_eq!((read.wanted, read.presented), (at(now), Some(at(now))));
        assert_eq!(read.drawn, 8 + 2 * LATELY as u64);
        writer.begin_anew();
        assert_eq!((pulse.read().slow, pulse.drawn()), (None, read.drawn));
    }
}

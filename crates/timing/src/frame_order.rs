//! Frames of a source, or of several paths from one source, put back into the order in which they were taken.
//!
//! A frame that comes too early waits, for three frames or 12.5 ms, whichever ends first, for the ones before it; what
//! comes later than that is dropped and counted. A source may have another window ([`ReorderWindow`]). A frame that is next is let through at once, so that a network that
//! keeps its order costs nothing. Copies (a packet sent twice, the same frame over a second network) are dropped, the
//! first one wins, and nothing is switched.
//!
//! A counter that stands still while what it counts goes on is found by the frames' fingerprints: after two such frames
//! the order of arrival is believed instead, in an epoch of its own, until the counter moves again. Where it stood for one
//! frame alone, that frame is counted here, so that numbers keep telling the time.
//!
//! What must stay true: within an epoch numbers only grow; what comes out is a function of the calls and their times;
//! nothing is allocated: frames wait in places that exist, exchanged for the ones that were there.

use crate::frame_gate::{FrameGate, GateCounts, Passage};
use crate::limits::{REORDER_FRAMES, REORDER_FRAMES_MAX, REORDER_TIME, STUCK_FRAMES};
use cyc_model::{Epoch, FrameNumber, HostNs, Nanos};

/// A frame as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The number on the wire.
    pub number: u64,
    /// When it was heard.
    pub heard: HostNs,
    /// Something that differs when what the frame shows differs.
    pub fingerprint: u64,
}

/// A frame that is let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ordered {
    /// Its epoch.
    pub epoch: Epoch,
    /// Its number, widened.
    pub number: FrameNumber,
    /// Frames missing between it and the one before.
    pub missing: u64,
    /// Whether it is the first of an epoch.
    pub is_restart: bool,
    /// Whether the counter stands still, so that the number only counts what arrived: what was lost is not in it.
    pub by_arrival: bool,
}

/// How long a frame that came early waits for those before it: until as many wait, or the time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReorderWindow {
    /// Frames that may wait; none waits with 0, and no more than [`REORDER_FRAMES_MAX`] do.
    pub frames: usize,
    /// Longest wait.
    pub time: Nanos,
}

impl Default for ReorderWindow {
    fn default() -> Self {
        Self {
            frames: REORDER_FRAMES,
            time: REORDER_TIME,
        }
    }
}

/// Puts the frames of one source in order; see the module's page.
#[derive(Debug)]
pub struct FrameOrder<T> {
    bits: u32,
    /// Which frames may wait: none where the network itself keeps the order.
    window: ReorderWindow,
    gate: FrameGate,
    epochs_before: u32,
    waiting: [Waiting<T>; REORDER_FRAMES_MAX],
    /// The newest frame let through.
    newest: Option<Arrival>,
    /// The last frame that came, whatever became of it, and how many different ones came under its number.
    last: Option<Arrival>,
    stuck: u32,
    /// The first frame that came under the newest number, and about how long after the one before.
    first: Option<Arrival>,
    usual: Nanos,
    /// Frames of this epoch that the counter did not count.
    uncounted: u64,
    /// Frames let through by the order of arrival, while the counter stands still.
    by_arrival: Option<u64>,
    counts: OrderCounts,
}

/// What was dropped, and what was put back into order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrderCounts {
    /// As the gate counts.
    pub gate: GateCounts,
    /// Copies of frames that waited.
    pub duplicate_waiting: u64,
    /// Frames that came early and were let through in their place.
    pub reordered: u64,
    /// Times that the counter was found to stand still.
    pub stuck: u64,
}

#[derive(Debug)]
struct Waiting<T> {
    arrival: Option<Arrival>,
    frame: T,
}

impl<T: Default> FrameOrder<T> {
    /// For a counter that is `bits` wide on the wire (8 to 64).
    pub fn new(bits: u32) -> Self {
        Self::with_window(bits, ReorderWindow::default())
    }

    /// The same for a connection that keeps the order: what is missing will not come, so nothing waits for it.
    pub fn in_order(bits: u32) -> Self {
        let frames = 0;
        let time = REORDER_TIME;
        Self::with_window(bits, ReorderWindow { frames, time })
    }

    /// The same with a window of its own.
    pub fn with_window(bits: u32, window: ReorderWindow) -> Self {
        Self {
            bits,
            window: ReorderWindow {
                frames: window.frames.min(REORDER_FRAMES_MAX),
                ..window
            },
            gate: FrameGate::new(bits),
            epochs_before: 0,
            waiting: std::array::from_fn(|_| Waiting {
                arrival: None,
                frame: T::default(),
            }),
            newest: None,
            last: None,
            stuck: 0,
            first: None,
            usual: Nanos::ZERO,
            uncounted: 0,
            by_arrival: None,
            counts: OrderCounts::default(),
        }
    }

    /// Takes a frame. Each frame that is now in order is given to `give`; `frame` may be exchanged for an older one.
    pub fn push(&mut self, arrival: Arrival, frame: &mut T, mut give: impl FnMut(&mut T, Ordered)) {
        self.release_until(arrival.heard, &mut give);
        if self.stands_still(arrival) {
            return self.pass_by_arrival(arrival, frame, &mut give);
        }
        let reach = self.window.frames as i64 + 1;
        loop {
            let ahead = self.gate.ahead(arrival.number);
            let is_early = (2..=reach).contains(&ahead.unwrap_or(1));
            if !is_early {
                // Too far ahead to wait for what is between: that is lost.
                let is_jump = ahead.is_some_and(|a| a > reach);
                if is_jump && self.release_first(&mut give) {
                    continue;
                }
                self.pass(arrival, frame, &mut give);
                break;
            }
            match self.wait(arrival, frame) {
                Ok(()) => break,
                Err(()) => {
                    self.release_first(&mut give);
                }
            }
        }
        self.release_consecutive(&mut give);
    }

    /// Lets through what has waited long enough.
    pub fn release_due(&mut self, now: HostNs, mut give: impl FnMut(&mut T, Ordered)) {
        self.release_until(now, &mut give);
    }

    /// When something will have waited long enough.
    pub fn due(&self) -> Option<HostNs> {
        let waiting = self.waiting.iter().filter_map(|w| w.arrival);
        waiting.map(|a| a.heard + self.window.time).min()
    }

    /// Begins an epoch: the frames that follow are not those of before, whatever their numbers. What waits is dropped.
    pub fn restart(&mut self) {
        self.epochs_before = self.epoch().0.saturating_add(1);
        self.gate = FrameGate::new(self.bits);
        self.waiting.iter_mut().for_each(|w| w.arrival = None);
        self.by_arrival = None;
        self.uncounted = 0;
        self.newest = None;
    }

    /// The current epoch.
    pub fn epoch(&self) -> Epoch {
        Epoch(self.epochs_before.saturating_add(self.gate.epoch().0))
    }

    /// The newest frame let through.
    pub fn newest(&self) -> Option<Arrival> {
        self.newest
    }

    /// What was dropped and put into order, over all epochs.
    pub fn counts(&self) -> OrderCounts {
        self.counts
    }

    /// Whether the counter stands still: the same number again and again, with something else in it.
    fn stands_still(&mut self, arrival: Arrival) -> bool {
        let last = self.last.replace(arrival);
        let Some(last) = last.filter(|last| last.number == arrival.number) else {
            if self.by_arrival.take().is_some() {
                // It moves again; its numbers have nothing to do with those of arrival.
                self.restart();
            } else if self.usual > Nanos::ZERO {
                self.uncounted = self.uncounted.saturating_add(u64::from(self.stuck));
            }
            self.stuck = 0;
            self.note_usual(arrival);
            return false;
        };
        // Two paths may make different things of the same frame: what comes at once is no other one.
        let is_later = arrival.heard - last.heard >= Nanos(self.usual.0 / 2);
        self.stuck += u32::from(is_later && last.fingerprint != arrival.fingerprint);
        self.stuck >= STUCK_FRAMES
    }

    /// About how long frames come after each other: the shorter of what is usual and what was just seen, and a little more,
    /// so that a gap does not stay.
    fn note_usual(&mut self, arrival: Arrival) {
        let first = self.first.replace(arrival);
        if let Some(first) = first.filter(|f| arrival.number == f.number.wrapping_add(1)) {
            let passed = arrival.heard - first.heard;
            let most = self.usual.0.saturating_add(self.usual.0 / 2);
            self.usual = match self.usual {
                // A tape that is read faster than it was written is heard before what was read before it.
                usual if passed <= Nanos::ZERO => usual,
                Nanos::ZERO => passed,
                _ => passed.min(Nanos(most.saturating_add(1))),
            };
        }
    }

    fn pass_by_arrival(
        &mut self,
        arrival: Arrival,
        frame: &mut T,
        give: &mut impl FnMut(&mut T, Ordered),
    ) {
        let newest = self.newest.filter(|_| self.by_arrival.is_some());
        if newest.is_some_and(|n| n.fingerprint == arrival.fingerprint) {
            self.counts.gate.duplicate += 1;
            return;
        }
        let is_restart = self.by_arrival.is_none();
        if is_restart {
            self.restart();
            self.counts.stuck += 1;
        }
        let number = self.by_arrival.map_or(0, |n| n.saturating_add(1));
        self.by_arrival = Some(number);
        self.newest = Some(arrival);
        self.counts.gate.fresh += 1;
        let ordered = Ordered {
            epoch: self.epoch(),
            number: FrameNumber(number),
            missing: 0,
            is_restart,
            by_arrival: true,
        };
        give(frame, ordered);
    }

    /// Keeps a frame that came early. `Err` when there is no place.
    fn wait(&mut self, arrival: Arrival, frame: &mut T) -> Result<(), ()> {
        let same = |w: &Waiting<T>| w.arrival.is_some_and(|a| a.number == arrival.number);
        if self.waiting.iter().any(same) {
            self.counts.duplicate_waiting += 1;
            return Ok(());
        }
        let places = self.waiting.iter_mut().take(self.window.frames);
        let place = places.into_iter().find(|w| w.arrival.is_none());
        let place = place.ok_or(())?;
        std::mem::swap(&mut place.frame, frame);
        place.arrival = Some(arrival);
        Ok(())
    }

    /// Lets the first of those that wait through, and all that follow it. False when none waits.
    fn release_first(&mut self, give: &mut impl FnMut(&mut T, Ordered)) -> bool {
        let gate = &self.gate;
        let ahead = |w: &Waiting<T>| w.arrival.and_then(|a| gate.ahead(a.number));
        let first = (0..self.waiting.len())
            .filter_map(|i| Some((ahead(self.waiting.get(i)?)?, i)))
            .min();
        let Some((_, place)) = first else {
            return false;
        };
        self.release(place, give);
        self.release_consecutive(give);
        true
    }

    /// Lets through those that are next.
    fn release_consecutive(&mut self, give: &mut impl FnMut(&mut T, Ordered)) {
        loop {
            let gate = &self.gate;
            // What is not ahead was overtaken by a restart: the gate says what becomes of it.
            let is_next =
                |w: &Waiting<T>| w.arrival.is_some_and(|a| gate.ahead(a.number) <= Some(1));
            let Some(place) = self.waiting.iter().position(is_next) else {
                return;
            };
            self.release(place, give);
        }
    }

    fn release_until(&mut self, now: HostNs, give: &mut impl FnMut(&mut T, Ordered)) {
        while self.due().is_some_and(|due| due <= now) {
            self.release_first(give);
        }
    }

    fn release(&mut self, place: usize, give: &mut impl FnMut(&mut T, Ordered)) {
        let Some(waiting) = self.waiting.get_mut(place) else {
            return;
        };
        let Some(arrival) = waiting.arrival.take() else {
            return;
        };
        let mut frame = std::mem::take(&mut waiting.frame);
        self.counts.reordered += 1;
        self.pass(arrival, &mut frame, give);
        if let Some(waiting) = self.waiting.get_mut(place) {
            waiting.frame = frame;
        }
    }

    fn pass(&mut self, arrival: Arrival, frame: &mut T, give: &mut impl FnMut(&mut T, Ordered)) {
        let before = self.gate.counts();
        let passage = self.gate.judge(arrival.number, arrival.heard);
        self.counts.gate.add(before, self.gate.counts());
        let (number, missing, is_restart) = match passage {
            Passage::Fresh {
                number, missing, ..
            } => (number, missing, false),
            Passage::Restarted { number, .. } => (number, 0, true),
            Passage::Duplicate | Passage::Late | Passage::Stray => return,
        };
        if is_restart {
            self.waiting.iter_mut().for_each(|w| w.arrival = None);
            self.uncounted = 0;
        }
        self.newest = Some(arrival);
        let ordered = Ordered {
            epoch: self.epoch(),
            number: FrameNumber(number.0.saturating_add(self.uncounted)),
            missing,
            is_restart,
            by_arrival: false,
        };
        give(frame, ordered);
    }
}

//! A plate that plays: its frames are decoded ahead on a thread of its own, and whoever draws takes the one that is due.
//!
//! The thread follows what is asked for. It decodes the frames after that, leaves out those that are too late, and begins
//! anew where a show jumps to. The one who draws waits for nothing: what is not there in time is late, is counted, and
//! what was there before stays. So does a picture after which the file is damaged.

use super::{PLATE_AHEAD, PlateFault, PlateFile, PlateInfo, PlatePicture};
use cyc_queue::{OnFull, RingConsumer, RingProducer, ring};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Which frames of a file are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlayRange {
    /// Number of the first one.
    pub first: u64,
    /// How many; at least one.
    pub count: u64,
    /// Whether the first follows the last.
    pub is_loop: bool,
}

impl PlayRange {
    /// From in and out point, where they are given, as far as a file has frames; `None` when it has none of them.
    pub fn new(
        info: &PlateInfo,
        first: Option<u64>,
        last: Option<u64>,
        is_loop: bool,
    ) -> Option<Self> {
        let first = first.unwrap_or(info.first).max(info.first);
        let last = last.unwrap_or(info.last).min(info.last);
        let count = last.checked_sub(first)? + 1;
        Some(Self {
            first,
            count,
            is_loop,
        })
    }

    /// The first position from which on the same frame is due as at another one: that of a still, or of a film's end.
    fn least_alike(&self, position: u64) -> u64 {
        match self {
            Self { count: 0 | 1, .. } => 0,
            Self { is_loop: true, .. } => position,
            Self { count, .. } => position.min(count - 1),
        }
    }

    /// The file's frame after so many others were shown.
    pub fn frame(&self, position: u64) -> u64 {
        let within = if self.is_loop {
            position % self.count.max(1)
        } else {
            position.min(self.count.saturating_sub(1))
        };
        self.first + within
    }
}

/// What became of a plate's frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlateCounts {
    /// Frames that were shown.
    pub shown: u64,
    /// Frames that were due and not there.
    pub late: u64,
    /// Times that a frame could not be had at all.
    pub broken: u64,
}

/// A frame on its way.
#[derive(Default)]
struct Decoded {
    position: u64,
    picture: PlatePicture,
}

/// What both sides know.
#[derive(Default)]
struct Desk {
    /// The position that is due.
    wanted: AtomicU64,
    /// How far it went on last: who draws more slowly than the plate plays leaves frames out, and so does the thread.
    step: AtomicU64,
    stop: AtomicBool,
    broken: AtomicU64,
    fault: Mutex<Option<PlateFault>>,
}

/// The farthest step that is followed: a film of 240 a second drawn at 8.
const STEP_MAX: u64 = 30;

/// How far the thread may be ahead of a position.
fn reach(step: u64) -> u64 {
    step * (2 * PLATE_AHEAD as u64 + 1)
}

/// How long the thread rests when there is nothing to do: a quarter of a picture at 240 a second.
const REST: Duration = Duration::from_millis(1);

/// How long it rests after a frame that cannot be had: a file that broke off is tried again, and not by a whole core.
const REST_AFTER_FAULT: Duration = Duration::from_millis(20);

/// A playing plate.
pub struct PlatePlayer {
    desk: Arc<Desk>,
    range: PlayRange,
    decoded: RingConsumer<Decoded>,
    /// Taken from the ring, and due later.
    next: Option<Decoded>,
    shown: Option<Decoded>,
    spare: Decoded,
    asked: Option<u64>,
    counts: PlateCounts,
    thread: Option<JoinHandle<()>>,
}

impl PlatePlayer {
    /// Starts to decode from a position on.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(file: PlateFile, range: PlayRange, position: u64) -> std::io::Result<Self> {
        let made = ring(PLATE_AHEAD, OnFull::DropNewest, Decoded::default);
        let (frames, decoded) = made.map_err(std::io::Error::other)?;
        let desk = Arc::new(Desk {
            wanted: AtomicU64::new(position),
            step: AtomicU64::new(1),
            ..Desk::default()
        });
        let mut reader = Reader {
            desk: Arc::clone(&desk),
            file,
            range,
            frames,
            decoded: Decoded::default(),
        };
        let thread = std::thread::Builder::new().name("plate".to_owned());
        Ok(Self {
            desk,
            range,
            decoded,
            next: None,
            shown: None,
            spare: Decoded::default(),
            asked: None,
            counts: PlateCounts::default(),
            thread: Some(thread.spawn(move || reader.run(position))?),
        })
    }

    /// The picture that is due at a position, and whether it is another one than at the last call; `None` before the first
    /// one is decoded. Never waits.
    pub fn due(&mut self, position: u64) -> Option<(&PlatePicture, bool)> {
        // Positions that show the same frame are one: a film that has ended, a still.
        let position = self.range.least_alike(position);
        let step = self.stepped(position);
        self.desk.wanted.store(position, Ordering::Relaxed);
        let mut is_new = false;
        while self.take_next() {
            let is_due = self.next.as_ref().is_some_and(|n| n.position <= position);
            if !is_due {
                break;
            }
            // Exchanged, not dropped: the memory goes back to the thread.
            if let Some(next) = self.next.take() {
                let before = self.shown.replace(next);
                self.spare = before.unwrap_or_default();
                is_new = true;
            }
        }
        // After a jump back, what was decoded for later is of no use.
        let beyond = position + reach(step);
        if let Some(stale) = self.next.take_if(|n| n.position > beyond) {
            self.spare = stale;
        }
        self.count((position, step), is_new);
        self.shown.as_ref().map(|s| (&s.picture, is_new))
    }

    /// How far it is from the position before, where it goes on.
    fn stepped(&self, position: u64) -> u64 {
        let step = match self.asked {
            Some(asked) if asked == position => return self.desk.step.load(Ordering::Relaxed),
            Some(asked) if asked < position => (position - asked).min(STEP_MAX),
            _ => 1,
        };
        self.desk.step.store(step, Ordering::Relaxed);
        step
    }

    fn count(&mut self, (position, step): (u64, u64), is_new: bool) {
        self.counts.shown += u64::from(is_new);
        let is_other = self.asked != Some(position);
        // Less than a step behind is nearer than the picture before would have been.
        let near = |at: u64| at <= position && position - at < step;
        let is_there = self.shown.as_ref().is_some_and(|s| near(s.position));
        if is_other && self.asked.is_some() && !is_there {
            self.counts.late += 1;
        }
        self.asked = Some(position);
    }

    /// Whether there is one to look at.
    fn take_next(&mut self) -> bool {
        if self.next.is_some() {
            return true;
        }
        let mut taken = std::mem::take(&mut self.spare);
        let is_there = self
            .decoded
            .pop_with(|slot| std::mem::swap(slot, &mut taken));
        match is_there {
            Some(()) => self.next = Some(taken),
            None => self.spare = taken,
        }
        self.next.is_some()
    }

    /// The picture that is shown, for a renderer that has lost it.
    pub fn shown(&self) -> Option<&PlatePicture> {
        self.shown.as_ref().map(|s| &s.picture)
    }

    /// What became of its frames.
    pub fn counts(&self) -> PlateCounts {
        PlateCounts {
            broken: self.desk.broken.load(Ordering::Relaxed),
            ..self.counts
        }
    }

    /// What was first wrong with its file.
    pub fn fault(&self) -> Option<PlateFault> {
        let fault = self.desk.fault.lock();
        fault.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for PlatePlayer {
    fn drop(&mut self) {
        self.desk.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to end.
            let _ = thread.join();
        }
    }
}

/// The thread's side.
struct Reader {
    desk: Arc<Desk>,
    file: PlateFile,
    range: PlayRange,
    frames: RingProducer<Decoded>,
    decoded: Decoded,
}

impl Reader {
    fn run(&mut self, position: u64) {
        let mut next = position;
        // The position that was decoded last: one picture is not decoded twice.
        let mut done = None;
        while !self.desk.stop.load(Ordering::Relaxed) {
            let wanted = self.desk.wanted.load(Ordering::Relaxed);
            let step = self.desk.step.load(Ordering::Relaxed);
            if next < wanted || next > wanted + reach(step) {
                (next, done) = (wanted, None);
            }
            let at = self.range.least_alike(next);
            if done == Some(at) {
                std::thread::sleep(REST);
                continue;
            }
            match self
                .file
                .read(self.range.frame(at), &mut self.decoded.picture)
            {
                Ok(()) => {
                    self.decoded.position = at;
                    if self.push(at) {
                        (next, done) = (at + step, Some(at));
                    }
                }
                Err(fault) => {
                    self.tell(fault);
                    // The next one may be whole.
                    (next, done) = (at + step, Some(at));
                    std::thread::sleep(REST_AFTER_FAULT);
                }
            }
        }
    }

    /// Waits for room; false when the show has jumped elsewhere meanwhile.
    fn push(&mut self, position: u64) -> bool {
        loop {
            let (frames, decoded) = (&mut self.frames, &mut self.decoded);
            if frames
                .push_with(|slot| std::mem::swap(slot, decoded))
                .is_stored()
            {
                return true;
            }
            let wanted = self.desk.wanted.load(Ordering::Relaxed);
            let step = self.desk.step.load(Ordering::Relaxed);
            let is_stale = position < wanted || position > wanted + reach(step);
            if self.desk.stop.load(Ordering::Relaxed) || is_stale {
                return false;
            }
            std::thread::sleep(REST);
        }
    }

    /// Says what is wrong. The first thing stays said: a loop comes by the same damage again and again.
    fn tell(&self, fault: PlateFault) {
        self.desk.broken.fetch_add(1, Ordering::Relaxed);
        let told = self.desk.fault.lock();
        told.unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(fault);
    }
}

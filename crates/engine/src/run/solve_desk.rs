//! The desk at which the solve thread sits: the ends of the queues, of which there is one each, and whose turn it is.
//!
//! A thread that hangs cannot be stopped, and what it holds is lost with it. So it holds nothing while it solves: it takes
//! frames from the desk, solves them on its own, and puts the result on the desk again. Whoever's turn is over gets the desk
//! no more, even if it wakes up later. The lock is never waited for on the way of a frame: only who is about to leave
//! could hold it.

use super::exchange::SourceInput;
use super::find::FinderLink;
use super::solve::{MarkerFrames, Retired, SolveOrder};
use cyc_character::NeutralFace;
use cyc_model::{PerformerIdx, StageFrame};
use cyc_queue::{LatestWriter, RingConsumer, RingProducer};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, TryLockError};
use std::thread::Thread;
use std::time::Duration;

/// Threads that may have sat here: the first one and its successors. A program whose solve thread hangs more often than this
/// is to be restarted, and each that hangs keeps its memory for good.
pub const TURNS_MAX: usize = 9;

/// What lies on the desk.
pub struct SolveLinks {
    pub live: Vec<Option<SourceInput>>,
    pub out: LatestWriter<StageFrame>,
    pub record: RingProducer<StageFrame>,
    pub orders: RingConsumer<Option<SolveOrder>>,
    pub retired: RingProducer<Option<Retired>>,
    pub memories: RingProducer<Option<(PerformerIdx, MarkerFrames)>>,
    /// How faces rest that were said to.
    pub face_rests: RingProducer<Option<(PerformerIdx, NeutralFace)>>,
    pub finder: Option<FinderLink>,
}

/// See the module's page.
pub struct SolveDesk {
    turn: AtomicUsize,
    /// Who has, or had, which turn; to be woken when a frame comes.
    threads: [OnceLock<Thread>; TURNS_MAX],
    links: Mutex<SolveLinks>,
    /// The next frame is not solved until it is released: a rehearsal.
    hangs_next: AtomicBool,
    is_released: AtomicBool,
}

impl SolveDesk {
    pub fn new(links: SolveLinks) -> Self {
        Self {
            turn: AtomicUsize::new(0),
            threads: Default::default(),
            links: Mutex::new(links),
            hangs_next: AtomicBool::new(false),
            is_released: AtomicBool::new(false),
        }
    }

    /// Works with what lies on the desk; `None` when it is another thread's turn.
    pub fn with<R>(&self, turn: usize, work: impl FnOnce(&mut SolveLinks) -> R) -> Option<R> {
        loop {
            if self.turn.load(Ordering::Acquire) != turn {
                return None;
            }
            match self.links.try_lock() {
                Ok(mut links) => {
                    let is_mine = self.turn.load(Ordering::Acquire) == turn;
                    return is_mine.then(|| work(&mut links));
                }
                // Whoever panicked here left whole queues behind: they are changed by single stores.
                Err(TryLockError::Poisoned(_)) => self.links.clear_poison(),
                // The one before is about to leave.
                Err(TryLockError::WouldBlock) => std::thread::yield_now(),
            }
        }
    }

    /// The turn after a thread's own: it gets the desk no more. `None` when there were too many.
    pub fn next_turn(&self) -> Option<usize> {
        let next = self.turn.load(Ordering::Acquire) + 1;
        if next >= TURNS_MAX {
            return None;
        }
        self.turn.store(next, Ordering::Release);
        Some(next)
    }

    /// Nobody could sit down: the turn goes back to the one before.
    pub fn give_back(&self, turn: usize) {
        self.turn.store(turn.saturating_sub(1), Ordering::Release);
    }

    /// The calling thread sits down: it is woken from now on.
    pub fn sit_down(&self, turn: usize) {
        if let Some(place) = self.threads.get(turn) {
            place.get_or_init(std::thread::current);
        }
    }

    /// Wakes the thread whose turn it is.
    pub fn wake(&self) {
        let turn = self.turn.load(Ordering::Relaxed);
        if let Some(thread) = self.threads.get(turn).and_then(OnceLock::get) {
            thread.unpark();
        }
    }

    /// The next frame hangs the thread that solves it, until [`Self::release`].
    pub fn hang_next(&self) {
        self.is_released.store(false, Ordering::Relaxed);
        self.hangs_next.store(true, Ordering::Release);
    }

    /// Lets a thread that hangs go on.
    pub fn release(&self) {
        self.is_released.store(true, Ordering::Release);
    }

    /// Where a thread hangs that was told to.
    pub fn rehearse_hang(&self) {
        if self.hangs_next.load(Ordering::Relaxed) && self.hangs_next.swap(false, Ordering::AcqRel)
        {
            while !self.is_released.load(Ordering::Acquire) {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }
}

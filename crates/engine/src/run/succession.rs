//! Who goes on when the solve thread hangs: a fresh thread, with a core as it was built and the stage as it was last shown.
//!
//! What the hung thread has in hand may be half done, so nothing of it is used. The successor knows every performer's
//! newest job, and shows what was shown last until the next frames come, as old as it is.

use super::solve::{SolveSeat, SolveThread};
use super::solve_team::lead;
use super::threads::{Granted, Intent, spawn};
use crate::core::Core;
use cyc_model::{HostNs, StageFrame};
use cyc_queue::LatestReader;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// A core that nobody steps but for new jobs: what the next thread begins with.
pub type SpareCore = Arc<Mutex<Core>>;

/// Everything that a successor needs.
pub struct Succession {
    pub seat: SolveSeat,
    pub spare: SpareCore,
    /// The stage as it was last shown.
    pub last: LatestReader<StageFrame>,
    /// Whether the newest thread runs with real-time priority.
    pub real_time: Arc<AtomicBool>,
    /// The threads, the newest last.
    pub threads: Vec<JoinHandle<()>>,
}

/// Starts a solve thread.
pub fn start_solver(
    seat: SolveSeat,
    turn: usize,
    core: impl FnOnce() -> Core + Send + 'static,
    real_time: Arc<AtomicBool>,
) -> std::io::Result<JoinHandle<()>> {
    spawn("solve", Intent::RealTime, move |granted| {
        real_time.store(granted == Granted::RealTime, Ordering::Relaxed);
        lead(granted, move || {
            seat.desk.sit_down(turn);
            SolveThread::new(seat, turn, core(), granted).run();
        });
    })
}

impl Succession {
    /// The solve thread hangs: another one takes its turn. Nothing changes when it cannot be made, or when there were too
    /// many; then the thread stays hung, and that is told.
    pub fn succeed(&mut self, now: HostNs) {
        let Some(turn) = self.seat.desk.next_turn() else {
            return;
        };
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        let mut core = spare.clone();
        drop(spare);
        if let Some(last) = self.last.latest() {
            core.go_on_from(last);
        }
        let started = start_solver(
            self.seat.clone(),
            turn,
            move || core,
            Arc::clone(&self.real_time),
        );
        match started {
            Ok(thread) => {
                self.threads.push(thread);
                self.seat.heartbeat.note_succession(now);
            }
            Err(_) => self.seat.desk.give_back(turn),
        }
    }

    /// Waits for the thread whose turn it is; those that hang are left where they are.
    pub fn end(mut self) {
        self.seat.desk.wake();
        if let Some(newest) = self.threads.pop() {
            // One that panicked has stopped as well.
            let _ = newest.join();
        }
    }
}

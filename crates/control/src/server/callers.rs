//! Who is connected: at most so many, and who has shown a token stays before who has not.
//!
//! Half-open requests are cheap to make. When every place is taken, the oldest caller who has never been let in gives
//! up its place, so that nobody can keep the operator out by leaning against the door.

use crate::limits::CONNECTIONS_MAX;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::task::JoinHandle;

/// Whether a caller has ever been let in.
#[derive(Clone, Debug, Default)]
pub struct Known(Arc<AtomicBool>);

impl Known {
    /// The caller was let in.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The callers, oldest first.
#[derive(Debug, Default)]
pub struct Callers {
    callers: VecDeque<(JoinHandle<()>, Known)>,
}

impl Callers {
    /// Makes room for one more. Whether there is room, and whether somebody had to go for it.
    pub fn make_room(&mut self) -> (bool, bool) {
        self.callers.retain(|(task, _)| !task.is_finished());
        if self.callers.len() < CONNECTIONS_MAX {
            return (true, false);
        }
        let stranger = self.callers.iter().position(|(_, known)| !known.is_set());
        let Some((task, _)) = stranger.and_then(|at| self.callers.remove(at)) else {
            return (false, false);
        };
        task.abort();
        (true, true)
    }

    /// Takes one in.
    pub fn add(&mut self, task: JoinHandle<()>, known: Known) {
        self.callers.push_back((task, known));
    }
}

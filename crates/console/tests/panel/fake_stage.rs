//! A stage that stands still: what it says is set by the test, and what it is told is recorded.

use cyc_console::{Given, Outcome, Seen, StageLink};
use cyc_control::{Command, StageDocument};
use std::sync::{Arc, Mutex};

/// What the test holds of the stage.
#[derive(Clone, Default)]
pub struct FakeStage(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    seen: Seen,
    given: Vec<Command>,
    last: Option<Given>,
}

impl FakeStage {
    pub fn new(seen: Seen) -> Self {
        let stage = Self::default();
        stage.0.lock().unwrap().seen = seen;
        stage
    }

    /// Changes what the stage says of itself.
    pub fn change(&self, change: impl FnOnce(&mut StageDocument)) {
        let mut state = self.0.lock().unwrap();
        let mut document = state.seen.document.as_deref().cloned().unwrap_or_default();
        change(&mut document);
        document.number += 1;
        state.seen.document = Some(Arc::new(document));
    }

    pub fn set(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.0.lock().unwrap().seen);
    }

    /// Answers the newest command.
    pub fn answer(&self, outcome: Outcome) {
        self.0.lock().unwrap().last.as_mut().unwrap().outcome = outcome;
    }

    /// What was told since the last time.
    pub fn told(&self) -> Vec<Command> {
        std::mem::take(&mut self.0.lock().unwrap().given)
    }
}

impl StageLink for FakeStage {
    fn seen(&mut self) -> Seen {
        self.0.lock().unwrap().seen.clone()
    }

    fn give(&mut self, command: Command) {
        let mut state = self.0.lock().unwrap();
        let number = state.last.as_ref().map_or(1, |last| last.number + 1);
        state.last = Some(Given {
            number,
            command: command.clone(),
            outcome: Outcome::Waiting,
        });
        state.given.push(command);
    }

    fn last_given(&mut self) -> Option<Given> {
        self.0.lock().unwrap().last.clone()
    }
}

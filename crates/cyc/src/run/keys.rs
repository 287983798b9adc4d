//! The keys of the stage's window: what they mean is read from the newest document, what they tell goes over the same
//! desk as everything else that is told to the stage.
//!
//! The window owns the program's first thread and opens before the stage does; the desk is put here once the stage has
//! one. A key that is pressed before that tells nobody.

use crate::language::Language;
use crate::wording::WindowText;
use cyc_console::{KeyAnswer, KeyContext, StageKey, WindowKeys};
use cyc_control::{OrderDesk, Role, StageDocument, Via};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Default)]
struct State {
    context: KeyContext,
    desk: Option<OrderDesk>,
}

/// What the window and the stage share of the keys. The lock is held for as long as a copy takes.
#[derive(Clone, Default)]
pub struct StageKeys(Arc<Mutex<State>>);

impl StageKeys {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the window needs.
    pub fn window(&self, language: Language) -> WindowKeys {
        let (read, give) = (self.clone(), self.clone());
        WindowKeys {
            text: Box::new(WindowText::new(language)),
            context: Box::new(move || read.state().context.clone()),
            give: Box::new(move |command| {
                if let Some(desk) = &give.state().desk {
                    // Who sits at the stage's own window may do everything; what became of it stands in the log. A
                    // stage that has no room for it tells nothing, and nothing is what happens.
                    let _ = desk.give(command, Via::Key, Role::Configure);
                }
            }),
        }
    }

    /// A key was pressed on a wall's window; what it writes, in capitals. Nothing is told on the wall: what became of it
    /// stands in the panel's log.
    pub fn press(&self, text: &str, shift: bool) {
        let state = self.state();
        let known = StageKey::ALL.into_iter();
        let key = known.into_iter().find(|k| k.on_keyboard().name() == text);
        let answer = key.map(|key| key.pressed(shift, &state.context));
        if let (Some(KeyAnswer::Give(command)), Some(desk)) = (answer, &state.desk) {
            let _ = desk.give(command, Via::Key, Role::Configure);
        }
    }

    /// Where the keys' commands go from now on.
    pub fn connect(&self, desk: OrderDesk) {
        self.state().desk = Some(desk);
    }

    /// What the keys mean from now on.
    pub fn renew(&self, document: &StageDocument) {
        self.state().context = KeyContext::of(document);
    }
}

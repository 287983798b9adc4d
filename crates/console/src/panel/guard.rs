//! The guard of what the audience would notice: the first press arms, the second within three seconds does it.
//!
//! An armed guard times out, is disarmed by Escape and by any other press, and holds for one command alone: when the
//! stage changes meanwhile so that the button would mean something else, it is not armed for that.

use cyc_control::Command;

/// For how long a guard stays armed, seconds.
pub const ARMED_S: f64 = 3.0;

/// The one guard that can be armed.
#[derive(Debug, Default)]
pub struct Guard {
    armed: Option<(Command, f64)>,
}

impl Guard {
    /// A button for a command was pressed: whether the command is to be given.
    pub fn press(&mut self, command: &Command, now_s: f64) -> bool {
        let was_armed = self.left(command, now_s).is_some();
        self.armed = None;
        if command.is_dangerous() && !was_armed {
            self.armed = Some((command.clone(), now_s + ARMED_S));
            return false;
        }
        true
    }

    /// The share of its time that is left while the guard is armed for a command.
    pub fn left(&self, command: &Command, now_s: f64) -> Option<f32> {
        let (armed, until_s) = self.armed.as_ref()?;
        let left = (until_s - now_s) / ARMED_S;
        (armed == command && left > 0.0).then_some(left as f32)
    }

    /// What it is armed for.
    pub fn armed(&self, now_s: f64) -> Option<&Command> {
        let (armed, until_s) = self.armed.as_ref()?;
        (*until_s > now_s).then_some(armed)
    }

    /// Disarms it.
    pub fn disarm(&mut self) {
        self.armed = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK: Command = Command::Blackout { on: true };
    const FREEZE: Command = Command::Freeze { on: true };

    #[test]
    fn the_second_press_does_it() {
        let mut guard = Guard::default();
        assert!(!guard.press(&BLACK, 0.0));
        assert!(guard.left(&BLACK, 2.9).is_some());
        assert!(guard.press(&BLACK, 2.9));
        assert!(!guard.press(&BLACK, 3.0), "once done it is armed anew");
    }

    #[test]
    fn it_times_out_and_holds_for_one_command() {
        let mut guard = Guard::default();
        guard.press(&BLACK, 0.0);
        assert!(!guard.press(&BLACK, 3.0), "three seconds are over");
        assert!(!guard.press(&FREEZE, 3.1), "armed for another command");
        assert!(!guard.press(&BLACK, 3.2), "another press has disarmed it");
        guard.disarm();
        assert!(guard.left(&BLACK, 3.3).is_none());
    }

    #[test]
    fn what_harms_nobody_needs_no_guard() {
        assert!(Guard::default().press(&Command::Blackout { on: false }, 0.0));
        assert!(Guard::default().press(&Command::Undo {}, 0.0));
    }
}

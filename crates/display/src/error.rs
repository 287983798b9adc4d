//! Why there is no window.

use thiserror::Error;

/// What the window system refuses.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DisplayError {
    /// There is no window system, or it does not answer.
    #[error("the walls' windows cannot be opened: {reason}")]
    NoWindowSystem {
        /// What it said.
        reason: String,
    },
    /// One window.
    #[error("the window of '{display}' cannot be opened: {reason}")]
    NoWindow {
        /// The display's name.
        display: String,
        /// What the window system said.
        reason: String,
    },
}

impl DisplayError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoWindowSystem { .. } => "display-no-window-system",
            Self::NoWindow { .. } => "display-no-window",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoWindowSystem { reason } => vec![("reason", reason.clone())],
            Self::NoWindow { display, reason } => {
                vec![("display", display.clone()), ("reason", reason.clone())]
            }
        }
    }
}

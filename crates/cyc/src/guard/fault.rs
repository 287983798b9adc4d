//! Why nothing keeps the walls' last picture.

use cyc_control::Mood;

/// Why there is no guard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GuardFault {
    /// The windows are not on an X screen: no program may lay its windows under another's.
    Wayland,
    /// Another stage that runs has the guard of this screen.
    Taken,
    /// It could not be started, or ended again and again.
    NotStarted {
        /// What the system said, or the guard itself.
        reason: String,
    },
    /// Pictures cannot be handed over.
    NoPictures {
        /// What the system said.
        reason: String,
    },
}

impl GuardFault {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Wayland => "run-guard-wayland",
            Self::Taken => "run-guard-taken",
            Self::NotStarted { .. } => "run-guard-not-started",
            Self::NoPictures { .. } => "run-guard-no-pictures",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Wayland | Self::Taken => Vec::new(),
            Self::NotStarted { reason } | Self::NoPictures { reason } => {
                vec![("reason", reason.clone())]
            }
        }
    }

    /// What cannot be otherwise on this machine is said, and no fault of the show.
    pub fn mood(&self) -> Mood {
        match self {
            Self::Wayland | Self::Taken => Mood::Off,
            Self::NotStarted { .. } | Self::NoPictures { .. } => Mood::Amber,
        }
    }
}

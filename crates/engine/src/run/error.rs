//! Why the engine does not start.

use thiserror::Error;

/// Why the engine does not start.
#[derive(Debug, Error)]
pub enum EngineError {
    /// A thread could not be made.
    #[error("the thread '{name}' could not be started: {reason}")]
    Thread {
        /// The thread.
        name: String,
        /// What the system said.
        reason: String,
    },
    /// A queue could not be made.
    #[error("a frame queue could not be made: {reason}")]
    Queue {
        /// What is wrong.
        reason: String,
    },
    /// The recording could not be started.
    #[error(transparent)]
    Take(#[from] cyc_take::TakeError),
    /// Too many takes are being begun and ended at once.
    #[error("the recording has too many orders to do already")]
    RecorderBusy,
    /// A take rolls: its sources and performers stay what it says they are.
    #[error("sources, cameras, props and performers stay as they are while a take rolls")]
    TakeRolls,
    /// Another configuration is on its way already.
    #[error("another configuration of the stage is on its way already")]
    ExchangeBusy,
    /// A source could not be set up.
    #[error(transparent)]
    Capture(#[from] cyc_capture::SourceUrlError),
}

impl EngineError {
    pub(super) fn thread(name: &str, reason: &std::io::Error) -> Self {
        Self::Thread {
            name: name.to_owned(),
            reason: reason.to_string(),
        }
    }

    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Thread { .. } => "engine-no-thread",
            Self::Queue { .. } => "engine-no-queue",
            Self::RecorderBusy => "engine-recorder-busy",
            Self::TakeRolls => "engine-take-rolls",
            Self::ExchangeBusy => "engine-exchange-busy",
            Self::Take(e) => e.key(),
            Self::Capture(e) => e.key(),
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Thread { name, reason } => {
                vec![("name", name.clone()), ("reason", reason.clone())]
            }
            Self::Queue { reason } => vec![("reason", reason.clone())],
            Self::RecorderBusy | Self::TakeRolls | Self::ExchangeBusy => Vec::new(),
            Self::Take(e) => e.args(),
            Self::Capture(e) => e.args(),
        }
    }
}

impl From<cyc_queue::QueueError> for EngineError {
    fn from(e: cyc_queue::QueueError) -> Self {
        Self::Queue {
            reason: e.to_string(),
        }
    }
}

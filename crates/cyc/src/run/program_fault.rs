//! What may be wrong with the program itself: threads that do not come round.

use cyc_control::Mood;

/// A fault of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgramFault {
    /// A thread does not come round any more.
    Hung { thread: String },
    /// A thread is late again and again.
    Late { thread: String },
    /// A thread failed, and began again.
    Restarted { thread: String, times: u64 },
    /// The thread that solves hung, and another one went on.
    Succeeded { times: u64 },
}

impl ProgramFault {
    /// The thread that it is about; empty for one that is over.
    pub fn about(&self) -> &str {
        match self {
            Self::Hung { thread } | Self::Late { thread } | Self::Restarted { thread, .. } => {
                thread
            }
            Self::Succeeded { .. } => "",
        }
    }

    /// How bad it is.
    pub fn mood(&self) -> Mood {
        match self {
            Self::Hung { .. } => Mood::Red,
            Self::Late { .. } | Self::Restarted { .. } | Self::Succeeded { .. } => Mood::Amber,
        }
    }

    /// The key of its text, and what stands in it.
    pub fn said(&self) -> (&'static str, Vec<(&'static str, String)>) {
        match self {
            Self::Hung { thread } => ("run-hung", vec![("thread", thread.clone())]),
            Self::Late { thread } => ("run-late", vec![("thread", thread.clone())]),
            Self::Restarted { thread, times } => {
                let times = ("times", times.to_string());
                (
                    "run-thread-restarted",
                    vec![("thread", thread.clone()), times],
                )
            }
            Self::Succeeded { times } => ("run-succeeded", vec![("times", times.to_string())]),
        }
    }
}

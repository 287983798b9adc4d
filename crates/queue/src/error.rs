//! What can be wrong with the size asked of a queue.

use crate::limits::{CAPACITY_MAX, READERS_MAX};
use thiserror::Error;

/// A queue that cannot be made. Queues are made at start, out of the stage's configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum QueueError {
    /// Nobody would read, or more readers than a queue keeps account of.
    #[error("a queue for {asked} readers: 1 to {READERS_MAX} are possible")]
    Readers {
        /// The number of readers asked for.
        asked: usize,
    },
    /// No room at all, or more than the limit.
    #[error("a queue of {asked} values: 1 to {CAPACITY_MAX} are possible")]
    Capacity {
        /// The capacity asked for.
        asked: usize,
    },
}

impl QueueError {
    /// The stable message id, found in `assets/text`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Readers { .. } => "queue-readers-out-of-range",
            Self::Capacity { .. } => "queue-capacity-out-of-range",
        }
    }

    /// The message's arguments by name.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match *self {
            Self::Readers { asked } => {
                vec![
                    ("asked", asked.to_string()),
                    ("max", READERS_MAX.to_string()),
                ]
            }
            Self::Capacity { asked } => {
                vec![
                    ("asked", asked.to_string()),
                    ("max", CAPACITY_MAX.to_string()),
                ]
            }
        }
    }
}

pub(crate) fn check_readers(asked: usize) -> Result<(), QueueError> {
    if (1..=READERS_MAX).contains(&asked) {
        Ok(())
    } else {
        Err(QueueError::Readers { asked })
    }
}

pub(crate) fn check_capacity(asked: usize) -> Result<(), QueueError> {
    if (1..=CAPACITY_MAX).contains(&asked) {
        Ok(())
    } else {
        Err(QueueError::Capacity { asked })
    }
}

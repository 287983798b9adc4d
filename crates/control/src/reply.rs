//! The answer to a command: every one gets exactly one.

use crate::document::Said;
use serde::{Deserialize, Serialize};

/// The answer to a command.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reply {
    /// The command's number in the log.
    pub number: u64,
    /// Whether it was done.
    pub done: bool,
    /// Why not, when it was not: the message's stable name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<Said>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Said>,
}

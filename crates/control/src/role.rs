//! What somebody may do.

use serde::{Deserialize, Serialize};

/// What somebody may do; each may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// See the stage.
    View,
    /// Steer the show.
    Operate,
    /// Change what the stage is made of.
    Configure,
}

impl Role {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::View, Self::Operate, Self::Configure];

    /// Its name in token files and configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Operate => "operate",
            Self::Configure => "configure",
        }
    }
}

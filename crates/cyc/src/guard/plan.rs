//! What the stage tells its guard, and what the guard tells the stage.

use cyc_display::GuardPlace;
use serde::{Deserialize, Serialize};

/// Version of the two files' shape.
pub(super) const FORMAT: u32 = 1;

/// How far the stage is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Phase {
    /// Its windows have no picture yet: the guard's lie over them.
    #[default]
    Starting,
    /// Its windows show pictures: the guard's lie under them.
    Showing,
    /// It ends in order: when it is gone nothing is to be guarded.
    Leaving,
    /// It has ended in order: the guard ends.
    Ended,
}

/// A window of the stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct GuardedWindow {
    pub name: String,
    pub origin_px: [i32; 2],
    pub size_px: [u32; 2],
    /// Whether the operator wants it black, whatever its last picture was.
    pub is_dark: bool,
}

impl GuardedWindow {
    pub(super) fn place(&self) -> GuardPlace {
        GuardPlace {
            name: self.name.clone(),
            origin_px: self.origin_px,
            size_px: self.size_px,
        }
    }
}

/// What the stage tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct GuardPlan {
    pub format: u32,
    /// The stage's process, for people.
    pub pid: u32,
    pub phase: Phase,
    pub windows: Vec<GuardedWindow>,
}

/// What the guard tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct GuardStatus {
    pub format: u32,
    /// Its process.
    pub pid: u32,
    /// Windows that have a picture.
    pub held: usize,
    /// Why it ended.
    pub fault: Option<String>,
}

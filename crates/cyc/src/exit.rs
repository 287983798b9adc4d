//! The exit codes, the same for every command, so that scripts can tell what to do next.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(
    dead_code,
    reason = "the table is the contract; commands take what they need of it"
)]
pub enum Exit {
    /// Done.
    Success = 0,
    /// The command line cannot be understood.
    Usage = 2,
    /// A configuration (stage, rig, map) is wrong.
    Config = 64,
    /// An asset or a take cannot be used.
    Asset = 65,
    /// A device, a driver or a permission is missing.
    Device = 66,
    /// A take was read, with losses.
    TakeLossy = 67,
    /// A fault of the program.
    Internal = 70,
    /// It may work later: busy, or not there yet.
    Retry = 75,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

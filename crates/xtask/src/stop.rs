//! An error that carries the exit code of `cli.md`'s table.

use std::fmt;

/// A reason to stop that the person at the terminal can act on.
#[derive(Debug)]
pub struct Stop {
    /// The program's exit code.
    pub code: i32,
    message: String,
}

impl Stop {
    /// 1: a check failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Self {
            code: 1,
            message: message.into(),
        }
    }

    /// 2: the command line was wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self {
            code: 2,
            message: message.into(),
        }
    }

    /// 66: the machine lacks something.
    pub fn device(message: impl Into<String>) -> Self {
        Self {
            code: 66,
            message: message.into(),
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Stop {}

//! Where results and remarks go.
//!
//! Results go to standard output: text, or with `--json` one object and nothing else. Everything that is not a result
//! goes to standard error, where `--quiet` silences remarks but never errors. A reader that went away (`| head`) is
//! not an error.

use crate::failure::Failure;
use std::io::{self, ErrorKind, Write};

/// The two streams, and how much to say.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    json: bool,
    quiet: bool,
}

impl Output {
    /// From the flags `--json` and `--quiet`.
    pub const fn new(json: bool, quiet: bool) -> Self {
        Self { json, quiet }
    }

    /// Whether remarks and progress are unwanted.
    pub const fn is_quiet(self) -> bool {
        self.quiet
    }

    /// Whether a command should hand over an object instead of text.
    pub const fn wants_json(self) -> bool {
        self.json
    }

    /// A result for people.
    pub fn result(self, text: &str) -> Result<(), Failure> {
        write(io::stdout().lock(), text)
    }

    /// The one object of `--json`.
    pub fn object(self, value: &serde_json::Value) -> Result<(), Failure> {
        write(io::stdout().lock(), &value.to_string())
    }

    /// A remark beside the result; silent with `--quiet`.
    pub fn remark(self, text: &str) {
        if !self.quiet {
            self.error(text);
        }
    }

    /// What went wrong. That it cannot be said is not worth a second error.
    pub fn error(self, text: &str) {
        let _ = write(io::stderr().lock(), text);
    }
}

fn write(mut stream: impl Write, text: &str) -> Result<(), Failure> {
    let written = writeln!(stream, "{}", text.trim_end()).and_then(|()| stream.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::cannot_write_output(&error))
        }
        _ => Ok(()),
    }
}

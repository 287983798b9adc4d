//! Readers that are Python packages, in one process that lives as long as the benchmark: starting it is not timed.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The process.
pub struct Peers {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peers {
    /// Starts it with the interpreter that `CYC_PEER_PYTHON` names; `None` without one.
    pub fn start() -> Option<Self> {
        let python = std::env::var_os("CYC_PEER_PYTHON")?;
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/time_reads.py");
        let mut child = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let asks = child.stdin.take()?;
        let answers = BufReader::new(child.stdout.take()?);
        Some(Self {
            child,
            asks,
            answers,
        })
    }

    /// Milliseconds of one read; `None` when the reader is not there or fails.
    pub fn time_ms(&mut self, reader: &str, file: &Path) -> Option<f64> {
        writeln!(self.asks, "{reader} {}", file.display()).ok()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer).ok()?;
        let ns: f64 = answer.trim().parse().ok()?;
        Some(ns / 1e6)
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        // It ends with its input, too.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! Finding and running the peers.

use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest wait for a peer.
const PATIENCE: Duration = Duration::from_secs(40);

/// Says why a test is skipped, unless peers are required.
pub fn skip(what: &str) {
    let required = std::env::var("CYC_PEERS").is_ok_and(|v| v == "required");
    assert!(!required, "CYC_PEERS=required, but there is no {what}");
    eprintln!("SKIPPED: no {what}");
}

/// The interpreter that has a module; `None` after having said why the test is skipped.
pub fn python_with(module: &str) -> Option<PathBuf> {
    let named = std::env::var_os("CYC_PEER_PYTHON").map(PathBuf::from);
    let cached = std::env::home_dir().map(|h| h.join(".cache/cyclorama/venv/peers/bin/python"));
    let found = named.or(cached.filter(|p| p.exists()));
    let works = |p: &PathBuf| {
        let import = Command::new(p)
            .args(["-c", &format!("import {module}")])
            .output();
        import.is_ok_and(|o| o.status.success())
    };
    let usable = found.filter(works);
    if usable.is_none() {
        skip(&format!("Python with `{module}` (set CYC_PEER_PYTHON)"));
    }
    usable
}

/// A peer that runs; ended with the test.
pub struct Peer {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Peer {
    pub fn start(program: impl AsRef<Path>, arguments: &[&str]) -> Self {
        let mut child = Command::new(program.as_ref())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// A script of `tests/peers`.
    pub fn script(python: &Path, name: &str, arguments: &[&str]) -> Self {
        let script = format!("{}/tests/peers/{name}", env!("CARGO_MANIFEST_DIR"));
        let mut all = vec![script.as_str()];
        all.extend(arguments);
        Self::start(python, &all)
    }

    /// The port that a listening script told.
    pub fn port(&mut self) -> u16 {
        let line = self.lines.next().unwrap().unwrap();
        line.strip_prefix("port ").unwrap().parse().unwrap()
    }

    pub fn line(&mut self) -> String {
        self.lines.next().unwrap().unwrap()
    }

    pub fn json(&mut self) -> Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    /// Gives it its standard input, to the end.
    pub fn tell(&mut self, text: &str) {
        let mut stdin = self.child.stdin.take().unwrap();
        stdin.write_all(text.as_bytes()).unwrap();
    }

    /// Waits for its end, which must be a good one.
    pub fn end(mut self) {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(status.success(), "the peer failed");
                return;
            }
            assert!(began.elapsed() < PATIENCE, "the peer did not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

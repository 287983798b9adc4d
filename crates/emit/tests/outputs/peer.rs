//! Finding and running the peers.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(40);

/// The interpreter that has the modules; `None` after having said why the test is skipped.
pub fn python_with(modules: &str) -> Option<PathBuf> {
    let named = std::env::var_os("CYC_PEER_PYTHON").map(PathBuf::from);
    let cached = std::env::home_dir().map(|h| h.join(".cache/cyclorama/venv/peers/bin/python"));
    let found = named.or(cached.filter(|p| p.exists()));
    let works = |p: &PathBuf| {
        let import = Command::new(p)
            .args(["-c", &format!("import {modules}")])
            .output();
        import.is_ok_and(|o| o.status.success())
    };
    let usable = found.filter(works);
    if usable.is_none() {
        let required = std::env::var("CYC_PEERS").is_ok_and(|v| v == "required");
        assert!(!required, "CYC_PEERS=required, but no Python has {modules}");
        eprintln!("SKIPPED: no Python with {modules} (set CYC_PEER_PYTHON)");
    }
    usable
}

/// A peer that runs, and the lines that it prints. Ended when dropped.
pub struct Peer {
    child: Child,
    lines: Receiver<String>,
}

impl Peer {
    /// A script, by its path from this crate's tests.
    pub fn start(python: &PathBuf, script: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(python)
            .arg(format!("{}/tests/{script}", env!("CARGO_MANIFEST_DIR")))
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = sync_channel(1024);
        let read = move || {
            for line in out.lines() {
                if line.is_ok_and(|line| sender.send(line).is_err()) {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("peer".to_owned());
        thread.spawn(read).unwrap();
        Self { child, lines }
    }

    /// The next line.
    pub fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap()
    }

    /// The port that it told.
    pub fn port(&self) -> u16 {
        let line = self.line();
        line.strip_prefix("port ").unwrap().parse().unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    /// So many objects, while `send` is called every 10 ms.
    pub fn objects_while(&self, count: usize, mut send: impl FnMut()) -> Vec<Value> {
        let (mut objects, began) = (Vec::new(), Instant::now());
        while objects.len() < count {
            assert!(began.elapsed() < PATIENCE, "the peer read only {objects:?}");
            send();
            if let Ok(line) = self.lines.recv_timeout(Duration::from_millis(10)) {
                objects.push(serde_json::from_str(&line).unwrap());
            }
        }
        objects
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

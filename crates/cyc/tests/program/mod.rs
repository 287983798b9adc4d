//! Runs the program as a person or a script would: started, watched, and ended.
#![allow(dead_code, reason = "each test uses its part")]

pub mod door;
pub mod python;

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

/// Longest wait for anything.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The program with arguments, in the repository's root and speaking English unless told otherwise.
pub fn cyc(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cyc"));
    command
        .args(arguments)
        .current_dir(root())
        .env("CYC_LANG", "en")
        // What outlives the program goes where nobody keeps his own.
        .env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env_remove("STATE_DIRECTORY")
        .env_remove("NOTIFY_SOCKET")
        .env_remove("CYC_HOME");
    command
}

/// The same before whatever else the machine is busy with, where the system allows that: a capture system has a machine of its own.
pub fn preferred(arguments: &[&str]) -> Command {
    let plain = cyc(arguments);
    let mut command = Command::new("nice");
    command
        .args(["-n", "-15"])
        .arg(plain.get_program())
        .args(plain.get_args())
        .current_dir(root());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// The repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Whether the recordings beside the repository are there; says so aloud when they are not, and fails where they must be.
pub fn has_shared() -> bool {
    let there = root().join("../shared/data").is_dir();
    if !there {
        let required = std::env::var("CYC_SHARED").is_ok_and(|v| v == "required");
        assert!(
            !required,
            "CYC_SHARED=required, but ../shared/data is not there"
        );
        eprintln!("SKIPPED: ../shared/data is not there");
    }
    there
}

/// Runs to the end.
pub fn run(arguments: &[&str]) -> Output {
    cyc(arguments).output().unwrap()
}

/// What it said on standard error.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The one object of `--json`.
pub fn object(output: &Output) -> serde_json::Value {
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(text.lines().count(), 1, "more than one line: {text}");
    serde_json::from_str(&text).unwrap()
}

/// A program that runs beside the test and is ended with it.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    /// What it was started with, for whoever reads why a test failed.
    started: String,
}

impl Running {
    /// Starts it, listening to its standard error.
    pub fn start(arguments: &[&str]) -> Self {
        Self::of(cyc(arguments))
    }

    /// Starts it as a command says.
    pub fn of(mut command: Command) -> Self {
        let started = format!("{:?}", command.get_args().collect::<Vec<_>>());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = child.stderr.take().unwrap();
        let (sender, lines) = sync_channel(1024);
        let read = move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        };
        std::thread::Builder::new()
            .name("stderr".into())
            .spawn(read)
            .unwrap();
        Self {
            child,
            lines,
            started,
        }
    }

    /// The address behind `protocol://` in the first line that has one.
    pub fn address(&self, protocol: &str) -> String {
        let until = Instant::now() + PATIENCE;
        let mut heard = String::new();
        while let Ok(line) = self.lines.recv_timeout(until - Instant::now()) {
            let sign = format!(" {protocol}://");
            if let Some((_, rest)) = line.split_once(&sign) {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                return rest[..end].to_owned();
            }
            heard += &line;
        }
        panic!("no {protocol} address was told: {heard}");
    }

    /// Waits for a line on standard error that has these words.
    pub fn line_with(&self, words: &str) -> String {
        let until = Instant::now() + PATIENCE;
        let mut heard = String::new();
        while let Ok(line) = self.lines.recv_timeout(until - Instant::now()) {
            if line.contains(words) {
                return line;
            }
            heard += &line;
            heard.push('\n');
        }
        panic!("nobody said '{words}': {heard}");
    }

    /// Ends it as a system that shuts down does; its exit code, what it had to say on standard output, and how long it took.
    pub fn terminate(mut self) -> (Option<i32>, String, Duration) {
        let pid = self.child.id().to_string();
        let began = Instant::now();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.unwrap().success());
        let (code, text) = self.wait();
        (code, text, began.elapsed())
    }

    /// Ends it as Ctrl-C does; its exit code and what it had to say on standard output.
    pub fn interrupt(mut self) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status();
        assert!(sent.unwrap().success());
        self.wait()
    }

    /// Ends it as `kill -9` does, without a word.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> (Option<i32>, String) {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                let mut text = String::new();
                let mut out = self.child.stdout.take().unwrap();
                out.read_to_string(&mut text).unwrap();
                return (status.code(), text);
            }
            assert!(Instant::now() < until, "did not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let ended = self.child.try_wait();
            let said: Vec<String> = self.lines.try_iter().collect();
            eprintln!("{}: {ended:?}\n{}", self.started, said.join("\n"));
        }
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

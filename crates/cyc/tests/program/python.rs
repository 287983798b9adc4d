//! The Python of the tests' peers.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// The interpreter that has some modules; `None` after having said why the test is skipped.
pub fn python_with(modules: &str) -> Option<PathBuf> {
    let named = std::env::var_os("CYC_PEER_PYTHON").map(PathBuf::from);
    let cached = std::env::home_dir().map(|h| h.join(".cache/cyclorama/venv/peers/bin/python"));
    let found = named.or(cached.filter(|p| p.exists()));
    let works = |p: &PathBuf| {
        let script = format!("import {modules}");
        let import = Command::new(p).args(["-c", &script]).output();
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

/// Runs a script with arguments and something on its standard input.
pub fn python(python: &PathBuf, script: &str, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(python)
        .args(["-c", script])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

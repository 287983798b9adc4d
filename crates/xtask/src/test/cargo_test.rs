//! Runs `cargo test`, passes its output on, and keeps the tally that the summary shows.
//!
//! A test that skips itself says `SKIPPED: …`, and the test harness hides what passing tests say. So the harness is
//! asked for all output (`--show-output`), and of the passing tests only the `SKIPPED` lines are passed on.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// What the test binaries reported, added up.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    binaries: usize,
    passed: usize,
    failed: usize,
    ignored: usize,
    /// What tests said about why they did nothing, each once.
    pub skipped: Vec<String>,
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} passed, {} failed, {} ignored",
            self.passed, self.failed, self.ignored
        )?;
        write!(
            out,
            " in {} binaries, {} skipped",
            self.binaries,
            self.skipped.len()
        )
    }
}

/// Runs `command` (a `cargo test` without `--`) to its end.
pub fn run(command: &mut Command) -> anyhow::Result<(bool, Tally)> {
    let mut child = command
        .args(["--", "--show-output"])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut reader = Reader::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = String::from_utf8_lossy(&line?).into_owned();
            if reader.passes_on(&line) {
                println!("{line}");
            }
        }
    }
    Ok((child.wait()?.success(), reader.tally))
}

#[derive(Default)]
struct Reader {
    tally: Tally,
    in_successes: bool,
}

impl Reader {
    /// Takes one line of the harness into account; false when it is a passing test's chatter.
    fn passes_on(&mut self, line: &str) -> bool {
        if line == "successes:" {
            self.in_successes = true;
        } else if line == "failures:" || line.starts_with("test result:") {
            self.in_successes = false;
        }
        if let Some(counts) = line.strip_prefix("test result:") {
            self.add(counts);
        }
        if !line.contains("SKIPPED:") {
            return !self.in_successes;
        }
        let fresh = !self.tally.skipped.iter().any(|known| known == line);
        if fresh {
            self.tally.skipped.push(line.to_string());
        }
        fresh
    }

    fn add(&mut self, counts: &str) {
        let count = |word: &str| -> usize {
            let before = counts.split(word).next().unwrap_or_default();
            let number = before.rsplit(['.', ';']).next().unwrap_or_default().trim();
            number.parse().unwrap_or(0)
        };
        self.tally.binaries += 1;
        self.tally.passed += count(" passed");
        self.tally.failed += count(" failed");
        self.tally.ignored += count(" ignored");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_results_and_keeps_only_skips_of_passing_tests() {
        let output = "test a ... ok\n\nsuccesses:\n\n---- a stdout ----\nchatter\nSKIPPED: no data\n\n\
                      successes:\n    a\n\ntest result: ok. 12 passed; 1 failed; 2 ignored; 0 measured; \
                      3 filtered out; finished in 0.1s\ntest result: ok. 3 passed; 0 failed; 0 ignored; x";
        let mut reader = Reader::default();
        let shown: Vec<&str> = output
            .lines()
            .filter(|line| reader.passes_on(line))
            .collect();
        assert!(!shown.contains(&"chatter") && shown.contains(&"SKIPPED: no data"));
        assert!(shown.iter().any(|line| line.starts_with("test result:")));
        let expected = Tally {
            binaries: 2,
            passed: 15,
            failed: 1,
            ignored: 2,
            skipped: vec!["SKIPPED: no data".into()],
        };
        assert_eq!(reader.tally, expected);
    }
}

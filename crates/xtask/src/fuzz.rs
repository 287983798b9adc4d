//! `cargo xtask fuzz`: the decoders against damaged bytes, for as long as one likes.
//!
//! The fuzzer itself is `crates/wire/tests/fuzz`, so that its targets and its corpus are the ones that every test run
//! uses. It is seeded and in-process: the same seed makes the same inputs on every machine and every compiler.

use crate::stop::Stop;
use crate::workspace::Workspace;
use anyhow::Context;

/// Runs the fuzzer: `[--seconds N] [--seed N] [TARGET…]`.
pub fn run(workspace: &Workspace, arguments: &[&str]) -> anyhow::Result<()> {
    let (mut seconds, mut seed, mut targets) = ("60", "1", Vec::new());
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let slot = match *word {
            "--seconds" => &mut seconds,
            "--seed" => &mut seed,
            option if option.starts_with('-') => {
                return Err(Stop::usage(format!("fuzz does not know `{option}`")).into());
            }
            target => {
                targets.push(target);
                continue;
            }
        };
        let number = words.next().filter(|n| n.parse::<u64>().is_ok());
        let Some(number) = number else {
            return Err(Stop::usage(format!("`{word}` needs a whole number")).into());
        };
        *slot = number;
    }
    let status = workspace
        .cargo()
        .args([
            "test",
            "-q",
            "--release",
            "-p",
            "cyc-wire",
            "--test",
            "fuzz",
        ])
        .args(["fuzz", "--", "--ignored", "--nocapture", "--exact"])
        .env("CYC_FUZZ_SECONDS", seconds)
        .env("CYC_FUZZ_SEED", seed)
        .env("CYC_FUZZ_TARGETS", targets.join(" "))
        .status()
        .context("starting cargo")?;
    if !status.success() {
        return Err(
            Stop::failed("an input was not survived; it is printed above".to_owned()).into(),
        );
    }
    Ok(())
}

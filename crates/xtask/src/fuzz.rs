//! `cargo xtask fuzz`: the decoders, the character loader and compact takes against damaged bytes, for as long as one likes.
//!
//! The fuzzers themselves are `crates/wire/tests/fuzz`, `crates/character/tests/hostility` and `crates/compact/tests/fuzz`, so
//! that their targets and corpora are the ones that every test run uses. `gltf` names the loader, `compact` the compact
//! takes; every other target is a protocol. It is seeded and in-process: the same seed makes the same inputs on every machine and every compiler.

use crate::stop::Stop;
use crate::workspace::Workspace;
use anyhow::Context;

/// The fuzzers that are not `wire`'s: target, package, test.
const OTHERS: [(&str, &str, &str); 2] = [
    ("gltf", "cyc-character", "hostility"),
    ("compact", "cyc-compact", "fuzz"),
];

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
    let is_other = |target: &&str| OTHERS.iter().any(|(name, ..)| name == target);
    let (others, protocols): (Vec<&str>, Vec<&str>) = targets.iter().copied().partition(is_other);
    if targets.is_empty() || !protocols.is_empty() {
        let wanted = (seconds, seed, protocols.join(" "));
        one(workspace, ("cyc-wire", "fuzz"), &wanted)?;
    }
    for (name, package, test) in OTHERS {
        if targets.is_empty() || others.contains(&name) {
            let wanted = (seconds, seed, String::new());
            one(workspace, (package, test), &wanted)?;
        }
    }
    Ok(())
}

/// One package's fuzzer.
fn one(
    workspace: &Workspace,
    (package, test): (&str, &str),
    (seconds, seed, targets): &(&str, &str, String),
) -> anyhow::Result<()> {
    let status = workspace
        .cargo()
        .args(["test", "-q", "--release", "-p", package, "--test", test])
        .args(["fuzz", "--", "--ignored", "--nocapture", "--exact"])
        .env("CYC_FUZZ_SECONDS", seconds)
        .env("CYC_FUZZ_SEED", seed)
        .env("CYC_FUZZ_TARGETS", targets)
        .status()
        .context("starting cargo")?;
    if !status.success() {
        return Err(
            Stop::failed("an input was not survived; it is printed above".to_owned()).into(),
        );
    }
    Ok(())
}

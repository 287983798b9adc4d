//! `cargo xtask fuzz`: the decoders, the character loader and the files that are read against damaged bytes, for as long as
//! one likes.
//!
//! The fuzzers themselves are tests of `wire`, `character`, `compact` and `take`, so that their targets and corpora are the
//! ones that every test run uses. `gltf` names the loader, `compact` the compact takes, `take`, `c3d` and `bvh` those files;
//! every other target is a protocol. It is seeded and in-process: the same seed makes the same inputs on every machine and
//! every compiler. With `--publish` the rows of `benches/results/fuzz.md` become what was run.

mod table;

use crate::stop::Stop;
use crate::workspace::Workspace;
use anyhow::Context;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

/// The fuzzers that are not `wire`'s: package, test, targets.
const OTHERS: [(&str, &str, &[&str]); 3] = [
    ("cyc-character", "hostility", &["gltf"]),
    ("cyc-compact", "fuzz", &["compact"]),
    ("cyc-take", "fuzz", &["take", "c3d", "bvh"]),
];

/// What was run, where it is published.
const RESULTS: &str = "benches/results/fuzz.md";

/// Runs the fuzzer: `[--publish] [--seconds N] [--seed N] [TARGET…]`.
pub fn run(workspace: &Workspace, arguments: &[&str]) -> anyhow::Result<()> {
    let (mut seconds, mut seed, mut targets) = ("60", "1", Vec::new());
    let mut is_published = false;
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let slot = match *word {
            "--seconds" => &mut seconds,
            "--seed" => &mut seed,
            "--publish" => {
                is_published = true;
                continue;
            }
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
    let is_other = |target: &&str| OTHERS.iter().any(|(_, _, own)| own.contains(target));
    let (others, protocols): (Vec<&str>, Vec<&str>) = targets.iter().copied().partition(is_other);
    let mut said = String::new();
    if targets.is_empty() || !protocols.is_empty() {
        let wanted = (seconds, seed, protocols.join(" "));
        said += &one(workspace, ("cyc-wire", "fuzz"), &wanted)?;
    }
    for (package, test, own) in OTHERS {
        let wanted = others.iter().copied().filter(|t| own.contains(t));
        let wanted: Vec<&str> = wanted.collect();
        if targets.is_empty() || !wanted.is_empty() {
            let wanted = (seconds, seed, wanted.join(" "));
            said += &one(workspace, (package, test), &wanted)?;
        }
    }
    if is_published {
        publish(workspace, &said)?;
    }
    Ok(())
}

/// Puts what was run into the table.
fn publish(workspace: &Workspace, said: &str) -> anyhow::Result<()> {
    let path = workspace.root.join(RESULTS);
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {RESULTS}"))?;
    let rows: Vec<_> = said.lines().filter_map(table::Row::said).collect();
    std::fs::write(&path, table::with_rows(&text, &rows))
        .with_context(|| format!("writing {RESULTS}"))
}

/// One package's fuzzer; what it said of its targets.
fn one(
    workspace: &Workspace,
    (package, test): (&str, &str),
    (seconds, seed, targets): &(&str, &str, String),
) -> anyhow::Result<String> {
    let mut child = workspace
        .cargo()
        .args(["test", "-q", "--release", "-p", package, "--test", test])
        .args(["fuzz", "--", "--ignored", "--nocapture", "--exact"])
        .env("CYC_FUZZ_SECONDS", seconds)
        .env("CYC_FUZZ_SEED", seed)
        .env("CYC_FUZZ_TARGETS", targets)
        .stderr(Stdio::piped())
        .spawn()
        .context("starting cargo")?;
    let mut said = String::new();
    for line in child.stderr.take().into_iter().flat_map(lines) {
        eprintln!("{line}");
        said += &line;
        said.push('\n');
    }
    let status = child.wait().context("waiting for cargo")?;
    if !status.success() {
        return Err(
            Stop::failed("an input was not survived; it is printed above".to_owned()).into(),
        );
    }
    Ok(said)
}

fn lines(from: impl Read) -> impl Iterator<Item = String> {
    BufReader::new(from).lines().map_while(Result::ok)
}

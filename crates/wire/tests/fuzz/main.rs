//! Every decoder against its committed corpus, whole and damaged, and a seeded fuzzer for hours of the same.
//!
//! A target is a folder of bytes under `tests/corpus` and a row in `targets.rs`; a folder without a row fails, so that no
//! protocol goes without. Each file is decoded whole, cut, and damaged by a seed; what must hold is said by the target:
//! no panic, output within the model's limits. The allocator counts, so that bytes cannot claim memory they do not bring.
//!
//! `cargo xtask fuzz [--seconds N] [--seed N] [TARGET…]` runs the same for longer, in release. A crash is added to the
//! corpus with a name that says what it broke.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod mutation;
mod numbers;
mod targets;

use cyc_allocation::{CountingAllocator, bytes_held};
use mutation::Mutator;
use numbers::each_with_evil;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use targets::{TARGETS, Target};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Damaged inputs a target in the ordinary run.
const RUNS: u64 = 20_000;

/// After so many inputs a decoder starts anew, so that one crash can be found without all that went before.
const LIFE: u64 = 500;

/// Bytes that a decoder may have allocated beyond what it began with: names and frames of the limits.
const ALLOCATED_MAX: usize = 64 << 20;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus"))
}

/// The files of a target, in the order of their names.
fn seeds(target: &Target) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(folder().join(target.name));
    let files = files.unwrap_or_else(|e| panic!("the corpus of {}: {e}", target.name));
    let mut seeds: Vec<_> = files
        .map(|f| f.unwrap())
        .map(|f| {
            (
                f.file_name().into_string().unwrap(),
                std::fs::read(f.path()).unwrap(),
            )
        })
        .collect();
    seeds.sort();
    assert!(!seeds.is_empty(), "the corpus of {} is empty", target.name);
    seeds
}

/// Says which input it was when something panics.
struct Saying<'a> {
    what: String,
    input: &'a [u8],
}

impl Drop for Saying<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let hex: String = self
                .input
                .iter()
                .take(4096)
                .map(|b| format!("{b:02x}"))
                .collect();
            eprintln!("{}: {} bytes: {hex}", self.what, self.input.len());
        }
    }
}

fn drive(target: &Target, decoder: &mut dyn FnMut(&[u8]), input: &[u8], what: &str) {
    let _saying = Saying {
        what: format!("{} {what}", target.name),
        input,
    };
    decoder(input);
}

/// Damages the corpus until the time is over or the runs are done. Runs, and the longest of them.
fn damage(target: &Target, seed: u64, runs: u64, time: Duration) -> (u64, Duration) {
    let seeds: Vec<_> = seeds(target).into_iter().map(|(_, bytes)| bytes).collect();
    let mut mutator = Mutator::new(seed);
    let (mut decoder, mut input) = ((target.make)(), Vec::new());
    let (began, mut longest, mut done) = (Instant::now(), Duration::ZERO, 0);
    let mut held = bytes_held();
    while done < runs && began.elapsed() < time {
        if done.is_multiple_of(LIFE) {
            drop(decoder);
            held = bytes_held();
            decoder = (target.make)();
        }
        mutator.next(&seeds, &mut input);
        let started = Instant::now();
        drive(
            target,
            &mut *decoder,
            &input,
            &format!("seed {seed} run {done}"),
        );
        longest = longest.max(started.elapsed());
        done += 1;
        let grown = bytes_held().saturating_sub(held);
        assert!(
            grown < ALLOCATED_MAX,
            "{}: holds {grown} bytes after run {done} of seed {seed}",
            target.name
        );
    }
    (done, longest)
}

#[test]
fn every_folder_has_a_target() {
    for folder in std::fs::read_dir(folder()).unwrap() {
        let name = folder.unwrap().file_name().into_string().unwrap();
        let known = TARGETS.iter().any(|t| t.name == name);
        assert!(known, "tests/corpus/{name} has no row in targets.rs");
    }
}

#[test]
fn the_corpus_is_survived_whole_and_cut_anywhere() {
    for target in TARGETS {
        for (name, bytes) in seeds(target) {
            let mut decoder = (target.make)();
            drive(target, &mut *decoder, &bytes, &name);
            // Every cut of a short file, a thousand of a long one.
            let step = 1 + bytes.len() / 1000;
            for cut in (0..bytes.len()).step_by(step) {
                let mut decoder = (target.make)();
                drive(
                    target,
                    &mut *decoder,
                    &bytes[..cut],
                    &format!("{name} cut at {cut}"),
                );
            }
        }
    }
}

/// Row 15: every decoder lives through its damaged corpus; `cargo xtask fuzz` goes on for as long as it is told.
#[test]
fn row_15_damaged_packets_are_survived_by_every_decoder() {
    let mut all = 0;
    for target in TARGETS {
        let (runs, _) = damage(target, 1, RUNS, Duration::from_secs(60));
        assert!(
            runs > RUNS / 100,
            "{}: {runs} runs in a minute",
            target.name
        );
        all += runs;
    }
    let decoders = TARGETS.len();
    println!(
        "PROMISE 15: {all} damaged packets, {decoders} decoders: no panic, at most 64 MiB held"
    );
}

/// Row 12: whatever stands in the place of a number, what comes out is finite and within the model's limits, for every
/// protocol; that is what the targets check of each frame.
#[test]
fn row_12_no_decoder_lets_a_number_out_that_is_none() {
    let mut all = 0;
    for target in TARGETS {
        let mut of_target = 0;
        for (name, packet) in seeds(target) {
            let mut decoder = (target.make)();
            // Known subjects first, so that the broken packet is a frame of theirs.
            drive(target, &mut *decoder, &packet, &name);
            of_target += each_with_evil(&packet, |broken| {
                let what = format!("{name} with a number that is none");
                drive(target, &mut *decoder, broken, &what);
                drive(target, &mut *decoder, &packet, &name);
            });
        }
        assert!(of_target > 100, "{}: {of_target} packets", target.name);
        all += of_target;
    }
    let decoders = TARGETS.len();
    println!("PROMISE 12: no number that is none of {all} broken packets, {decoders} decoders");
}

/// The same for `cargo xtask fuzz`, which sets the variables.
#[test]
#[ignore = "runs for as long as it is told; see cargo xtask fuzz"]
fn fuzz() {
    let number = |name: &str, usual: u64| {
        let value = std::env::var(name).ok().map(|v| v.parse().unwrap());
        value.unwrap_or(usual)
    };
    let seconds = number("CYC_FUZZ_SECONDS", 60);
    let seed = number("CYC_FUZZ_SEED", 1);
    let wanted = std::env::var("CYC_FUZZ_TARGETS").unwrap_or_default();
    let wanted: Vec<&str> = wanted.split_whitespace().collect();
    let is_wanted = |t: &&Target| wanted.is_empty() || wanted.contains(&t.name);
    let chosen: Vec<_> = TARGETS.iter().filter(is_wanted).collect();
    assert!(!chosen.is_empty(), "no target is called {wanted:?}");
    let each = Duration::from_secs(seconds) / chosen.len() as u32;
    for target in chosen {
        let began = Instant::now();
        let (runs, longest) = damage(target, seed, u64::MAX, each);
        let per_run = began.elapsed().as_secs_f64() * 1e6 / runs as f64;
        eprintln!(
            "fuzz: {}: {runs} runs, {per_run:.2} us each, longest {longest:?}, no panic",
            target.name
        );
    }
}

//! Every check of the house, in the order in which a mistake is cheapest to find.
//!
//! A failed step does not hide the later ones: all run, the summary names each, and the exit code is 1 when any
//! failed. The output of every step is passed on as it comes, so cargo's own closing lines stay visible.

mod cargo_test;

use crate::setup::{self, Prepared, Purpose};
use crate::stop::Stop;
use crate::tidy;
use crate::workspace::Workspace;
use cargo_test::Tally;
use std::process::Command;
use std::time::{Duration, Instant};

/// How many shows the whole stage is walked through in virtual time, and the seconds of each; the test alone has fewer.
const SHOWS: [(&str, &str); 2] = [("CYC_SEEDS", "200"), ("CYC_SECONDS", "60")];

struct Step {
    name: &'static str,
    passed: bool,
    took: Duration,
    note: String,
}

/// Sets up and runs all checks.
pub fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let start = Instant::now();
    heading("setup");
    let prepared = setup::run(workspace, Purpose::Test)?;
    let data_is_there = workspace.shared_data().is_some();
    if !data_is_there {
        eprintln!("SKIPPED: tests on recordings in ../shared/data: the folder is not there");
    }
    let steps = [
        step("format", || {
            status(workspace.cargo().args(["fmt", "--all", "--check"]))
        }),
        step("clippy", || {
            let targets = [
                "clippy",
                "--workspace",
                "--all-targets",
                "--locked",
                "--quiet",
                "--keep-going",
            ];
            status(
                workspace
                    .cargo()
                    .args(targets)
                    .args(["--", "-D", "warnings"]),
            )
        }),
        step("tidy", || {
            tidy::run(workspace).map(|()| (true, String::new()))
        }),
        step("tests", || tests(workspace, &prepared)),
        step("loom", || loom(workspace)),
    ];
    summary(&steps, start.elapsed(), data_is_there)
}

fn heading(name: &str) {
    eprintln!("\n==> {name}");
}

fn step(name: &'static str, run: impl FnOnce() -> anyhow::Result<(bool, String)>) -> Step {
    heading(name);
    let start = Instant::now();
    let (passed, note) = run().unwrap_or_else(|error| {
        eprintln!("{error:#}");
        (
            false,
            error
                .to_string()
                .lines()
                .next()
                .unwrap_or_default()
                .to_string(),
        )
    });
    Step {
        name,
        passed,
        took: start.elapsed(),
        note,
    }
}

fn status(command: &mut Command) -> anyhow::Result<(bool, String)> {
    Ok((command.status()?.success(), String::new()))
}

fn tests(workspace: &Workspace, prepared: &Prepared) -> anyhow::Result<(bool, String)> {
    let mut command = workspace.cargo();
    command.args(["test", "--workspace", "--locked", "--no-fail-fast"]);
    if let Some(python) = &prepared.peer_python {
        command.env("CYC_PEER_PYTHON", python);
    }
    if let Some(modules) = &prepared.node_modules {
        command.env("CYC_PEER_NODE_MODULES", modules);
    }
    if let Some(python) = &prepared.blender_python {
        command.env("CYC_BLENDER_PYTHON", python);
    }
    let asked = |(name, _): &(&str, &str)| std::env::var_os(name).is_some();
    command.envs(SHOWS.into_iter().filter(|show| !asked(show)));
    let (passed, tally) = cargo_test::run(&mut command)?;
    for skipped in &tally.skipped {
        eprintln!("    {skipped}");
    }
    Ok((passed, tally.to_string()))
}

/// The queues' orderings, tried exhaustively; `cfg(loom)` replaces their atomics, so it has its own build folder.
fn loom(workspace: &Workspace) -> anyhow::Result<(bool, String)> {
    let mut command = workspace.cargo();
    command
        .args([
            "test",
            "--package",
            "cyc-queue",
            "--release",
            "--locked",
            "--test",
            "loom",
        ])
        .env("RUSTFLAGS", "--cfg loom")
        .env("CARGO_TARGET_DIR", workspace.target_folder().join("loom"));
    let (passed, tally): (bool, Tally) = cargo_test::run(&mut command)?;
    Ok((passed, tally.to_string()))
}

fn summary(steps: &[Step], total: Duration, data_is_there: bool) -> anyhow::Result<()> {
    println!("\n==> summary");
    for step in steps {
        let verdict = if step.passed { "pass" } else { "FAIL" };
        let line = format!(
            "    {verdict}  {:<7} {:>7.1} s  {}",
            step.name,
            step.took.as_secs_f64(),
            step.note
        );
        println!("{}", line.trim_end());
    }
    if !data_is_there {
        println!("    note: ../shared/data is not there; the tests that need it were skipped");
    }
    let failed: Vec<&str> = steps.iter().filter(|s| !s.passed).map(|s| s.name).collect();
    let minutes = total.as_secs_f64() / 60.0;
    if failed.is_empty() {
        println!("all checks passed in {minutes:.1} min");
        return Ok(());
    }
    Err(Stop::failed(format!(
        "{} failed after {minutes:.1} min",
        failed.join(", ")
    ))
    .into())
}

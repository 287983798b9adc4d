//! The measurements that are too heavy or too noisy for the tests: each one a program that prints its own table.

use crate::setup;
use crate::stop::Stop;
use crate::workspace::Workspace;
use anyhow::Context;

/// What is run, and what it measures.
const BENCHES: &[(&str, &[&str])] = &[
    (
        "queues beside crossbeam, rtrb, triple_buffer and std (writes benches/results/queue.md)",
        &["--package", "cyc-benches", "--bin", "queue"],
    ),
    (
        "C3D and BVH files beside ezc3d and pybvh (writes benches/results/files.md)",
        &["--package", "cyc-benches", "--bin", "files"],
    ),
    (
        "fit beside momentum, OpenSim and mink, calibration on real takes, six performers at 240 Hz (needs ../shared/data, writes benches/results/solver.md)",
        &["--package", "cyc-benches", "--bin", "solver"],
    ),
    (
        "Plug-in Gait beside Vicon's own output (needs ../shared/data)",
        &["--package", "cyc-solver", "--example", "gait_figures"],
    ),
    (
        "decoding, a client's processor time beside motioncapture's, kernel to published frame, a flood (writes benches/results/capture.md)",
        &["--package", "cyc-benches", "--bin", "capture"],
    ),
];

/// Runs every bench, or those that are named, in release, one after the other, on whatever this machine is doing besides.
pub fn run(workspace: &Workspace, names: &[&str]) -> anyhow::Result<()> {
    let known: Vec<&str> = BENCHES.iter().filter_map(|b| b.1.last().copied()).collect();
    if let Some(unknown) = names.iter().find(|n| !known.contains(n)) {
        let text = format!("no bench `{unknown}`; there are {}", known.join(", "));
        return Err(Stop::usage(text).into());
    }
    let chosen = |arguments: &[&str]| {
        names.is_empty() || arguments.last().is_some_and(|name| names.contains(name))
    };
    let python = setup::ready_venv(workspace, setup::PEERS)?;
    // These need one version of Python; without it our own figures are still worth having.
    let solvers = setup::ready_venv(workspace, setup::SOLVERS)
        .inspect_err(|why| eprintln!("SKIPPED: other people's solvers: {why:#}"))
        .ok();
    for (what, arguments) in BENCHES.iter().filter(|b| chosen(b.1)) {
        eprintln!("==> {what}");
        let status = workspace
            .cargo()
            .args(["run", "--release", "--locked", "--quiet"])
            .args(*arguments)
            .env("CYC_PEER_PYTHON", &python)
            .envs(solvers.iter().map(|p| ("CYC_SOLVER_PEER_PYTHON", p)))
            .status()
            .context("starting cargo")?;
        if !status.success() {
            return Err(Stop::failed(format!("the bench failed: {what}")).into());
        }
    }
    Ok(())
}

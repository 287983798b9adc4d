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
        "compact takes: bytes, and time of a pose in order, at random and cold (writes benches/results/compact.md)",
        &["--package", "cyc-benches", "--bin", "compact"],
    ),
    (
        "fit beside momentum, OpenSim and mink, calibration on real takes, six performers at 240 Hz (needs ../shared/data, writes benches/results/solver.md)",
        &["--package", "cyc-benches", "--bin", "solver"],
    ),
    (
        "retargeting beside three.js, feet on every take and character (writes benches/results/retarget.md)",
        &["--package", "cyc-benches", "--bin", "retarget"],
    ),
    (
        "prediction of performers and cameras by method and lead (needs ../shared/data, writes benches/results/prediction.md)",
        &["--package", "cyc-benches", "--bin", "prediction"],
    ),
    (
        "Plug-in Gait beside Vicon's own output (needs ../shared/data)",
        &["--package", "cyc-solver", "--example", "gait_figures"],
    ),
    (
        "decoding, a client's processor time beside motioncapture's, kernel to published frame, a flood (writes benches/results/capture.md)",
        &["--package", "cyc-benches", "--bin", "capture"],
    ),
    (
        "what cyc retarget writes, opened by Blender: the tests of that name, which this installs Blender for",
        &["--package", "cyc", "--test", BLENDER],
    ),
];

/// The bench that is a test, and the environment that it needs.
const BLENDER: &str = "blender";

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
    let wants_blender = names.is_empty() || names.contains(&BLENDER);
    let blender = wants_blender.then(|| setup::ready_venv(workspace, setup::BLENDER));
    let blender = blender.and_then(|ready| {
        ready
            .inspect_err(|why| eprintln!("SKIPPED: Blender: {why:#}"))
            .ok()
    });
    let node = setup::ready_node(workspace)
        .inspect_err(|why| eprintln!("SKIPPED: peers that run in node: {why:#}"))
        .ok();
    for (what, arguments) in BENCHES.iter().filter(|b| chosen(b.1)) {
        eprintln!("==> {what}");
        let is_test = arguments.contains(&"--test");
        let verb: &[&str] = if is_test {
            &["test", "--locked", "--quiet"]
        } else {
            &["run", "--release", "--locked", "--quiet"]
        };
        let shown: &[&str] = if is_test { &["--", "--nocapture"] } else { &[] };
        let status = workspace
            .cargo()
            .args(verb)
            .args(*arguments)
            .args(shown)
            .envs(blender.iter().map(|p| ("CYC_BLENDER_PYTHON", p)))
            .envs(node.iter().map(|p| ("CYC_PEER_NODE_MODULES", p)))
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

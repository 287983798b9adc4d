//! The measurements that are too heavy or too noisy for the tests: each one a program that prints its own table.

use crate::setup;
use crate::stop::Stop;
use crate::workspace::Workspace;
use anyhow::Context;

/// The environment with other people's readers.
const PEERS: &str = "peers";

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
        "fit and calibration on real takes, six performers at 240 Hz (needs ../shared/data, writes benches/results/solver.md)",
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

/// Runs every bench in release, one after the other, on whatever this machine is doing besides.
pub fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let python = setup::ready_venv(workspace, PEERS)?;
    for (what, arguments) in BENCHES {
        eprintln!("==> {what}");
        let status = workspace
            .cargo()
            .args(["run", "--release", "--locked", "--quiet"])
            .args(*arguments)
            .env("CYC_PEER_PYTHON", &python)
            .status()
            .context("starting cargo")?;
        if !status.success() {
            return Err(Stop::failed(format!("the bench failed: {what}")).into());
        }
    }
    Ok(())
}

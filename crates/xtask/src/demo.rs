//! The main job: from a fresh checkout to a digital human on an LED wall, with one command.

use crate::setup::{self, Purpose};
use crate::stop::Stop;
use crate::workspace::Workspace;
use anyhow::Context;

/// Sets up, builds in release and hands over to `cyc demo`; its exit code becomes ours.
pub fn run(workspace: &Workspace, arguments: &[&str]) -> anyhow::Result<()> {
    setup::run(workspace, Purpose::Demo)?;
    eprintln!("==> building cyc in release (the first time takes several minutes)");
    let build = ["build", "--release", "--locked", "--package", "cyc"];
    let built = workspace
        .cargo()
        .args(build)
        .status()
        .context("starting cargo")?;
    if !built.success() {
        return Err(Stop::failed("cyc did not build; the compiler's message stands above").into());
    }
    let program = workspace.target_folder().join("release/cyc");
    let status = workspace
        .command(&program)
        .arg("demo")
        .args(arguments)
        // Mesa's device chooser asks a Wayland compositor, and complains on machines that have none.
        .env("NODEVICE_SELECT", "1")
        .status()
        .with_context(|| format!("starting {}", program.display()))?;
    if !status.success() {
        std::process::exit(status.code().unwrap_or(70));
    }
    Ok(())
}

//! Makes a fresh Debian or Ubuntu machine ready, or says exactly what is missing.
//!
//! Nothing is installed that is already there, and every package is named with its reason before it is installed. As
//! root it calls apt-get; otherwise it prints the one command to run and stops with exit code 66. With nothing
//! missing it takes a few milliseconds, so the demo and the tests call it every time.

mod apt;
mod needs;
mod node;
mod venv;

pub use node::ready as ready_node;
pub use venv::{BLENDER, PEERS, SOLVERS, ready as ready_venv};

use crate::stop::Stop;
use crate::workspace::Workspace;
use cyc_machine::{Libraries, Place};
use needs::Need;
use std::path::PathBuf;

/// What the machine is being made ready for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// `cargo xtask demo`: a Vulkan driver and the window libraries.
    Demo,
    /// `cargo xtask test`: the same, a virtual display, and the peers we are tested against.
    Test,
}

/// What the set-up found or made.
#[derive(Debug, Default)]
pub struct Prepared {
    /// The Python whose packages are the third-party peers of the tests.
    pub peer_python: Option<PathBuf>,
    /// The folder of node's packages, where this machine has node.
    pub node_modules: Option<PathBuf>,
    /// The Python that holds Blender, where a bench has installed it.
    pub blender_python: Option<PathBuf>,
}

/// Installs what is missing for `purpose`.
pub fn run(workspace: &Workspace, purpose: Purpose) -> anyhow::Result<Prepared> {
    let place = Place::here();
    let libraries = Libraries::of(&place);
    let venv_is_ready = venv::is_ready(workspace, PEERS)?;
    let missing = needs::missing(purpose, &place, &libraries, venv_is_ready);
    if !missing.is_empty() {
        announce(&missing);
        apt::install(&missing)?;
        let still = needs::missing(purpose, &place, &Libraries::of(&place), venv_is_ready);
        if let Some(need) = still.first() {
            let text = format!(
                "{} is installed and {} is still missing",
                need.package,
                need.what()
            );
            return Err(Stop::device(text).into());
        }
    }
    if purpose == Purpose::Demo {
        return Ok(Prepared::default());
    }
    rust_components(&place)?;
    let node_modules = node::ready(workspace)
        .inspect_err(|why| eprintln!("SKIPPED: peers that run in node: {why:#}"))
        .ok();
    Ok(Prepared {
        node_modules,
        blender_python: venv::if_ready(workspace, BLENDER)?,
        ..peers(workspace)?
    })
}

/// Installs the browser of the bench beside three.js where it is not there yet.
///
/// # Errors
/// When it cannot be installed, with the command that would.
pub fn ready_browser() -> anyhow::Result<()> {
    let missing = [&needs::CHROMIUM];
    let place = Place::here();
    if missing
        .iter()
        .all(|need| need.is_met(&place, &Libraries::of(&place), true))
    {
        return Ok(());
    }
    announce(&missing);
    apt::install(&missing)
}

fn announce(missing: &[&Need]) {
    eprintln!("==> setup: this machine lacks {} thing(s)", missing.len());
    for need in missing {
        eprintln!("    {:<22} {}", need.package, need.why);
    }
}

/// rustup's minimal profile has neither component, and both are part of the tests.
fn rust_components(place: &Place) -> anyhow::Result<()> {
    let absent: Vec<&str> = [("cargo-clippy", "clippy"), ("rustfmt", "rustfmt")]
        .into_iter()
        .filter(|(program, _)| needs::program(place, program).is_none())
        .map(|(_, component)| component)
        .collect();
    if absent.is_empty() {
        return Ok(());
    }
    let command = format!("rustup component add {}", absent.join(" "));
    Err(Stop::device(format!(
        "the tests need {}; run: {command}",
        absent.join(" and ")
    ))
    .into())
}

fn peers(workspace: &Workspace) -> anyhow::Result<Prepared> {
    let required = |name: &str, value: &str| std::env::var(name).is_ok_and(|set| set == value);
    match venv::ready(workspace, PEERS) {
        Ok(python) => Ok(Prepared {
            peer_python: Some(python),
            ..Prepared::default()
        }),
        Err(error) if required("CYC_PEERS", "required") || required("CI", "true") => {
            Err(Stop::device(format!("the tests' peers are required here: {error:#}")).into())
        }
        Err(error) => {
            eprintln!("SKIPPED: tests against third-party peers: {error:#}");
            Ok(Prepared::default())
        }
    }
}

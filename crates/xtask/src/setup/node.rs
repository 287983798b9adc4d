//! Programs that run in node: peers of the tests and benches from npm, pinned in `crates/xtask/peers.toml`.
//!
//! They live in the user's cache like the Python environments, and a stamp holds the pins that were installed. Node itself
//! is not installed: its Debian package for npm brings hundreds of others, so who has no node does without these peers
//! and is told so.

use super::needs;
use crate::workspace::Workspace;
use anyhow::{Context, bail};
use cyc_machine::Place;
use serde::Deserialize;
use std::path::PathBuf;
use std::process::{Command, Stdio};

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    why: String,
}

#[derive(Debug, Deserialize)]
struct Node {
    package: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Pins {
    node: Node,
}

fn packages(workspace: &Workspace) -> anyhow::Result<Vec<Package>> {
    let path = workspace.root.join("crates/xtask/peers.toml");
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let pins: Pins = toml::from_str(&text).context("reading [node] of peers.toml")?;
    Ok(pins.node.package)
}

/// The `node_modules` of the peers, which are installed or renewed first when needed.
pub fn ready(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let folder = Workspace::cache_folder()?.join("node");
    let modules = folder.join("node_modules");
    let packages = packages(workspace)?;
    let pins: Vec<String> = packages
        .iter()
        .map(|p| format!("{}@{}", p.name, p.version))
        .collect();
    let place = Place::here();
    let missing =
        ["node", "npm"].map(|name| needs::program(&place, name).is_none().then_some(name));
    if let Some(name) = missing.into_iter().flatten().next() {
        bail!("this machine has no {name}");
    }
    let stamp = folder.join("cyclorama-pins.txt");
    let installed = std::fs::read_to_string(&stamp).unwrap_or_default();
    if installed == pins.join("\n") && modules.is_dir() {
        return Ok(modules);
    }
    eprintln!("==> setup: node's packages in {}", folder.display());
    for package in &packages {
        eprintln!(
            "    {:<22} {}",
            format!("{} {}", package.name, package.version),
            package.why
        );
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let status = Command::new("npm")
        .args([
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--no-save",
        ])
        .arg("--loglevel=error")
        .arg("--prefix")
        .arg(&folder)
        .args(&pins)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .context("starting npm")?;
    if !status.success() {
        bail!("npm failed (its message stands above)");
    }
    std::fs::write(&stamp, pins.join("\n")).context("writing the stamp file")?;
    Ok(modules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_packages_are_readable_and_pinned() {
        let packages = packages(&Workspace::find().unwrap()).unwrap();
        assert!(packages.iter().any(|p| p.name == "gltf-validator"));
        assert!(
            packages
                .iter()
                .all(|p| !p.version.is_empty() && !p.why.is_empty())
        );
    }
}

//! Python environments for third-party programs: the peers of the tests, and the tools that build assets.
//!
//! They live in the user's cache, outside the checkout, with pinned versions from `crates/xtask/peers.toml`. A stamp
//! file holds the pins that were installed, so that a ready environment is recognised without starting Python.

use crate::workspace::Workspace;
use anyhow::{Context, bail};
use cyc_machine::Place;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The group of programs that the tests run against.
pub const PEERS: &str = "peers";
/// Blender, which the benches fetch and the tests use where it is.
pub const BLENDER: &str = "blender";
/// The group of solvers that the benches run beside ours.
pub const SOLVERS: &str = "solvers";

#[derive(Debug, Deserialize)]
struct Group {
    /// Python versions for which every package of the group has a wheel, best first.
    pythons: Vec<String>,
    /// What the packages say they need is not fetched: everything used stands in the table.
    #[serde(default)]
    no_dependencies: bool,
    package: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    /// There is no wheel: it is built from its source.
    #[serde(default)]
    source: bool,
    why: String,
}

impl Group {
    fn read(workspace: &Workspace, name: &str) -> anyhow::Result<Self> {
        let path = workspace.root.join("crates/xtask/peers.toml");
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("reading {}", path.display()))?;
        let mut table: toml::Table = text
            .parse()
            .with_context(|| format!("reading {}", path.display()))?;
        let group = table
            .remove(name)
            .with_context(|| format!("peers.toml has no [{name}]"))?;
        group
            .try_into()
            .with_context(|| format!("reading [{name}] of peers.toml"))
    }

    fn pins(&self) -> Vec<String> {
        self.package
            .iter()
            .map(|p| format!("{}=={}", p.name, p.version))
            .collect()
    }
}

fn folder(name: &str) -> anyhow::Result<PathBuf> {
    Ok(Workspace::cache_folder()?.join("venv").join(name))
}

fn stamp(folder: &Path) -> PathBuf {
    folder.join("cyclorama-pins.txt")
}

/// Whether the environment of a group is there with exactly today's pins.
pub fn is_ready(workspace: &Workspace, name: &str) -> anyhow::Result<bool> {
    let folder = folder(name)?;
    let installed = std::fs::read_to_string(stamp(&folder)).unwrap_or_default();
    let wanted = Group::read(workspace, name)?.pins().join("\n");
    Ok(installed == wanted && folder.join("bin/python").exists())
}

/// The Python of a group's environment, if it is there with today's pins.
pub fn if_ready(workspace: &Workspace, name: &str) -> anyhow::Result<Option<PathBuf>> {
    let python = folder(name)?.join("bin/python");
    Ok(is_ready(workspace, name)?.then_some(python))
}

/// The Python of a group's environment, which is made or renewed first when needed.
pub fn ready(workspace: &Workspace, name: &str) -> anyhow::Result<PathBuf> {
    let folder = folder(name)?;
    let python = folder.join("bin/python");
    if is_ready(workspace, name)? {
        return Ok(python);
    }
    let group = Group::read(workspace, name)?;
    let interpreter = fitting_interpreter(&group.pythons)?;
    eprintln!(
        "==> setup: a Python environment for {name} in {}",
        folder.display()
    );
    for package in &group.package {
        eprintln!(
            "    {:<22} {}",
            format!("{} {}", package.name, package.version),
            package.why
        );
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .with_context(|| format!("removing {}", folder.display()))?;
    }
    succeed(Command::new(&interpreter).args(["-m", "venv"]).arg(&folder))?;
    let pins = group.pins();
    let from_source = group.package.iter().filter(|p| p.source);
    succeed(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--no-input"])
            .args(["--disable-pip-version-check", "--only-binary=:all:"])
            .args(group.no_dependencies.then_some("--no-deps"))
            .args(from_source.map(|p| format!("--no-binary={}", p.name)))
            .args(&pins),
    )?;
    std::fs::write(stamp(&folder), pins.join("\n")).context("writing the stamp file")?;
    Ok(python)
}

fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command
        .env_remove("PYTHONPATH")
        .env_remove("PYTHONHOME")
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("starting {name}"))?;
    if !status.success() {
        bail!("{name} failed (its message stands above)");
    }
    Ok(())
}

fn fitting_interpreter(versions: &[String]) -> anyhow::Result<PathBuf> {
    let place = Place::here();
    let found: Vec<(PathBuf, String)> = candidates(&place, versions)
        .into_iter()
        .filter_map(|path| version_if_it_makes_venvs(&path).map(|version| (path, version)))
        .collect();
    for wanted in versions {
        if let Some((path, _)) = found.iter().find(|(_, version)| version == wanted) {
            return Ok(path.clone());
        }
    }
    let there: Vec<&str> = found.iter().map(|(_, version)| version.as_str()).collect();
    bail!(
        "they need Python {} with venv; this machine has {}",
        versions.join(", "),
        if there.is_empty() {
            "none".to_string()
        } else {
            there.join(", ")
        }
    )
}

/// Interpreters worth asking: versioned names and `python3` on the PATH, the system's own, and pyenv's.
fn candidates(place: &Place, versions: &[String]) -> Vec<PathBuf> {
    let mut names: Vec<String> = vec!["python3".into()];
    names.extend(versions.iter().map(|version| format!("python{version}")));
    let mut paths: Vec<PathBuf> = names
        .iter()
        .filter_map(|name| super::needs::program(place, name))
        .collect();
    paths.push(place.path("/usr/bin/python3"));
    let home = place.variable("HOME").unwrap_or_default();
    let pyenv = place
        .variable("PYENV_ROOT")
        .map_or_else(|| format!("{home}/.pyenv"), str::to_string);
    if let Ok(entries) = std::fs::read_dir(place.path(&format!("{pyenv}/versions"))) {
        paths.extend(
            entries
                .flatten()
                .map(|entry| entry.path().join("bin/python3")),
        );
    }
    paths.retain(|path| path.is_file());
    paths
}

/// Whether some Python here can make environments; Debian splits `ensurepip` off into `python3-venv`.
pub fn any_interpreter_makes_venvs(place: &Place) -> bool {
    candidates(place, &[])
        .iter()
        .any(|path| version_if_it_makes_venvs(path).is_some())
}

fn version_if_it_makes_venvs(interpreter: &Path) -> Option<String> {
    let question = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])";
    let output = Command::new(interpreter)
        .args(["-c", question])
        .env_remove("PYTHONPATH")
        .env_remove("PYTHONHOME")
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let version = String::from_utf8(output.stdout).ok()?.trim().to_string();
    (output.status.success() && !version.is_empty()).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_groups_are_readable_and_pinned() {
        let workspace = Workspace::find().unwrap();
        for name in [PEERS, SOLVERS, BLENDER, "fonts"] {
            let group = Group::read(&workspace, name).unwrap();
            assert!(!group.pythons.is_empty() && !group.package.is_empty());
            assert!(
                group
                    .pins()
                    .iter()
                    .all(|pin| pin.split_once("==").is_some_and(|p| !p.1.is_empty()))
            );
        }
    }

    #[test]
    fn an_impossible_version_is_named_in_the_error() {
        let error = fitting_interpreter(&["2.1".to_string()]).unwrap_err();
        assert!(format!("{error:#}").contains("Python 2.1"));
    }
}

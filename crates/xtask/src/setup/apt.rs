//! Installing packages with apt-get, or naming the command that would.

use super::needs::{Need, program};
use crate::stop::Stop;
use anyhow::Context;
use cyc_machine::Place;
use std::process::{Command, Stdio};

/// Another apt-get may be running (unattended upgrades on a fresh machine): wait for it up to five minutes.
const LOCK_PATIENCE: &str = "DPkg::Lock::Timeout=300";

/// Installs the packages of `missing` as root; without root or apt-get, stops and says what to do.
pub fn install(missing: &[&Need]) -> anyhow::Result<()> {
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    let command = command_line(&packages);
    if program(&Place::here(), "apt-get").is_none() {
        let things: Vec<String> = missing.iter().map(|need| need.what()).collect();
        let text = format!(
            "apt-get is not on the PATH, so nothing can be installed here.\n\
             Install what brings {} with your system's package manager, then run this again.\n\
             On Debian or Ubuntu that is: {command}",
            things.join(", ")
        );
        return Err(Stop::device(text).into());
    }
    if !runs_as_root()? {
        let text = format!(
            "root is needed to install packages. Run this, then try again:\n\n    {command}\n"
        );
        return Err(Stop::device(text).into());
    }
    eprintln!(
        "==> setup: apt-get install {} (a minute or so)",
        packages.join(" ")
    );
    if lists_are_there() && apt_get(&install_arguments(&packages))? {
        return Ok(());
    }
    if apt_get(&["update", "-qq"])? && apt_get(&install_arguments(&packages))? {
        return Ok(());
    }
    let text =
        format!("apt-get could not install them (its message stands above). Command: {command}");
    Err(Stop::device(text).into())
}

fn command_line(packages: &[&str]) -> String {
    format!(
        "sudo apt-get update && sudo apt-get install -y {}",
        packages.join(" ")
    )
}

fn install_arguments<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(packages);
    arguments
}

/// A fresh container image has no package lists, and installing from old ones fails; both lead to `update`.
fn lists_are_there() -> bool {
    let Ok(entries) = std::fs::read_dir("/var/lib/apt/lists") else {
        return false;
    };
    entries
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().contains("_Packages"))
}

/// Runs apt-get silently; what it said is shown when it failed.
fn apt_get(arguments: &[&str]) -> anyhow::Result<bool> {
    let output = Command::new("apt-get")
        .args(["-o", LOCK_PATIENCE, "-o", "Dpkg::Use-Pty=0"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .output()
        .context("starting apt-get")?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stdout));
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.status.success())
}

/// Whether this process runs as root, by the effective user id in `/proc/self/status`.
fn runs_as_root() -> anyhow::Result<bool> {
    let status = std::fs::read_to_string("/proc/self/status").context("reading our user id")?;
    let ids = status
        .lines()
        .find_map(|line| line.strip_prefix("Uid:"))
        .unwrap_or_default();
    Ok(ids.split_whitespace().nth(1) == Some("0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_one_line_that_can_be_pasted() {
        let line = command_line(&["xvfb", "libxi6"]);
        assert_eq!(
            line,
            "sudo apt-get update && sudo apt-get install -y xvfb libxi6"
        );
    }
}

//! Nothing in the repository knows whose machine it was written on.

use super::{Finding, Tree};
use crate::assets::package::sha256_hex;

/// Written in two halves so that this file does not break its own rule.
const HOMES: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("/opt/wh", "eels"),
    concat!("C:", "\\Us", "ers"),
];

const REGISTRY_SETTINGS: &[&str] = &[
    concat!("index-", "url"),
    concat!("extra-", "index"),
    concat!("replace-", "with"),
    concat!("[sour", "ce."),
    concat!("[regis", "tries"),
    concat!("trusted-", "host"),
];

/// No absolute path of somebody's machine.
pub fn machine_paths(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    Ok(lines(tree, |line| {
        let home = HOMES.iter().find(|home| stands_alone(line, home))?;
        Some(format!(
            "`{home}` is somebody's machine; write a path relative to the checkout"
        ))
    }))
}

/// SHA-256 of the line with which a lock file names cargo's own registry: the house names no registry's host.
const OWN_REGISTRY_SHA256: &str =
    "09f490aa89003f00d4b6d7ab8cb0d1577c2cca33ff9ac50a35b2d2ff8e9dcb70";

/// Packages come from the public registries, by default settings.
pub fn registries(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = lines(tree, |line| {
        let setting = REGISTRY_SETTINGS
            .iter()
            .find(|setting| line.contains(**setting))?;
        Some(format!(
            "`{setting}`: the choice of a package mirror belongs to the machine"
        ))
    });
    for file in tree.with_ending("Cargo.lock") {
        for (index, line) in file.text.lines().enumerate() {
            let is_source = line.starts_with("source = ");
            if is_source && sha256_hex(line.as_bytes()) != OWN_REGISTRY_SHA256 {
                let text = format!("{line}: crates come from cargo's own registry");
                findings.push(Finding::at(&file.path, index + 1, text));
            }
        }
    }
    Ok(findings)
}

/// A home begins a path only when no letter or dot stands before it: a relative path and a URL's path are no homes.
fn stands_alone(line: &str, home: &str) -> bool {
    line.match_indices(home).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before
            .is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}' | '*' | '/'))
    })
}

fn lines(tree: &Tree, complaint: impl Fn(&str) -> Option<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files() {
        for (index, line) in file.text.lines().enumerate() {
            findings.extend(complaint(line).map(|text| Finding::at(&file.path, index + 1, text)));
        }
    }
    findings
}

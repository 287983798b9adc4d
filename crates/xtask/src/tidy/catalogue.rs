//! `crates/README.md` tells the truth: one row a crate, with the manifest's description; one line a rule.

use super::{Finding, RULES, Tree};
use std::collections::BTreeMap;

const README: &str = "crates/README.md";

/// Every crate's description is its row in the table, and every row has its crate.
pub fn crates(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut rows = rows(tree);
    let mut findings = Vec::new();
    for file in tree.with_ending("/Cargo.toml") {
        let Some(folder) = folder_of(&file.path) else {
            continue;
        };
        let manifest: toml::Table = match file.text.parse() {
            Ok(manifest) => manifest,
            Err(error) => {
                findings.push(Finding::whole(&file.path, format!("not TOML: {error}")));
                continue;
            }
        };
        let package = manifest.get("package");
        let description = package
            .and_then(|p| p.get("description"))
            .and_then(|d| d.as_str());
        let row = rows.remove(folder);
        let finding = match (description, row) {
            (None, _) => Some("the manifest has no description".to_string()),
            (Some(text), None) => Some(format!("{README} has no row for `{folder}`: {text}")),
            (Some(text), Some((_, row))) if row != text => Some(format!(
                "{README} says \"{row}\", the manifest says \"{text}\""
            )),
            _ => None,
        };
        findings.extend(finding.map(|text| Finding::whole(&file.path, text)));
    }
    findings.extend(rows.into_iter().map(|(folder, (line, _))| {
        Finding::at(
            README,
            line,
            format!("a row for `{folder}`, which does not exist"),
        )
    }));
    Ok(findings)
}

/// Every rule is named in the list of invariants.
pub fn invariants(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let text = tree.file(README).map_or("", |file| file.text.as_str());
    let unnamed = RULES
        .iter()
        .filter(|rule| !text.contains(&format!("(`{}`)", rule.name)));
    Ok(unnamed
        .map(|rule| {
            Finding::whole(
                README,
                format!("no invariant names the rule (`{}`)", rule.name),
            )
        })
        .collect())
}

fn folder_of(manifest: &str) -> Option<&str> {
    let folder = manifest.strip_suffix("/Cargo.toml")?;
    let name = folder.strip_prefix("crates/").unwrap_or(folder);
    (!name.contains('/')).then_some(name)
}

/// Folder → (line, description), from rows such as ``| L1 | `wire` | Bytes to frames… | nothing |``.
fn rows(tree: &Tree) -> BTreeMap<String, (usize, String)> {
    let text = tree.file(README).map_or("", |file| file.text.as_str());
    let mut rows = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, _, name, description, ..] = cells.as_slice() else {
            continue;
        };
        if let Some(name) = name
            .strip_prefix('`')
            .and_then(|name| name.strip_suffix('`'))
        {
            rows.insert(name.to_string(), (index + 1, description.to_string()));
        }
    }
    rows
}

//! What is committed under `assets/` is what was built: every file has its sum in the list.
//!
//! Texts, licences and what the service manager reads are written by hand and change by hand; they have no sum.

use super::{Finding, Tree};
use crate::font::checksum;
use std::collections::BTreeMap;
use std::path::Path;

const LIST: &str = "assets/CHECKSUMS.sha256";

/// Every built asset stands in the list with its sum, and the list names nothing else.
pub fn assets(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let list = std::fs::read_to_string(tree.root.join(LIST)).unwrap_or_default();
    let mut sums: BTreeMap<&str, (usize, &str)> = list
        .lines()
        .enumerate()
        .filter_map(|(index, line)| Some((index + 1, line.split_once("  ")?)))
        .map(|(line, (sum, path))| (path, (line, sum)))
        .collect();
    let mut files = Vec::new();
    built(&tree.root, "assets", &mut files)?;
    let mut findings = Vec::new();
    for path in files {
        let Some((line, sum)) = sums.remove(path.as_str()) else {
            findings.push(Finding::whole(
                &path,
                format!("has no sum in {LIST}; build it with cargo xtask assets"),
            ));
            continue;
        };
        if checksum::of(&tree.root.join(&path))? != sum {
            let text = format!("{path} is not what was built; run cargo xtask assets");
            findings.push(Finding::at(LIST, line, text));
        }
    }
    findings.extend(
        sums.into_iter()
            .map(|(path, (line, _))| Finding::at(LIST, line, format!("{path} is not there"))),
    );
    Ok(findings)
}

fn built(root: &Path, folder: &str, files: &mut Vec<String>) -> anyhow::Result<()> {
    let Ok(entries) = std::fs::read_dir(root.join(folder)) else {
        return Ok(());
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{folder}/{name}");
        let by_hand = [".ftl", ".md", ".service", ".txt", ".sha256"]
            .iter()
            .any(|ending| name.ends_with(ending));
        if entry.file_type()?.is_dir() {
            built(root, &path, files)?;
        } else if !by_hand {
            files.push(path);
        }
    }
    Ok(())
}

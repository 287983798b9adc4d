//! One line a file in `assets/CHECKSUMS.sha256`, in the format of `sha256sum`, sorted by path.

use crate::assets::package::sha256_hex;
use crate::workspace::Workspace;
use anyhow::Context;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

const LIST: &str = "assets/CHECKSUMS.sha256";

/// The SHA-256 of a file, in hexadecimal.
pub fn of(path: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    Ok(sha256_hex(&bytes))
}

/// Puts a file's present sum into the list; the other lines stay as they are.
pub fn record(workspace: &Workspace, path: &str) -> anyhow::Result<()> {
    let list = workspace.root.join(LIST);
    let text = std::fs::read_to_string(&list).unwrap_or_default();
    let mut sums: BTreeMap<&str, String> = text
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(sum, path)| (path, sum.to_string()))
        .collect();
    sums.insert(path, of(&workspace.root.join(path))?);
    let mut lines = String::new();
    for (path, sum) in &sums {
        writeln!(lines, "{sum}  {path}")?;
    }
    std::fs::write(&list, lines).with_context(|| format!("writing {}", list.display()))
}

/// Puts every file of a folder into the list; `folder` and the paths in the list are relative to the checkout.
pub fn record_folder(workspace: &Workspace, folder: &str) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(workspace.root.join(folder))
        .with_context(|| format!("listing {folder}"))?;
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            record(
                workspace,
                &format!("{folder}/{}", entry.file_name().to_string_lossy()),
            )?;
        }
    }
    Ok(())
}

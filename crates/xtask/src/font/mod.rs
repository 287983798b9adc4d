//! Cuts the embedded font to the glyphs that the texts use.
//!
//! The source is Noto Sans SC (OFL), taken from a pinned package and checked by its sum; fontTools, pinned too, cuts
//! it and turns its cubic outlines into TrueType's quadratic ones, which every rasteriser draws. The same texts give
//! the same bytes: nothing in the result depends on the machine or the time. The cut font has a name of its own, since
//! it is not the font that its makers published.

pub mod checksum;

use crate::setup;
use crate::tidy::{FONT, TextFile, Tree, always_in_font};
use crate::workspace::Workspace;
use anyhow::{Context, bail};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The environment of `peers.toml` that holds the font and the cutter.
const TOOLS: &str = "fonts";
const SOURCE: &str = "pylopdf_fonts_zh_cn/NotoSansSC-Regular.otf";
const SOURCE_SHA256: &str = "faa6c9df652116dde789d351359f3d7e5d2285a2b2a1f04a2d7244df706d5ea9";
const CUTTER: &str = include_str!("cut.py");
/// The window and each report embed the font.
const BYTES_MAX: u64 = 600_000;

/// Writes `assets/fonts/cyclorama-sans.ttf` and its line in `assets/CHECKSUMS.sha256`.
pub fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let python = setup::ready_venv(workspace, TOOLS)?;
    let source = source_font(&python)?;
    let found = checksum::of(&source)?;
    if found != SOURCE_SHA256 {
        bail!(
            "{} is not the font we know: sha256 {found}",
            source.display()
        );
    }
    let characters = wanted(&Tree::read(&workspace.root)?);
    let target = workspace.root.join(FONT);
    std::fs::create_dir_all(workspace.root.join("assets/fonts")).context("making assets/fonts")?;
    let status = workspace
        .command(&python)
        .args(["-c", CUTTER])
        .args([&source, &target])
        .arg(&characters)
        .env("SOURCE_DATE_EPOCH", "0")
        .status()
        .context("starting the font cutter")?;
    if !status.success() {
        bail!("the font cutter failed (its message stands above)");
    }
    let bytes = std::fs::metadata(&target)?.len();
    if bytes > BYTES_MAX {
        bail!("{FONT} has {bytes} bytes; {BYTES_MAX} at most");
    }
    checksum::record(workspace, FONT)?;
    println!(
        "{FONT}: {} characters, {bytes} bytes",
        characters.chars().count()
    );
    Ok(())
}

/// All characters of all texts, and those that programs compose by themselves, in code order.
fn wanted(tree: &Tree) -> String {
    let mut characters: BTreeSet<char> = always_in_font();
    for file in tree.with_ending(".ftl") {
        characters.extend(
            TextFile::read(&file.text)
                .shown
                .chars()
                .filter(|c| !c.is_control()),
        );
    }
    characters.into_iter().collect()
}

fn source_font(python: &Path) -> anyhow::Result<PathBuf> {
    let environment = python
        .parent()
        .and_then(Path::parent)
        .context("the environment's folder")?;
    for entry in std::fs::read_dir(environment.join("lib"))?.flatten() {
        let font = entry.path().join("site-packages").join(SOURCE);
        if font.is_file() {
            return Ok(font);
        }
    }
    bail!("{SOURCE} is not in {}", environment.display())
}

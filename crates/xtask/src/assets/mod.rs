//! `cargo xtask assets`: everything under `assets/` that is made from other people's data, and the plates of a stage.
//!
//! Each part downloads its source package once, checks its SHA-256, and writes the same bytes every
//! time: fixed seeds, fixed order, no clock. The results are committed; this rebuilds them.

pub mod human;
pub mod motion;
pub mod package;
pub mod plates;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::font::checksum;
use crate::workspace::Workspace;

/// Rebuilds the committed assets (`plates`: these alone): the humans first, because the performances are written for its
/// skeleton.
///
/// # Errors
/// When a package cannot be fetched or is not the recorded one, or a result cannot be written.
pub fn run(args: &[String]) -> Result<()> {
    let root = repository_root()?;
    plates::build(&root.join("rigs/stages/plates"))?;
    if args.iter().any(|part| part == "plates") {
        return Ok(());
    }
    human::run(&root.join("assets/human"))?;
    human::run_others(&root.join("assets/bodies"))?;
    for folder in ["assets/human", "assets/bodies"] {
        checksum::record_folder(&Workspace { root: root.clone() }, folder)?;
    }
    let skeleton = root.join("assets/human/skeleton.json");
    for file in motion::build(&skeleton, &root.join("assets/performances"))? {
        checksum::record(
            &Workspace { root: root.clone() },
            &format!("assets/performances/{file}"),
        )?;
    }
    Ok(())
}

/// The root of the checkout: the folder above `crates/` that holds this crate.
fn repository_root() -> Result<PathBuf> {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(crate_folder
        .ancestors()
        .nth(2)
        .context("the crate is not in crates/")?
        .to_path_buf())
}

//! Where the checkout lies, and how cargo is called in it.

use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The checkout that this program works on.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The folder with the workspace's `Cargo.toml`.
    pub root: PathBuf,
}

impl Workspace {
    /// The workspace of the manifest that `cargo xtask` was called with, else of the current folder.
    pub fn find() -> anyhow::Result<Self> {
        let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => std::env::current_dir().context("reading the current folder")?,
        };
        for folder in start.ancestors() {
            let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
            if manifest.contains("[workspace]") {
                return Ok(Self {
                    root: folder.to_path_buf(),
                });
            }
        }
        bail!("no Cargo workspace above {}", start.display())
    }

    /// A command that runs in the root of the checkout.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir(&self.root);
        command
    }

    /// The cargo that runs us, so that a `+toolchain` chosen by the caller is kept.
    pub fn cargo(&self) -> Command {
        self.command(std::env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from))
    }

    /// Where cargo puts what it builds.
    pub fn target_folder(&self) -> PathBuf {
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.root.join("target"), PathBuf::from)
    }

    /// The cache outside the checkout, where third-party tools live.
    pub fn cache_folder() -> anyhow::Result<PathBuf> {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let base = match (set("XDG_CACHE_HOME"), set("HOME")) {
            (Some(cache), _) => PathBuf::from(cache),
            (None, Some(home)) => PathBuf::from(home).join(".cache"),
            (None, None) => bail!("neither XDG_CACHE_HOME nor HOME is set"),
        };
        Ok(base.join("cyclorama"))
    }

    /// The folder of real recordings beside the checkout, if it is there.
    pub fn shared_data(&self) -> Option<PathBuf> {
        let folder = self.root.join("../shared/data");
        folder.is_dir().then_some(folder)
    }
}

//! The files of a checkout, read once for all rules.

use super::rust_source::RustSource;
use anyhow::Context;
use std::cell::OnceCell;
use std::path::{Path, PathBuf};

const SKIPPED_FOLDERS: &[&str] = &["target", "out", ".git"];
const TEXT_ENDINGS: &[&str] = &[
    "rs", "wgsl", "toml", "md", "ftl", "sh", "py", "txt", "json", "lock", "stderr",
];
/// Larger text files are data; the longest source file allowed is far below.
const TEXT_BYTES_MAX: u64 = 1 << 20;

/// A checkout's text files.
pub struct Tree {
    /// The checkout's root.
    pub root: PathBuf,
    files: Vec<TreeFile>,
}

/// One text file.
pub struct TreeFile {
    /// Relative to the root, with `/`.
    pub path: String,
    /// Its content.
    pub text: String,
    rust: OnceCell<RustSource>,
}

impl Tree {
    /// Reads every text file under `root`.
    pub fn read(root: &Path) -> anyhow::Result<Self> {
        let mut files = Vec::new();
        walk(root, root, &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self {
            root: root.to_path_buf(),
            files,
        })
    }

    /// All text files, sorted by path.
    pub fn files(&self) -> &[TreeFile] {
        &self.files
    }

    /// The files with this ending.
    pub fn with_ending<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = &'a TreeFile> {
        self.files
            .iter()
            .filter(move |file| file.path.ends_with(ending))
    }

    /// The Rust files of a crate's folder.
    pub fn rust_in<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a TreeFile> {
        self.with_ending(".rs").filter(move |file| {
            file.path
                .strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// One file by its path.
    pub fn file(&self, path: &str) -> Option<&TreeFile> {
        self.files.iter().find(|file| file.path == path)
    }
}

impl TreeFile {
    /// The file seen as Rust.
    pub fn rust(&self) -> &RustSource {
        self.rust
            .get_or_init(|| RustSource::read(&self.path, &self.text))
    }
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<TreeFile>) -> anyhow::Result<()> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("listing {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            if !SKIPPED_FOLDERS.contains(&name.as_str()) {
                walk(root, &entry.path(), files)?;
            }
        } else if kind.is_file() && is_text(&name, folder) {
            let small = entry
                .metadata()
                .is_ok_and(|data| data.len() <= TEXT_BYTES_MAX);
            // A colleague's editor may remove or half-write a file while tidy reads: not our finding.
            let Some(text) = small
                .then(|| std::fs::read_to_string(entry.path()).ok())
                .flatten()
            else {
                continue;
            };
            let path = entry.path();
            let path = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            files.push(TreeFile {
                path,
                text,
                rust: OnceCell::new(),
            });
        }
    }
    Ok(())
}

fn is_text(name: &str, folder: &Path) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| TEXT_ENDINGS.contains(&ending))
        || folder.file_name().is_some_and(|folder| folder == ".ci")
}

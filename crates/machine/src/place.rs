//! The file system and the environment that a reader looks at.
//!
//! The real machine is `Place::here()`; a test builds one from a temporary folder and a few variables. No other file
//! of this crate reads `std::env` or starts a path with `/` of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A file system root and the environment variables that belong to it.
#[derive(Clone, Debug)]
pub struct Place {
    root: PathBuf,
    variables: BTreeMap<String, String>,
}

impl Place {
    /// The machine this program runs on.
    pub fn here() -> Self {
        let readable = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Self {
            root: PathBuf::from("/"),
            variables: readable.collect(),
        }
    }

    /// A made-up machine whose files lie under `root`.
    pub fn under(root: &Path, variables: &[(&str, &str)]) -> Self {
        let variables = variables
            .iter()
            .map(|(n, v)| (n.to_string(), v.to_string()))
            .collect();
        Self {
            root: root.to_path_buf(),
            variables,
        }
    }

    /// A variable's value; empty counts as absent, as most programs that read these variables treat it.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Where `path`, absolute on that machine, lies for us.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// A small text file's content, trimmed; `None` when it cannot be read.
    pub fn text(&self, path: &str) -> Option<String> {
        Some(
            std::fs::read_to_string(self.path(path))
                .ok()?
                .trim()
                .to_string(),
        )
    }

    /// The colon-separated folders of a variable, or `otherwise` when it is unset.
    pub fn folders(&self, variable: &str, otherwise: &str) -> Vec<String> {
        let list = self.variable(variable).unwrap_or(otherwise);
        list.split(':')
            .filter(|folder| !folder.is_empty())
            .map(str::to_string)
            .collect()
    }
}

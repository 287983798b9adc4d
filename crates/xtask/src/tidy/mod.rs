//! The house's invariants, each one an assertion; `crates/README.md` says why each exists.
//!
//! A rule reads the tree (sources, manifests, texts, font) and returns findings; it never changes a file. Each rule
//! has a test with a seeded violation, because a rule that cannot fail is a comment. Rules read Rust through
//! `rust_source`, which blanks comments and strings, rather than through a parser: they ask about names and shapes,
//! and the whole of tidy must stay a matter of a second.

mod catalogue;
mod checksums;
mod dependencies;
mod doors;
mod fluent;
mod glyphs;
mod literals;
mod places;
mod promises;
mod rust_source;
mod shape;
#[cfg(test)]
mod tests;
mod texts;
mod tree;

pub use fluent::TextFile;
pub use glyphs::{FONT, always_in_font};
pub use tree::Tree;

use crate::stop::Stop;
use crate::workspace::Workspace;

/// One violation: where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, relative to the checkout's root.
    pub path: String,
    /// The line, from 1; 0 when the whole file is meant.
    pub line: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Finding {
    fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            path: path.to_string(),
            line,
            message: message.into(),
        }
    }

    fn whole(path: &str, message: impl Into<String>) -> Self {
        Self::at(path, 0, message)
    }
}

/// A named invariant.
pub struct Rule {
    /// The name that `crates/README.md` uses.
    pub name: &'static str,
    check: fn(&Tree) -> anyhow::Result<Vec<Finding>>,
}

/// Every invariant, in the order of `crates/README.md`.
pub const RULES: &[Rule] = &[
    Rule {
        name: "layers",
        check: dependencies::layers,
    },
    Rule {
        name: "data-plane",
        check: dependencies::data_plane,
    },
    Rule {
        name: "graphics",
        check: dependencies::graphics,
    },
    Rule {
        name: "sockets",
        check: doors::sockets,
    },
    Rule {
        name: "files",
        check: doors::files,
    },
    Rule {
        name: "sans-io",
        check: doors::sans_io,
    },
    Rule {
        name: "file-length",
        check: shape::file_length,
    },
    Rule {
        name: "function-length",
        check: shape::function_length,
    },
    Rule {
        name: "file-name",
        check: shape::file_name,
    },
    Rule {
        name: "module-doc",
        check: shape::module_doc,
    },
    Rule {
        name: "unfinished",
        check: shape::unfinished,
    },
    Rule {
        name: "unwrap",
        check: shape::unwrap,
    },
    Rule {
        name: "catalogue",
        check: catalogue::crates,
    },
    Rule {
        name: "invariants",
        check: catalogue::invariants,
    },
    Rule {
        name: "machine-paths",
        check: places::machine_paths,
    },
    Rule {
        name: "registries",
        check: places::registries,
    },
    Rule {
        name: "checksums",
        check: checksums::assets,
    },
    Rule {
        name: "promises",
        check: promises::promises,
    },
    Rule {
        name: "languages",
        check: texts::languages,
    },
    Rule {
        name: "text-keys",
        check: texts::keys,
    },
    Rule {
        name: "unused-texts",
        check: texts::unused,
    },
    Rule {
        name: "literals",
        check: literals::user_facing,
    },
    Rule {
        name: "glyphs",
        check: glyphs::missing,
    },
];

/// Prints every finding; fails when there is one.
pub fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let tree = Tree::read(&workspace.root)?;
    let mut broken = 0;
    for rule in RULES {
        let mut findings = (rule.check)(&tree)?;
        findings.sort();
        broken += findings.len();
        for Finding {
            path,
            line,
            message,
        } in findings
        {
            let place = if line == 0 {
                path
            } else {
                format!("{path}:{line}")
            };
            println!("{place}: {}: {message}", rule.name);
        }
    }
    if broken > 0 {
        return Err(
            Stop::failed(format!("tidy: {broken} finding(s), see crates/README.md")).into(),
        );
    }
    println!(
        "tidy: {} rules hold over {} files",
        RULES.len(),
        tree.files().len()
    );
    Ok(())
}

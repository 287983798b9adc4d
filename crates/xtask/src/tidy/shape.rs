//! The shape of files: one concept each, short, documented, finished.

use super::tree::TreeFile;
use super::{Finding, Tree};
use std::collections::BTreeSet;

const FILE_LINES_MAX: usize = 500;
/// Lines of code in a function's body; blank lines and comments do not count.
const FUNCTION_LINES_MAX: usize = 70;
const HOMELESS: &[&str] = &[
    "utils.rs",
    "util.rs",
    "helpers.rs",
    "common.rs",
    "misc.rs",
    "types.rs",
];

/// Rust and shader files have at most 500 lines.
pub fn file_length(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let sources = tree.with_ending(".rs").chain(tree.with_ending(".wgsl"));
    Ok(sources
        .filter_map(|file| {
            let lines = file.text.lines().count();
            let text = format!("{lines} lines; {FILE_LINES_MAX} at most: split by concept");
            (lines > FILE_LINES_MAX).then(|| Finding::at(&file.path, FILE_LINES_MAX, text))
        })
        .collect())
}

/// Functions outside tests have at most 70 lines of code.
pub fn function_length(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    Ok(tree.with_ending(".rs").flat_map(long_functions).collect())
}

fn long_functions(file: &TreeFile) -> Vec<Finding> {
    let source = file.rust();
    let code = &source.shipped;
    let mut findings = Vec::new();
    for at in source.uses("fn") {
        let rest = &code[at..];
        let (Some(open), semicolon) = (rest.find('{'), rest.find(';')) else {
            continue;
        };
        // A declaration without a body, or a `fn(…)` type.
        if semicolon.is_some_and(|semicolon| semicolon < open) || rest[2..].starts_with('(') {
            continue;
        }
        let body = &code[at + open..source.closing(at + open)];
        let lines = body
            .lines()
            .filter(|line| !line.trim().is_empty())
            .count()
            .saturating_sub(2);
        if lines > FUNCTION_LINES_MAX {
            let name = rest[2..]
                .split(['(', '<'])
                .next()
                .unwrap_or_default()
                .trim();
            let text = format!("fn {name} has {lines} lines of code; {FUNCTION_LINES_MAX} at most");
            findings.push(Finding::at(&file.path, source.line(at), text));
        }
    }
    findings
}

/// A file is named after the noun it defines.
pub fn file_name(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    Ok(tree
        .with_ending(".rs")
        .filter(|file| HOMELESS.contains(&file.path.rsplit('/').next().unwrap_or_default()))
        .map(|file| Finding::whole(&file.path, "name the file after the noun it defines"))
        .collect())
}

/// Every Rust file opens with `//!`: what it is, why it is like this, what must stay true. Programs that exist to be
/// refused by the compiler (they lie beside the `.stderr` that the compiler must say) are exempt.
pub fn module_doc(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_string());
    let refused: BTreeSet<_> = tree
        .with_ending(".stderr")
        .map(|file| folder(&file.path))
        .collect();
    let opens_without_doc = |file: &&TreeFile| {
        let first = file
            .text
            .lines()
            .map(str::trim)
            .find(|l| !l.is_empty() && !l.starts_with("#!"));
        !first.is_some_and(|line| line.starts_with("//!") && line.len() > 4)
    };
    Ok(tree
        .with_ending(".rs")
        .filter(|file| !refused.contains(&folder(&file.path)))
        .filter(opens_without_doc)
        .map(|file| Finding::at(&file.path, 1, "the file opens without a `//!` module doc"))
        .collect())
}

/// Nothing is left to do in committed code.
pub fn unfinished(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    Ok(words(
        tree,
        &["todo!", "unimplemented!"],
        "finish it, or return an error that says what is missing",
    ))
}

/// A panic on a surprise is for tests.
pub fn unwrap(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    Ok(words(
        tree,
        &[".unwrap()"],
        "outside tests an error is returned or counted",
    ))
}

fn words(tree: &Tree, forbidden: &[&str], reason: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.with_ending(".rs") {
        let source = file.rust();
        for word in forbidden {
            findings.extend(
                source.uses(word).map(|at| {
                    Finding::at(&file.path, source.line(at), format!("`{word}`: {reason}"))
                }),
            );
        }
    }
    findings
}

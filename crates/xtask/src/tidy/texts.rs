//! Texts: the same in every language, none missing, none left over.
//!
//! Code names a text in three ways that tidy can see: a literal in the body of an error's `fn key`, a literal as first
//! argument of `text.get(…)`, and in the programs (`cyc`, `console`) a literal that begins with an area's name, such as
//! `"doctor-…"` where `doctor.ftl` exists. Any other literal equal to a key counts as its use, not as a demand for it.

use super::{Finding, TextFile, Tree};
use std::collections::{BTreeMap, BTreeSet};

const FOLDER: &str = "assets/text/";
const LANGUAGES: [&str; 2] = ["en", "zh-CN"];

/// Every `.ftl` file of one language, by name.
fn language<'a>(tree: &'a Tree, name: &str) -> BTreeMap<&'a str, TextFile> {
    let prefix = format!("{FOLDER}{name}/");
    tree.with_ending(".ftl")
        .filter_map(|file| Some((file.path.strip_prefix(&prefix)?, TextFile::read(&file.text))))
        .collect()
}

/// Same files, same keys, same variables in both languages; no key twice in a language.
pub fn languages(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (own, other) in [(LANGUAGES[0], LANGUAGES[1]), (LANGUAGES[1], LANGUAGES[0])] {
        let (own_files, other_files) = (language(tree, own), language(tree, other));
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, file) in &own_files {
            let path = format!("{FOLDER}{own}/{name}");
            for (key, line) in &file.doubles {
                findings.push(Finding::at(&path, *line, format!("`{key}` stands twice")));
            }
            let there = other_files.get(name);
            for (key, entry) in &file.entries {
                if let Some(first) = seen.insert(key, name) {
                    let text = format!("`{key}` stands in {first} too");
                    findings.push(Finding::at(&path, entry.line, text));
                }
                let Some(twin) = there.and_then(|file| file.entries.get(key)) else {
                    let text = format!("`{key}` is missing in {FOLDER}{other}/{name}");
                    findings.push(Finding::at(&path, entry.line, text));
                    continue;
                };
                for variable in entry.variables.difference(&twin.variables) {
                    let text = format!("`{key}` uses ${variable}, {other} does not");
                    findings.push(Finding::at(&path, entry.line, text));
                }
            }
        }
    }
    Ok(findings)
}

/// Every text that code asks for exists.
pub fn keys(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let files = language(tree, LANGUAGES[0]);
    let known: BTreeSet<&str> = files
        .values()
        .flat_map(|file| file.entries.keys())
        .map(String::as_str)
        .collect();
    // An attribute alone makes its message exist.
    let exists = |key: &str| {
        known.contains(key)
            || known
                .iter()
                .any(|known| known.split('.').next() == Some(key))
    };
    let areas: Vec<&str> = files
        .keys()
        .filter_map(|name| name.strip_suffix(".ftl"))
        .collect();
    let demands = demands(tree, &areas)
        .into_iter()
        .filter(|demand| !exists(&demand.key));
    Ok(demands
        .map(|d| Finding::at(&d.path, d.line, format!("no text `{}` in {FOLDER}", d.key)))
        .collect())
}

/// No text is left over that no code names.
pub fn unused(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let literals: BTreeSet<&str> = tree
        .with_ending(".rs")
        .flat_map(|file| {
            file.rust()
                .literals
                .iter()
                .map(|literal| literal.text.as_str())
        })
        .collect();
    let files = language(tree, LANGUAGES[0]);
    let referred: BTreeSet<&str> = files
        .values()
        .flat_map(|file| file.entries.values())
        .flat_map(|entry| entry.references.iter().map(String::as_str))
        .collect();
    let mut findings = Vec::new();
    for (name, file) in &files {
        for (key, entry) in &file.entries {
            let message = key.split('.').next().unwrap_or(key);
            if !literals.contains(message) && !referred.contains(message) {
                let path = format!("{FOLDER}{}/{name}", LANGUAGES[0]);
                findings.push(Finding::at(
                    &path,
                    entry.line,
                    format!("no code names `{message}`"),
                ));
            }
        }
    }
    Ok(findings)
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Demand {
    path: String,
    line: usize,
    key: String,
}

fn demands(tree: &Tree, areas: &[&str]) -> Vec<Demand> {
    let mut demands = Vec::new();
    for file in tree
        .rust_in("crates")
        .filter(|file| !file.path.starts_with("crates/xtask/"))
    {
        let source = file.rust();
        let mut demand = |offset: usize, key: &str| {
            let line = source.line(offset);
            demands.push(Demand {
                path: file.path.clone(),
                line,
                key: key.to_string(),
            });
        };
        for at in source.uses("fn key") {
            let Some(open) = source.shipped[at..].find('{').map(|open| at + open) else {
                continue;
            };
            let body = open..source.closing(open);
            for literal in source.literals.iter().filter(|l| body.contains(&l.offset)) {
                demand(literal.offset, &literal.text);
            }
        }
        for call in ["text.get(", "texts.get(", "text.fix("] {
            for at in source.shipped.match_indices(call).map(|(at, _)| at) {
                if let Some(literal) = source.literal_at(at + call.len()) {
                    demand(literal.offset, &literal.text);
                }
            }
        }
        if ["crates/cyc/", "crates/console/"]
            .iter()
            .any(|program| file.path.starts_with(program))
        {
            for literal in source
                .literals
                .iter()
                .filter(|l| belongs_to(&l.text, areas))
            {
                demand(literal.offset, &literal.text);
            }
        }
    }
    demands.sort();
    demands.dedup();
    demands
}

fn belongs_to(literal: &str, areas: &[&str]) -> bool {
    let is_key = literal
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    is_key
        && literal
            .split_once('-')
            .is_some_and(|(area, rest)| areas.contains(&area) && !rest.is_empty())
}

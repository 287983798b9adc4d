//! No text for people in the code of the programs they use: it would exist in one language only.
//!
//! A heuristic, by call: what prints, and what labels a widget or a window, takes no literal with letters. The
//! placeholders of a format string do not count. `xtask` is exempt: its readers are developers.

use super::{Finding, Tree};

const PROGRAMS: &[&str] = &["crates/cyc", "crates/console"];

const SPEAKING_CALLS: &[&str] = &[
    "print!(",
    "println!(",
    "eprint!(",
    "eprintln!(",
    ".label(",
    ".button(",
    ".heading(",
    ".monospace(",
    ".small(",
    ".on_hover_text(",
    ".with_title(",
    ".set_title(",
    ".about(",
    ".help(",
    ".set_message(",
    "RichText::new(",
    "Window::new(",
];

/// Calls that speak to people take their words from `assets/text`.
pub fn user_facing(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let files = PROGRAMS.iter().flat_map(|program| tree.rust_in(program));
    for file in files.filter(|file| !file.path.ends_with("/build.rs")) {
        let source = file.rust();
        for call in SPEAKING_CALLS {
            for at in source.uses(call) {
                let open = at + call.len() - 1;
                let arguments = open..source.closing(open);
                let spoken = source
                    .literals
                    .iter()
                    .filter(|literal| arguments.contains(&literal.offset))
                    .filter(|literal| has_words(&literal.text) && !is_key(&literal.text));
                findings.extend(spoken.map(|literal| {
                    let text = format!("\"{}\" belongs in assets/text", literal.text);
                    Finding::at(&file.path, source.line(literal.offset), text)
                }));
            }
        }
    }
    Ok(findings)
}

/// Letters outside `{…}` placeholders and escapes.
fn has_words(literal: &str) -> bool {
    let mut depth = 0_usize;
    let mut escaped = false;
    for c in literal.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 && c.is_alphabetic() => return true,
            _ => {}
        }
    }
    false
}

/// `println!("{}", text.get("cli-hello"))` names a text; it does not speak.
fn is_key(literal: &str) -> bool {
    literal.contains('-')
        && literal
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        || literal.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

//! `cyc doctor`: what this machine can do, what is missing, the command that mends it.
//!
//! Exit code 66 when something is missing without which no picture can be drawn; limits of comfort do not count.

use crate::Session;
use crate::command_line::subcommand;
use crate::doctor::{Check, Verdict, checks};
use crate::failure::Failure;
use crate::table::columns;
use crate::text::Text;
use clap::{ArgMatches, Command};
use cyc_machine::Place;
use serde_json::json;
use std::fmt::Write;

/// The command's name.
pub const NAME: &str = "doctor";

/// The command line of `cyc doctor`.
pub fn describe(text: &Text) -> Command {
    let (about, usage) = (text.get("doctor-about", &[]), text.get("doctor-usage", &[]));
    subcommand(text, NAME, about, usage, "cyc doctor --json")
}

/// Checks and reports.
pub fn run(_matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let text = &session.text;
    let checks = checks(&Place::here(), text);
    if session.output.wants_json() {
        session.output.object(&as_json(&checks))?;
    } else {
        session.output.result(&as_text(&checks, text))?;
    }
    let missing: Vec<&str> = with(&checks, Verdict::Missing)
        .map(|c| c.title.as_str())
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Failure::missing_things(missing.join(", ")))
    }
}

fn with(checks: &[Check], verdict: Verdict) -> impl Iterator<Item = &Check> {
    checks.iter().filter(move |check| check.verdict == verdict)
}

fn as_json(checks: &[Check]) -> serde_json::Value {
    let rows: Vec<_> = checks
        .iter()
        .map(|check| {
            let ok = check.verdict == Verdict::Good;
            json!({ "name": check.name, "ok": ok, "detail": check.detail, "fix": check.fix })
        })
        .collect();
    json!({ "checks": rows })
}

fn as_text(checks: &[Check], text: &Text) -> String {
    let widest = checks
        .iter()
        .map(|check| columns(&check.title))
        .max()
        .unwrap_or(0);
    let mut page = String::new();
    for check in checks {
        let mark = match check.verdict {
            Verdict::Good => '✓',
            Verdict::Limited => '!',
            Verdict::Missing => '×',
        };
        let gap = " ".repeat(widest - columns(&check.title) + 2);
        let _ = writeln!(page, "{mark} {}{gap}{}", check.title, check.detail);
        if let Some(fix) = &check.fix {
            let indent = " ".repeat(widest + 4);
            let _ = writeln!(
                page,
                "{indent}{}",
                text.get("cli-fix", &[("fix", fix.clone())])
            );
        }
    }
    let count = |verdict| with(checks, verdict).count();
    let args = [
        ("good", count(Verdict::Good).to_string()),
        ("all", checks.len().to_string()),
        ("missing", count(Verdict::Missing).to_string()),
    ];
    let summary = match (count(Verdict::Missing), count(Verdict::Limited)) {
        (0, 0) => text.get("doctor-summary-good", &args),
        (0, _) => text.get("doctor-summary-limited", &args),
        _ => text.get("doctor-summary-missing", &args),
    };
    page + "\n" + &summary
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn bare_machine(language: Language) -> (Vec<Check>, Text) {
        let root = tempfile::tempdir().unwrap();
        let text = Text::new(language);
        (checks(&Place::under(root.path(), &[]), &text), text)
    }

    #[test]
    fn a_bare_machine_is_told_what_to_install_in_both_languages() {
        for language in [Language::English, Language::Chinese] {
            let (checks, text) = bare_machine(language);
            let page = as_text(&checks, &text);
            assert!(
                page.contains("apt-get install -y mesa-vulkan-drivers"),
                "{page}"
            );
            assert!(page.contains("apt-get install -y libvulkan1"), "{page}");
            let driver = checks
                .iter()
                .find(|check| check.name == "vulkan-driver")
                .unwrap();
            assert_eq!(driver.verdict, Verdict::Missing);
        }
    }

    #[test]
    fn the_object_has_the_promised_keys() {
        let (checks, _) = bare_machine(Language::English);
        let object = as_json(&checks);
        let rows = object["checks"].as_array().unwrap();
        assert_eq!(rows.len(), checks.len());
        for row in rows {
            assert!(row["name"].is_string() && row["ok"].is_boolean() && row["detail"].is_string());
            assert!(row["fix"].is_string() || row["fix"].is_null());
            assert!(
                row["ok"] == true || row["fix"].is_string() || row["detail"] != "",
                "{row}"
            );
        }
    }
}

//! `cyc top --flight FILE`: the last minute of a stage that did not end in order, from the file that it left.

use super::top::{own_words, page, sign, state_key};
use crate::Session;
use crate::failure::{Explain, Failure};
use crate::{exit::Exit, flight, text::Text};
use cyc_control::{Change, Mood, StageDocument, changes};
use serde_json::json;
use std::path::Path;

/// A flight that cannot be read.
struct Unreadable {
    path: String,
    reason: String,
}

impl Explain for Unreadable {
    fn key(&self) -> &'static str {
        "top-flight-unreadable"
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        vec![("path", self.path.clone()), ("reason", self.reason.clone())]
    }
}

/// Shows what changed, and the stage as it was at the last; with `--json` every document.
pub fn show(path: &Path, session: &Session) -> Result<(), Failure> {
    let documents = flight::read(path).map_err(|e| {
        let error = Unreadable {
            path: path.display().to_string(),
            reason: e.to_string(),
        };
        Failure::new(Exit::Asset, &error)
    })?;
    if session.output.wants_json() {
        return session.output.object(&json!({ "documents": documents }));
    }
    let text = &session.text;
    let Some(last) = documents.last() else {
        return Ok(());
    };
    let begin = documents.first().map_or(0.0, |d| d.uptime_s);
    let seconds = format!("{:.0}", last.uptime_s - begin);
    let mut shown = text.get("top-flight-title", &[("seconds", seconds)]);
    shown.push('\n');
    for line in told(&documents, text) {
        shown += &line;
        shown.push('\n');
    }
    shown.push('\n');
    shown += &text.get("top-flight-last", &[]);
    shown.push('\n');
    shown += &page(last, text);
    session.output.result(&shown)
}

/// What changed, a line each, with the seconds before the end.
fn told(documents: &[StageDocument], text: &Text) -> Vec<String> {
    let end = documents.last().map_or(0.0, |d| d.uptime_s);
    let line = |(at_s, change): (f64, Change)| {
        let said = match change {
            Change::State(state) => text.get(state_key(state), &[]),
            Change::Began(finding) => {
                format!("{} {}", sign(finding.mood), own_words(&finding.what, text))
            }
            Change::Ceased(finding) => {
                let words = own_words(&finding.what, text);
                let over = text.get("top-flight-over", &[("what", words)]);
                format!("{} {over}", sign(Mood::Good))
            }
            Change::Told(entry) => format!("{} ({})", entry.command, entry.via),
        };
        format!("{:>7.1} s  {said}", at_s - end)
    };
    changes(documents).into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use cyc_control::{FindingDocument, LogEntry, Said, StageState};

    fn at(uptime_s: f64, silent: bool) -> StageDocument {
        let finding = FindingDocument {
            key: "run-silent".into(),
            mood: Mood::Red,
            what: Said {
                en: "vicon is silent.".into(),
                zh_cn: "vicon 没有数据。".into(),
            },
            ..FindingDocument::default()
        };
        StageDocument {
            uptime_s,
            state: match silent {
                true => StageState::Degraded,
                false => StageState::Running,
            },
            findings: if silent { vec![finding] } else { vec![] },
            ..StageDocument::default()
        }
    }

    #[test]
    fn what_began_and_what_ceased_is_told_with_its_time_and_nothing_twice() {
        let mut flight = vec![
            at(10.0, false),
            at(10.25, true),
            at(10.5, true),
            at(12.0, false),
        ];
        let order = LogEntry {
            command: "blackout main".into(),
            via: "panel".into(),
            ..LogEntry::default()
        };
        flight[2].log = vec![order.clone()];
        flight[3].log = vec![order];
        let lines = told(&flight, &Text::new(Language::English));
        let expected = [
            "   -2.0 s  RUNNING",
            "   -1.8 s  WITH FAULTS",
            "   -1.8 s  ■ vicon is silent.",
            "   -1.5 s  blackout main (panel)",
            "    0.0 s  RUNNING",
            "    0.0 s  ● Over: vicon is silent.",
        ];
        assert_eq!(lines.len(), expected.len(), "{lines:#?}");
        for (line, expected) in lines.iter().zip(expected) {
            assert_eq!(line, expected, "{lines:#?}");
        }
        let lines = told(&flight, &Text::new(Language::Chinese));
        assert!(lines[2].contains("vicon 没有数据。"), "{lines:#?}");
    }
}

//! The newest commands with what became of them: those of everybody as the stage logs them, and this panel's last.

use super::command_words::{words_of, words_of_json};
use crate::panel::figures;
use crate::panel::link::{Given, Outcome};
use crate::wording::Wording;
use cyc_control::{LogEntry, Mood, StageDocument};

/// A command that the stage has answered.
#[derive(Clone, Debug, PartialEq)]
pub struct LogRow {
    /// When, by the stage's own clock.
    pub at: String,
    /// By what way it came.
    pub via: String,
    /// What was told.
    pub what: String,
    /// Whether it was done.
    pub mood: Mood,
    /// Why not; empty when it was.
    pub why_not: String,
}

/// This panel's newest command.
#[derive(Clone, Debug, PartialEq)]
pub struct LastGiven {
    /// How it went.
    pub mood: Mood,
    /// What was told, and what became of it.
    pub what: String,
}

/// The log, newest first.
pub fn rows(document: &StageDocument, text: &dyn Wording) -> Vec<LogRow> {
    let row = |entry: &LogEntry| LogRow {
        at: figures::clock(entry.at_s),
        via: via_word(&entry.via, text),
        what: words_of_json(&entry.command, text),
        mood: if entry.done { Mood::Good } else { Mood::Red },
        why_not: match &entry.why_not {
            Some(why) if !entry.done => text.language().of(why).to_owned(),
            _ => String::new(),
        },
    };
    document.log.iter().rev().map(row).collect()
}

fn via_word(via: &str, text: &dyn Wording) -> String {
    let key = match via {
        "panel" => "panel-via-panel",
        "key" => "panel-via-key",
        "http" => "panel-via-http",
        "osc" => "panel-via-osc",
        other => return other.to_owned(),
    };
    text.get(key, &[])
}

impl LastGiven {
    /// This panel's newest command in words.
    pub fn of(given: &Given, text: &dyn Wording) -> Self {
        let language = text.language();
        let (mood, outcome) = match &given.outcome {
            Outcome::Waiting => (Mood::Off, text.get("panel-given-waiting", &[])),
            Outcome::Answered(reply) if reply.done => {
                (Mood::Good, text.get("panel-given-done", &[]))
            }
            Outcome::Answered(reply) => {
                let said = [&reply.what, &reply.fix].map(|s| s.as_ref().map(|s| language.of(s)));
                let why: Vec<&str> = said.into_iter().flatten().collect();
                let why = [("why", why.join(" "))];
                (Mood::Red, text.get("panel-given-refused", &why))
            }
            Outcome::Lost(trouble) => {
                let why = [("why", text.get(trouble.key(), &trouble.args()))];
                (Mood::Red, text.get("panel-given-lost", &why))
            }
            Outcome::Crowded => (Mood::Red, text.get("panel-given-crowded", &[])),
        };
        let what = words_of(&given.command, text);
        Self {
            mood,
            what: text.get("panel-given", &[("what", what), ("outcome", outcome)]),
        }
    }
}

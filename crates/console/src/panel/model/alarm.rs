//! What is wrong in one sentence, and what to do: the worst in large, the others below it.

use crate::panel::figures;
use crate::panel::link::Seen;
use crate::wording::Wording;
use cyc_control::{ClientError, FindingDocument, Mood, StageState};

/// Something that is wrong, in one line.
#[derive(Clone, Debug, PartialEq)]
pub struct FindingRow {
    /// How bad it is.
    pub mood: Mood,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub fix: String,
}

/// The worst that is wrong, and the rest.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmModel {
    /// How bad the worst is.
    pub mood: Mood,
    /// What is wrong; or that nothing is.
    pub what: String,
    /// What to do; empty when nothing is to be done.
    pub fix: String,
    /// The others, the worst first.
    pub others: Vec<FindingRow>,
}

impl AlarmModel {
    /// What is wrong now. A stage that does not answer is worse than all that it said last.
    pub fn of(seen: &Seen, text: &dyn Wording) -> Self {
        let document = seen.document.as_deref();
        let mut rows: Vec<FindingRow> = document
            .map(|d| d.findings.iter().map(|f| row(f, text)).collect())
            .unwrap_or_default();
        // The stage says the worst first; a stage that mixes them up must not hide a red one.
        rows.sort_by_key(|row| std::cmp::Reverse(row.mood));
        if seen.is_stale() {
            rows.insert(0, silence(seen, text));
        }
        if rows.is_empty() {
            return calm(document.map(|d| d.state), text);
        }
        let worst = rows.remove(0);
        Self {
            mood: worst.mood,
            what: worst.what,
            fix: worst.fix,
            others: rows,
        }
    }
}

fn row(finding: &FindingDocument, text: &dyn Wording) -> FindingRow {
    let language = text.language();
    FindingRow {
        mood: finding.mood,
        what: language.of(&finding.what).to_owned(),
        fix: language.of(&finding.fix).to_owned(),
    }
}

fn silence(seen: &Seen, text: &dyn Wording) -> FindingRow {
    let age = figures::age(seen.age_s * 1000.0, text);
    let what = match &seen.document {
        Some(_) => text.get("panel-silent", &[("age", age)]),
        None => text.get("panel-never-heard", &[]),
    };
    let fix = match &seen.trouble {
        None => text.fix("panel-silent", &[]).unwrap_or_default(),
        Some(ClientError::Refused { what, fix, .. }) => {
            let language = text.language();
            [language.of(what), language.of(fix)].join(" ")
        }
        Some(trouble) => {
            let what = text.get(trouble.key(), &trouble.args());
            let fix = text.fix(trouble.key(), &trouble.args());
            [what, fix.unwrap_or_default()].join(" ")
        }
    };
    FindingRow {
        mood: Mood::Red,
        what,
        fix,
    }
}

fn calm(state: Option<StageState>, text: &dyn Wording) -> AlarmModel {
    let (key, mood) = match state {
        None | Some(StageState::Starting) => ("panel-starting", Mood::Off),
        Some(StageState::Running) => ("panel-all-well", Mood::Good),
        // A stage that is not well without a finding: its state is all there is to say.
        Some(StageState::Degraded) => ("panel-state-degraded", Mood::Amber),
        Some(StageState::Holding) => ("panel-state-holding", Mood::Red),
        Some(StageState::Failed) => ("panel-state-failed", Mood::Red),
    };
    AlarmModel {
        mood,
        what: text.get(key, &[]),
        fix: String::new(),
        others: Vec::new(),
    }
}

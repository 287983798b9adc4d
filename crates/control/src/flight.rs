//! What changed in a stage's last minutes, from the documents that its flight recorder kept: what began and what ceased to be
//! wrong, which state it went to, what it was told. Nothing twice.

use crate::{FindingDocument, LogEntry, StageDocument, StageState};

/// Something that changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The stage is in another state.
    State(StageState),
    /// Something is wrong from now on.
    Began(FindingDocument),
    /// It is so no more.
    Ceased(FindingDocument),
    /// The stage was told something.
    Told(LogEntry),
}

/// What changed between the documents of a flight, which follow one another, with the seconds of the stage's own clock at
/// which it was seen.
pub fn changes(documents: &[StageDocument]) -> Vec<(f64, Change)> {
    let mut found = Vec::new();
    let mut before: Option<&StageDocument> = None;
    for document in documents {
        let mut note = |change| found.push((document.uptime_s, change));
        if before.is_none_or(|b| b.state != document.state) {
            note(Change::State(document.state));
        }
        let known = |d: Option<&StageDocument>, finding: &FindingDocument| {
            let is_it = |f: &FindingDocument| f.key == finding.key && f.about == finding.about;
            d.is_some_and(|d| d.findings.iter().any(is_it))
        };
        for finding in document.findings.iter().filter(|f| !known(before, f)) {
            note(Change::Began(finding.clone()));
        }
        let ceased = before.into_iter().flat_map(|b| &b.findings);
        for finding in ceased.filter(|f| !known(Some(document), f)) {
            note(Change::Ceased(finding.clone()));
        }
        let told = |entry: &LogEntry| before.is_some_and(|b| b.log.contains(entry));
        for entry in document.log.iter().filter(|entry| !told(entry)) {
            note(Change::Told(entry.clone()));
        }
        before = Some(document);
    }
    found
}

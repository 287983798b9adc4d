//! An edit that was refused: where, and why.

use crate::commands::StageFileFinding;
use crate::failure::Failure;
use crate::text::Text;
use cyc_stage::PerformerSlot;
use std::path::Path;

/// An edit that was refused; the stage goes on as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct RefusedEdit {
    /// The file, and where it is known, line and column.
    pub place: String,
    key: &'static str,
    args: Vec<(&'static str, String)>,
}

impl RefusedEdit {
    /// For what was found in a line.
    pub fn at(path: &Path, finding: StageFileFinding) -> Self {
        let place = format!("{}:{}:{}", path.display(), finding.line, finding.column);
        let (key, args) = finding.said();
        Self { place, key, args }
    }

    /// For something in a performer's table that cannot be used: where her character is named.
    pub fn value(path: &Path, written: &str, slot: &PerformerSlot, why: Failure) -> Self {
        let (key, args) = why.message();
        let finding = StageFileFinding::at_value(written, &slot.character, key, args);
        Self::at(path, finding)
    }

    /// For the file as a whole.
    pub fn whole(path: &Path, why: Failure) -> Self {
        let (key, args) = why.message();
        Self {
            place: path.display().to_string(),
            key,
            args,
        }
    }

    /// What is wrong, and what to do.
    pub fn said(&self, text: &Text) -> [String; 2] {
        let why = text.get(self.key, &self.args);
        let args = [("place", self.place.clone()), ("why", why)];
        let what = text.get("run-edit-refused", &args);
        let fix = text.fix(self.key, &self.args);
        [
            what,
            fix.unwrap_or_else(|| text.fix("run-edit-refused", &args).unwrap_or_default()),
        ]
    }
}

//! What is wrong with a stage file, and in which line: what the file's reader refuses, addresses that lead nowhere,
//! files that are not there.

use crate::demo::files::beside;
use crate::stage_file::stage_of_text;
use crate::stage_plates::{OpenPlate, open_sky, read_set};
use crate::text::Text;
use cyc_emit::OutputUrl;
use cyc_engine::playback::source_url;
use cyc_stage::{Stage, StageError};
use std::path::Path;

/// Something wrong in a line.
pub struct Finding {
    /// Line from 1.
    pub line: usize,
    /// Column from 1, in characters.
    pub column: usize,
    key: &'static str,
    args: Vec<(&'static str, String)>,
}

impl Finding {
    fn refused(error: &StageError) -> Self {
        let (line, column) = match *error {
            StageError::TooLarge { .. } => (1, 1),
            StageError::Syntax { line, column, .. } | StageError::Value { line, column, .. } => {
                (line, column)
            }
        };
        Self {
            line,
            column,
            key: error.key(),
            args: error.args(),
        }
    }

    /// At the place where a value is written first.
    pub fn at_value(
        written: &str,
        value: &str,
        key: &'static str,
        args: Vec<(&'static str, String)>,
    ) -> Self {
        let before = written
            .find(value)
            .and_then(|i| written.get(..i))
            .unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            key,
            args,
        }
    }

    /// The message's key and arguments.
    pub fn said(self) -> (&'static str, Vec<(&'static str, String)>) {
        (self.key, self.args)
    }

    /// What is wrong.
    pub fn message(&self, text: &Text) -> String {
        text.get(self.key, &self.args)
    }

    /// Where, what is wrong, and on a second line what to do.
    pub fn say(&self, file: &Path, text: &Text) -> String {
        let place = format!("{}:{}:{}", file.display(), self.line, self.column);
        let mut said = format!("{place}: {}", self.message(text));
        if let Some(fix) = text.fix(self.key, &self.args) {
            said += "\n  ";
            said += &text.get("cli-fix", &[("fix", fix)]);
        }
        said
    }
}

/// The stage, if it can be read, and what is wrong with its file.
pub fn check(file: &Path, written: &str) -> (Option<Stage>, Vec<Finding>) {
    let stage = match stage_of_text(file, written) {
        Ok(stage) => stage,
        Err(error) => return (None, vec![Finding::refused(&error)]),
    };
    let mut findings = Vec::new();
    for source in stage.sources() {
        if let Err(error) = source_url(source) {
            let finding = Finding::at_value(written, &source.url, error.key(), error.args());
            findings.push(finding);
        }
    }
    for output in stage.outputs() {
        if let Err(error) = output.url.parse::<OutputUrl>() {
            let finding = Finding::at_value(written, &output.url, error.key(), error.args());
            findings.push(finding);
        }
    }
    if let (Some(sky), Err(fault)) = (stage.sky(), open_sky(file, &stage)) {
        let finding = Finding::at_value(written, &sky.file, fault.key(), fault.args());
        findings.push(finding);
    }
    if let (Some(set), Err(why)) = (stage.set(), read_set(file, &stage)) {
        let (key, args) = why.message();
        findings.push(Finding::at_value(written, &set.file, key, args));
    }
    for plate in stage.plates() {
        if let Err(fault) = OpenPlate::open(file, &stage, plate) {
            let finding = Finding::at_value(written, &plate.file, fault.key(), fault.args());
            findings.push(finding);
        }
    }
    for performer in stage.performers() {
        let rig = performer.rig.as_ref();
        for name in [&performer.markerset, &performer.character]
            .into_iter()
            .chain(rig)
        {
            if !beside(file, name).is_file() {
                let args = vec![("path", name.clone())];
                let key = "stage-check-no-such-file";
                findings.push(Finding::at_value(written, name, key, args));
            }
        }
    }
    findings.sort_by_key(|f| (f.line, f.column));
    (Some(stage), findings)
}

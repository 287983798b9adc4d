//! From a byte of the stage file to the line and column that a person looks for.

use crate::{Problem, StageError};

/// The text of a stage file, to point into it.
#[derive(Clone, Copy)]
pub(crate) struct Located<'a> {
    text: &'a str,
    start: usize,
    table: &'a str,
}

impl<'a> Located<'a> {
    /// Pointing at the top of the file.
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            start: 0,
            table: "",
        }
    }

    /// Pointing at a table that begins at a byte and that people call `table`.
    pub(crate) fn at(self, start: usize, table: &'a str) -> Self {
        Self {
            start,
            table,
            ..self
        }
    }

    /// What people call the table that it points at.
    pub(crate) fn table(self) -> &'a str {
        self.table
    }

    /// The error for one key of the table: at the key's own line when it is written there, else at the table.
    pub(crate) fn error(self, key: &str, problem: Problem) -> StageError {
        let offset = self.offset_of(key).unwrap_or(self.start);
        let (line, column) = line_and_column(self.text, offset);
        let path = match (self.table, key) {
            ("", key) => key.to_owned(),
            (table, "") => table.to_owned(),
            (table, key) => format!("{table}.{key}"),
        };
        StageError::Value {
            line,
            column,
            path,
            problem,
        }
    }

    fn offset_of(self, key: &str) -> Option<usize> {
        if key.is_empty() {
            return None;
        }
        let rest = self.text.get(self.start..)?;
        let mut offset = self.start;
        for (nth, line) in rest.split_inclusive('\n').enumerate() {
            let trimmed = line.trim_start();
            if nth > 0 && trimmed.starts_with('[') {
                return None;
            }
            let after = trimmed.strip_prefix(key).map(str::trim_start);
            if after.is_some_and(|after| after.starts_with(['=', '.'])) {
                return Some(offset + line.len() - trimmed.len());
            }
            offset += line.len();
        }
        None
    }
}

/// Line and column, both from 1, the column in characters.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_at_the_key_of_its_own_table() {
        let text = "a = 1\n[[wall]]\nname = \"x\"\n  radius_m = 3\n[[wall]]\nradius_m = 4\n";
        let at = |start, key| match Located::new(text)
            .at(start, "wall")
            .error(key, Problem::Missing)
        {
            StageError::Value { line, column, .. } => (line, column),
            other => panic!("{other}"),
        };
        assert_eq!(at(6, "radius_m"), (4, 3));
        assert_eq!(at(6, "arc_deg"), (2, 1));
        assert_eq!(at(44, "radius_m"), (6, 1));
        assert_eq!(line_and_column("中文\nx", 6), (1, 3));
    }
}

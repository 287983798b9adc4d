//! The shape of a fluent file: which messages and attributes it has, and which variables they use.
//!
//! The program reads texts with the fluent library; tidy reads them with these few lines, so that the two check each
//! other. The syntax: an identifier at the start of a line opens a message, an indented `.name =` an attribute of
//! it, `-name` a term, `#` a comment; any other indented line continues what is open.

use std::collections::{BTreeMap, BTreeSet};

/// A language's texts from one file.
#[derive(Debug, Default)]
pub struct TextFile {
    /// `key` or `key.attribute` → what stands there.
    pub entries: BTreeMap<String, Entry>,
    /// Keys that stand twice, with the line of the second.
    pub doubles: Vec<(String, usize)>,
    /// Everything outside comments, for the font.
    pub shown: String,
}

/// One message or attribute.
#[derive(Debug, Default)]
pub struct Entry {
    /// Its line, from 1.
    pub line: usize,
    /// The variables it uses, without `$`.
    pub variables: BTreeSet<String>,
    /// Messages that it refers to.
    pub references: BTreeSet<String>,
    /// Whether it says anything.
    pub has_text: bool,
}

impl TextFile {
    /// Reads one `.ftl` file's text.
    pub fn read(text: &str) -> Self {
        let mut file = Self::default();
        let mut message = String::new();
        let mut open = String::new();
        for (index, line) in text.lines().enumerate() {
            if line.starts_with('#') {
                continue;
            }
            file.shown.push_str(line);
            let content = match opening(line, &message) {
                Some((key, content)) => {
                    if !key.contains('.') {
                        message.clone_from(&key);
                    }
                    file.open(&key, index + 1);
                    open = key;
                    content
                }
                None => line,
            };
            if let Some(entry) = file.entries.get_mut(&open) {
                entry.has_text |= !content.trim().is_empty();
                entry.variables.extend(names_after(content, "$"));
                let references = names_after(content, "{ ")
                    .into_iter()
                    .chain(names_after(content, "{"));
                entry.references.extend(references);
            }
        }
        // A message may consist of attributes alone.
        file.entries.retain(|_, entry| entry.has_text);
        file
    }

    fn open(&mut self, key: &str, line: usize) {
        if self.entries.contains_key(key) {
            self.doubles.push((key.to_string(), line));
        }
        self.entries.insert(
            key.to_string(),
            Entry {
                line,
                ..Entry::default()
            },
        );
    }
}

/// The key that a line opens, and the text after `=`.
fn opening<'a>(line: &'a str, message: &str) -> Option<(String, &'a str)> {
    let (name, content) = line.split_once('=')?;
    let name = name.trim_end();
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    if let Some(attribute) = name.strip_prefix(char::is_whitespace) {
        let attribute = attribute.trim_start().strip_prefix('.')?;
        return is_name(attribute).then(|| (format!("{message}.{attribute}"), content));
    }
    is_name(name.strip_prefix('-').unwrap_or(name)).then(|| (name.to_string(), content))
}

fn names_after(text: &str, mark: &str) -> BTreeSet<String> {
    let name = |rest: &str| -> String {
        rest.chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            .collect()
    };
    let found = text
        .match_indices(mark)
        .map(|(at, _)| name(&text[at + mark.len()..]));
    found.filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_attributes_variables_and_doubles_are_seen() {
        let file = TextFile::read(
            "# comment = no\nlost = Lost { $count } of { $all }\n    frames, see { hint }.\n    .fix = Try { $x }\n\
             hint = Look\nonly =\n    .fix = Do\nhint = Again\n",
        );
        let keys: Vec<&str> = file.entries.keys().map(String::as_str).collect();
        assert_eq!(keys, ["hint", "lost", "lost.fix", "only.fix"]);
        let lost = &file.entries["lost"];
        assert_eq!(lost.variables.iter().collect::<Vec<_>>(), ["all", "count"]);
        assert!(lost.references.contains("hint"));
        assert_eq!(file.doubles, [("hint".to_string(), 8)]);
        assert!(!file.shown.contains("comment"));
    }
}

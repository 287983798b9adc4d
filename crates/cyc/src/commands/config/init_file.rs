//! The stage file to begin with: every key that there is, with what it does, and with its default where it has one.
//!
//! What stands there can be run; what is written behind a `#` without a blank can be taken in by taking the `#` away.

use crate::text::Text;
use cyc_stage::{KeyGiven, KeyKind, StageKey};

/// Tables that the file has; the others are examples behind a `#`.
const WRITTEN: [&str; 10] = [
    "timing",
    "prediction",
    "environment",
    "outer",
    "control",
    "telemetry",
    "wall",
    "source",
    "camera",
    "camera.lens",
];

/// Longest line of a comment, characters as wide as Latin ones.
const WIDTH: usize = 110;

/// The file's text.
pub fn init_file(text: &Text) -> String {
    let mut file = String::new();
    comment(&mut file, &text.get("config-heading", &[]));
    keys(&mut file, "", true, text);
    file
}

/// The keys of a table, then the tables in it.
fn keys(file: &mut String, table: &str, is_written: bool, text: &Text) {
    for key in StageKey::of(table).filter(|key| !key.is_table()) {
        comment(file, &text.get(key.text, &[]));
        let (value, is_default) = match key.given {
            KeyGiven::Must(value) | KeyGiven::Shown(value) => (value, false),
            KeyGiven::Usual(value) | KeyGiven::May(value) => (value, true),
            KeyGiven::Section => continue,
        };
        if is_default || !is_written {
            file.push('#');
        }
        *file += &format!("{} = {value}\n", key.key);
    }
    for key in StageKey::of(table).filter(|key| key.is_table()) {
        let path = key.path();
        let is_written = is_written && WRITTEN.contains(&path.as_str());
        file.push('\n');
        comment(file, &text.get(key.text, &[]));
        if !is_written {
            comment(file, &text.get("config-example", &[]));
            file.push('#');
        }
        *file += &match key.kind {
            KeyKind::Tables => format!("[[{path}]]\n"),
            _ => format!("[{path}]\n"),
        };
        keys(file, &path, is_written, text);
    }
}

/// A comment, in lines that are not too long; Chinese breaks anywhere and its characters are twice as wide.
fn comment(file: &mut String, words: &str) {
    let mut line = String::new();
    let mut width = 0;
    for piece in words.split_inclusive([' ', '，', '；', '。', '：']) {
        let wide = |c: char| if c.is_ascii() { 1 } else { 2 };
        let piece_width: usize = piece.chars().map(wide).sum();
        if width + piece_width > WIDTH && !line.is_empty() {
            *file += &format!("# {}\n", line.trim_end());
            line.clear();
            width = 0;
        }
        line += piece;
        width += piece_width;
    }
    *file += &format!("# {}\n", line.trim_end());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use cyc_stage::{STAGE_KEYS, Stage};

    /// With every line behind a bare `#` taken in, but those that cannot stand together.
    fn uncommented(file: &str) -> impl Iterator<Item = &str> {
        let lines = file.lines().filter(|line| !line.starts_with("# "));
        lines.map(|line| line.strip_prefix('#').unwrap_or(line))
    }

    #[test]
    fn the_file_can_be_used_as_it_is_in_both_languages() {
        for language in [Language::English, Language::Chinese] {
            let file = init_file(&Text::new(language));
            let stage = Stage::from_toml(&file).unwrap_or_else(|e| panic!("{e}\n{file}"));
            assert_eq!((stage.walls().len(), stage.cameras().len()), (1, 1));
            assert!(file.lines().all(|line| line.chars().count() <= WIDTH + 4));
        }
    }

    #[test]
    fn every_key_stands_in_its_table_once() {
        let file = init_file(&Text::new(Language::English));
        let mut table = String::new();
        let mut found = Vec::new();
        for line in uncommented(&file) {
            if let Some(header) = line.strip_prefix('[') {
                table = header.trim_matches(['[', ']']).to_owned();
                found.push(table.clone());
            } else if let Some((key, _)) = line.split_once(" = ") {
                let path = [table.as_str(), key].into_iter().filter(|p| !p.is_empty());
                found.push(path.collect::<Vec<_>>().join("."));
            }
        }
        let mut expected: Vec<String> = STAGE_KEYS.iter().map(StageKey::path).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn both_languages_have_the_same_keys_and_other_words() {
        let [en, zh] = [Language::English, Language::Chinese].map(|l| init_file(&Text::new(l)));
        assert!(uncommented(&en).eq(uncommented(&zh)));
        assert!(zh.contains("墙") && !en.contains("墙"));
    }
}

//! What the TOML reader says is wrong, as a message of our own: it speaks English alone, and calls things by their names in
//! the program.
//!
//! Its sentences are told apart by their beginnings. One that is not known is handed on as it is; a test holds the known ones
//! against the reader that is used.

/// A message's key and its arguments.
type Said = (&'static str, Vec<(&'static str, String)>);

/// What a message of the reader is in the texts.
pub(crate) fn said(message: &str) -> Said {
    let said = unknown(message)
        .or_else(|| missing(message))
        .or_else(|| other_type(message))
        .or_else(|| other_length(message))
        .or_else(|| (message == "duplicate key").then(|| ("stage-twice", Vec::new())));
    said.unwrap_or_else(|| ("stage-syntax", vec![("message", message.to_owned())]))
}

/// The words between backquotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// A key or a word that there is not, and those that there are.
fn unknown(message: &str) -> Option<Said> {
    let key = [
        ("unknown field ", "stage-unknown-key"),
        ("unknown variant ", "stage-unknown-word"),
    ];
    let (rest, key) = key
        .iter()
        .find_map(|(begin, key)| Some((message.strip_prefix(begin)?, *key)))?;
    let words = quoted(rest);
    let (word, known) = words.split_first()?;
    let args = vec![("word", (*word).to_owned()), ("known", known.join(", "))];
    Some((key, args))
}

fn missing(message: &str) -> Option<Said> {
    let word = *quoted(message.strip_prefix("missing field ")?).first()?;
    Some(("stage-missing-key", vec![("word", word.to_owned())]))
}

/// Something of another kind than is wanted there.
fn other_type(message: &str) -> Option<Said> {
    let rest = ["invalid type: ", "invalid value: "]
        .iter()
        .find_map(|begin| message.strip_prefix(begin))?;
    let (found, wanted) = rest.rsplit_once(", expected ")?;
    let kinds = [
        ("string", "text"),
        ("integer", "whole"),
        ("floating point", "number"),
        ("boolean", "truth"),
        ("map", "table"),
        ("sequence", "list"),
    ];
    let found = kinds.iter().find(|(begin, _)| found.starts_with(begin))?.1;
    let (wanted, count) = wanted_kind(wanted)?;
    let args = vec![
        ("found", found.to_owned()),
        ("wanted", wanted.to_owned()),
        ("count", count.unwrap_or("0").to_owned()),
    ];
    Some(("stage-other-kind", args))
}

/// What is wanted, by the word for it in the texts, and how many of a list.
fn wanted_kind(wanted: &str) -> Option<(&'static str, Option<&str>)> {
    if let Some(count) = wanted.strip_prefix("an array of length ") {
        return Some(("list-of", Some(count)));
    }
    let kind = match wanted {
        "f64" | "f32" => "number",
        "u8" | "u16" | "u32" | "u64" | "usize" => "count",
        "i8" | "i16" | "i32" | "i64" => "whole",
        "a string" => "text",
        "a boolean" => "truth",
        "a sequence" => "list",
        "a map" => "table",
        _ if wanted.starts_with("struct ") => "table",
        _ => return None,
    };
    Some((kind, None))
}

fn other_length(message: &str) -> Option<Said> {
    let (_, wanted) = message
        .strip_prefix("invalid length ")?
        .split_once(", expected ")?;
    let (_, count) = wanted_kind(wanted)?;
    let args = vec![
        ("found", "list".to_owned()),
        ("wanted", "list-of".to_owned()),
        ("count", count?.to_owned()),
    ];
    Some(("stage-other-kind", args))
}

#[cfg(test)]
mod tests {
    use crate::{Stage, StageError};

    /// The texts' key and arguments for a mistake in a file, without its place.
    fn said(text: &str) -> (&'static str, Vec<(&'static str, String)>) {
        let error: StageError = Stage::from_toml(text).unwrap_err();
        assert!(matches!(error, StageError::Syntax { .. }), "{error}");
        let args = error.args().into_iter();
        let args = args.filter(|(name, _)| !matches!(*name, "line" | "column"));
        (error.key(), args.collect())
    }

    #[test]
    fn every_sentence_of_the_reader_that_is_known_is_its_own() {
        let wall = "name = \"s\"\n[[wall]]\nname = \"w\"\nkind = \"plane\"\ncabinet_px = [1, 1]\n";
        let kind = |wanted: &str, found: &str, count: &str| {
            let args = [("found", found), ("wanted", wanted), ("count", count)];
            (
                "stage-other-kind",
                args.map(|(k, v)| (k, v.to_owned())).to_vec(),
            )
        };
        for (line, wanted) in [
            ("cabinets = [1]", kind("list-of", "list", "2")),
            ("cabinets = [1, 1, 1]", kind("list-of", "list", "2")),
            ("cabinets = 1", kind("list-of", "whole", "2")),
            ("cabinets = [1, -1]", kind("count", "whole", "0")),
            ("cabinets = [1, 1.5]", kind("count", "number", "0")),
            ("width_m = \"3\"", kind("number", "text", "0")),
            ("width_m = {}", kind("number", "table", "0")),
            ("file = 3.5", kind("text", "number", "0")),
            ("flip = [1]", kind("truth", "list", "0")),
            ("color = true", kind("table", "truth", "0")),
            ("map = \"a\"", kind("list", "text", "0")),
            (
                "cabinets = [1, 1]\nposition_m = [1, 2, 3, 4]",
                kind("list-of", "list", "3"),
            ),
            (
                "cabinets = [1, 1]\nfeet_m = [[1, 2], [1, 2, 3]]",
                kind("list-of", "list", "2"),
            ),
            (
                "cabinets = [1, 1]\ncolor = { matrix = [[1, 0, 0], [0, 1, 0, 0], [0, 0, 1]] }",
                kind("list-of", "list", "3"),
            ),
            (
                "cabinets = [1, 1]\nmap = [{ cabinets = [0, 0, 1, 1, 1], canvas_px = [0, 0] }]",
                kind("list-of", "list", "4"),
            ),
        ] {
            assert_eq!(said(&format!("{wall}{line}\n")), wanted, "{line}");
        }
        let (key, args) = said(&format!("{wall}widht_m = 3\n"));
        assert_eq!((key, &*args[0].1), ("stage-unknown-key", "widht_m"));
        assert!(args[1].1.starts_with("name, kind, ") && args[1].1.contains(", width_m, "));
        let (key, args) = said(&wall.replace("plane", "plain"));
        assert_eq!((key, &*args[0].1), ("stage-unknown-word", "plain"));
        assert_eq!(args[1].1, "plane, floor, ceiling, cylinder, folded, mesh");
        let missing = vec![("word", "cabinets".to_owned())];
        assert_eq!(said(wall), ("stage-missing-key", missing));
        assert_eq!(
            said(&format!("{wall}name = \"x\"\n")),
            ("stage-twice", vec![])
        );
        assert_eq!(said("[[wall]\n").0, "stage-syntax");
    }
}

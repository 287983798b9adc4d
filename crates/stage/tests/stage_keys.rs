//! The table of the stage file's keys against its reader, which does not know the table: what one has the other has.
//!
//! The reader tells by its refusals what it accepts: a key that it does not know makes it list those that it does, a key that
//! is missing makes it name it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cyc_stage::{KeyGiven, KeyKind, STAGE_KEYS, Stage, StageError, StageKey};
use std::collections::BTreeSet;

/// Every path of a table, the top included.
fn tables() -> BTreeSet<&'static str> {
    STAGE_KEYS.iter().map(|key| key.table).collect()
}

/// The header of a table, as a list's entry where it is one; its parents are made on the way.
fn header(table: &str) -> String {
    let mut text = String::new();
    let mut path = String::new();
    for part in table.split('.').filter(|part| !part.is_empty()) {
        let key = StageKey::of(&path).find(|key| key.key == part).unwrap();
        path = key.path();
        text += &match key.kind {
            KeyKind::Tables => format!("[[{path}]]\n"),
            _ => format!("[{path}]\n"),
        };
    }
    text
}

/// What the reader says of a text: its message, or that it is fine as far as keys and kinds go.
fn refusal(text: &str) -> Option<String> {
    match Stage::from_toml(text) {
        Err(StageError::Syntax { message, .. }) => Some(message),
        _ => None,
    }
}

#[test]
fn the_reader_accepts_the_keys_of_the_table_and_no_others() {
    for table in tables() {
        let message = refusal(&format!("{}none_of_them = 1\n", header(table))).unwrap();
        let (_, listed) = message.split_once("expected").unwrap();
        let accepted: BTreeSet<&str> = listed.split('`').skip(1).step_by(2).collect();
        let known: BTreeSet<&str> = StageKey::of(table).map(|key| key.key).collect();
        assert_eq!(accepted, known, "[{table}]: {message}");
    }
}

/// A text with what must be written in a table and in those above it, but for one key.
fn least(table: &str, without: &str) -> String {
    let mut text = String::new();
    let mut path = String::new();
    let mut parts: Vec<&str> = table.split('.').filter(|part| !part.is_empty()).collect();
    parts.reverse();
    loop {
        for key in StageKey::of(&path) {
            let is_left_out = path == table && key.key == without;
            match key.given {
                KeyGiven::Must(value) if !key.is_table() && !is_left_out => {
                    text += &format!("{} = {value}\n", key.key);
                }
                _ => {}
            }
        }
        let Some(part) = parts.pop() else { break };
        let key = StageKey::of(&path).find(|key| key.key == part).unwrap();
        path = key.path();
        text += &match key.kind {
            KeyKind::Tables => format!("[[{path}]]\n"),
            _ => format!("[{path}]\n"),
        };
    }
    // Tables that must be there, in this one and in those above it, unless this one is they.
    for key in STAGE_KEYS.iter().filter(|key| key.is_table()) {
        let is_above = table == key.table || table.starts_with(&format!("{}.", key.table));
        let is_left_out = key.table == table && key.key == without;
        let must = matches!(key.given, KeyGiven::Must(_));
        // Those on the way are written already.
        let is_on_the_way = format!("{table}.").starts_with(&format!("{}.", key.path()));
        if must && is_above && !is_left_out && !is_on_the_way {
            text += &format!("[{}]\n", key.path());
            for inner in StageKey::of(&key.path()) {
                if let KeyGiven::Must(value) = inner.given {
                    text += &format!("{} = {value}\n", inner.key);
                }
            }
        }
    }
    text
}

#[test]
fn the_reader_misses_the_keys_that_must_be_written_and_no_others() {
    for table in tables() {
        for key in StageKey::of(table) {
            let message = refusal(&least(table, key.key)).unwrap_or_default();
            let is_missed = message.contains(&format!("missing field `{}`", key.key));
            let must = matches!(key.given, KeyGiven::Must(_));
            assert_eq!(is_missed, must, "{}: {message}", key.path());
        }
    }
}

/// A file to begin with: what must be written and what is shown, in the tables that a small stage has.
fn base() -> String {
    let mut text = String::new();
    let own = [
        "",
        "timing",
        "prediction",
        "environment",
        "outer",
        "control",
        "wall",
        "source",
        "camera",
        "camera.lens",
        "camera.inner",
    ];
    for table in own {
        text += &header(table)
            .lines()
            .last()
            .map_or(String::new(), |line| format!("{line}\n"));
        for key in StageKey::of(table).filter(|key| !key.is_table()) {
            if let KeyGiven::Must(value) | KeyGiven::Shown(value) = key.given {
                text += &format!("{} = {value}\n", key.key);
            }
        }
        text += &format!("# {table}.\n");
    }
    text
}

/// The usual value of every key is what the reader takes without it: the built stage is the same to the last digit.
#[test]
fn the_usual_values_are_those_of_the_reader() {
    let base = base();
    let plain = format!("{:?}", Stage::from_toml(&base).unwrap());
    let mut held = 0;
    for key in STAGE_KEYS {
        let KeyGiven::Usual(value) = key.given else {
            continue;
        };
        let mark = format!("# {}.\n", key.table);
        let line = format!("{} = {value}\n", key.key);
        let text = match base.contains(&mark) {
            true => base.replace(&mark, &line),
            // Tables that the base has not: written out with what must be in them.
            false => {
                let with = |extra: &str| {
                    let text = format!("{base}{}", least_below(key.table, extra));
                    Stage::from_toml(&text).map(|stage| format!("{stage:?}"))
                };
                assert_eq!(with("").unwrap(), with(&line).unwrap(), "{}", key.path());
                held += 1;
                continue;
            }
        };
        let stage = Stage::from_toml(&text).unwrap_or_else(|e| panic!("{}: {e}", key.path()));
        assert_eq!(format!("{stage:?}"), plain, "{}", key.path());
        held += 1;
    }
    assert!(held > 50, "{held}");
}

/// A table that stands below the base's last entries, with what must be in it and a line more.
fn least_below(table: &str, extra: &str) -> String {
    let kind = STAGE_KEYS
        .iter()
        .find(|key| key.path() == table)
        .unwrap()
        .kind;
    let header = match kind {
        KeyKind::Tables => format!("[[{table}]]\n"),
        _ => format!("[{table}]\n"),
    };
    let must = StageKey::of(table).filter(|key| !key.is_table());
    let must = must.filter_map(|key| match key.given {
        KeyGiven::Must(value) => Some(format!("{} = {value}\n", key.key)),
        _ => None,
    });
    // A wall has either one corner or a map.
    let above = match table {
        "wall.map" => "[[wall]]\nname = \"other\"\nkind = \"plane\"\nposition_m = [0.0, 0.0, -4.0]\nwidth_m = 4.0\n\
                       height_m = 2.5\ncabinets = [4, 5]\ncabinet_px = [200, 200]\n[[wall.map]]\n"
            .to_owned(),
        // One point of a zoom is no zoom.
        "camera.lens.points" => format!("{header}zoom = 1.0\nfocal_length_mm = 70.0\n{header}"),
        _ => header,
    };
    let must: String = must.collect();
    above + &must.replace("canvas_px = [0, 0]", "canvas_px = [2000, 0]") + extra
}

/// Every example can be read as it stands: kinds and words are the reader's.
#[test]
fn every_example_is_of_a_kind_that_the_reader_takes() {
    for key in STAGE_KEYS.iter().filter(|key| !key.is_table()) {
        let (KeyGiven::May(value) | KeyGiven::Usual(value) | KeyGiven::Shown(value)) = key.given
        else {
            continue;
        };
        let mut text = least(key.table, "");
        let at = match header(key.table).lines().last() {
            Some(line) => text.find(line).unwrap() + line.len() + 1,
            None => 0,
        };
        text.insert_str(at, &format!("{} = {value}\n", key.key));
        assert_eq!(refusal(&text), None, "{}\n{text}", key.path());
        if let KeyKind::Words(words) = key.kind {
            for word in words {
                let text = text.replace(
                    &format!("{} = {value}", key.key),
                    &format!("{} = \"{word}\"", key.key),
                );
                assert_eq!(refusal(&text), None, "{} = {word}", key.path());
            }
            let wrong = text.replace(
                &format!("{} = {value}", key.key),
                &format!("{} = \"no such\"", key.key),
            );
            assert!(Stage::from_toml(&wrong).is_err(), "{}", key.path());
        }
    }
}

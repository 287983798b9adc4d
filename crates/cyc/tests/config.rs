//! `cyc config`: what it writes can be used, and its schema is what PyPI `jsonschema` takes for one.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use program::python::{python, python_with};
use program::{root, run, said};

#[test]
fn a_file_to_begin_with_is_written_once_and_is_right() {
    let folder = tempfile::tempdir().unwrap();
    for language in ["en", "zh"] {
        let path = folder.path().join(format!("{language}.toml"));
        let path = path.to_str().unwrap();
        let output = run(&["--lang", language, "config", "init", "--out", path]);
        assert!(output.status.success(), "{}", said(&output));
        let output = run(&["config", "check", path]);
        assert!(output.status.success(), "{}", said(&output));
        // Never over a file that is there.
        let again = run(&["config", "init", "--out", path]);
        assert_eq!(again.status.code(), Some(64), "{}", said(&again));
        // A wrong key is told at its line and column.
        let text = std::fs::read_to_string(path)
            .unwrap()
            .replace("yaw_deg", "yaw_dge");
        let text = text.replacen("#yaw_dge", "yaw_dge", 1);
        let line = text.lines().position(|l| l.starts_with("yaw_dge")).unwrap() + 1;
        std::fs::write(path, text).unwrap();
        let output = run(&["config", "check", path]);
        assert_eq!(output.status.code(), Some(64));
        let place = format!("{language}.toml:{line}:1:");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(told.contains(&place) && told.contains("yaw_dge"), "{told}");
    }
}

/// Reads the schema from its standard input, then each TOML file: every stage is right, and with a wrong key or a wrong kind
/// none is.
const JUDGE: &str = "
import copy, json, sys, tomllib
from jsonschema import Draft202012Validator
schema = json.load(sys.stdin)
Draft202012Validator.check_schema(schema)
judge = Draft202012Validator(schema)
tables = 0
def spoil(stage, value, path):
    global tables
    for key, inner in list(value.items()):
        lists = inner if isinstance(inner, list) else [inner]
        for entry in lists:
            if isinstance(entry, dict):
                spoil(stage, entry, path + [key])
    tables += 1
    value['no_such_key'] = 1
    assert not judge.is_valid(stage), path
    del value['no_such_key']
    if 'name' in value:
        name = value.pop('name')
        assert not judge.is_valid(stage), path
        value['name'] = 7
        assert not judge.is_valid(stage), path
        value['name'] = name
for path in sys.argv[1:]:
    with open(path, 'rb') as file:
        stage = tomllib.load(file)
    errors = [f'{path}: {list(e.absolute_path)}: {e.message}' for e in judge.iter_errors(stage)]
    assert not errors, errors
    spoil(stage, stage, [])
print(len(sys.argv) - 1, tables)
";

#[test]
fn jsonschema_takes_every_stage_and_no_wrong_key() {
    let Some(interpreter) = python_with("jsonschema, tomllib") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let first = folder.path().join("first.toml");
    let first = first.to_str().unwrap().to_owned();
    let output = run(&["config", "init", "--out", &first]);
    assert!(output.status.success(), "{}", said(&output));
    let stages = std::fs::read_dir(root().join("rigs/stages")).unwrap();
    let stages = stages.map(|entry| entry.unwrap().path());
    let stages = stages.filter(|path| path.extension().is_some_and(|e| e == "toml"));
    let mut stages: Vec<String> = stages.map(|p| p.to_str().unwrap().to_owned()).collect();
    assert!(stages.len() > 3, "{stages:?}");
    stages.push(first);
    let arguments: Vec<&str> = stages.iter().map(String::as_str).collect();
    for language in ["en", "zh"] {
        let schema = run(&["--lang", language, "config", "schema"]);
        assert!(schema.status.success(), "{}", said(&schema));
        let schema = String::from_utf8(schema.stdout).unwrap();
        let judged = python(&interpreter, JUDGE, &arguments, &schema);
        assert!(judged.status.success(), "{}", said(&judged));
        println!(
            "stages, tables: {}",
            String::from_utf8_lossy(&judged.stdout)
        );
    }
}

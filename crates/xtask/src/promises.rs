//! `cargo xtask promises`: the fault matrix' tests, and the README's table of what they prove.
//!
//! Rows stand in `benches/promises.toml`. Their tests are called `row_NN_…`, wherever they are, and print what they
//! measured as `PROMISE NN: …`. The table is written to `benches/results/promises.md` and between two marks in the README;
//! the rule `promises` of tidy asserts that the two are the same. A row without a green test is no promise: it is left out,
//! and the command fails.

use crate::stop::Stop;
use crate::workspace::Workspace;
use anyhow::Context;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;

/// Where the rows stand.
const ROWS: &str = "benches/promises.toml";
/// Where the results go.
pub const RESULTS: &str = "benches/results/promises.md";
/// Where people read them.
pub const README: &str = "README.md";
/// Around the table.
const BEGIN: &str = "<!-- promises: made by cargo xtask promises -->\n";
const END: &str = "<!-- end of promises -->";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Matrix {
    suites: BTreeMap<String, Vec<String>>,
    row: Vec<Row>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    number: u32,
    fault: String,
    promise: String,
}

/// What the tests of one row said.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    green: Vec<String>,
    red: Vec<String>,
    measured: Vec<String>,
}

/// Runs the tests, or reads what a run of all tests said, and writes the table.
pub fn run(workspace: &Workspace, said: Option<&str>) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(workspace.root.join(ROWS)).context(ROWS)?;
    let matrix: Matrix = toml::from_str(&text).context(ROWS)?;
    let said = match said {
        Some(file) => std::fs::read_to_string(file).with_context(|| file.to_owned())?,
        None => run_suites(workspace, &matrix.suites)?,
    };
    let (table, broken) = table(&matrix.row, &said);
    let (machine, date) = (machine(), today()?);
    let page = format!(
        "# Promises\n\nRows of the fault matrix whose tests are green, on {machine}, {date}. Made by `cargo xtask promises`.\n\n\
         {BEGIN}{table}{END}\n"
    );
    std::fs::write(workspace.root.join(RESULTS), page).context(RESULTS)?;
    let readme = workspace.root.join(README);
    let text = std::fs::read_to_string(&readme).context(README)?;
    let text = with_table(&text, &table).context("README.md has no place for the promises")?;
    std::fs::write(&readme, text).context(README)?;
    if broken.is_empty() {
        println!("promises: {} rows are green", matrix.row.len());
        return Ok(());
    }
    Err(Stop::failed(format!("promises: not green: rows {}", broken.join(", "))).into())
}

/// What the harness says of the rows. All of the workspace is one build: a package alone would be built with other features
/// of what it stands on.
fn run_suites(
    workspace: &Workspace,
    suites: &BTreeMap<String, Vec<String>>,
) -> anyhow::Result<String> {
    let mut command = workspace.cargo();
    command.args(["test", "--workspace", "--locked", "--no-fail-fast"]);
    let targets: BTreeSet<&String> = suites.values().flatten().collect();
    for target in targets {
        if target == "lib" {
            command.arg("--lib");
        } else {
            command.args(["--test", target]);
        }
    }
    let output = command
        .args(["row_", "--", "--show-output"])
        .stderr(Stdio::inherit())
        .output()
        .context("starting cargo")?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = info.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let name = name.map_or(std::env::consts::ARCH, |(_, name)| name.trim());
    format!("{name} with {cores} cores")
}

fn today() -> anyhow::Result<String> {
    let output = std::process::Command::new("date")
        .args(["-u", "+%Y-%m-%d"])
        .output()
        .context("asking for the date")?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The table of the green rows, and the numbers of the others.
fn table(rows: &[Row], said: &str) -> (String, Vec<String>) {
    let mut table =
        String::from("| row | when | promised | measured | tests |\n|---|---|---|---|---|\n");
    let mut broken = Vec::new();
    for row in rows {
        let outcome = outcome(row.number, said);
        if outcome.green.is_empty() || !outcome.red.is_empty() {
            broken.push(row.number.to_string());
            continue;
        }
        let (fault, promise, measured) = (&row.fault, &row.promise, outcome.measured.join("; "));
        let tests: Vec<String> = outcome
            .green
            .iter()
            .map(|test| format!("`{test}`"))
            .collect();
        let (number, tests) = (row.number, tests.join(" "));
        table += &format!("| {number} | {fault} | {promise} | {measured} | {tests} |\n");
    }
    (table, broken)
}

/// What a harness' output says of a row.
fn outcome(number: u32, said: &str) -> Outcome {
    let mut outcome = Outcome::default();
    let (test, promise) = (format!("row_{number:02}_"), format!("PROMISE {number}: "));
    for line in said.lines() {
        if let Some((_, measured)) = line.split_once(&promise) {
            outcome.measured.push(measured.trim().to_owned());
        }
        let Some(name) = line.strip_prefix("test ") else {
            continue;
        };
        let Some((name, verdict)) = name.rsplit_once(" ... ") else {
            continue;
        };
        let own = name.rsplit("::").next().unwrap_or(name);
        if own.starts_with(&test) {
            let is_green = verdict.trim() == "ok";
            let list = if is_green {
                &mut outcome.green
            } else {
                &mut outcome.red
            };
            list.push(own.to_owned());
        }
    }
    outcome.green.sort();
    outcome
}

/// The table between the marks of a text.
pub fn table_in(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(BEGIN)?;
    rest.split_once(END).map(|(table, _)| table)
}

fn with_table(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{table}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn green_rows_are_promised_and_red_ones_are_not() {
        let said = "test a::row_01_x ... ok\ntest row_01_y ... ok\nPROMISE 1: 2 mm\ntest row_02_z ... FAILED\n\
                    test row_02_w ... ok\nPROMISE 12: other\ntest row_010 ... ok\n";
        let row = |number| Row {
            number,
            fault: "f".into(),
            promise: "p".into(),
        };
        let (table, broken) = table(&[row(1), row(2), row(3)], said);
        assert_eq!(table.lines().count(), 3);
        assert!(
            table.ends_with("| 1 | f | p | 2 mm | `row_01_x` `row_01_y` |\n"),
            "{table}"
        );
        assert_eq!(broken, ["2", "3"]);
    }

    #[test]
    fn a_table_is_replaced_between_its_marks() {
        let text = format!("head\n{BEGIN}old\n{END}\ntail\n");
        let text = with_table(&text, "new\n").unwrap();
        assert_eq!(table_in(&text), Some("new\n"));
        assert!(text.starts_with("head\n") && text.ends_with("\ntail\n"));
        assert_eq!(with_table("no place", "x"), None);
    }
}

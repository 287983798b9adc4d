//! `cyc config`: a stage file to begin with, whether one is right, and the schema that editors take.

mod init_file;
mod schema;

use super::stage;
use crate::Session;
use crate::command_line::subcommand;
use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use crate::text::Text;
use clap::{Arg, ArgMatches, Command, value_parser};
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The command's name.
pub const NAME: &str = "config";

const INIT: &str = "init";
const SCHEMA: &str = "schema";

/// Why a file is not written.
enum NotWritten {
    Exists { path: String },
    Refused { path: String, reason: String },
}

impl Explain for NotWritten {
    fn key(&self) -> &'static str {
        match self {
            Self::Exists { .. } => "config-exists",
            Self::Refused { .. } => "config-cannot-write",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Exists { path } => vec![("path", path.clone())],
            Self::Refused { path, reason } => {
                vec![("path", path.clone()), ("reason", reason.clone())]
            }
        }
    }
}

/// The command line of `cyc config`.
pub fn describe(text: &Text) -> Command {
    let t = |key: &str| text.get(key, &[]);
    let out = || {
        Arg::new("out")
            .long("out")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .help(t("config-out-help"))
    };
    let init_example = "cyc config init --out stage.toml";
    let init = (t("config-init-about"), t("config-init-usage"));
    let init = subcommand(text, INIT, init.0, init.1, init_example).arg(out());
    let schema_example = "cyc config schema --out stage.schema.json";
    let schema = (t("config-schema-about"), t("config-schema-usage"));
    let schema = subcommand(text, SCHEMA, schema.0, schema.1, schema_example).arg(out());
    let (about, usage) = (t("config-about"), t("config-usage"));
    subcommand(text, NAME, about, usage, init_example)
        .subcommand_help_heading(t("cli-heading-commands"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(init)
        .subcommand(stage::describe_check(text))
        .subcommand(schema)
}

/// Writes, checks, or prints.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    match matches.subcommand() {
        Some((INIT, matches)) => write(&init_file::init_file(&session.text), matches, session),
        Some((SCHEMA, matches)) => {
            let schema = schema::schema(&session.text);
            let text = serde_json::to_string_pretty(&schema).map_err(Failure::internal)?;
            write(&(text + "\n"), matches, session)
        }
        // The same as `cyc stage check`.
        _ => stage::run(matches, session),
    }
}

/// To the file that was named, which must not be there, or to standard output.
fn write(content: &str, matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let Some(path) = matches.get_one::<PathBuf>("out") else {
        return session.output.result(content.trim_end());
    };
    new_file(path, content).map_err(|why| Failure::new(Exit::Config, &why))?;
    let named = path.display().to_string();
    if session.output.wants_json() {
        session.output.object(&json!({ "path": named }))?;
    } else if matches.get_one::<PathBuf>("out").is_some() && content.starts_with('#') {
        let said = session.text.get("config-written", &[("path", named)]);
        session.output.result(&said)?;
    }
    Ok(())
}

fn new_file(path: &Path, content: &str) -> Result<(), NotWritten> {
    let named = path.display().to_string();
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| file.write_all(content.as_bytes()));
    written.map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => NotWritten::Exists { path: named },
        _ => NotWritten::Refused {
            path: named,
            reason: e.to_string(),
        },
    })
}

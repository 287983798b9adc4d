//! `cyc character inspect`: which of a character's joints are which bones, what its face can do, and what is wrong with it.

mod figures;
mod page;

use crate::Session;
use crate::character_file::load_character;
use crate::command_line::subcommand;
use crate::demo::error::DemoError;
use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use crate::text::Text;
use clap::{Arg, ArgMatches, Command};
use cyc_character::{CharacterMap, NotHumanoid};
use std::path::{Path, PathBuf};

/// The command's name.
pub const NAME: &str = "character";

/// The part that inspects.
const INSPECT: &str = "inspect";

/// The example of the help page.
const EXAMPLE: &str = "cyc character inspect assets/human/human.glb --map-out human.toml";

/// A character that cannot be moved as a human.
struct Refused<'a> {
    path: &'a Path,
    why: &'a NotHumanoid,
}

impl Explain for Refused<'_> {
    fn key(&self) -> &'static str {
        self.why.key()
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        let mut args = self.why.args();
        args.push(("path", self.path.display().to_string()));
        args
    }
}

/// The command line of `cyc character`.
pub fn describe(text: &Text) -> Command {
    let about = text.get("inspect-about", &[]);
    let usage = text.get("inspect-usage", &[]);
    let inspect = subcommand(text, INSPECT, about.clone(), usage.clone(), EXAMPLE).args([
        Arg::new("file")
            .value_name("FILE")
            .required(true)
            .value_parser(clap::value_parser!(PathBuf))
            .help_heading(text.get("cli-heading-arguments", &[]))
            .help(text.get("inspect-file-help", &[])),
        Arg::new("map")
            .long("map")
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help(text.get("inspect-map-help", &[])),
        Arg::new("map-out")
            .long("map-out")
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help(text.get("inspect-map-out-help", &[])),
    ]);
    subcommand(text, NAME, about, usage, EXAMPLE)
        .subcommand_help_heading(text.get("cli-heading-commands", &[]))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(inspect)
}

/// Loads, shows, writes the map. Exit code 65 when the character is no human, after everything was said.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let Some((INSPECT, matches)) = matches.subcommand() else {
        return Err(Failure::internal(NAME));
    };
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let file = path("file").unwrap_or_default();
    let character = load_character(&file, path("map").as_deref())?;
    let written = match path("map-out") {
        Some(out) => {
            let map = CharacterMap::write(&character, &file.to_string_lossy());
            std::fs::write(&out, map).map_err(|e| DemoError::CannotWrite {
                path: out.clone(),
                reason: e.to_string(),
            })?;
            Some(out)
        }
        None => None,
    };
    if session.output.wants_json() {
        let figures = figures::of(&character, written.as_deref(), &session.text);
        session.output.object(&figures)?;
    } else {
        let mut page = page::of(&character, &session.text);
        if let Some(out) = written {
            let args = [("path", out.display().to_string())];
            page += &format!("\n{}", session.text.get("inspect-map-written", &args));
        }
        session.output.result(&page)?;
    }
    match &character.not_humanoid {
        Some(why) => Err(Failure::new(Exit::Asset, &Refused { path: &file, why })),
        None => Ok(()),
    }
}

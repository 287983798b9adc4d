//! The commands, one file each. A command is listed here when it works, not before.

mod doctor;
mod sim;

use crate::Session;
use crate::failure::Failure;
use crate::text::Text;
use clap::{ArgMatches, Command};

struct Entry {
    name: &'static str,
    describe: fn(&Text) -> Command,
    run: fn(&ArgMatches, &Session) -> Result<(), Failure>,
}

/// In the order of the help page: what a newcomer needs first stands first.
const COMMANDS: &[Entry] = &[
    Entry {
        name: doctor::NAME,
        describe: doctor::describe,
        run: doctor::run,
    },
    Entry {
        name: sim::NAME,
        describe: sim::describe,
        run: sim::run,
    },
];

/// Every command's description.
pub fn all(text: &Text) -> Vec<Command> {
    COMMANDS
        .iter()
        .map(|entry| (entry.describe)(text))
        .collect()
}

/// Runs the command of that name, which the parser has accepted.
pub fn run(name: &str, matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    match COMMANDS.iter().find(|entry| entry.name == name) {
        Some(entry) => (entry.run)(matches, session),
        None => Err(Failure::internal(name)),
    }
}

//! The commands, one file each. A command is listed here when it works, not before.

mod align;
mod calibrate;
mod chaos;
mod character;
mod config;
mod demo;
mod doctor;
mod guard;
mod last_minute;
mod latency;
mod listen;
mod panel;
mod record;
mod render;
mod replay;
mod retarget;
mod run;
mod sim;
mod solve;
mod stage;
mod take;
mod top;

pub use guard::NAME as GUARD;
pub use stage::findings::{Finding as StageFileFinding, check as check_stage_file};

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
        name: demo::NAME,
        describe: demo::describe,
        run: demo::run,
    },
    Entry {
        name: doctor::NAME,
        describe: doctor::describe,
        run: doctor::run,
    },
    Entry {
        name: config::NAME,
        describe: config::describe,
        run: config::run,
    },
    Entry {
        name: run::NAME,
        describe: run::describe,
        run: run::run,
    },
    Entry {
        name: guard::NAME,
        describe: guard::describe,
        run: guard::run,
    },
    Entry {
        name: record::NAME,
        describe: record::describe,
        run: record::run,
    },
    Entry {
        name: replay::NAME,
        describe: replay::describe,
        run: replay::run,
    },
    Entry {
        name: panel::NAME,
        describe: panel::describe,
        run: panel::run,
    },
    Entry {
        name: top::NAME,
        describe: top::describe,
        run: top::run,
    },
    Entry {
        name: sim::NAME,
        describe: sim::describe,
        run: sim::run,
    },
    Entry {
        name: chaos::NAME,
        describe: chaos::describe,
        run: chaos::run,
    },
    Entry {
        name: listen::NAME,
        describe: listen::describe,
        run: listen::run,
    },
    Entry {
        name: latency::NAME,
        describe: latency::describe,
        run: latency::run,
    },
    Entry {
        name: align::NAME,
        describe: align::describe,
        run: align::run,
    },
    Entry {
        name: calibrate::NAME,
        describe: calibrate::describe,
        run: calibrate::run,
    },
    Entry {
        name: solve::NAME,
        describe: solve::describe,
        run: solve::run,
    },
    Entry {
        name: character::NAME,
        describe: character::describe,
        run: character::run,
    },
    Entry {
        name: retarget::NAME,
        describe: retarget::describe,
        run: retarget::run,
    },
    Entry {
        name: stage::NAME,
        describe: stage::describe,
        run: stage::run,
    },
    Entry {
        name: render::NAME,
        describe: render::describe,
        run: render::run,
    },
    Entry {
        name: take::NAME,
        describe: take::describe,
        run: take::run,
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

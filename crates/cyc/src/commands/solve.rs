//! `cyc solve`: a take's markers to skeletons, with figures, motion files and a report.

use crate::Session;
use crate::command_line::subcommand;
use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use crate::solve::{self, SolveArgs, Wanted};
use crate::text::Text;
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::path::PathBuf;

/// The command's name.
pub const NAME: &str = "solve";

/// The example of the help page.
const EXAMPLE: &str = "cyc solve walk.c3d --out walk.bvh --out walk.mcap --report out/walk";

/// A recording that could be solved, though parts of it are gone.
struct Lossy {
    damaged: u64,
}

impl Explain for Lossy {
    fn key(&self) -> &'static str {
        "solve-lossy"
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        vec![("damaged", self.damaged.to_string())]
    }
}

/// The command line of `cyc solve`.
pub fn describe(text: &Text) -> Command {
    let (about, usage) = (text.get("solve-about", &[]), text.get("solve-usage", &[]));
    let option = |name: &'static str, value: &'static str, help: String| {
        Arg::new(name)
            .long(name)
            .value_name(value)
            .help(help)
            .action(ArgAction::Set)
    };
    let path = clap::value_parser!(PathBuf);
    subcommand(text, NAME, about, usage, EXAMPLE).args([
        take_argument(text),
        option("rig", "RIG", text.get("solve-rig-help", &[]))
            .value_parser(path.clone())
            .conflicts_with("markerset"),
        option("markerset", "NAME", text.get("solve-markerset-help", &[])),
        Arg::new("ignore-labels")
            .long("ignore-labels")
            .action(ArgAction::SetTrue)
            .help(text.get("solve-ignore-labels-help", &[])),
        option("robust", "on|off", text.get("solve-robust-help", &[]))
            .value_parser(["on", "off"])
            .hide_possible_values(true),
        option("out", "FILE", text.get("solve-out-help", &[]))
            .value_parser(path.clone())
            .action(ArgAction::Append),
        option("plug-in-gait", "CSV", text.get("solve-gait-help", &[])).value_parser(path.clone()),
        option("report", "DIR", text.get("solve-report-help", &[])).value_parser(path),
    ])
}

/// The take that is read.
pub fn take_argument(text: &Text) -> Arg {
    Arg::new("take")
        .value_name("TAKE")
        .required(true)
        .value_parser(clap::value_parser!(PathBuf))
        .help_heading(text.get("cli-heading-arguments", &[]))
        .help(text.get("solve-take-help", &[]))
}

/// Solves and tells. Exit code 67 when parts of a recording could not be read.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let outputs = matches.get_many::<PathBuf>("out");
    let args = SolveArgs {
        take: path("take").unwrap_or_default(),
        wanted: Wanted {
            rig: path("rig"),
            markerset: matches.get_one::<String>("markerset").cloned(),
        },
        ignore_labels: matches.get_flag("ignore-labels"),
        robust: matches
            .get_one::<String>("robust")
            .is_none_or(|v| v == "on"),
        outputs: outputs.into_iter().flatten().cloned().collect(),
        gait: path("plug-in-gait"),
        report: path("report"),
    };
    let outcome = solve::run(&args, session)?;
    if session.output.wants_json() {
        session.output.object(&outcome.to_json())?;
    } else {
        session.output.result(&solve::lines(session, &outcome))?;
    }
    match outcome.damaged {
        0 => Ok(()),
        damaged => Err(Failure::new(Exit::TakeLossy, &Lossy { damaged })),
    }
}

//! `cyc replay`: a take, played through the stage as if it came from its sources.

use super::run::{shown, time_of, walls_of};
use crate::Session;
use crate::command_line::subcommand;
use crate::failure::Failure;
use crate::outgoing;
use crate::run::{self, Replay, RunArgs, StageOrigin};
use crate::text::Text;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::path::PathBuf;

/// The command's name.
pub const NAME: &str = "replay";

/// Slowest and fastest playing, as the source takes it.
const SPEED: (f64, f64) = (0.01, 60.0);

/// The command line of `cyc replay`.
pub fn describe(text: &Text) -> Command {
    let (about, usage) = (text.get("replay-about", &[]), text.get("replay-usage", &[]));
    let example = "cyc replay out/ann_01.take.mcap --loop --output vmc://127.0.0.1:39539";
    subcommand(text, NAME, about, usage, example)
        .args([
            Arg::new("take")
                .value_name("TAKE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help_heading(text.get("cli-heading-arguments", &[]))
                .help(text.get("replay-take-help", &[])),
            Arg::new("stage")
                .long("stage")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help(text.get("replay-stage-help", &[])),
            Arg::new("loop")
                .long("loop")
                .action(ArgAction::SetTrue)
                .help(text.get("replay-loop-help", &[])),
            Arg::new("speed")
                .long("speed")
                .value_name("X")
                .value_parser(value_parser!(f64))
                .allow_negative_numbers(true)
                .help(text.get("replay-speed-help", &[])),
        ])
        .args(shown(text))
        .arg(outgoing::argument(text))
}

/// Plays the take.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let speed = matches.get_one::<f64>("speed").copied().unwrap_or(1.0);
    if !(SPEED.0..=SPEED.1).contains(&speed) {
        return Err(Failure::bad_number("speed", speed, SPEED));
    }
    let args = RunArgs {
        stage: StageOrigin::Take(Replay {
            take: path("take").unwrap_or_default(),
            stage: path("stage"),
            speed,
            repeat: matches.get_flag("loop"),
        }),
        record: None,
        fresh: true,
        time: time_of(matches)?,
        headless: matches.get_flag("headless"),
        walls: walls_of(matches),
        no_picture: matches.get_flag("no-picture"),
        outputs: outgoing::urls(matches)?,
    };
    run::run(&args, session)
}

//! `cyc run`: a stage file, live.

use crate::Session;
use crate::command_line::subcommand;
use crate::failure::Failure;
use crate::outgoing;
use crate::recording;
use crate::run::{self, RunArgs, StageOrigin, WallWish};
use crate::text::Text;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::path::PathBuf;
use std::time::Duration;

/// The command's name.
pub const NAME: &str = "run";

/// Longest time that is taken: more than a hundred days.
const SECONDS_MAX: f64 = 1e7;

/// The command line of `cyc run`.
pub fn describe(text: &Text) -> Command {
    let (about, usage) = (text.get("run-about", &[]), text.get("run-usage", &[]));
    let example = "cyc run rigs/stages/demo.toml --record out/ann_01.take.mcap";
    subcommand(text, NAME, about, usage, example)
        .args([
            Arg::new("stage")
                .value_name("STAGE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help_heading(text.get("cli-heading-arguments", &[]))
                .help(text.get("run-stage-help", &[])),
            Arg::new("record")
                .long("record")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help(text.get("run-record-help", &[])),
        ])
        .args(recording::arguments(text))
        .arg(
            Arg::new("fresh")
                .long("fresh")
                .action(ArgAction::SetTrue)
                .help(text.get("run-fresh-help", &[])),
        )
        .args(shown(text))
        .arg(outgoing::argument(text))
}

/// `--seconds`, and how the stage is shown.
pub fn shown(text: &Text) -> [Arg; 6] {
    let flag = |name: &'static str, help: &str| {
        let help = text.get(help, &[]);
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help(help)
    };
    [
        seconds_argument(text),
        flag("preview", "run-preview-help"),
        flag("windowed", "run-windowed-help"),
        Arg::new("node")
            .long("node")
            .value_name("NAME")
            .help(text.get("run-node-help", &[])),
        flag("headless", "run-headless-help"),
        flag("no-picture", "run-no-picture-help"),
    ]
}

/// `--seconds`.
pub fn seconds_argument(text: &Text) -> Arg {
    Arg::new("seconds")
        .long("seconds")
        .value_name("N")
        .value_parser(value_parser!(f64))
        .allow_negative_numbers(true)
        .help(text.get("run-seconds-help", &[]))
}

/// The time of `--seconds`.
pub fn time_of(matches: &ArgMatches) -> Result<Option<Duration>, Failure> {
    match matches.get_one::<f64>("seconds").copied() {
        Some(s) if s > 0.0 && s <= SECONDS_MAX => Ok(Some(Duration::from_nanos((s * 1e9) as u64))),
        Some(s) => Err(Failure::bad_number("seconds", s, (0.0, SECONDS_MAX))),
        None => Ok(None),
    }
}

/// What is wanted of the walls' windows.
pub fn walls_of(matches: &ArgMatches) -> WallWish {
    WallWish {
        preview: matches.get_flag("preview"),
        windowed: matches.get_flag("windowed"),
        node: matches.get_one::<String>("node").cloned(),
    }
}

/// Runs the stage.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let stage = matches.get_one::<PathBuf>("stage").cloned();
    let args = RunArgs {
        stage: StageOrigin::File(stage.unwrap_or_default()),
        record: recording::given(matches, "record"),
        fresh: matches.get_flag("fresh"),
        time: time_of(matches)?,
        headless: matches.get_flag("headless"),
        walls: walls_of(matches),
        no_picture: matches.get_flag("no-picture"),
        outputs: outgoing::urls(matches)?,
    };
    run::run(&args, session)
}

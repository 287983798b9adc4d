//! `cyc demo`: the main job.

use crate::Session;
use crate::command_line::subcommand;
use crate::demo::{self, DemoArgs};
use crate::failure::Failure;
use crate::outgoing;
use crate::text::Text;
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::path::PathBuf;

/// The command's name.
pub const NAME: &str = "demo";

/// The command line of `cyc demo`.
pub fn describe(text: &Text) -> Command {
    let (about, usage) = (text.get("demo-about", &[]), text.get("demo-usage", &[]));
    let help = |key: &str| text.get(key, &[]);
    let option = |name: &'static str, value: &'static str, help: String| {
        Arg::new(name)
            .long(name)
            .value_name(value)
            .help(help)
            .action(ArgAction::Set)
    };
    subcommand(
        text,
        NAME,
        about,
        usage,
        "cyc demo --seconds 12 --out out/demo",
    )
    .arg(
        option("performance", "FILE", help("demo-performance-help"))
            .value_parser(clap::value_parser!(PathBuf)),
    )
    .arg(
        option("stage", "FILE", help("demo-stage-help")).value_parser(clap::value_parser!(PathBuf)),
    )
    .arg(
        option("out", "DIR", help("demo-out-help"))
            .value_parser(clap::value_parser!(PathBuf))
            .default_value("out/demo")
            .hide_default_value(true),
    )
    .arg(
        Arg::new("headless")
            .long("headless")
            .help(help("demo-headless-help"))
            .action(ArgAction::SetTrue),
    )
    .arg(option("seconds", "N", help("demo-seconds-help")).value_parser(clap::value_parser!(f64)))
    .arg(option("rate", "HZ", help("demo-rate-help")).value_parser(clap::value_parser!(f64)))
    .arg(
        option("occlusion", "P", help("demo-occlusion-help"))
            .value_parser(clap::value_parser!(f64)),
    )
    .arg(
        Arg::new("unlabelled")
            .long("unlabelled")
            .help(help("demo-unlabelled-help"))
            .action(ArgAction::SetTrue),
    )
    .arg(option("loss", "P", help("demo-loss-help")).value_parser(clap::value_parser!(f64)))
    .arg(option("seed", "N", help("demo-seed-help")).value_parser(clap::value_parser!(u64)))
    .arg(outgoing::argument(text))
}

/// Runs it and says what happened.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let args = DemoArgs {
        performance: path("performance"),
        stage: path("stage"),
        out: path("out").unwrap_or_else(|| PathBuf::from("out/demo")),
        headless: matches.get_flag("headless"),
        seconds: number(matches, "seconds", 10.0, (10.0, 120.0))?,
        rate_hz: number(matches, "rate", 120.0, (100.0, 240.0))?,
        seed: matches.get_one::<u64>("seed").copied().unwrap_or(1),
        occlusion: number(matches, "occlusion", 0.02, (0.0, 0.5))?,
        is_unlabelled: matches.get_flag("unlabelled"),
        loss: number(matches, "loss", 0.005, (0.0, 0.5))?,
        outputs: outgoing::urls(matches)?,
    };
    let outcome = demo::run(&args, session)?;
    if session.output.wants_json() {
        return session.output.object(&outcome.to_json());
    }
    session.output.result(&demo::lines(&session.text, &outcome))
}

fn number(
    matches: &ArgMatches,
    name: &'static str,
    usual: f64,
    (min, max): (f64, f64),
) -> Result<f64, Failure> {
    let value = matches.get_one::<f64>(name).copied().unwrap_or(usual);
    if (min..=max).contains(&value) {
        return Ok(value);
    }
    Err(Failure::bad_number(name, value, (min, max)))
}

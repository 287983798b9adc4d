//! `cyc render`: a stage drawn offline, and the through-the-lens proof of it.

use crate::Session;
use crate::command_line::subcommand;
use crate::failure::Failure;
use crate::render::{self, RenderArgs, RenderFault, WallFormat};
use crate::text::Text;
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::ops::Range;
use std::path::PathBuf;

/// The command's name.
pub const NAME: &str = "render";

/// The example of the help page.
const EXAMPLE: &str = "cyc render rigs/stages/cave.toml --proof --out out/cave";

/// The command line of `cyc render`.
pub fn describe(text: &Text) -> Command {
    let help = |key: &str| text.get(key, &[]);
    let option = |name: &'static str, value: &'static str, help: String| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    subcommand(
        text,
        NAME,
        help("rendering-about"),
        help("rendering-usage"),
        EXAMPLE,
    )
    .arg(
        Arg::new("stage")
            .value_name("STAGE")
            .required(true)
            .help_heading(help("cli-heading-arguments"))
            .help(help("rendering-stage-help")),
    )
    .arg(option("take", "FILE", help("rendering-take-help")))
    .arg(option("wall", "NAME|all", help("rendering-wall-help")))
    .arg(option("frames", "A..B", help("rendering-frames-help")))
    .arg(option("scale", "X", help("rendering-scale-help")).value_parser(clap::value_parser!(f64)))
    .arg(
        option("format", "FORMAT", help("rendering-format-help"))
            // The help names them, in the person's language.
            .hide_possible_values(true)
            .value_parser(WallFormat::NAMES.map(|(name, _)| name)),
    )
    .arg(
        Arg::new("proof")
            .long("proof")
            .help(help("rendering-proof-help"))
            .action(ArgAction::SetTrue),
    )
    .arg(option("out", "DIR", help("rendering-out-help")).required(true))
}

/// Draws, proves, says what was written.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let scale = matches.get_one::<f64>("scale").copied().unwrap_or(1.0);
    if !(0.05..=4.0).contains(&scale) {
        return Err(Failure::bad_number("scale", scale, (0.05, 4.0)));
    }
    let args = RenderArgs {
        stage: text("stage").map(PathBuf::from).unwrap_or_default(),
        take: text("take").map(PathBuf::from),
        wall: text("wall").filter(|name| name != "all"),
        frames: text("frames").map(|written| range(&written)).transpose()?,
        is_proved: matches.get_flag("proof"),
        scale,
        format: text("format")
            .and_then(|name| WallFormat::NAMES.iter().find(|(n, _)| *n == name))
            .map_or(WallFormat::default(), |(_, format)| *format),
        out: text("out").map(PathBuf::from).unwrap_or_default(),
    };
    let outcome = render::run(&args, session)?;
    if session.output.wants_json() {
        return session.output.object(&outcome.to_json());
    }
    session
        .output
        .result(&outcome.lines(&args.out, &session.text))
}

/// `A..B`, B not included; `A..` goes on to the end, `A` is one frame.
fn range(written: &str) -> Result<Range<usize>, Failure> {
    let bad = || RenderFault::BadFrames {
        written: written.to_owned(),
        count: 0,
    };
    let number = |part: &str| part.trim().parse::<usize>().map_err(|_| bad());
    let range = match written.split_once("..") {
        Some((first, "")) => number(first)?..usize::MAX,
        Some((first, end)) => number(first)?..number(end)?,
        None => {
            let one = number(written)?;
            one..one.saturating_add(1)
        }
    };
    if range.is_empty() {
        return Err(bad().into());
    }
    Ok(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_written_as_ranges() {
        assert_eq!(range("3..7").unwrap(), 3..7);
        assert_eq!(range("3").unwrap(), 3..4);
        assert_eq!(range("3..").unwrap(), 3..usize::MAX);
        for bad in ["7..3", "3..3", "x..4", "..", "-1..2", ""] {
            assert!(range(bad).is_err(), "{bad}");
        }
    }
}

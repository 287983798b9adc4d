//! `cyc latency`: how long a display takes, by a film of it.

use crate::Session;
use crate::command_line::subcommand;
use crate::failure::Failure;
use crate::latency::{self, DisplayDelay, LatencyArgs, LatencyFault, Part};
use crate::text::Text;
use clap::{Arg, ArgMatches, Command, value_parser};
use serde_json::json;
use std::path::PathBuf;

/// The command's name.
pub const NAME: &str = "latency";

/// The example of the help page.
const EXAMPLE: &str = "cyc latency flash.y4m --reference 100,200,80,80 --wall 900,150,300,200";

/// Frame rates of cameras.
const FPS: (f64, f64) = (1.0, 2000.0);

/// The command line of `cyc latency`.
pub fn describe(text: &Text) -> Command {
    let help = |key: &str| text.get(key, &[]);
    let option = |name: &'static str, value: &'static str, help: String| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let number = |arg: Arg| arg.value_parser(value_parser!(f64));
    let about = help("latency-about");
    subcommand(text, NAME, about, help("latency-usage"), EXAMPLE).args([
        Arg::new("film")
            .value_name("FILM")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help_heading(help("cli-heading-arguments"))
            .help(help("latency-film-help")),
        option("reference", "X,Y,W,H", help("latency-reference-help")).required(true),
        option("wall", "X,Y,W,H", help("latency-wall-help")).required(true),
        number(option("fps", "N", help("latency-fps-help"))),
        number(option("readout", "PART", help("latency-readout-help"))),
    ])
}

fn part(matches: &ArgMatches, name: &str) -> Result<Part, LatencyFault> {
    let written = matches.get_one::<String>(name).cloned().unwrap_or_default();
    Part::parse(&written).ok_or(LatencyFault::BadPart { written })
}

/// Measures and says.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let within = |name: &'static str, range: (f64, f64)| match matches.get_one::<f64>(name) {
        Some(n) if !(*n >= range.0 && *n <= range.1) => Err(Failure::bad_number(name, *n, range)),
        number => Ok(number.copied()),
    };
    let args = LatencyArgs {
        film: matches
            .get_one::<PathBuf>("film")
            .cloned()
            .unwrap_or_default(),
        reference: part(matches, "reference")?,
        wall: part(matches, "wall")?,
        fps: within("fps", FPS)?,
        readout: within("readout", (-1.0, 1.0))?.unwrap_or(0.0),
    };
    let DisplayDelay { lag, fps, frames } = latency::measure(&args)?;
    let ms = fps.map(|fps| lag.frames / fps * 1000.0);
    if session.output.wants_json() {
        let object = json!({
            "frames": frames, "flashes": lag.flashes, "delay_frames": lag.frames,
            "spread_frames": lag.spread, "fps": fps, "delay_ms": ms,
        });
        return session.output.object(&object);
    }
    let told = [
        ("frames", format!("{:.1}", lag.frames)),
        ("flashes", lag.flashes.to_string()),
        ("spread", format!("{:.1}", lag.spread)),
    ];
    let mut page = session.text.get("latency-delay", &told);
    if let Some(ms) = ms {
        let ms = ("ms", format!("{ms:.1}"));
        page.push('\n');
        page += &session.text.get("latency-delay-ms", &[ms]);
    }
    session.output.result(&page)
}

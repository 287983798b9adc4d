//! `cyc latency`: how long a display takes, by a film of it, and how long a running stage takes, by steps of its camera.

use super::panel;
use crate::Session;
use crate::command_line::subcommand;
use crate::failure::Failure;
use crate::interrupt;
use crate::latency::{self, DisplayDelay, LatencyArgs, LatencyFault, Part, StepArgs};
use crate::text::Text;
use clap::{Arg, ArgMatches, Command, value_parser};
use cyc_control::ControlClient;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use std::path::{Path, PathBuf};

/// The command's name.
pub const NAME: &str = "latency";

/// The example of the help page.
const EXAMPLE: &str = "cyc latency flash.mp4 --reference 100,200,80,80 --wall 900,150,300,200";

/// Steps of the camera, when nothing else is said: half a minute.
const STEPS: u64 = 20;
/// A step takes a second and more.
const STEPS_MAX: u64 = 10_000;

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
            .required_unless_present("step")
            .value_parser(value_parser!(PathBuf))
            .help_heading(help("cli-heading-arguments"))
            .help(help("latency-film-help")),
        option("reference", "X,Y,W,H", help("latency-reference-help"))
            .required_unless_present("step"),
        option("wall", "X,Y,W,H", help("latency-wall-help")).required_unless_present("step"),
        number(option("fps", "N", help("latency-fps-help"))),
        number(option("readout", "PART", help("latency-readout-help"))),
        option("step", "STAGE", help("latency-step-help"))
            .value_parser(value_parser!(PathBuf))
            .conflicts_with_all(["film", "reference", "wall", "fps", "readout"]),
        option("steps", "N", help("latency-steps-help"))
            .value_parser(value_parser!(u64).range(1..=STEPS_MAX))
            .requires("step"),
        option("door", "FILE", help("panel-door-help"))
            .value_parser(value_parser!(PathBuf))
            .requires("step"),
    ])
}

fn part(matches: &ArgMatches, name: &str) -> Result<Part, LatencyFault> {
    let written = matches.get_one::<String>(name).cloned().unwrap_or_default();
    Part::parse(&written).ok_or(LatencyFault::BadPart { written })
}

/// Measures and says.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    if let Some(stage) = matches.get_one::<PathBuf>("step") {
        return run_steps(stage, matches, session);
    }
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
    let DisplayDelay {
        lag,
        fps,
        seconds,
        frames,
    } = latency::measure(&args)?;
    let ms = seconds.map(|s| s * 1000.0);
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

/// Steps the camera of the stage that runs, and says how late its pictures are.
fn run_steps(stage: &Path, matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let args = StepArgs {
        stage: stage.to_owned(),
        steps: matches.get_one::<u64>("steps").copied().unwrap_or(STEPS) as usize,
    };
    let client = ControlClient::new(panel::by_door(matches)?.0);
    let stop = interrupt::flag()?;
    let line =
        ProgressBar::new(args.steps as u64).with_message(session.text.get("latency-stepping", &[]));
    if session.output.is_quiet() {
        line.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len}") {
        line.set_style(style);
    }
    let told = |steps: usize| line.set_position(steps as u64);
    let found = latency::measure_steps(&args, &client, &stop, told);
    line.finish_and_clear();
    let found = found?;
    let [p50, p99, most] = [0.5, 0.99, 1.0].map(|part| found.quantile(part).millis());
    let least = found.quantile(0.0).millis();
    let picture_ms = found.picture.millis();
    if session.output.wants_json() {
        let all: Vec<f64> = found.delays.iter().map(|d| d.millis()).collect();
        return session.output.object(&json!({
            "camera": found.camera, "steps": found.delays.len(), "steps_lost": found.lost,
            "delay_ms": all, "p50_ms": p50, "p99_ms": p99, "max_ms": most, "min_ms": least,
            "picture_ms": picture_ms, "p50_pictures": p50 / picture_ms, "display_ms": found.display.millis(),
        }));
    }
    let ms = |ms: f64| format!("{ms:.1}");
    let told = [
        ("camera", found.camera.clone()),
        ("steps", found.delays.len().to_string()),
        ("lost", found.lost.to_string()),
        ("least", ms(least)),
        ("p50", ms(p50)),
        ("p99", ms(p99)),
        ("most", ms(most)),
        ("pictures", ms(p50 / picture_ms)),
        ("picture", ms(picture_ms)),
        ("display", ms(found.display.millis())),
        ("light", ms(p50 + found.display.millis())),
    ];
    session
        .output
        .result(&session.text.get("latency-steps", &told))
}

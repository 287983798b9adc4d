//! `cyc retarget`: a take's performers on a character, with figures, motion files and reports.

use crate::Session;
use crate::command_line::subcommand;
use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use crate::outgoing;
use crate::retarget::{self, RetargetArgs, RetargetCommandError};
use crate::solve::Wanted;
use crate::text::Text;
use clap::{Arg, ArgAction, ArgMatches, Command};
use cyc_model::SkinBlend;
use std::path::PathBuf;

/// The command's name.
pub const NAME: &str = "retarget";

/// The examples of the help page.
const EXAMPLE: &str = "cyc retarget walk.c3d --character hero.vrm --out hero-walk.glb --report out/hero\n  \
    cyc retarget dance.vrma --character hero.vrm --output vmc://127.0.0.1:39539\n  \
    cyc retarget old.bvh --unit inch --character robot.glb --out robot.bvh";

/// The lowest and the highest rate that may be asked for.
const RATE_HZ: (f64, f64) = (1.0, 1000.0);
/// The smallest and the largest unit, metres.
const UNIT_M: (f64, f64) = (1e-6, 1e3);

/// A recording that could be used, though parts of it are gone.
struct Lossy {
    damaged: u64,
}

impl Explain for Lossy {
    fn key(&self) -> &'static str {
        "retarget-lossy"
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        vec![("damaged", self.damaged.to_string())]
    }
}

/// Seconds of a face at rest that are looked at.
const REST_S: (f64, f64) = (0.0, 60.0);

/// The command line of `cyc retarget`.
pub fn describe(text: &Text) -> Command {
    let t = |key: &str| text.get(key, &[]);
    let option = |name: &'static str, value: &'static str, help: String| {
        Arg::new(name)
            .long(name)
            .value_name(value)
            .help(help)
            .action(ArgAction::Set)
    };
    let path = || clap::value_parser!(PathBuf);
    let (about, usage) = (t("retarget-about"), t("retarget-usage"));
    subcommand(text, NAME, about, usage, EXAMPLE).args([
        Arg::new("take")
            .value_name("TAKE")
            .required(true)
            .value_parser(path())
            .help_heading(t("cli-heading-arguments"))
            .help(t("retarget-take-help")),
        option("character", "FILE", t("retarget-character-help"))
            .value_parser(path())
            .required(true),
        option("map", "FILE", t("retarget-map-help")).value_parser(path()),
        option("skinning", "KIND", t("retarget-skinning-help"))
            .value_parser(["linear", "dual-quaternion"])
            // The help names them, in either language.
            .hide_possible_values(true),
        option("settings", "TOML", t("retarget-settings-help")).value_parser(path()),
        option("face", "TOML", t("retarget-face-help")).value_parser(path()),
        option("still-face", "SECONDS", t("retarget-face-rest-help"))
            .value_parser(clap::value_parser!(f64)),
        option("out", "FILE", t("retarget-out-help"))
            .value_parser(path())
            .action(ArgAction::Append),
        outgoing::argument(text).help(t("retarget-output-help")),
        option("report", "DIR", t("solve-report-help")).value_parser(path()),
        option("animation", "NAME", t("retarget-animation-help")),
        option("performer", "NAME", t("retarget-performer-help"))
            .visible_alias("subject")
            .action(ArgAction::Append),
        option("unit", "UNIT", t("retarget-unit-help")),
        option("rate", "HZ", t("retarget-rate-help")).value_parser(clap::value_parser!(f64)),
        option("rig", "RIG", t("solve-rig-help"))
            .value_parser(path())
            .conflicts_with("markerset"),
        option("markerset", "NAME", t("solve-markerset-help")),
        Arg::new("ignore-labels")
            .long("ignore-labels")
            .action(ArgAction::SetTrue)
            .help(t("solve-ignore-labels-help")),
    ])
}

/// Retargets and tells. Exit code 67 when parts of a recording could not be read.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let word = |name: &str| matches.get_one::<String>(name).cloned();
    let rate_hz = matches.get_one::<f64>("rate").copied();
    if let Some(rate) = rate_hz.filter(|r| !(RATE_HZ.0..=RATE_HZ.1).contains(r)) {
        return Err(Failure::bad_number("rate", rate, RATE_HZ));
    }
    let face_rest_s = matches.get_one::<f64>("still-face").copied().unwrap_or(0.0);
    if !(REST_S.0..=REST_S.1).contains(&face_rest_s) {
        return Err(Failure::bad_number("still-face", face_rest_s, REST_S));
    }
    let urls = outgoing::urls(matches)?;
    outgoing::without_walls(&urls)?;
    let outputs = matches.get_many::<PathBuf>("out");
    let performers = matches.get_many::<String>("performer");
    let args = RetargetArgs {
        take: path("take").unwrap_or_default(),
        character: path("character").unwrap_or_default(),
        map: path("map"),
        skin_blend: match word("skinning").as_deref() {
            Some("dual-quaternion") => SkinBlend::DualQuaternion,
            _ => SkinBlend::Linear,
        },
        settings: path("settings"),
        face: path("face"),
        face_rest_s,
        wanted: Wanted {
            rig: path("rig"),
            markerset: word("markerset"),
        },
        ignore_labels: matches.get_flag("ignore-labels"),
        performers: performers.into_iter().flatten().cloned().collect(),
        animation: word("animation"),
        metres_per_unit: word("unit").map(|u| metres_of(&u)).transpose()?,
        rate_hz,
        outputs: outputs.into_iter().flatten().cloned().collect(),
        urls,
        report: path("report"),
    };
    let retargeted = retarget::run(&args, session)?;
    if session.output.wants_json() {
        session.output.object(&retargeted.to_json())?;
    } else {
        let lines = retarget::lines(session, &retargeted);
        session.output.result(&lines)?;
    }
    match retargeted.damaged() {
        0 => Ok(()),
        damaged => Err(Failure::new(Exit::TakeLossy, &Lossy { damaged })),
    }
}

/// Metres in a unit: by name, or as a number.
fn metres_of(unit: &str) -> Result<f64, RetargetCommandError> {
    let named = match unit {
        "m" => Some(1.0),
        "dm" => Some(0.1),
        "cm" => Some(0.01),
        "mm" => Some(0.001),
        "inch" | "in" => Some(0.0254),
        "foot" | "ft" => Some(0.3048),
        number => number.parse::<f64>().ok(),
    };
    let usable = named.filter(|m| (UNIT_M.0..=UNIT_M.1).contains(m));
    usable.ok_or_else(|| RetargetCommandError::UnknownUnit {
        unit: unit.to_owned(),
    })
}

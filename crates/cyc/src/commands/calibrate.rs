//! `cyc calibrate`: a performer's rig from a take in which every joint moves.

use crate::Session;
use crate::command_line::subcommand;
use crate::demo::progress::Progress;
use crate::failure::Failure;
use crate::solve::{self, Calibration, Performer, SolveError, Wanted, told_apart};
use crate::text::Text;
use clap::{Arg, ArgAction, ArgMatches, Command};
use cyc_model::Rig;
use cyc_solver::write_rig;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The command's name.
pub const NAME: &str = "calibrate";

/// The example of the help page.
const EXAMPLE: &str =
    "cyc calibrate range-of-motion.c3d --markerset plug-in-gait-39 --out ann.toml";

/// The command line of `cyc calibrate`.
pub fn describe(text: &Text) -> Command {
    let (about, usage) = (
        text.get("calibrate-about", &[]),
        text.get("calibrate-usage", &[]),
    );
    let option = |name: &'static str, value: &'static str, help: String| {
        Arg::new(name)
            .long(name)
            .value_name(value)
            .help(help)
            .action(ArgAction::Set)
    };
    subcommand(text, NAME, about, usage, EXAMPLE).args([
        super::solve::take_argument(text),
        option("rig", "RIG", text.get("calibrate-rig-help", &[]))
            .value_parser(clap::value_parser!(PathBuf))
            .conflicts_with("markerset"),
        option("markerset", "NAME", text.get("solve-markerset-help", &[])),
        option("out", "RIG", text.get("calibrate-out-help", &[]))
            .required(true)
            .value_parser(clap::value_parser!(PathBuf)),
        option("subject", "NAME", text.get("calibrate-subject-help", &[])),
    ])
}

/// Calibrates, writes the rig and tells what changed.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let path = |name: &str| {
        matches
            .get_one::<PathBuf>(name)
            .cloned()
            .unwrap_or_default()
    };
    let (take_path, out) = (path("take"), path("out"));
    solve::check_folder(&out)?;
    let progress = Progress::new(session);
    progress.step(
        "solve-step-load",
        &[("take", take_path.display().to_string())],
    );
    let take = solve::load(&take_path)?;
    let wanted = Wanted {
        rig: matches.get_one::<PathBuf>("rig").cloned(),
        markerset: matches.get_one::<String>("markerset").cloned(),
    };
    let performers = solve::choose(&take, &take_path, &wanted)?;
    let subject = matches.get_one::<String>("subject");
    let performer = pick(&performers, subject.map(String::as_str))?;
    let template = performer.rig.name().to_owned();
    progress.step("solve-step-calibrate", &[("rig", template)]);
    let (rig, calibration) = solve::calibrated(&performer.rig, &performer.frames(&take))?;
    let text = write_rig(&rig)?;
    std::fs::write(&out, text).map_err(|e| SolveError::cannot_write(&out, &e))?;
    if session.output.wants_json() {
        return session
            .output
            .object(&as_json(&rig, performer, &calibration, &out));
    }
    session
        .output
        .result(&lines(&session.text, &rig, &calibration, &out))
}

/// The subject that was named, else the one that wears most of its markers. Those without a name go by their number.
fn pick<'p>(performers: &'p [Performer], subject: Option<&str>) -> Result<&'p Performer, Failure> {
    let Some(wanted) = subject else {
        let most = performers.iter().rev().max_by_key(|p| p.matched());
        return most.ok_or_else(|| no_such("", ""));
    };
    let names = told_apart(performers.iter().map(|p| p.subject.clone()));
    let found = names.iter().position(|name| name == wanted);
    found
        .and_then(|place| performers.get(place))
        .ok_or_else(|| no_such(wanted, &names.join(", ")))
}

fn no_such(subject: &str, known: &str) -> Failure {
    SolveError::NoSuchSubject {
        subject: subject.to_owned(),
        known: known.to_owned(),
    }
    .into()
}

fn as_json(rig: &Rig, performer: &Performer, calibration: &Calibration, out: &Path) -> Value {
    let report = &calibration.report;
    let marker = |m: &cyc_solver::MarkerChange| json!({ "label": m.label, "rms_mm": m.rms_m * 1e3, "moved_mm": m.moved_m * 1e3 });
    let bone = |b: &cyc_solver::BoneChange| json!({ "joint": b.joint, "before_mm": b.before_m * 1e3, "after_mm": b.after_m * 1e3 });
    json!({
        "markers": rig.markers().len(),
        "bones": rig.skeleton().len(),
        "rms_before_mm": report.rms_before_m * 1e3,
        "rms_after_mm": report.rms_after_m * 1e3,
        "subject": performer.subject,
        "matched": performer.matched(),
        "frames": report.frames,
        "scale": report.scale,
        "seconds": calibration.took_s,
        "worst_frame": report.worst_frame,
        "worst_marker": report.worst_marker().map(|m| m.label.clone()),
        "marker_changes": report.markers.iter().map(marker).collect::<Vec<_>>(),
        "bone_changes": report.bones.iter().map(bone).collect::<Vec<_>>(),
        "rig": out,
    })
}

fn lines(text: &Text, rig: &Rig, calibration: &Calibration, out: &Path) -> String {
    let report = &calibration.report;
    let worst = report.worst_marker();
    let mm = |m: f64| format!("{:.2}", m * 1e3);
    let args = [
        ("markers", rig.markers().len().to_string()),
        ("bones", rig.skeleton().len().to_string()),
        ("frames", report.frames.to_string()),
        ("seconds", format!("{:.1}", calibration.took_s)),
        ("before", mm(report.rms_before_m)),
        ("after", mm(report.rms_after_m)),
        ("scale", format!("{:.3}", report.scale)),
    ];
    let args_worst = [
        (
            "marker",
            worst.map_or_else(String::new, |m| m.label.clone()),
        ),
        ("rms", mm(worst.map_or(0.0, |m| m.rms_m))),
        ("frame", report.worst_frame.to_string()),
    ];
    let written = [("file", out.display().to_string())];
    [
        text.get("calibrate-done", &args),
        text.get("calibrate-worst", &args_worst),
        text.get("solve-done-written", &written),
    ]
    .join("\n")
}

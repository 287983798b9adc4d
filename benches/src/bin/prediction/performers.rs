//! Performers: the joints of solved takes, ahead of themselves.

use crate::minimal_c3d;
use crate::{LEADS, MeanSquare};
use cyc_benches::report::Report;
use cyc_model::{HostNs, JointFrame, Nanos, Prediction, Rig, Stage, Xf};
use cyc_solver::{
    BODY_MARKERSETS, CalibrateSettings, FitSettings, Fitter, HUMAN_SKELETON, build_rig, calibrate,
    parse_markerset, parse_skeleton, plain_label, recognise_markerset,
};
use cyc_timing::{GapPolicy, MotionTrack};
use std::fmt::Write;

const TAKES: [(&str, &str); 3] = [
    ("CMU 02_05 (punch, strike)", "cmu/cmu_02_05.c3d"),
    ("CMU basketball", "cmu/cmu_dribble_shoot_basketball.c3d"),
    ("Movement_trial", "pycgm/Movement_trial.c3d"),
];

const ABOUT: &str = "All joints of the solved performer, in the stage. Joint ranges are kept.";

/// A solved take.
struct Solved {
    rig: Rig,
    rate_hz: f64,
    frames: Vec<Vec<Xf<Stage, JointFrame>>>,
}

/// Adds the table.
pub fn measure(report: &mut Report) {
    let mut table = format!(
        "## Performers\n\n{ABOUT}\n\n| take | lead ms | none mm | method | slip mm | of none | p99 mm |\n|---|---:|---:|---|---:|---:|---:|\n"
    );
    for (name, path) in TAKES {
        let Some(take) = solved(path) else { continue };
        for lead in LEADS {
            let none = slip(&take, Prediction::None, lead);
            for method in Prediction::ALL.into_iter().skip(1) {
                let (rms, p99) = slip(&take, method, lead);
                let is_default = method == Prediction::default();
                let mark = if is_default { "**" } else { "" };
                // Writing to a string cannot fail.
                let _ = writeln!(
                    table,
                    "| {name} | {:.0} | {:.1} | {mark}{}{mark} | {:.1} | {mark}{:.2}{mark} | {:.1} |",
                    lead.millis(),
                    none.0 * 1e3,
                    method.word(),
                    rms * 1e3,
                    rms / none.0,
                    p99 * 1e3,
                );
            }
        }
    }
    report.paragraph(&table);
}

/// Root mean square and 99th percentile of the joints' errors, metres.
fn slip(take: &Solved, method: Prediction, lead: Nanos) -> (f64, f64) {
    let n = take.rig.skeleton().len();
    let mut track = MotionTrack::new(&take.rig, GapPolicy::PERFORMER);
    track.set_prediction(method);
    track.set_lead(lead);
    let mut shown = vec![Xf::IDENTITY; n];
    let (mut mean, mut errors) = (MeanSquare::default(), Vec::new());
    let ahead = lead.secs() * take.rate_hz;
    let (whole, part) = (ahead.floor() as usize, ahead.fract());
    for (f, frame) in take.frames.iter().enumerate() {
        let at = HostNs((f as f64 / take.rate_hz * 1e9) as i64);
        track.push(at, frame);
        track.at(at, &mut shown);
        let (Some(before), Some(after)) =
            (take.frames.get(f + whole), take.frames.get(f + whole + 1))
        else {
            break;
        };
        for ((shown, a), b) in shown.iter().zip(before).zip(after) {
            let truth = a.interpolate(*b, part).translation().metres();
            let error = shown.translation().metres().distance(truth);
            mean.push(error);
            errors.push(error);
        }
    }
    errors.sort_by(f64::total_cmp);
    let p99 = errors.get(errors.len() * 99 / 100).copied();
    (mean.root(), p99.unwrap_or_default())
}

fn solved(path: &str) -> Option<Solved> {
    let take = minimal_c3d::read(&minimal_c3d::shared_file(path)?);
    let labels: Vec<&str> = take.labels.iter().map(|l| plain_label(l)).collect();
    let sets: Vec<_> = BODY_MARKERSETS
        .iter()
        .filter_map(|text| parse_markerset(text).ok())
        .collect();
    let found = recognise_markerset(&labels, &sets)?;
    let skeleton = parse_skeleton(HUMAN_SKELETON).ok()?;
    let template = build_rig(&skeleton, sets.get(found.set)?).ok()?;
    let names: Vec<&str> = template.markers().iter().map(|m| m.name.as_str()).collect();
    let markers = take.ordered(&names);
    let calibrated = calibrate(&template, &markers, &CalibrateSettings::default());
    let rig = calibrated.ok()?.rig;
    let mut fitter = Fitter::new(&rig, FitSettings::default());
    let frames = markers.iter().map(|frame| {
        fitter.fit(frame);
        fitter.globals().to_vec()
    });
    Some(Solved {
        frames: frames.collect(),
        rate_hz: take.rate_hz,
        rig,
    })
}

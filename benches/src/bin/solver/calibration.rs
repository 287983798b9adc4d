//! Calibration on the odd frames of three takes, judged on the even ones.

use crate::minimal_c3d;
use crate::takes::{Frames, template_of};
use cyc_benches::report::Report;
use cyc_model::Rig;
use cyc_solver::{CalibrateSettings, FitSettings, Fitter, calibrate};
use std::fmt::Write;
use std::time::Instant;

const TAKES: [&str; 3] = [
    "pycgm/Movement_trial.c3d",
    "cmu/cmu_02_05.c3d",
    "cmu/cmu_dribble_shoot_basketball.c3d",
];

/// Adds the table of calibrations.
pub fn measure(report: &mut Report) {
    let mut table = String::from(
        "## Calibration: template and marker set by the labels, odd frames seen, even frames judged by least squares\n\n\
         | take | frames | template mm | calibrated mm | seconds |\n|---|---:|---:|---:|---:|\n",
    );
    for path in TAKES {
        let Some(bytes) = minimal_c3d::shared_file(path) else {
            continue;
        };
        let Some((rig, frames)) = template_of(&minimal_c3d::read(&bytes)) else {
            continue;
        };
        let part = |rest| -> Frames { frames.iter().skip(rest).step_by(2).cloned().collect() };
        let start = Instant::now();
        let done = calibrate(&rig, &part(1), &CalibrateSettings::default());
        let took_s = start.elapsed().as_secs_f64();
        let Ok(done) = done else { continue };
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "| `{path}` | {} | {:.2} | {:.2} | {took_s:.1} |",
            frames.len(),
            rms_mm(&rig, &part(0)),
            rms_mm(&done.rig, &part(0)),
        );
    }
    report.paragraph(&table);
}

fn rms_mm(rig: &Rig, frames: &Frames) -> f64 {
    let mut fitter = Fitter::new(rig, FitSettings::least_squares());
    let (mut sum, mut seen) = (0.0, 0);
    for frame in frames {
        let report = fitter.fit(frame);
        sum += report.rms_m * report.rms_m * report.seen as f64;
        seen += report.seen;
    }
    (sum / seen.max(1) as f64).sqrt() * 1e3
}

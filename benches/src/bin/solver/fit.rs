//! Frames of the movement trial, fitted one after the other.

use crate::takes::{Frames, Takes};
use cyc_benches::report::Report;
use cyc_benches::rounds::{median, percentile};
use cyc_model::Rig;
use cyc_solver::{FitSettings, Fitter, Loss, MatrixUse};
use std::fmt::Write;
use std::time::Instant;

const ROUNDS: usize = 41;

/// Adds the table of fits.
pub fn measure(takes: &Takes, report: &mut Report) {
    let squares = FitSettings::least_squares();
    let production = FitSettings::default();
    let every_step = |settings| FitSettings {
        matrix: MatrixUse::EveryStep,
        ..settings
    };
    let cauchy = FitSettings {
        loss: Loss::Cauchy { sigma_m: 0.03 },
        ..production
    };
    let (vendor, own) = (&takes.vendor, &takes.own);
    let rows = [
        ("vendor's rig, least squares", vendor, squares),
        (
            "vendor's rig, least squares, a matrix every step",
            vendor,
            every_step(squares),
        ),
        (
            "vendor's rig, production (Geman-McClure 50 mm)",
            vendor,
            production,
        ),
        (
            "vendor's rig, production, a matrix every step",
            vendor,
            every_step(production),
        ),
        ("vendor's rig, Cauchy 30 mm", vendor, cauchy),
        ("calibrated template (61 DoF), production", own, production),
    ];
    let mut table = String::from(
        "## Movement_trial.c3d: 323 frames, 39 markers, 44 degrees of freedom; the optimum of least squares is 12.392 mm\n\n\
         | | marker RMS mm | steps a frame | p50 | p99 | best p50 | best p99 |\n|---|---:|---:|---:|---:|---:|---:|\n",
    );
    for (name, (rig, frames), settings) in rows {
        table.push_str(&row(name, rig, frames, settings));
    }
    report.paragraph(&table);
}

fn row(name: &str, rig: &Rig, frames: &Frames, settings: FitSettings) -> String {
    let mut fitter = Fitter::new(rig, settings);
    let (mut sum, mut seen, mut steps, mut warm) = (0.0, 0, 0, 0usize);
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); frames.len()];
    for _ in 0..ROUNDS {
        fitter.reset();
        for (frame, times) in frames.iter().zip(&mut times) {
            let start = Instant::now();
            let report = fitter.fit(frame);
            let took_us = start.elapsed().as_secs_f64() * 1e6;
            sum += report.rms_m * report.rms_m * report.seen as f64;
            seen += report.seen;
            if !report.cold {
                times.push(took_us);
                steps += report.iterations;
                warm += 1;
            }
        }
    }
    times.retain(|t| !t.is_empty());
    let middle: Vec<f64> = times.iter().map(|t| median(t.clone())).collect();
    let least = |t: &Vec<f64>| t.iter().copied().fold(f64::INFINITY, f64::min);
    let best: Vec<f64> = times.iter().map(least).collect();
    let mut line = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        line,
        "| {name} | {:.3} | {:.2} | {:.1} | {:.1} | {:.1} | {:.1} |",
        (sum / seen.max(1) as f64).sqrt() * 1e3,
        steps as f64 / warm.max(1) as f64,
        percentile(middle.clone(), 0.5),
        percentile(middle, 0.99),
        percentile(best.clone(), 0.5),
        percentile(best, 0.99),
    );
    line
}

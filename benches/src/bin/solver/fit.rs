//! Frames of the movement trial, fitted one after the other.

use crate::takes::{Frames, Takes};
use cyc_benches::report::Report;
use cyc_benches::rounds::{median, percentile};
use cyc_model::Rig;
use cyc_solver::{FitSettings, Fitter, Loss, MatrixUse};
use std::time::Instant;

const ROUNDS: usize = 41;

/// What one solver reached on one take.
#[derive(Clone, Copy, Debug)]
pub struct Fitted {
    /// Over all markers of all frames.
    pub rms_mm: f64,
    /// A frame.
    pub steps: f64,
    /// Over the frames of their medians over the rounds.
    pub p50_us: f64,
    /// The same.
    pub p99_us: f64,
    /// Median over the frames of a frame's whole time over its steps.
    pub step_us: f64,
    best_p50_us: f64,
    best_p99_us: f64,
}

/// Adds the table of fits. Gives its first two rows, which stand beside the
/// peers: least squares as it is used, and with a matrix built at every step as peers do.
pub fn measure(takes: &Takes, report: &mut Report) -> [Fitted; 2] {
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
    let all = rows.map(|(name, (rig, frames), settings)| {
        let fitted = fit(rig, frames, settings);
        table.push_str(&row(name, &fitted));
        fitted
    });
    report.paragraph(&table);
    [all[0], all[1]]
}

fn row(name: &str, fitted: &Fitted) -> String {
    format!(
        "| {name} | {:.3} | {:.2} | {:.1} | {:.1} | {:.1} | {:.1} |\n",
        fitted.rms_mm,
        fitted.steps,
        fitted.p50_us,
        fitted.p99_us,
        fitted.best_p50_us,
        fitted.best_p99_us,
    )
}

fn fit(rig: &Rig, frames: &Frames, settings: FitSettings) -> Fitted {
    let mut fitter = Fitter::new(rig, settings);
    let (mut sum, mut seen, mut steps, mut warm) = (0.0, 0, 0, 0usize);
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); frames.len()];
    let mut step_times = Vec::new();
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
                step_times.push(took_us / report.iterations.max(1) as f64);
                steps += report.iterations;
                warm += 1;
            }
        }
    }
    times.retain(|t| !t.is_empty());
    let middle: Vec<f64> = times.iter().map(|t| median(t.clone())).collect();
    let least = |t: &Vec<f64>| t.iter().copied().fold(f64::INFINITY, f64::min);
    let best: Vec<f64> = times.iter().map(least).collect();
    Fitted {
        rms_mm: (sum / seen.max(1) as f64).sqrt() * 1e3,
        steps: steps as f64 / warm.max(1) as f64,
        p50_us: percentile(middle.clone(), 0.5),
        p99_us: percentile(middle, 0.99),
        step_us: median(step_times),
        best_p50_us: percentile(best.clone(), 0.5),
        best_p99_us: percentile(best, 0.99),
    }
}

//! Prints how fast and how well the fitter follows the shared movement trial.
//!
//! `cargo run --release -p cyc-solver --example fit_figures`

#[path = "../tests/minimal_c3d/mod.rs"]
mod minimal_c3d;

use cyc_model::{Point, Rig, Stage, Xf};
use cyc_solver::{
    CalibrateSettings, FitSettings, Fitter, HUMAN_SKELETON, Loss, PLUG_IN_GAIT_39,
    RetargetSettings, Retargeter, build_rig, calibrate, parse_markerset, parse_skeleton, vsk,
};
use std::time::Instant;

type Frames = Vec<Vec<Option<Point<Stage>>>>;

const ROUNDS: usize = 40;

fn main() {
    let (Some(text), Some(bytes)) = (
        minimal_c3d::shared_file("pycgm/Test.vsk"),
        minimal_c3d::shared_file("pycgm/Movement_trial.c3d"),
    ) else {
        return;
    };
    let text = String::from_utf8(text).expect("the VSK is UTF-8");
    let rig = vsk::parse(&text).expect("the VSK is whole").rig;
    let take = minimal_c3d::read(&bytes);
    let frames_of = |rig: &Rig| {
        let names: Vec<&str> = rig.markers().iter().map(|m| m.name.as_str()).collect();
        take.ordered(&names)
    };
    let frames = frames_of(&rig);
    println!("| settings | marker RMS mm | iterations a frame | p50 us | p99 us | max us |");
    println!("|---|---|---|---|---|---|");
    let squares = FitSettings::least_squares();
    let once = FitSettings {
        max_iterations: 1,
        ..squares
    };
    let robust = FitSettings {
        loss: Loss::GemanMcClure { sigma_m: 0.05 },
        ..squares
    };
    print_row("least squares", &rig, &frames, squares);
    let every = FitSettings {
        matrix: cyc_solver::MatrixUse::EveryStep,
        ..squares
    };
    print_row("least squares, every step", &rig, &frames, every);
    print_row("least squares, one iteration", &rig, &frames, once);
    print_row("Geman-McClure 50 mm", &rig, &frames, robust);
    print_row("live defaults", &rig, &frames, FitSettings::default());
    let template = parse_skeleton(HUMAN_SKELETON).expect("the template is whole");
    let set = parse_markerset(PLUG_IN_GAIT_39).expect("the marker set is whole");
    let template = build_rig(&template, &set).expect("the set fits the template");
    let frames = frames_of(&template);
    let start = Instant::now();
    let done = calibrate(&template, &frames, &CalibrateSettings::default())
        .expect("the take can be calibrated");
    let took_s = start.elapsed().as_secs_f64();
    print_row(
        "calibrated template",
        &done.rig,
        &frames,
        FitSettings::default(),
    );
    println!("calibration of {} frames: {took_s:.2} s", frames.len());
    print_retarget(&done.rig, &rig, &frames);
}

/// Times the retarget from one rig's skeleton to another's.
fn print_retarget(source: &Rig, target: &Rig, frames: &Frames) {
    let mut retargeter = Retargeter::build(
        (source.skeleton(), source.humanoid()),
        (target.skeleton(), target.humanoid()),
        &RetargetSettings::default(),
    )
    .expect("both are human");
    let mut fitter = Fitter::new(source, FitSettings::default());
    let mut out = vec![Xf::IDENTITY; target.skeleton().len()];
    let mut times_us = Vec::new();
    for frame in frames.iter().cycle().take(ROUNDS * frames.len()) {
        fitter.fit(frame);
        let start = Instant::now();
        retargeter.run(fitter.globals(), &mut out);
        times_us.push(start.elapsed().as_secs_f64() * 1e6);
    }
    times_us.sort_by(f64::total_cmp);
    let at = |q: f64| times_us[((times_us.len() - 1) as f64 * q) as usize];
    println!(
        "retarget to {} joints: p50 {:.2} us, p99 {:.2} us",
        out.len(),
        at(0.5),
        at(0.99)
    );
}

fn print_row(name: &str, rig: &Rig, frames: &Frames, settings: FitSettings) {
    let mut fitter = Fitter::new(rig, settings);
    let (mut iterations, mut sum, mut seen, mut warm) = (0, 0.0, 0, 0);
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); frames.len()];
    for _ in 0..ROUNDS {
        fitter.reset();
        for (frame, times) in frames.iter().zip(&mut times) {
            let start = Instant::now();
            let report = fitter.fit(frame);
            let took = start.elapsed().as_secs_f64() * 1e6;
            sum += report.rms_m * report.rms_m * report.seen as f64;
            seen += report.seen;
            if !report.cold {
                times.push(took);
                iterations += report.iterations;
                warm += 1;
            }
        }
    }
    let mut best: Vec<f64> = Vec::new();
    let mut middle: Vec<f64> = Vec::new();
    for times in &mut times {
        if times.is_empty() {
            continue;
        }
        times.sort_by(f64::total_cmp);
        best.push(times[0]);
        middle.push(times[times.len() / 2]);
    }
    best.sort_by(f64::total_cmp);
    middle.sort_by(f64::total_cmp);
    let at = |v: &[f64], q: f64| v[((v.len() - 1) as f64 * q) as usize];
    println!(
        "| {name} | {:.3} | {:.2} | {:.1} {:.1} | {:.1} {:.1} |",
        (sum / seen as f64).sqrt() * 1e3,
        iterations as f64 / warm as f64,
        at(&middle, 0.5),
        at(&middle, 0.99),
        at(&best, 0.5),
        at(&best, 0.99),
    );
}

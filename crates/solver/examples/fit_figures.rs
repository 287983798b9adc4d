//! Prints how fast and how well the fitter follows the shared movement trial.
//!
//! `cargo run --release -p cyc-solver --example fit_figures`

#[path = "../tests/minimal_c3d/mod.rs"]
mod minimal_c3d;

use cyc_solver::{FitSettings, Fitter, Loss, vsk};
use std::time::Instant;

const ROUNDS: usize = 20;

fn main() {
    let (Some(text), Some(bytes)) = (
        minimal_c3d::shared_file("pycgm/Test.vsk"),
        minimal_c3d::shared_file("pycgm/Movement_trial.c3d"),
    ) else {
        return;
    };
    let text = String::from_utf8(text).expect("the VSK is UTF-8");
    let rig = vsk::parse(&text).expect("the VSK is whole").rig;
    let names: Vec<&str> = rig.markers().iter().map(|m| m.name.as_str()).collect();
    let frames = minimal_c3d::read(&bytes).ordered(&names);
    println!("| settings | marker RMS mm | iterations a frame | p50 us | p99 us | max us |");
    println!("|---|---|---|---|---|---|");
    let squares = FitSettings::least_squares();
    for (name, settings) in [
        ("least squares", squares),
        (
            "least squares, one iteration",
            FitSettings {
                max_iterations: 1,
                ..squares
            },
        ),
        (
            "Geman-McClure 50 mm",
            FitSettings {
                loss: Loss::GemanMcClure { sigma_m: 0.05 },
                ..squares
            },
        ),
        ("live defaults", FitSettings::default()),
    ] {
        let mut fitter = Fitter::new(&rig, settings);
        let (mut times_us, mut iterations, mut sum, mut seen) = (Vec::new(), 0, 0.0, 0);
        for _ in 0..ROUNDS {
            fitter.reset();
            for frame in &frames {
                let start = Instant::now();
                let report = fitter.fit(frame);
                let took = start.elapsed().as_secs_f64() * 1e6;
                sum += report.rms_m * report.rms_m * report.seen as f64;
                seen += report.seen;
                if !report.cold {
                    times_us.push(took);
                    iterations += report.iterations;
                }
            }
        }
        times_us.sort_by(f64::total_cmp);
        let at = |q: f64| times_us[((times_us.len() - 1) as f64 * q) as usize];
        println!(
            "| {name} | {:.3} | {:.2} | {:.1} | {:.1} | {:.1} |",
            (sum / seen as f64).sqrt() * 1e3,
            iterations as f64 / times_us.len() as f64,
            at(0.5),
            at(0.99),
            at(1.0)
        );
    }
}

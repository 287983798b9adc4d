//! Prints how near Plug-in Gait comes to Vicon's own output, quantity by quantity, and how long a frame takes.
//!
//! `cargo run --release -p cyc-solver --example gait_figures`

#[allow(dead_code, reason = "other programs use the rest")]
#[path = "../tests/minimal_c3d/mod.rs"]
mod minimal_c3d;

use cyc_solver::plug_in_gait::output::{OutputKind, outputs, values};
use cyc_solver::plug_in_gait::{PlugInGait, StaticOptions, SubjectMeasurements, Trial};
use cyc_solver::vsk;
use minimal_c3d::MinimalC3d;
use std::time::Instant;

const ROUNDS: usize = 50;
/// What is promised: millimetres and degrees.
const LIMITS: [f64; 2] = [0.01, 0.001];

fn main() {
    let Some(text) = minimal_c3d::shared_file("pycgm/Test.vsk") else {
        return;
    };
    let text = String::from_utf8(text).expect("the VSK is UTF-8");
    let named = vsk::measured_values(&text).expect("the VSK is whole");
    let subject = SubjectMeasurements::from_named(|name| named.get(name).copied())
        .expect("the VSK has the subject's measurements");
    let still = Trial::Static(StaticOptions::default());
    for (file, trial) in [
        ("pycgm/Movement_trial.c3d", Trial::Dynamic),
        ("pycgm/Static_trial.c3d", still),
    ] {
        let Some(bytes) = minimal_c3d::shared_file(file) else {
            return;
        };
        let take = minimal_c3d::read(&bytes);
        let labels = take.labels.iter().map(String::as_str);
        let model = PlugInGait::of_trial(subject, labels, &take.frames, trial);
        print_differences(file, &model, &take);
        print_times(&model, &take);
    }
}

/// The worst difference of every quantity that the file holds; a segment's four points are one row.
fn print_differences(file: &str, model: &PlugInGait, take: &MinimalC3d) {
    println!("\n{file}, {} frames", take.frames.len());
    println!("| quantity | worst difference | limit | |");
    println!("|---|---:|---:|---|");
    let outputs = outputs();
    let columns = outputs.map(|o| take.labels.iter().position(|label| label == o.label));
    let mut worst = vec![0.0_f64; outputs.len()];
    for points in &take.frames {
        let got = values(&model.frame(points));
        for ((worst, column), value) in worst.iter_mut().zip(columns).zip(got) {
            let Some(column) = column else { continue };
            // The reader took every triple for millimetres with z up.
            let truth = points[column].map_or([0.0; 3], |p| {
                let p = p.metres() * 1e3;
                [p.x, -p.z, p.y]
            });
            let value = value.unwrap_or([f64::INFINITY; 3]);
            for k in 0..3 {
                *worst = worst.max((value[k] - truth[k]).abs());
            }
        }
    }
    let mut rows: Vec<(String, OutputKind, f64)> = Vec::new();
    for ((output, column), worst) in outputs.iter().zip(columns).zip(worst) {
        if column.is_none() {
            continue;
        }
        let name = match output.kind {
            OutputKind::PointMm => format!("{} origin and axes", &output.label[..3]),
            OutputKind::AnglesDeg => output.label.to_owned(),
        };
        match rows.last_mut().filter(|(last, ..)| *last == name) {
            Some((.., most)) => *most = most.max(worst),
            None => rows.push((name, output.kind, worst)),
        }
    }
    for (name, kind, worst) in rows {
        let (unit, limit) = match kind {
            OutputKind::PointMm => ("mm", LIMITS[0]),
            OutputKind::AnglesDeg => ("°", LIMITS[1]),
        };
        let verdict = if worst <= limit { "meets" } else { "misses" };
        println!("| {name} | {worst:.6} {unit} | {limit} {unit} | {verdict} |");
    }
}

fn print_times(model: &PlugInGait, take: &MinimalC3d) {
    let mut times_us = Vec::with_capacity(ROUNDS * take.frames.len());
    for _ in 0..ROUNDS {
        for points in &take.frames {
            let start = Instant::now();
            std::hint::black_box(model.frame(std::hint::black_box(points)));
            times_us.push(start.elapsed().as_secs_f64() * 1e6);
        }
    }
    times_us.sort_by(f64::total_cmp);
    let at = |q: f64| times_us[((times_us.len() - 1) as f64 * q) as usize];
    println!(
        "a frame: min {:.2} us, p50 {:.2} us, p99 {:.2} us",
        at(0.0),
        at(0.5),
        at(0.99)
    );
}

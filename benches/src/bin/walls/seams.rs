//! Seams of the outer view on those walls that it is cut up for.

use crate::Outcome;
use crate::seam;
use crate::shapes::{self, Glass, Shape};
use cyc_benches::report::Report;
use cyc_renderer::Gpu;
use std::fmt::Write;

/// What every step across a seam, and 99 % of the pixels beside one, stay below, of 255.
const MISS_MAX: f64 = 1.0;

/// Measures, and says whether no seam is to be seen.
pub fn measure(gpu: &Gpu, report: &mut Report) -> Outcome<bool> {
    let mut table = String::from(
        "## Seams of the outer view\n\nThe sky on walls whose outer view is cut into facets: how far the pixels on both sides of a seam are from what the \
         outer view's eye sees there directly, and how much the step across a seam differs from the step there; of 255 (green), both in half floats before anything is \
         rounded. The outer view has half the walls' pixels: at the sun's edge it is off on both sides of a seam alike, which no seam is. Promised: 1 for every step and for \
         99 % of the pixels.\n\n\
         | wall | pixels at seams | mean | p99 | worst | step: mean | p99 | worst |\n|---|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    let mut unseen = true;
    for shape in [Shape::Arc, Shape::Cylinder270, Shape::Mesh] {
        let seams = seam::measure(gpu, &shapes::stage(shape, Glass::Plain))?;
        let ([mean, p99, worst], [step_mean, step_p99, step]) = (seams.miss, seams.step);
        unseen &= p99 <= MISS_MAX && step <= MISS_MAX;
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "| {} | {} | {mean:.2} | {p99:.2} | {worst:.2} | {step_mean:.2} | {step_p99:.2} | {step:.2} |",
            shape.name(),
            seams.pixels,
        );
        eprintln!("{}", table.lines().last().unwrap_or_default());
    }
    report.paragraph(&table);
    Ok(unseen)
}

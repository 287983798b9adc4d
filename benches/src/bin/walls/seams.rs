//! Seams of the outer view on those walls that it is cut up for.

use crate::Outcome;
use crate::seam;
use crate::shapes::{self, Glass, Shape};
use cyc_benches::report::Report;
use cyc_renderer::Gpu;
use std::fmt::Write;

/// A step that nobody sees, of 255.
const STEP_MAX: f64 = 1.0;

/// Measures, and says whether no seam is to be seen.
pub fn measure(gpu: &Gpu, report: &mut Report) -> Outcome<bool> {
    let mut table = String::from(
        "## Seams of the outer view\n\nThe sky on walls whose outer view is cut into facets, of 255 (green). A step is the difference across a seam less what \
         the picture does on both sides of it, in the walls' light before it is rounded; the same between pixels within a facet is what the picture itself \
         does. Beside it the difference of the pixels at seams from a picture that the outer view's eye sees directly, whose own rounding and dither are in it.\n\n\
         | wall | pixels at seams | step: mean | p99 | worst | within facets: mean | p99 | worst | from the direct picture: mean | p99 | worst |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    let mut unseen = true;
    for shape in [Shape::Arc, Shape::Cylinder270, Shape::Mesh] {
        let seams = seam::measure(gpu, &shapes::stage(shape, Glass::Plain))?;
        unseen &= seams.step[2] <= STEP_MAX;
        let row = |[mean, p99, worst]: [f64; 3]| format!("{mean:.2} | {p99:.2} | {worst:.2}");
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {} |",
            shape.name(),
            seams.pixels,
            row(seams.step),
            row(seams.step_within),
            row(seams.miss)
        );
        eprintln!("{}", table.lines().last().unwrap_or_default());
    }
    report.paragraph(&table);
    Ok(unseen)
}

//! A camera lined up by photographs of the walls: every shape of wall, lenses with and without distortion, pictures with noise and
//! blur, a tracker that is still or trembles; then the through-the-lens proof with what was found inside and what is true outside.
//!
//! ```text
//! cargo run --release -p cyc-benches --bin align
//! ```
//!
//! prints the page and replaces `benches/results/align.md`. Ends with an error when a promise is not kept.

mod photographs;

#[path = "../../../../crates/renderer/tests/through_the_lens/shapes.rs"]
#[allow(dead_code)] // The tests use the rest.
mod shapes;

use cyc_benches::report::Report;
use cyc_renderer::Gpu;
use photographs::{Cell, Measured, measure};
use shapes::{Glass, Shape};
use std::fmt::Write;

/// What can stop a measurement.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const ABOUT: &str = "The simulated stage of the proof (a capture volume that is turned and shifted, a pupil off the tracked body, a lens that nobody \
has measured) photographs its walls' marker pattern from 10 places, 1280 × 720, eight bits: noise of 1 % of the range, a blur of 0.7 px, the lens's own \
distortion, the walls at their real pitch. The source is lined up by four points. \
What the photographs tell, with only a wrong focal length (+6 %) and no distortion to begin from, is written as a stage file, and the proof is made \
with it inside while the physical camera, its lens and the sent poses are the true ones. Promised: pupil within 1 mm, direction within 0.02°, picture within 0.3 px, \
then fiducials mean ≤ 0.1 px and p99 ≤ 0.5 px. The last row is no promise: its tracker trembles by 0.1 mm and 0.002° (one deviation) and its \
four points are measured to 0.2 mm, which is what then limits the answer, not the photographs. `cargo xtask bench align`";

/// Cells of the table: each shape through a lens with a tracker that is still, and one with one that trembles.
const CELLS: [(Shape, Glass, bool); 6] = [
    (Shape::Flat, Glass::Barrel, false),
    (Shape::Folded, Glass::Plain, false),
    (Shape::Cylinder270, Glass::Barrel, false),
    (Shape::Cave, Glass::Pincushion, false),
    (Shape::Mesh, Glass::Barrel, false),
    (Shape::Arc, Glass::Barrel, true),
];

fn main() -> Outcome<()> {
    let mut report = Report::new("A camera lined up by photographs of the walls", ABOUT);
    let gpu = match Gpu::headless() {
        Ok(gpu) => gpu,
        Err(error) => {
            eprintln!("SKIPPED: {error}");
            return Ok(());
        }
    };
    let adapter = gpu.report();
    report.paragraph(&format!("Drawn by {} ({}).", adapter.name, adapter.driver));
    let mut table = String::from(
        "## What is found, and what it proves\n\n\
         | wall | lens | tracker | corners | corner px, rms | rms px of the answer | pupil mm | direction ° | picture px, worst | fiducials, lost | mean px | p99 px | holds |\n\
         |---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|\n",
    );
    let mut all_hold = true;
    for (nth, (shape, glass, trembles)) in CELLS.into_iter().enumerate() {
        let cell = Cell {
            shape,
            glass,
            trembles,
            seed: nth as u64,
        };
        let found = measure(&gpu, cell)?;
        all_hold &= trembles || found.holds();
        line(&mut table, cell, &found);
        eprintln!("{}", table.lines().last().unwrap_or_default());
    }
    report.paragraph(&table);
    let path = report.finish("align.md")?;
    eprintln!("written: {}", path.display());
    if !all_hold {
        return Err("a promise is not kept: it stands in the page".into());
    }
    Ok(())
}

fn line(table: &mut String, cell: Cell, m: &Measured) {
    // Writing to a string cannot fail.
    let _ = writeln!(
        table,
        "| {} | {} | {} | {} | {:.3} | {:.3} | {:.3} | {:.4} | {:.3} | {}, {} | {:.3} | {:.3} | {} |",
        cell.shape.name(),
        cell.glass.name(),
        if cell.trembles { "trembles" } else { "still" },
        m.corners,
        m.corner_rms_px,
        m.rms_px,
        m.pupil_mm,
        m.turn_deg,
        m.picture_px,
        m.proof.fiducials,
        m.proof.lost,
        m.proof.mean_px,
        m.proof.p99_px,
        if m.holds() { "yes" } else { "**no**" },
    );
}

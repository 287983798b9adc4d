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
then fiducials mean ≤ 0.1 px and p99 ≤ 0.5 px. A tracker that trembles does so by 0.1 mm and 0.002° \
in each view (one deviation), and its four points are measured to 0.2 mm: the same is promised for it, with exact poses in the proof. `cargo xtask bench align`";

/// Cells of the table: shapes through a lens with a tracker that is still, and each shape with one that trembles.
const CELLS: [(Shape, Glass, bool); 11] = [
    (Shape::Flat, Glass::Barrel, false),
    (Shape::Folded, Glass::Plain, false),
    (Shape::Cylinder270, Glass::Barrel, false),
    (Shape::Cave, Glass::Pincushion, false),
    (Shape::Mesh, Glass::Barrel, false),
    (Shape::Arc, Glass::Barrel, true),
    (Shape::Flat, Glass::Barrel, true),
    (Shape::Folded, Glass::Plain, true),
    (Shape::Cylinder270, Glass::Barrel, true),
    (Shape::Cave, Glass::Pincushion, true),
    (Shape::Mesh, Glass::Barrel, true),
];

/// What stands before the second table.
const PARTS: &str = "## What a trembling tracker's part is\n\n\
The poses of the proof above do not tremble, so all of its misses are of what was found. Two things were off: where the four points put the source \
(a turn that the camera's own unknowns cannot take up, and that is seen from five metres away), and each view's pose. Both are unknowns now, tied by what the tracker is known to; \
a source that the views contradict is moved. `source held` is the answer that believes the four points. `true values` has nothing found in it: the true source, pupil and lens, \
with sent poses that tremble as the views' did; no alignment can be better than that on a set with such a tracker.\n\n\
| wall | source by four points, mm, ° | source found, mm, ° | found: mean, p99 px | source held: mean, p99 px | true values, trembling poses: mean, p99 px |\n\
|---|---|---|---|---|---|\n";

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
    let mut parts = String::from(PARTS);
    let mut all_hold = true;
    for (nth, (shape, glass, trembles)) in CELLS.into_iter().enumerate() {
        let cell = Cell {
            shape,
            glass,
            trembles,
            seed: nth as u64,
        };
        let found = measure(&gpu, cell)?;
        all_hold &= found.holds();
        line(&mut table, cell, &found);
        parts_line(&mut parts, cell, &found);
        eprintln!("{}", table.lines().last().unwrap_or_default());
    }
    report.paragraph(&table);
    report.paragraph(&parts);
    eprintln!("{parts}");
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

fn parts_line(table: &mut String, cell: Cell, m: &Measured) {
    let Some([held, own]) = &m.parts else {
        return;
    };
    let [points, views] = m
        .source_off
        .map(|o| format!("{:.3}, {:.4}", o.place_mm, o.turn_deg));
    let [found, held, own] =
        [&m.proof, held, own].map(|p| format!("{:.3}, {:.3}", p.mean_px, p.p99_px));
    let _ = writeln!(
        table,
        "| {} | {points} | {views} | {found} | {held} | {own} |",
        cell.shape.name(),
    );
}

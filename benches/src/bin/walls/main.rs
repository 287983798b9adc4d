//! The LED wall through the lens: every shape of wall, every lens, still and moving; seeded bugs; seams; off-axis frusta; what a
//! frame costs the processor, and an outer eye that moves.
//!
//! ```text
//! cargo run --release -p cyc-benches --bin walls
//! ```
//!
//! prints the page and replaces `benches/results/walls.md` and its pictures. Ends with an error when a promise is not kept.

mod bugs;
mod eye_cost;
mod frame_cost;
mod matrix;
mod off_axis;
mod pictures;
mod seams;
mod tracker;

#[path = "../../../../crates/stage/tests/random_screen/mod.rs"]
#[allow(dead_code)] // The test uses the rest.
mod random_screen;
#[path = "../../../../crates/renderer/tests/seam/mod.rs"]
mod seam;
#[path = "../../../../crates/renderer/tests/through_the_lens/shapes.rs"]
#[allow(dead_code)] // The tests use the rest.
mod shapes;

use cyc_allocation::CountingAllocator;
use cyc_benches::report::Report;
use cyc_character::{LoadOptions, load};
use cyc_renderer::Gpu;
use std::path::Path;
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// What can stop a measurement.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const ABOUT: &str = "A film camera whose pose is known photographs the LED wall, and the same camera photographs the virtual scene directly: \
both pictures must be the same. The physical camera, its lens and the walls' surfaces are the proof's own arithmetic in double precision; the tracked pose goes \
through the datagrams of a capture system whose volume is turned and shifted against the stage, and the camera's pupil lies off the tracked body. 1280 × 720, \
35 mm on 36 mm, principal point off centre. Still: one of three poses with pan, tilt and roll, so that each shape is seen from all three. Moving: three poses along \
the way from the first to the second; the picture is three frames of 24 a second late while the camera pans 15°/s and goes 0.5 m/s aside, and slips by that much (a pan \
alone does not slip). A frame of a moving camera is a frame of a pose, so pictures are compared where it stands still. \
Lenses: none, a barrel (OpenCV's direction) and a pincushion (OpenTrackIO's, rational), both with tangential terms. Promised: at \
least 60 fiducials a pose and none lost, mean ≤ 0.1 px, p99 ≤ 0.5 px, ≥ 32 dB where a camera pixel sees two wall pixels or more, ≥ 38 dB at the real pitch \
against the best that this pixel grid allows. `cargo xtask bench walls`";

fn main() -> Outcome<()> {
    let mut report = Report::new("The LED wall, through the lens", ABOUT);
    let kept = off_axis::measure(&mut report)?;
    let gpu = match Gpu::headless() {
        Ok(gpu) => gpu,
        Err(error) => {
            eprintln!("SKIPPED: {error}");
            return Ok(());
        }
    };
    let adapter = gpu.report();
    report.paragraph(&format!("Drawn by {} ({}).", adapter.name, adapter.driver));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let bytes = std::fs::read(root.join("assets/human/human.glb"))?;
    let human = Arc::new(load(&bytes, &LoadOptions::default())?);
    let kept = [
        kept,
        matrix::measure(&gpu, &human, &mut report)?,
        bugs::measure(&gpu, &mut report)?,
        seams::measure(&gpu, &mut report)?,
        frame_cost::measure(&gpu, &human, &mut report)?,
    ];
    eye_cost::measure(&gpu, &human, &mut report)?;
    pictures::show(&mut report);
    let path = report.finish("walls.md")?;
    eprintln!("written: {}", path.display());
    if kept.contains(&false) {
        return Err("a promise is not kept: it stands in the page".into());
    }
    Ok(())
}

//! Beside Blender's Cycles: where things are through a shifted lens, and what a path tracer makes of the same scene.
//!
//! ```text
//! CYC_BLENDER_PYTHON=… cargo run --release -p cyc-benches --bin cycles
//! ```
//!
//! prints the page and replaces `benches/results/cycles.md` and its pictures. Without Blender it says so.

mod blender;
mod blobs;
mod lens_shift;
mod offline;
mod set;
mod ssim;

use blender::Blender;
use cyc_benches::report::Report;
use cyc_renderer::Gpu;

/// What can stop a measurement.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const ABOUT: &str = "Cycles of Blender (PyPI `bpy` 4.2), on the processor, shares no code with ours. `cargo xtask bench cycles`";

fn main() -> Outcome<()> {
    let Some(blender) = Blender::find()? else {
        eprintln!("SKIPPED: Blender is not there");
        return Ok(());
    };
    let gpu = match Gpu::headless() {
        Ok(gpu) => gpu,
        Err(error) => {
            eprintln!("SKIPPED: {error}");
            return Ok(());
        }
    };
    let mut report = Report::new("Beside Cycles", ABOUT);
    let adapter = gpu.report();
    report.paragraph(&format!(
        "Ours is drawn by {} ({}).",
        adapter.name, adapter.driver
    ));
    let kept = [
        lens_shift::measure(&gpu, &blender, &mut report)?,
        offline::measure(&gpu, &blender, &mut report)?,
    ];
    let path = report.finish("cycles.md")?;
    eprintln!("written: {}", path.display());
    if kept.contains(&false) {
        return Err("a promise is not kept: it stands in the page".into());
    }
    Ok(())
}

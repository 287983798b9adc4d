//! The solver on real takes: how well and how fast it fits, calibrates, and follows six performers at once.
//!
//! ```text
//! cargo run --release -p cyc-benches --bin solver
//! ```
//!
//! needs `../shared/data` beside the checkout, prints the page and replaces `benches/results/solver.md`.

#[path = "../../../../crates/solver/tests/minimal_c3d/mod.rs"]
mod minimal_c3d;

mod calibration;
mod fit;
mod peers;
mod stage_load;
mod takes;

use cyc_benches::report::Report;

const ABOUT: &str = "One core, warm, microseconds. A frame's time is its median over the rounds, so that what else the \
machine does in one round does not count; p50 and p99 are over the frames of the take, and \"best\" takes each frame's \
fastest round instead.";

fn main() -> std::io::Result<()> {
    let Some(takes) = takes::Takes::read() else {
        eprintln!("SKIPPED: the takes are not there");
        return Ok(());
    };
    let mut report = Report::new("Solver", ABOUT);
    let ours = fit::measure(&takes, &mut report);
    peers::measure(&takes.vendor, &ours, &mut report);
    calibration::measure(&mut report);
    stage_load::measure(&takes, &mut report);
    let path = report.finish("solver.md")?;
    eprintln!("written: {}", path.display());
    Ok(())
}

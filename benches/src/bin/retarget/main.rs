//! Retargeting: how long a frame takes beside three.js, and what feet do on every take and character.
//!
//! ```text
//! cargo run --release -p cyc-benches --bin retarget
//! ```
//!
//! prints the page and replaces `benches/results/retarget.md`. The takes are the committed performances and, where
//! `../shared/data` is there, its takes of markers; `cargo xtask bench` brings three.js.

#[path = "../../../../crates/solver/tests/minimal_c3d/mod.rs"]
mod minimal_c3d;
#[path = "../../../../crates/solver/tests/retarget_takes/mod.rs"]
mod retarget_takes;

mod feet;
mod three_js;
mod time;

use cyc_benches::report::Report;
use retarget_takes::{bodies, motions};

const ABOUT: &str = "One core, warm. A frame's time is its median over the rounds, so that what else the machine does in one \
round does not count; p50 and p99 are over the frames of the take. Ours gets the performer's joints as the solver gives \
them and writes the character's joints; three.js samples its clip and writes another.";

fn main() -> std::io::Result<()> {
    let mut report = Report::new("Retargeting", ABOUT);
    match (motions::performance("walk_dance"), bodies::human()) {
        (Some(motion), Some(body)) => time::measure(&motion, &body, &mut report)?,
        _ => eprintln!("SKIPPED: times (the committed performance or human is not there)"),
    }
    feet::measure(&mut report);
    report.paragraph("The machine is a shared one with two cores, on which others were working.");
    let path = report.finish("retarget.md")?;
    eprintln!("written: {}", path.display());
    Ok(())
}

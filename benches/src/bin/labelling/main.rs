//! Labels found again from stripped takes: how many are right, for how long any is wrong, and what a frame costs.
//!
//! ```text
//! cargo run --release -p cyc-benches --bin labelling
//! ```
//!
//! needs `../shared/data` beside the checkout, prints the page and replaces `benches/results/labels.md`. The takes'
//! own labels judge; `label_scene`, which knows nothing of the solver, takes them away and makes the trouble.

#[allow(
    clippy::unwrap_used,
    reason = "a part of the tests, where a panic is the answer"
)]
#[path = "../../../../crates/solver/tests/label_scene/mod.rs"]
mod label_scene;
#[path = "../../../../crates/solver/tests/minimal_c3d/mod.rs"]
mod minimal_c3d;

mod crossings;
mod shapes;

use cyc_benches::report::Report;

const ABOUT: &str = "Labels stripped, and judged by the files' own. In trouble: 10 % of the markers missing at random, 5 % \
ghosts, a whole limb of each performer hidden for 0.5 s every 2 s. Live, from the first second on, on one core; rigs are \
calibrated to their takes.";

fn main() -> std::io::Result<()> {
    let mut report = Report::new("Labelling", ABOUT);
    if !crossings::measure(&mut report) {
        eprintln!("SKIPPED: the takes are not there");
        return Ok(());
    }
    shapes::measure(&mut report);
    let path = report.finish("labels.md")?;
    eprintln!("written: {}", path.display());
    Ok(())
}

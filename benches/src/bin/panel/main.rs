//! What a panel costs the stage that it watches, what its own pictures take, and how soon it names a fault.
//!
//! ```text
//! cargo xtask bench panel        # a quarter of a minute of each part
//! cargo xtask bench panel 1
//! ```
//!
//! A real `cyc run` with six performers and a tracked camera; the panel, under Xvfb, is a process beside it that is stopped,
//! and the stage's control thread is stopped by itself, as a debugger stops one. It writes `benches/results/panel.md`.

mod clock;
mod cost;
mod faults;
mod screen;

use cyc_benches::report::Report;
use cyc_benches::running_stage::{RunningStage, SETTLES_IN, StageShape};
use cyc_benches::virtual_systems::{VirtualSystems, serve_if_asked};
use std::error::Error;
use std::path::Path;
use std::time::Duration;

/// How long each part is looked at, minutes, when nothing else is asked for.
const MINUTES: f64 = 0.25;
/// The stage's own window of ten seconds must fit.
const ALLOWED: std::ops::RangeInclusive<f64> = 0.2..=60.0;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    if serve_if_asked()? {
        return Ok(());
    }
    let asked = std::env::args().nth(1);
    let minutes = asked.map_or(Ok(MINUTES), |m| m.parse::<f64>())?;
    if !ALLOWED.contains(&minutes) {
        let (least, most) = (ALLOWED.start(), ALLOWED.end());
        return Err(format!("{minutes} minutes; {least} to {most} can be measured").into());
    }
    let folder = std::env::temp_dir().join(format!("cyclorama-panel-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let written = measure(minutes, &folder);
    let removed = std::fs::remove_dir_all(&folder);
    written?;
    Ok(removed?)
}

fn measure(minutes: f64, folder: &Path) -> Outcome<()> {
    let mut systems = VirtualSystems::start()?;
    let shape = StageShape {
        has_performers: true,
        draws: true,
    };
    eprintln!("waiting for the stage");
    let stage = RunningStage::start(folder, shape, &systems)?;
    std::thread::sleep(SETTLES_IN);
    let part = Duration::from_nanos((minutes * 60e9) as u64);
    let (costs, frames) = cost::measure(&stage, folder, part)?;
    let mut faults = faults::measure(&stage, folder, &mut systems)?;
    // Both hear the same systems.
    drop(stage);
    faults.push(clock::set(folder, &systems)?);
    let mut report = Report::new(
        "Panel",
        &format!(
            "A real `cyc run` with six performers at 240 Hz, a tracked camera at 120 Hz and pictures, and `cyc panel` as a process beside it under Xvfb. \
             `cargo xtask bench panel [MINUTES]` ({MINUTES} when none are named; here {minutes} of each part, one after the other in one run)."
        ),
    );
    report.paragraph(
        "## What a panel, one that hangs and a control thread that is blocked cost the stage",
    );
    report.paragraph(&cost::table(&costs));
    report.paragraph("## The panel's own pictures, 1280 × 800");
    report.paragraph(&frames);
    report.paragraph("## From a fault to its sentence on the panel");
    report.paragraph(&faults::table(&faults));
    report.finish("panel.md")?;
    Ok(())
}

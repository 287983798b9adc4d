//! The delays of a real `cyc run`: six performers and a tracked film camera, sent over loopback from another process.
//!
//! ```text
//! cargo xtask bench latency        # half a minute of each part
//! cargo xtask bench latency 10     # ten minutes of each part
//! cargo xtask bench latency 0.5 10 # ten of the part whose delay must be constant for so long, the camera alone
//! ```
//!
//! Every frame carries its stamps through the program, and the stage tells its delays by its door; the bench only reads them,
//! a window of ten seconds at a time. It writes `benches/results/latency.md`.

mod windows;

use cyc_benches::report::Report;
use cyc_benches::running_stage::{FRAME_HZ, RunningStage, SETTLES_IN, StageShape};
use cyc_benches::troupe::{PERFORMERS, RATE_HZ};
use cyc_benches::virtual_systems::{TRACKER_HZ, VirtualSystems, serve_if_asked};
use std::error::Error;
use std::path::Path;
use windows::{WINDOW, Windows};

/// How long each part is looked at, minutes, when nothing else is asked for.
const MINUTES: f64 = 0.5;
/// Shorter is not one window, longer is more than anybody means.
const ALLOWED: std::ops::RangeInclusive<f64> = 0.15..=24.0 * 60.0;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    if serve_if_asked()? {
        return Ok(());
    }
    let minutes = asked(1)?.unwrap_or(MINUTES);
    let minutes = [minutes, minutes, asked(2)?.unwrap_or(minutes)];
    let folder = std::env::temp_dir().join(format!("cyclorama-latency-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let measured = measure(minutes, &folder);
    let removed = std::fs::remove_dir_all(&folder);
    let [poses, pictures, tracker] = measured?;
    removed?;
    write(minutes, [&poses, &pictures, &tracker])
}

/// The minutes that an argument asks for.
fn asked(place: usize) -> Outcome<Option<f64>> {
    let Some(word) = std::env::args().nth(place) else {
        return Ok(None);
    };
    let minutes = word.parse::<f64>()?;
    if !ALLOWED.contains(&minutes) {
        let (least, most) = (ALLOWED.start(), ALLOWED.end());
        return Err(format!("{minutes} minutes; {least} to {most} can be measured").into());
    }
    Ok(Some(minutes))
}

/// Each part by itself: poses without pictures, the same with pictures, and the camera alone with pictures.
fn measure(minutes: [f64; 3], folder: &Path) -> Outcome<[Windows; 3]> {
    let shape = |has_performers, draws| StageShape {
        has_performers,
        draws,
    };
    let part = |name: &str, minutes: f64, shape: StageShape| -> Outcome<Windows> {
        let count = ((minutes * 60.0 / WINDOW.as_secs_f64()).floor() as usize).max(1);
        eprintln!("{name}: waiting for the stage");
        let systems = VirtualSystems::start()?;
        let stage = RunningStage::start(folder, shape, &systems)?;
        std::thread::sleep(SETTLES_IN);
        let mut windows = Windows::default();
        for number in 1..=count {
            std::thread::sleep(WINDOW);
            windows.take(&stage.state()?);
            eprintln!("{name}: {number} of {count}");
        }
        Ok(windows)
    };
    let [poses, pictures, camera] = minutes;
    Ok([
        part("poses", poses, shape(true, false))?,
        part("poses and pictures", pictures, shape(true, true))?,
        part("the camera alone", camera, shape(false, true))?,
    ])
}

fn write(minutes: [f64; 3], [poses, pictures, tracker]: [&Windows; 3]) -> Outcome<()> {
    let seconds = WINDOW.as_secs();
    let mut report = Report::new(
        "Latency",
        &format!(
            "A real `cyc run` in a process of its own; {PERFORMERS} performers of 53 markers at {RATE_HZ} Hz over one TCP connection and a tracked film camera at \
             {TRACKER_HZ} Hz in datagrams, sent over loopback by another process. `cargo xtask bench latency [MINUTES [OF THE CAMERA ALONE]]` ({MINUTES} when none are \
             named; here {} of each part, {} of the camera alone). Every frame carries its stamps; the figures are the stage's own, over windows of {seconds} s: the median of the windows, \
             the 99 % of the worst window, and the worst frame of all. Microseconds unless said otherwise.",
            minutes[0], minutes[2]
        ),
    );
    report.paragraph(
        "## Poses: from the kernel's stamp on a packet to the published pose, nothing drawn",
    );
    report.paragraph(&poses.table());
    report.paragraph(&poses.verdicts(&[
        ("packet_to_pose", "p50", 150.0),
        ("packet_to_pose", "p99", 1000.0),
    ]));
    report.paragraph(&format!("Windows: {}.", poses.notes()));
    report.paragraph("## The same with pictures");
    report.paragraph(&pictures.table());
    report.paragraph(
        "Late latching takes the newest pose at the last moment; `encode` is what the processor does from then until the picture is submitted to the \
         graphics driver, whatever the driver then does with it. Where a processor draws the pictures itself, `draw` is its rasteriser, and it takes the \
         time from everything else.",
    );
    report.paragraph(&pictures.verdicts(&[("encode", "p99", 1000.0)]));
    report.paragraph(&format!("Windows: {}.", pictures.notes()));
    report.paragraph(&pictures.constancy(FRAME_HZ));
    report.paragraph("## The tracked camera alone: from its packet to the submitted picture");
    report.paragraph(&tracker.table());
    report.paragraph(&tracker.work());
    report.paragraph(&tracker.constancy(FRAME_HZ));
    report.finish("latency.md")?;
    Ok(())
}

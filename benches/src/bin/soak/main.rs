//! The soak: a stage of six performers for half an hour, over a real socket, with recordings. Does anything grow?
//!
//! ```text
//! cargo xtask bench soak      # 30 minutes
//! cargo xtask bench soak 5
//! ```
//!
//! Memory, descriptors and the latency's percentiles are read every five seconds, of this one process: the engine, and the
//! virtual capture system that it hears. It writes `benches/results/soak.md` and `soak.svg`.

mod samples;
mod stage;

use cyc_benches::report::Report;
use cyc_capture::now_host;
use cyc_engine::run::{Engine, RecordReport, RecordSetup};
use cyc_report::{LineChart, Series};
use cyc_take::TakeConfig;
use cyc_telemetry::LatencyWindow;
use samples::{Sample, Verdict};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long, minutes, when nothing else is asked for.
const MINUTES: f64 = 30.0;
/// How often is read.
const READ_EVERY: Duration = Duration::from_secs(5);
/// A window of latency must be looked at at least once a second.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Parts of the time at which the recordings begin and end. What is compared ([`samples::COMPARED`]) lies in the last two; the
/// first one is short and belongs to the warm-up, for what a take needs is allocated with the first takes and kept.
const RECORDINGS: [[f64; 2]; 3] = [[0.02, 0.1], [0.13, 0.45], [0.55, 0.9]];
/// Shorter is not enough readings to compare.
const MINUTES_MIN: f64 = 2.0;
/// Longer than anybody means.
const MINUTES_MAX: f64 = 7.0 * 24.0 * 60.0;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let asked = std::env::args().nth(1);
    let minutes = asked.map_or(Ok(MINUTES), |m| m.parse::<f64>())?;
    if !(MINUTES_MIN..=MINUTES_MAX).contains(&minutes) {
        return Err(
            format!("{minutes} minutes; {MINUTES_MIN} to {MINUTES_MAX} can be soaked").into(),
        );
    }
    let length = Duration::from_nanos((minutes * 60e9) as u64);
    let folder = std::env::temp_dir().join(format!("cyclorama-soak-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let soaked = soak(length, &folder);
    let removed = std::fs::remove_dir_all(&folder);
    let (samples, takes, lost) = soaked?;
    removed?;
    write(minutes, &samples, &takes, lost)
}

/// Runs the stage; what was read, what was recorded, and how many frames were not solved.
fn soak(length: Duration, folder: &Path) -> Outcome<(Vec<Sample>, Vec<RecordReport>, [u64; 2])> {
    let (mut simulator, engine) = stage::start()?;
    let began = Instant::now();
    let mut window = LatencyWindow::default();
    let mut samples: Vec<Sample> = Vec::with_capacity(4096);
    let mut takes = Vec::new();
    let mut rolls = [false; RECORDINGS.len()];
    while began.elapsed() < length {
        std::thread::sleep(LOOK_EVERY);
        let part = began.elapsed().as_secs_f64() / length.as_secs_f64();
        roll(&engine, folder, part, &mut rolls)?;
        takes.extend(engine.ended_take());
        let legs = engine.latency.histograms();
        let leg = legs.iter().find(|(leg, _)| leg.name == "packet_to_pose");
        let (_, histogram) = leg.ok_or("no latency is measured")?;
        let latency = window.view(now_host(), histogram).summary();
        let at = began.elapsed();
        let due = READ_EVERY * u32::try_from(samples.len() + 2)?;
        if at >= due {
            let frames = engine.status.iter().map(|s| s.frames.get()).sum();
            let sample = Sample::read(at, latency, frames, &engine)?;
            eprintln!("{sample}");
            samples.push(sample);
        }
    }
    let frames = engine.status.iter().map(|s| s.frames.get()).sum::<u64>();
    let lost = engine.status.iter().map(|s| s.lost.get()).sum::<u64>();
    let superseded = engine.solve.superseded.get();
    takes.extend(engine.stop().0);
    simulator.stop();
    Ok((samples, takes, [frames, superseded + lost]))
}

/// Begins and ends the recordings.
fn roll(engine: &Engine, folder: &Path, part: f64, rolls: &mut [bool]) -> Outcome<()> {
    for (i, ([begins, ends], rolls)) in RECORDINGS.into_iter().zip(rolls).enumerate() {
        let should = (begins..ends).contains(&part);
        if should && !*rolls {
            let path = folder.join(format!("{i}.take.mcap"));
            engine.begin_take(&RecordSetup::new(path, TakeConfig::default()))?;
        } else if !should && *rolls {
            engine.end_take();
        }
        *rolls = should;
    }
    Ok(())
}

fn write(minutes: f64, samples: &[Sample], takes: &[RecordReport], lost: [u64; 2]) -> Outcome<()> {
    let mut report = Report::new(
        "Soak",
        &format!(
            "Six performers of 53 markers at {} Hz over one TCP connection, each driving the house's digital human, **{minutes} minutes**, two recordings after a short one; \
             the virtual capture system runs in the same process. `cargo xtask bench soak [MINUTES]` (30 when none are named). Read every five seconds; compared are medians of the middle of the first long recording and of the middle of the second.",
            cyc_benches::troupe::RATE_HZ
        ),
    );
    let verdict = Verdict::of(samples, lost).ok_or("too short to say anything")?;
    report.paragraph(&verdict.table());
    report.paragraph(&recorded(takes));
    report.paragraph("![Memory, descriptors and latency over time](soak.svg)");
    let page = report.finish("soak.md")?;
    std::fs::write(picture_path(&page), picture(samples))?;
    Ok(())
}

fn recorded(takes: &[RecordReport]) -> String {
    let one = |take: &RecordReport| {
        let left_out = take.left_out;
        format!("{} capture frames, {left_out} left out", take.mocap_frames)
    };
    let takes: Vec<String> = takes.iter().map(one).collect();
    format!("Recorded: {}.", takes.join("; "))
}

fn picture_path(page: &Path) -> PathBuf {
    page.with_extension("svg")
}

/// Three charts over time, one below the other.
fn picture(samples: &[Sample]) -> String {
    let curve = |name: &str, y: &dyn Fn(&Sample) -> f64| Series {
        name: name.to_owned(),
        points: samples.iter().map(|s| (s.at_s / 60.0, y(s))).collect(),
    };
    let chart = |title: &str, y_label: &str, series| LineChart {
        title: title.to_owned(),
        x_label: "minutes".to_owned(),
        y_label: y_label.to_owned(),
        series,
        bands: Vec::new(),
    };
    let charts = [
        chart(
            "Memory",
            "MiB",
            vec![curve("resident", &|s| s.resident_mib)],
        ),
        chart(
            "Descriptors",
            "open",
            vec![curve("open", &|s| s.descriptors as f64)],
        ),
        chart(
            "Kernel to published frame",
            "µs",
            vec![
                curve("p50", &|s| s.p50_us),
                curve("p99", &|s| s.p99_us),
                curve("p99.9", &|s| s.p999_us),
            ],
        ),
    ];
    LineChart::stacked_file(&charts)
}

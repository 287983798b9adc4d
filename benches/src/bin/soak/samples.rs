//! What is read of the running process, and what follows from all of it.

use crate::Outcome;
use cyc_engine::run::{Engine, Pulse};
use cyc_telemetry::LatencySummary;
use std::fmt;
use std::time::Duration;

/// One reading.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Since the start, seconds.
    pub at_s: f64,
    /// Memory that the process holds, MiB.
    pub resident_mib: f64,
    /// Open descriptors.
    pub descriptors: usize,
    /// Latency of the last ten seconds, microseconds.
    pub p50_us: f64,
    /// See `p50_us`.
    pub p99_us: f64,
    /// See `p50_us`.
    pub p999_us: f64,
    /// Frames heard so far.
    pub frames: u64,
    /// Threads that hung, at any time.
    pub hung: u64,
}

impl Sample {
    /// Reads it.
    pub fn read(
        at: Duration,
        latency: LatencySummary,
        frames: u64,
        engine: &Engine,
    ) -> Outcome<Self> {
        let hearts = engine.hearts();
        let hung = hearts
            .iter()
            .map(|h| h.hung + u64::from(h.pulse == Pulse::Hung));
        Ok(Self {
            at_s: at.as_secs_f64(),
            resident_mib: resident_mib()?,
            descriptors: std::fs::read_dir("/proc/self/fd")?.count(),
            p50_us: latency.p50.micros(),
            p99_us: latency.p99.micros(),
            p999_us: latency.p99_9.micros(),
            frames,
            hung: hung.sum(),
        })
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:6.0} s  {:7.2} MiB  {} descriptors  p50 {:.0} p99 {:.0} p99.9 {:.0} µs  {} frames",
            self.at_s,
            self.resident_mib,
            self.descriptors,
            self.p50_us,
            self.p99_us,
            self.p999_us,
            self.frames
        )
    }
}

fn resident_mib() -> Outcome<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    let kib = line.and_then(|l| l.split_whitespace().next());
    let kib: f64 = kib.ok_or("no VmRSS")?.parse()?;
    Ok(kib / 1024.0)
}

/// Parts of the time that are compared, after warm-up and at the end: while a recording runs, so that both do the same.
pub const COMPARED: [[f64; 2]; 2] = [[0.2, 0.4], [0.68, 0.88]];
/// Growth of memory that is none, per cent (row 44).
const GROWTH_MAX_PERCENT: f64 = 1.0;
/// Share of the frames that may be late, per cent (row 44).
const LATE_MAX_PERCENT: f64 = 0.01;
/// Drift of p99.9 that is none: less than a tenth of a frame at 240 Hz, microseconds. Half a minute's 99.9th percentile is
/// decided by seven frames, and moves by more than that between two moments of a system that does other things as well.
const DRIFT_MAX_US: f64 = 400.0;

/// What follows from all samples: each figure after warm-up and at the end, as medians.
#[derive(Debug)]
pub struct Verdict {
    resident_mib: [f64; 2],
    descriptors: [f64; 2],
    p50_us: [f64; 2],
    p99_us: [f64; 2],
    p999_us: [f64; 2],
    frames: u64,
    late: u64,
    hung: u64,
}

impl Verdict {
    /// From the samples, and from how many frames were heard, and of these not shown in time; `None` when there are too few
    /// samples.
    pub fn of(samples: &[Sample], [frames, late]: [u64; 2]) -> Option<Self> {
        let length_s = samples.last()?.at_s;
        let part = |[from, to]: [f64; 2]| -> Vec<&Sample> {
            let is_in = |s: &&Sample| (from..to).contains(&(s.at_s / length_s));
            samples.iter().filter(is_in).collect()
        };
        let parts = COMPARED.map(part);
        if parts.iter().any(Vec::is_empty) {
            return None;
        }
        let both = |of: &dyn Fn(&Sample) -> f64| [median(&parts[0], of), median(&parts[1], of)];
        Some(Self {
            resident_mib: both(&|s| s.resident_mib),
            descriptors: both(&|s| s.descriptors as f64),
            p50_us: both(&|s| s.p50_us),
            p99_us: both(&|s| s.p99_us),
            p999_us: both(&|s| s.p999_us),
            frames,
            late,
            hung: samples.last()?.hung,
        })
    }

    /// As a table of Markdown, with what was aimed at and whether it was met.
    pub fn table(&self) -> String {
        let percent = |[first, last]: [f64; 2]| (last / first - 1.0) * 100.0;
        let row = |name: &str, figures: [f64; 2], digits: usize, aim: &str| {
            let [first, last] = figures;
            let change = percent(figures);
            format!("| {name} | {first:.digits$} | {last:.digits$} | {change:+.2} % | {aim} |\n")
        };
        let met = |aim: &str, is_met: bool| format!("{aim}: {}", if is_met { "yes" } else { "NO" });
        let grown = percent(self.resident_mib);
        let memory = format!("grows by less than {GROWTH_MAX_PERCENT} %");
        let memory = met(&memory, grown < GROWTH_MAX_PERCENT);
        let [first, last] = self.descriptors;
        let descriptors = met("none more", last <= first);
        let [first, last] = self.p999_us;
        let drift = format!("later by less than {DRIFT_MAX_US:.0} µs");
        let drift = met(&drift, last - first < DRIFT_MAX_US);
        let late = self.late as f64 / self.frames.max(1) as f64 * 100.0;
        let is_late = met(
            &format!("{LATE_MAX_PERCENT} % at most"),
            late <= LATE_MAX_PERCENT,
        );
        let mut table = String::from(
            "| | after warm-up | at the end | change | aim |\n|---|---:|---:|---:|---|\n",
        );
        table += &row("resident memory, MiB", self.resident_mib, 2, &memory);
        table += &row("descriptors", self.descriptors, 0, &descriptors);
        table += &row("p50, µs", self.p50_us, 0, "");
        table += &row("p99, µs", self.p99_us, 0, "");
        table += &row("p99.9, µs", self.p999_us, 0, &drift);
        table += &format!(
            "\n{} frames heard, of which {} ({late:.4} %) were lost or passed over for a newer one ({is_late}). \
             Threads that were found hung: {}.",
            self.frames, self.late, self.hung
        );
        table
    }
}

fn median(samples: &[&Sample], of: &dyn Fn(&Sample) -> f64) -> f64 {
    let mut all: Vec<f64> = samples.iter().map(|s| of(s)).collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(grows_mib: f64, drifts_us: f64, opens: u32) -> Vec<Sample> {
        let sample = |i: u32| Sample {
            at_s: f64::from(i + 1) * 5.0,
            resident_mib: 100.0 + f64::from(i) * grows_mib,
            descriptors: (20 + opens * i) as usize,
            p50_us: 80.0,
            p99_us: 200.0,
            p999_us: 400.0 + f64::from(i) * drifts_us,
            frames: 0,
            hung: 0,
        };
        (0..100).map(sample).collect()
    }

    fn failures(samples: &[Sample], late: u64) -> usize {
        let verdict = Verdict::of(samples, [100_000, late]).expect("enough");
        verdict.table().matches(": NO").count()
    }

    #[test]
    fn what_grows_is_seen_to_grow() {
        assert_eq!(failures(&samples(0.0, 0.0, 0), 10), 0);
        assert_eq!(failures(&samples(0.1, 0.0, 0), 10), 1);
        assert_eq!(failures(&samples(0.0, 20.0, 0), 10), 1);
        assert_eq!(failures(&samples(0.0, 0.0, 1), 10), 1);
        assert_eq!(failures(&samples(0.0, 0.0, 0), 11), 1);
        let grown = Verdict::of(&samples(0.1, 0.0, 0), [1, 0]).expect("enough");
        let [first, last] = grown.resident_mib;
        assert!(
            (first - 103.0).abs() < 0.2 && (last - 107.8).abs() < 0.2,
            "{first} {last}"
        );
        assert!(Verdict::of(&[], [0, 0]).is_none());
    }
}

//! How long a frame takes: ours with everything, as it is by default, and without contacts, IK and limits.

use crate::retarget_takes::bodies::Body;
use crate::retarget_takes::motions::Motion;
use crate::three_js::ThreeJs;
use cyc_benches::report::Report;
use cyc_benches::rounds::{median, percentile};
use cyc_model::Xf;
use cyc_solver::{RetargetSettings, Retargeter};
use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 31;

/// Frames of the take that are retargeted.
const FRAMES: usize = 600;

/// Adds the table of times.
pub fn measure(motion: &Motion, body: &Body, report: &mut Report) -> std::io::Result<()> {
    let mut everything = RetargetSettings::default();
    everything.hands.strength = 1.0;
    let settings = [
        ("**ours**, contacts, IK, limits, hands at goals", everything),
        (
            "**ours**, contacts, IK, limits (default)",
            RetargetSettings::default(),
        ),
        (
            "**ours**, without contacts, IK and limits",
            RetargetSettings::default().unconstrained(),
        ),
    ];
    let mut peer = ThreeJs::start(motion, body, FRAMES)?;
    if peer.is_none() {
        eprintln!("SKIPPED: three.js (`cargo xtask bench` brings it)");
    }
    let mut ours: Vec<Timed> = settings
        .into_iter()
        .map(|(name, s)| Timed::new(name, motion, body, &s))
        .collect();
    let mut theirs_us = Vec::new();
    // In turn, so that all share the machine's good and bad moments; the first round is thrown away.
    for round in 0..=ROUNDS {
        ours.iter_mut()
            .for_each(|timed| timed.round(motion, round > 0));
        if let Some(us) = peer.as_mut().and_then(ThreeJs::frame_us)
            && round > 0
        {
            theirs_us.push(us);
        }
    }
    let bare_us = ours.last().map_or(f64::NAN, Timed::p50_us);
    let mut table = format!(
        "## walk_dance on our human ({} to {} joints), {FRAMES} frames\n\n\
         | | p50 µs a frame | p99 | best p50 | three.js' time over it |\n|---|---:|---:|---:|---:|\n",
        motion.skeleton.len(),
        body.skeleton.len(),
    );
    let theirs = (!theirs_us.is_empty()).then(|| median(theirs_us.clone()));
    for timed in &ours {
        let ratio = theirs.map_or_else(String::new, |t| format!("{:.1}", t / timed.p50_us()));
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{} {ratio} |", timed.row());
    }
    if let (Some(theirs), Some(peer)) = (theirs, &peer) {
        let best = theirs_us.iter().copied().fold(f64::INFINITY, f64::min);
        let _ = writeln!(
            table,
            "| three.js {} `SkeletonUtils.retargetClip` (rotations only; {} joints move) | {theirs:.1} | | {best:.1} | |",
            peer.version, peer.joints_that_move,
        );
        eprintln!(
            "three.js over ours without contacts: {:.1}",
            theirs / bare_us
        );
    } else {
        table.push_str("| three.js: not run here | | | | |\n");
    }
    report.paragraph(&table);
    Ok(())
}

struct Timed {
    name: &'static str,
    retargeter: Retargeter,
    out: Vec<Xf<cyc_model::Stage, cyc_model::JointFrame>>,
    times_us: Vec<Vec<f64>>,
}

impl Timed {
    fn new(name: &'static str, motion: &Motion, body: &Body, settings: &RetargetSettings) -> Self {
        let retargeter = Retargeter::build(
            (&motion.skeleton, &motion.map),
            (&body.skeleton, &body.map),
            settings,
        );
        Self {
            name,
            retargeter: retargeter.unwrap_or_else(|e| panic!("{e}")),
            out: vec![Xf::IDENTITY; body.skeleton.len()],
            times_us: vec![Vec::new(); FRAMES.min(motion.frames.len())],
        }
    }

    fn round(&mut self, motion: &Motion, counts: bool) {
        self.retargeter.reset();
        let dt_s = 1.0 / motion.rate_hz;
        for (frame, times_us) in motion.frames.iter().zip(&mut self.times_us) {
            let begin = Instant::now();
            black_box(self.retargeter.run(black_box(frame), dt_s, &mut self.out));
            let took_us = begin.elapsed().as_secs_f64() * 1e6;
            if counts {
                times_us.push(took_us);
            }
        }
    }

    fn middle_us(&self) -> Vec<f64> {
        self.times_us.iter().map(|t| median(t.clone())).collect()
    }

    fn p50_us(&self) -> f64 {
        percentile(self.middle_us(), 0.5)
    }

    fn row(&self) -> String {
        let least = |t: &Vec<f64>| t.iter().copied().fold(f64::INFINITY, f64::min);
        let best = self.times_us.iter().map(least).collect();
        format!(
            "| {} | {:.2} | {:.2} | {:.2} |",
            self.name,
            self.p50_us(),
            percentile(self.middle_us(), 0.99),
            percentile(best, 0.5),
        )
    }
}

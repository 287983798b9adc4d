//! A retargeted take played to other programs, at its own speed: VMC for the VRM apps, and whatever else takes performers.

use super::outcome::Outcome;
use crate::demo::progress::Progress;
use crate::failure::Failure;
use crate::outgoing::OutputFigures;
use cyc_emit::{OutputUrl, Outputs, PerformerSetup, StageSubjects};
use cyc_model::{CapturedFace, HostNs, MocapFrame, PerformerSpan, Quality, StageFrame};
use std::time::{Duration, Instant};

/// Plays all frames once. Every frame is sent when its time has come; a machine that is late sends the late ones at once.
pub fn play(
    outcome: &Outcome,
    urls: &[OutputUrl],
    progress: &Progress<'_>,
) -> Result<OutputFigures, Failure> {
    let target = &outcome.target;
    let name = if target.character.name.is_empty() {
        &outcome.source.name
    } else {
        &target.character.name
    };
    let setup = PerformerSetup {
        name,
        skeleton: &target.skeleton,
        humanoid: &target.character.humanoid,
    };
    let subjects = StageSubjects::new(&[setup], Vec::new(), &[])?;
    let mut outputs = Outputs::start(urls)?;
    let frames = outcome.source.frames();
    progress.step("retarget-step-play", &[("frames", frames.to_string())]);
    let bar = progress.bar(frames as u64);
    let (mut stage, mut out) = (StageFrame::default(), MocapFrame::default());
    let mut span = PerformerSpan::default();
    span.quality = Quality::Live;
    let began = Instant::now();
    for f in 0..frames {
        let due_ns = (f as f64 / outcome.source.rate_hz * 1e9) as i64;
        let due = Duration::from_nanos(due_ns.unsigned_abs());
        std::thread::sleep(due.saturating_sub(began.elapsed()));
        stage.clear();
        stage.number = f as u64;
        stage.due = HostNs(due_ns);
        stage.rate_hz = outcome.source.rate_hz;
        stage.push_performer(span, outcome.track.frame(f));
        subjects.fill(&stage, &mut out);
        if let Some(face) = outcome.source.faces.get(f) {
            out.set_face(CapturedFace {
                subject: 0,
                weights: *face,
                ..CapturedFace::default()
            });
        }
        outputs.frame(&out);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let figures = outputs.counters().to_vec();
    outputs.stop();
    Ok(figures)
}

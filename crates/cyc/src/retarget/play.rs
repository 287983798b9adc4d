//! A retargeted take played to other programs, at its own speed: VMC for the VRM apps, and whatever else takes performers.

use super::outcome::Outcome;
use crate::demo::progress::Progress;
use crate::failure::Failure;
use crate::outgoing::OutputFigures;
use cyc_emit::{OutputUrl, Outputs, PerformerSetup, StageSubjects};
use cyc_model::{CapturedFace, HostNs, MocapFrame, PerformerSpan, Quality, StageFrame};
use std::time::{Duration, Instant};

/// Plays all frames once, of all performers together. Every frame is sent when its time has come; a machine that is late
/// sends the late ones at once.
pub fn play(
    outcomes: &[Outcome],
    urls: &[OutputUrl],
    progress: &Progress<'_>,
) -> Result<OutputFigures, Failure> {
    let setups: Vec<PerformerSetup<'_>> = outcomes
        .iter()
        .map(|outcome| PerformerSetup {
            name: name_of(outcome, outcomes.len()),
            skeleton: &outcome.target.skeleton,
            humanoid: &outcome.target.character.humanoid,
        })
        .collect();
    let subjects = StageSubjects::new(&setups, Vec::new(), &[])?;
    let mut outputs = Outputs::start(urls)?;
    // Performers of one take have the same frames.
    let frames = outcomes.iter().map(|one| one.source.frames()).max();
    let rate_hz = outcomes.first().map_or(1.0, |one| one.source.rate_hz);
    let frames = frames.unwrap_or(0);
    progress.step("retarget-step-play", &[("frames", frames.to_string())]);
    let bar = progress.bar(frames as u64);
    let (mut stage, mut out) = (StageFrame::default(), MocapFrame::default());
    let mut span = PerformerSpan::default();
    span.quality = Quality::Live;
    let began = Instant::now();
    for f in 0..frames {
        let due_ns = (f as f64 / rate_hz * 1e9) as i64;
        let due = Duration::from_nanos(due_ns.unsigned_abs());
        std::thread::sleep(due.saturating_sub(began.elapsed()));
        stage.clear();
        stage.number = f as u64;
        stage.due = HostNs(due_ns);
        stage.rate_hz = rate_hz;
        for outcome in outcomes {
            stage.push_performer(span, outcome.track.frame(f));
        }
        subjects.fill(&stage, &mut out);
        for (subject, outcome) in (0..).zip(outcomes) {
            if let Some(face) = outcome.source.faces.get(f) {
                out.set_face(CapturedFace {
                    subject,
                    weights: *face,
                    ..CapturedFace::default()
                });
            }
        }
        outputs.frame(&out);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let figures = outputs.counters().to_vec();
    outputs.stop();
    Ok(figures)
}

/// What she is called by who receives her: among several her own name, alone the character's.
fn name_of(outcome: &Outcome, count: usize) -> &str {
    let character = &outcome.target.character.name;
    match (count, character.is_empty()) {
        (1, false) => character,
        (1, true) => &outcome.source.name,
        _ => &outcome.source.performer,
    }
}

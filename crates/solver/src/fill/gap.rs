//! Gaps of a recorded take: filled from both sides.
//!
//! The take is fitted and filled forwards and backwards in time. In a gap the two are blended by how far each side is
//! away; a marker that one side has never seen is the other side's alone.

use super::{FilledMarker, Filler};
use crate::fit::{FitSettings, Fitter};
use cyc_model::{Point, Rig, Stage};

/// Fills a take at `rate_hz` frames a second, with [`Filler::fit_settings`]. `frames` and the result are in the rig's order; seen markers are as they
/// were seen.
pub fn fill_take(
    rig: &Rig,
    frames: &[Vec<Option<Point<Stage>>>],
    rate_hz: f64,
    settings: FitSettings,
) -> Vec<Vec<FilledMarker>> {
    let mut filled = pass(rig, frames.iter(), rate_hz, settings);
    let mut backwards = pass(rig, frames.iter().rev(), rate_hz, settings);
    backwards.reverse();
    for m in 0..rig.markers().len() {
        let mut f = 0;
        while f < frames.len() {
            if let Some(seen) = frames[f].get(m).copied().flatten() {
                filled[f][m].at = seen;
                f += 1;
                continue;
            }
            let is_hidden = |g: &usize| frames[*g].get(m).copied().flatten().is_none();
            let end = (f..frames.len()).take_while(is_hidden).count() + f;
            for g in f..end {
                let (before, after) = (f > 0, end < frames.len());
                let share = match (before, after) {
                    (true, true) => (g + 1 - f) as f64 / (end + 1 - f) as f64,
                    (true, false) => 0.0,
                    _ => 1.0,
                };
                blend(&mut filled[g][m], backwards[g][m], share);
            }
            f = end;
        }
    }
    filled
}

fn pass<'a>(
    rig: &Rig,
    frames: impl Iterator<Item = &'a Vec<Option<Point<Stage>>>>,
    rate_hz: f64,
    settings: FitSettings,
) -> Vec<Vec<FilledMarker>> {
    let mut fitter = Fitter::new(rig, Filler::fit_settings(settings));
    let mut filler = Filler::new(rig);
    frames
        .map(|frame| {
            fitter.fit(frame);
            filler.fill(&fitter, frame, 1.0 / rate_hz).to_vec()
        })
        .collect()
}

fn blend(forwards: &mut FilledMarker, backwards: FilledMarker, share: f64) {
    // Smooth at both ends of the gap.
    let share = share * share * (3.0 - 2.0 * share);
    let at = forwards.at.metres().lerp(backwards.at.metres(), share);
    forwards.at = Point::saturating(at);
    forwards.confidence = forwards.confidence.max(backwards.confidence);
}

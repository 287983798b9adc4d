//! Whose markers a take without labels shows: the template that explains the points, made the performer's own rig.
//!
//! Each template is looked for in a short part of the take, and what is found calibrates it; the calibrated rig finds more
//! and finds it more surely, so that goes round until nothing improves. Of all templates the one wins whose markers
//! have most in common with the points. When no template is found in a part of the take, which may
//! begin before anybody stands upright, the next part is tried.

use super::local_order::reorder;
use super::{LabelError, LabelRig, LabelSettings, LabelledFrame, RigPrecision, label_take};
use crate::calibrate::{CalibrateSettings, calibrate};
use cyc_model::{Point, Rig, Stage};

/// Length of a part that is looked at, seconds.
const PART_S: f64 = 2.0;
/// Parts that are tried: a minute of standing about.
const PARTS_MAX: usize = 30;
/// Rounds of calibrating and labelling anew, at most.
const ROUNDS_MAX: usize = 4;
/// What a further round must add.
const GAIN_MIN: f64 = 0.002;
/// Share of a rig's markers that must be found, and surely.
const SURE_MIN: f64 = 0.5;
/// Below this share the template is not calibrated at all: it is some other body, or nobody.
const WORTH_MIN: f64 = 0.3;
/// A label that calibrates must be so sure.
const CALIBRATES_MIN: f32 = 0.5;

/// A performer recognised by shape.
#[derive(Clone, Debug)]
pub struct ShapeFound {
    /// Which of the templates.
    pub template: usize,
    /// It, calibrated to the points.
    pub rig: Rig,
    /// The share of the rig's markers that were found, each counting as much as its label is sure, 0 to 1.
    pub sure: f64,
}

/// Finds the template that a take's points show; `None` when they show none of them. `clouds` are the points of each
/// frame, in any order, metres; `rate_hz` frames a second.
///
/// # Errors
/// When no labeller can be made for a template.
pub fn recognise_by_shape(
    templates: &[Rig],
    clouds: &[Vec<Point<Stage>>],
    rate_hz: f64,
    settings: LabelSettings,
) -> Result<Option<ShapeFound>, LabelError> {
    let part = (PART_S * rate_hz).clamp(8.0, 1e4) as usize;
    for part in clouds.chunks(part).take(PARTS_MAX) {
        let mut best: Option<ShapeFound> = None;
        let points = part.iter().map(Vec::len).sum::<usize>() as f64 / part.len() as f64;
        // Twice what is common over all there is (Dice, 1945): neither a small set in many points nor a large one in few.
        // What is unsure counts twice less: a large set finds something for most of its markers among many points.
        let overlap = |rig: &Rig, sure: f64| {
            let markers = rig.markers().len() as f64;
            2.0 * sure * sure * markers / (markers + points)
        };
        for (template, rig) in templates.iter().enumerate() {
            let (rig, sure) = own_rig(rig, part, rate_hz, settings)?;
            if sure >= SURE_MIN
                && best
                    .as_ref()
                    .is_none_or(|b| overlap(&rig, sure) > overlap(&b.rig, b.sure))
            {
                best = Some(ShapeFound {
                    template,
                    rig,
                    sure,
                });
            }
        }
        if best.is_some() {
            return Ok(best);
        }
    }
    Ok(None)
}

/// A template made the rig of whoever is in these frames, and how surely it explains them.
fn own_rig(
    template: &Rig,
    clouds: &[Vec<Point<Stage>>],
    rate_hz: f64,
    settings: LabelSettings,
) -> Result<(Rig, f64), LabelError> {
    let labelled = |rig: &Rig, precision| {
        let rigs = [LabelRig {
            rig: rig.clone(),
            precision,
        }];
        label_take(&rigs, clouds, rate_hz, settings)
    };
    let mut frames = labelled(template, RigPrecision::Template)?;
    let mut best = (template.clone(), explained(&frames));
    if best.1 < WORTH_MIN {
        return Ok(best);
    }
    let mut is_ordered = false;
    for _ in 0..ROUNDS_MAX {
        let mut sure: Vec<_> = frames.iter().map(sure_markers).collect();
        // Too little to calibrate from is no error here: then nobody was recognised.
        let settings = CalibrateSettings::default();
        let Ok(mut own) = calibrate(template, &sure, &settings) else {
            break;
        };
        if best.1 >= SURE_MIN && !is_ordered {
            is_ordered = !reorder(template, own.report.scale, &mut sure);
            if !is_ordered && let Ok(reordered) = calibrate(template, &sure, &settings) {
                own = reordered;
            }
        }
        frames = labelled(&own.rig, RigPrecision::Calibrated)?;
        let sure = explained(&frames);
        let gain = sure - best.1;
        if gain > 0.0 {
            best = (own.rig, sure);
        }
        if gain < GAIN_MIN {
            break;
        }
    }
    Ok(best)
}

/// The markers of the only subject whose labels can be built upon.
fn sure_markers(frame: &LabelledFrame) -> Vec<Option<Point<Stage>>> {
    let (Some(markers), Some(sure)) = (frame.markers.first(), frame.confidence.first()) else {
        return Vec::new();
    };
    let kept = |(m, c): (&Option<Point<Stage>>, &f32)| m.filter(|_| *c >= CALIBRATES_MIN);
    markers.iter().zip(sure).map(kept).collect()
}

fn explained(frames: &[LabelledFrame]) -> f64 {
    let first = |f: &LabelledFrame| f.confidence.first().cloned().unwrap_or_default();
    let all: Vec<f32> = frames.iter().flat_map(first).collect();
    let sure: f64 = all.iter().map(|c| f64::from(*c)).sum();
    sure / all.len().max(1) as f64
}

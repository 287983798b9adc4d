//! Whose markers a take without labels shows: the template that explains the points, made the performer's own rig.
//!
//! In a short part of the take each template is looked for in a few frames. Those that explain about as many points as the
//! best are followed from there and calibrated by what is found; the calibrated rig finds more and finds it more
//! surely, so that goes round until nothing improves. Of all templates the one wins that finds most markers surely, less
//! those that it misses. When no template is found in a part of the take, which may begin before anybody stands
//! upright, the next part is tried.

use super::local_order::reorder;
use super::{LabelError, LabelRig, LabelSettings, LabelledFrame, Labeller, RigPrecision};
use super::{label_from, label_take};
use crate::calibrate::{CalibrateError, CalibrateSettings, Calibrated};
use crate::calibrate::{calibrate, calibrate_scaled};
use cyc_model::{Point, Rig, Stage};

/// Length of a part that is looked at, seconds.
const PART_S: f64 = 2.0;
/// Parts that are tried: a minute of standing about.
const PARTS_MAX: usize = 30;
/// Frames of a part in which templates are looked for from nothing, which is what takes longest.
const LOOKS: usize = 3;
/// Rounds of calibrating and labelling anew, at most.
const ROUNDS_MAX: usize = 3;
/// What a further round must add.
const GAIN_MIN: f64 = 0.002;
/// Share of a rig's markers that must be found, and surely.
const SURE_MIN: f64 = 0.5;
/// From here on nobody looks for anything surer: a body laid wrongly into many points misses some of its markers.
const SURE_ENOUGH: f64 = 0.98;
/// Templates whose merit is this part of the best one's are looked at more closely.
const CLOSE: f64 = 0.8;
/// A label that calibrates must be so sure.
const CALIBRATES_MIN: f32 = 0.5;
/// What a marker that is missed counts against one that is found: a large set finds something for most of its markers
/// among many points, but hardly ever surely.
const MISSED: f64 = 2.0;

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

impl ShapeFound {
    fn merit(&self) -> f64 {
        merit(&self.rig, self.sure)
    }
}

/// Found markers less missed ones.
fn merit(rig: &Rig, found: f64) -> f64 {
    rig.markers().len() as f64 * (found - MISSED * (1.0 - found))
}

/// Where a template was found: the frame that it explains best, and what share of its markers is found there.
#[derive(Clone, Copy)]
struct Glimpse {
    template: usize,
    frame: usize,
    found: f64,
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
    let mut seekers = templates
        .iter()
        .map(|rig| Labeller::new(&[label_rig(rig, RigPrecision::Template)], settings))
        .collect::<Result<Vec<_>, _>>()?;
    let mut best: Option<ShapeFound> = None;
    for part in clouds.chunks(part).take(PARTS_MAX) {
        let seekers = seekers.iter_mut().enumerate();
        let mut glimpses: Vec<Glimpse> = seekers
            .flat_map(|(template, seeker)| glimpse(template, seeker, part))
            .collect();
        keep_close(&mut glimpses, |g| merit(&templates[g.template], g.found));
        let mut tried = vec![false; templates.len()];
        for glimpse in &glimpses {
            let template = &templates[glimpse.template];
            // A set that is too small cannot be better; and once somebody is found surely, one try of each is enough.
            let is_tried = std::mem::replace(&mut tried[glimpse.template], true);
            let is_settled = best.as_ref().is_some_and(|b| {
                b.merit() >= merit(template, 1.0) || (b.sure >= SURE_ENOUGH && is_tried)
            });
            if is_settled {
                continue;
            }
            let (rig, sure) = own_rig(template, part, glimpse.frame, rate_hz, settings)?;
            let found = ShapeFound {
                template: glimpse.template,
                rig,
                sure,
            };
            if sure >= SURE_MIN && best.as_ref().is_none_or(|b| b.merit() < found.merit()) {
                best = Some(found);
            }
        }
        if best.as_ref().is_some_and(|b| b.sure >= SURE_ENOUGH) {
            break;
        }
    }
    Ok(best)
}

fn label_rig(rig: &Rig, precision: RigPrecision) -> LabelRig {
    LabelRig {
        rig: rig.clone(),
        precision,
    }
}

/// Where among some frames of a part a template is found.
fn glimpse(template: usize, seeker: &mut Labeller, part: &[Vec<Point<Stage>>]) -> Vec<Glimpse> {
    let step = part.len().div_ceil(LOOKS).max(1);
    let seen = (0..part.len()).step_by(step).filter_map(|frame| {
        let found = seeker.found_from_nothing(&part[frame])?;
        Some(Glimpse {
            template,
            frame,
            found,
        })
    });
    seen.collect()
}

/// Drops what is clearly worse than the best, and sorts: the best first.
fn keep_close(glimpses: &mut Vec<Glimpse>, merit: impl Fn(&Glimpse) -> f64) {
    glimpses.sort_by(|a, b| merit(b).total_cmp(&merit(a)));
    let best = glimpses.first().map_or(0.0, &merit);
    glimpses.retain(|g| merit(g) >= best - (1.0 - CLOSE) * best.abs());
}

/// A template made the rig of whoever is in these frames, and how surely it explains them. `start` is a frame in which
/// the template was found.
fn own_rig(
    template: &Rig,
    clouds: &[Vec<Point<Stage>>],
    start: usize,
    rate_hz: f64,
    settings: LabelSettings,
) -> Result<(Rig, f64), LabelError> {
    // Labels need no more than to be told apart: a fraction of the frames and rounds that a solve is calibrated with.
    let light = CalibrateSettings {
        frames_max: 24,
        rounds_max: 6,
        ..CalibrateSettings::default()
    };
    let first = label_rig(template, RigPrecision::Template);
    let mut frames = label_from(&first, clouds, start, rate_hz, settings)?;
    let mut best = (template.clone(), explained(&frames));
    let mut scale = None;
    let mut is_ordered = false;
    for _ in 0..ROUNDS_MAX {
        let mut sure: Vec<_> = frames.iter().map(sure_markers).collect();
        // Too little to calibrate from is no error here: then nobody was recognised.
        let Ok(mut own) = calibrated(template, scale, &sure, &light) else {
            break;
        };
        scale = Some(own.report.scale);
        if !is_ordered {
            is_ordered = !reorder(template, own.report.scale, &mut sure);
            if !is_ordered && let Ok(reordered) = calibrated(template, scale, &sure, &light) {
                own = reordered;
            }
        }
        let rigs = [label_rig(&own.rig, RigPrecision::Calibrated)];
        frames = label_take(&rigs, clouds, rate_hz, settings)?;
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

/// A calibration, to a size that is known or is to be found.
fn calibrated(
    template: &Rig,
    scale: Option<f64>,
    frames: &[Vec<Option<Point<Stage>>>],
    settings: &CalibrateSettings,
) -> Result<Calibrated, CalibrateError> {
    match scale {
        Some(scale) => calibrate_scaled(template, scale, frames, settings),
        None => calibrate(template, frames, settings),
    }
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

//! Whose markers a take without labels shows: the template that explains the points, made the performer's own rig.
//!
//! In a short part of the take each template is looked for in a few frames. Those that explain about as many points as the
//! best are followed from there and calibrated by what is found; the calibrated rig finds more and finds it more
//! surely, so that goes round until nothing improves. Of all templates the one wins that finds most markers surely, less
//! those that it misses; what cameras miss of every marker now and then is no fault of a template. When no template is found
//! in a part of the take, which may begin before anybody stands upright, the next part is tried.

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
/// Parts that are tried once somebody was found, who may be found more surely.
const PARTS_AFTER: usize = 3;
/// Frames of a part in which templates are looked for from nothing, which is what takes longest.
const LOOKS: usize = 3;
/// Rounds of calibrating and labelling anew, at most.
const ROUNDS_MAX: usize = 3;
/// What a further round must add.
const GAIN_MIN: f64 = 0.002;
/// Share of a rig's markers that must be found, and surely.
const SURE_MIN: f64 = 0.5;
/// Where markers are found so surely on the whole, and each about as surely, nobody looks for anything surer: a body laid wrongly into many
/// points misses some of its markers, one that few cameras see misses each of them now and then.
const SURE_ENOUGH: f64 = 0.6;
/// See [`SURE_ENOUGH`]: the part of what is usual. A limb may be hidden for some of the time.
const EACH_PART: f64 = 0.6;
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

/// A template made somebody's own rig.
struct Own {
    template: usize,
    rig: Rig,
    merit: Merit,
}

/// How well a rig explains a part of the take.
#[derive(Clone, Copy, Default)]
struct Merit {
    /// The share of its markers that is found, each counting as much as its label is sure.
    sure: f64,
    /// Found markers less missed ones.
    value: f64,
    /// Nobody need look for anything surer.
    is_enough: bool,
}

impl Merit {
    /// What each marker is found of the time, as far as its label is sure, says it. What most are found less than always is the
    /// cameras' doing and no marker's: so a small set that leaves half of the points alone is no better for it.
    fn of(found: &[f64]) -> Self {
        let count = found.len().max(1) as f64;
        let mut sorted = found.to_vec();
        sorted.sort_by(f64::total_cmp);
        let usual = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
        if !(usual > 0.0) {
            return Self::default();
        }
        let share = |found: &f64| (found / usual).min(1.0);
        let each = found.iter().map(share);
        Self {
            sure: found.iter().sum::<f64>() / count,
            value: usual * each.map(|s| s - MISSED * (1.0 - s)).sum::<f64>(),
            is_enough: usual >= SURE_ENOUGH && found.iter().all(|f| share(f) >= EACH_PART),
        }
    }
}

/// Found markers less missed ones where a share of all is found.
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
    let mut best: Option<Own> = None;
    let mut parts_left = PARTS_MAX;
    for part in clouds.chunks(part) {
        if parts_left == 0 {
            break;
        }
        parts_left -= 1;
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
                b.merit.value >= merit(template, 1.0) || (b.merit.is_enough && is_tried)
            });
            if is_settled {
                continue;
            }
            let own = own_rig(templates, *glimpse, part, rate_hz, settings)?;
            let is_better = |b: &Own| own.merit.value > b.merit.value;
            if own.merit.sure >= SURE_MIN && best.as_ref().is_none_or(is_better) {
                best = Some(own);
            }
        }
        if best.as_ref().is_some_and(|b| b.merit.is_enough) {
            break;
        }
        if best.is_some() {
            parts_left = parts_left.min(PARTS_AFTER);
        }
    }
    Ok(best.map(|own| ShapeFound {
        template: own.template,
        rig: own.rig,
        sure: own.merit.sure,
    }))
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

/// A template made the rig of whoever is in these frames, and how surely it explains them.
fn own_rig(
    templates: &[Rig],
    seen: Glimpse,
    clouds: &[Vec<Point<Stage>>],
    rate_hz: f64,
    settings: LabelSettings,
) -> Result<Own, LabelError> {
    let template = &templates[seen.template];
    // Labels need no more than to be told apart: a fraction of the frames and rounds that a solve is calibrated with.
    let light = CalibrateSettings {
        frames_max: 24,
        rounds_max: 6,
        ..CalibrateSettings::default()
    };
    let first = label_rig(template, RigPrecision::Template);
    let mut frames = label_from(&first, clouds, seen.frame, rate_hz, settings)?;
    let own = |rig: &Rig, frames: &[LabelledFrame]| Own {
        template: seen.template,
        rig: rig.clone(),
        merit: Merit::of(&found_of_time(frames)),
    };
    let mut best = own(template, &frames);
    let mut scale = None;
    let mut is_ordered = false;
    for _ in 0..ROUNDS_MAX {
        let mut sure: Vec<_> = frames.iter().map(sure_markers).collect();
        // Too little to calibrate from is no error here: then nobody was recognised.
        let Ok(mut made) = calibrated(template, scale, &sure, &light) else {
            break;
        };
        scale = Some(made.report.scale);
        if !is_ordered {
            is_ordered = !reorder(template, made.report.scale, &mut sure);
            if !is_ordered && let Ok(reordered) = calibrated(template, scale, &sure, &light) {
                made = reordered;
            }
        }
        let rigs = [label_rig(&made.rig, RigPrecision::Calibrated)];
        frames = label_take(&rigs, clouds, rate_hz, settings)?;
        let found = own(&made.rig, &frames);
        let gain = found.merit.sure - best.merit.sure;
        if gain > 0.0 {
            best = found;
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

/// What part of the time each marker of the only subject is found, counting as much as its label is sure.
fn found_of_time(frames: &[LabelledFrame]) -> Vec<f64> {
    let confidences = || frames.iter().filter_map(|f| f.confidence.first());
    let count = confidences().map(Vec::len).max().unwrap_or(0);
    let sure = |m: usize| confidences().filter_map(move |c| c.get(m).copied());
    let part = |m: usize| sure(m).map(f64::from).sum::<f64>() / frames.len() as f64;
    (0..count).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(found: &[f64]) -> f64 {
        Merit::of(found).value
    }

    #[test]
    fn what_all_markers_miss_is_no_fault_of_a_set() {
        let (large, small) = ([0.62; 53], [0.62; 39]);
        assert!(value(&large) > value(&small));
        assert!(Merit::of(&large).is_enough);
        // And what is always there is better than what is not.
        assert!(value(&[0.99; 39]) > value(&small));
    }

    #[test]
    fn what_some_markers_miss_is_one() {
        // Fourteen of a large set are hardly ever found, whatever is with the others.
        for usual in [0.99, 0.62] {
            let mut large = [usual; 53];
            large[39..].fill(0.1 * usual);
            assert!(value(&large) < value(&[usual; 39]), "{usual}");
            assert!(!Merit::of(&large).is_enough);
        }
        // Half of a body found half of the time, and the rest never, is nobody.
        let mut half = [0.0; 39];
        half[..19].fill(0.5);
        assert!(value(&half) <= 0.0 && Merit::of(&half).sure < SURE_MIN);
        assert_eq!(Merit::of(&[]).sure, 0.0);
    }
}

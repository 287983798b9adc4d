//! Whose markers a take without labels shows: the template that explains the points, made the performer's own rig.
//!
//! In a short part of the take each template is looked for in a few frames, unless there are too few points for it to come up to
//! another one. Those that explain about as many points as the best are followed from there and calibrated by what is found; the
//! calibrated rig finds more and finds it more surely, so that goes round until nothing improves. Of all templates the one wins that finds most markers surely, less
//! those that it misses; what cameras miss of every marker now and then is no fault of a template. When no template is found
//! in a part of the take, which may begin before anybody stands upright, the next part is tried.

use super::first_labelling::Finding;
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

/// What a template comes to at most where nobody sees more than so many points.
fn merit_max(rig: &Rig, points: usize) -> f64 {
    let markers = rig.markers().len().max(1);
    merit(rig, (points as f64 / markers as f64).min(1.0))
}

/// What is less is clearly worse than the best.
fn close_to(best: f64) -> f64 {
    best - (1.0 - CLOSE) * best.abs()
}

/// Where a template was found in a frame.
struct Glimpse {
    template: usize,
    frame: usize,
    finding: Finding,
    merit: f64,
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
    let mut recogniser = Recogniser {
        templates,
        seekers: templates
            .iter()
            .map(|rig| Labeller::new(&[label_rig(rig, RigPrecision::Template)], settings))
            .collect::<Result<Vec<_>, _>>()?,
        rate_hz,
        settings,
        best: None,
        sure_markers: None,
    };
    let mut parts_left = PARTS_MAX;
    for part in clouds.chunks(part) {
        if parts_left == 0 {
            break;
        }
        parts_left -= 1;
        recogniser.look_at(part)?;
        if recogniser.sure_markers.is_some() {
            break;
        }
        if recogniser.best.is_some() {
            parts_left = parts_left.min(PARTS_AFTER);
        }
    }
    Ok(recogniser.best.map(|own| ShapeFound {
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

/// Looks for all templates.
struct Recogniser<'a> {
    templates: &'a [Rig],
    seekers: Vec<Labeller>,
    rate_hz: f64,
    settings: LabelSettings,
    best: Option<Own>,
    /// Markers of the largest set that was found so surely that nobody need look for anything surer.
    sure_markers: Option<usize>,
}

impl Recogniser<'_> {
    /// Looks for a better template in a part of the take.
    fn look_at(&mut self, part: &[Vec<Point<Stage>>]) -> Result<(), LabelError> {
        let points = part.iter().map(Vec::len).max().unwrap_or(0);
        let mut is_tried = vec![false; self.templates.len()];
        let mut glimpses = self.glimpses(part, points);
        for glimpse in &mut glimpses {
            self.improve(glimpse, part);
        }
        glimpses.sort_by(|a, b| b.merit.total_cmp(&a.merit));
        let least = glimpses.first().map_or(0.0, |best| close_to(best.merit));
        for glimpse in glimpses.iter().filter(|g| g.merit >= least) {
            let template = &self.templates[glimpse.template];
            let is_tried = std::mem::replace(&mut is_tried[glimpse.template], true);
            // A set that cannot be better is none; and once somebody is found surely, one try of each is enough, but for larger ones,
            // which may find more and begin wrongly in one frame.
            let most = merit_max(template, points);
            let is_no_larger = |sure: usize| template.markers().len() <= sure;
            let is_settled = self.best.as_ref().is_some_and(|b| b.merit.value >= most)
                || (is_tried && self.sure_markers.is_some_and(is_no_larger));
            if !is_settled {
                self.try_as_own(glimpse, part)?;
            }
        }
        Ok(())
    }

    /// Where templates are found in some frames of a part: the sets first that may come to most.
    fn glimpses(&mut self, part: &[Vec<Point<Stage>>], points: usize) -> Vec<Glimpse> {
        let step = part.len().div_ceil(LOOKS).max(1);
        let most = |template: usize| merit_max(&self.templates[template], points);
        let mut order: Vec<usize> = (0..self.templates.len()).collect();
        order.sort_by(|a, b| most(*b).total_cmp(&most(*a)));
        let mut best = f64::NEG_INFINITY;
        let mut glimpses: Vec<Glimpse> = Vec::new();
        for template in order {
            let rig = &self.templates[template];
            if merit_max(rig, points) < close_to(best) {
                continue;
            }
            for frame in (0..part.len()).step_by(step) {
                if let Some(finding) = self.seekers[template].glimpse_from_nothing(&part[frame]) {
                    let merit = merit(rig, found_part(rig, &finding));
                    best = best.max(merit);
                    glimpses.push(Glimpse {
                        template,
                        frame,
                        finding,
                        merit,
                    });
                }
            }
        }
        glimpses
    }

    /// Looks for a template's limbs again.
    fn improve(&mut self, glimpse: &mut Glimpse, part: &[Vec<Point<Stage>>]) {
        let rig = &self.templates[glimpse.template];
        let seeker = &mut self.seekers[glimpse.template];
        glimpse.finding = seeker.improved_by_limbs(&part[glimpse.frame], &glimpse.finding);
        glimpse.merit = merit(rig, found_part(rig, &glimpse.finding));
    }

    /// Makes a template the rig of whoever is in these frames; keeps it when it explains them more surely than the best.
    fn try_as_own(
        &mut self,
        glimpse: &Glimpse,
        part: &[Vec<Point<Stage>>],
    ) -> Result<(), LabelError> {
        let own = self.own_rig(glimpse, part)?;
        if own.merit.sure < SURE_MIN {
            return Ok(());
        }
        if own.merit.is_enough {
            self.sure_markers = self.sure_markers.max(Some(own.rig.markers().len()));
        }
        let is_better = |b: &Own| own.merit.value > b.merit.value;
        if self.best.as_ref().is_none_or(is_better) {
            self.best = Some(own);
        }
        Ok(())
    }
}

/// What share of a rig's markers a finding explains.
fn found_part(rig: &Rig, finding: &Finding) -> f64 {
    1.0 - finding.cost / rig.markers().len().max(1) as f64
}

impl Recogniser<'_> {
    /// A template made the rig of whoever is in these frames, and how surely it explains them.
    fn own_rig(&self, seen: &Glimpse, clouds: &[Vec<Point<Stage>>]) -> Result<Own, LabelError> {
        let template = &self.templates[seen.template];
        // Labels need no more than to be told apart: a fraction of the frames and rounds that a solve is calibrated with.
        let light = CalibrateSettings {
            frames_max: 24,
            rounds_max: 6,
            ..CalibrateSettings::default()
        };
        let seeker = &self.seekers[seen.template];
        let mut frames = label_from(seeker, &seen.finding, clouds, seen.frame, self.rate_hz);
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
            frames = label_take(&rigs, clouds, self.rate_hz, self.settings)?;
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

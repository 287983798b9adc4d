//! What a calibration changed, for a person to judge.

use super::frame_choice::Chosen;
use crate::fit::{FitSettings, Fitter};
use cyc_model::{Point, Rig, Stage};
use std::collections::BTreeSet;

/// A marker disagrees when its residual is so many times the median marker's,
const DISAGREES_TIMES: f64 = 2.5;
/// and above what skin alone explains, metres.
const DISAGREES_AT_M: f64 = 0.012;

/// Frames spread over the take that are judged besides those that were solved.
const SPREAD_FRAMES: usize = 60;

/// A marker after calibration.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkerChange {
    /// Its label.
    pub label: String,
    /// RMS of its residual over the judged frames with the template as given, metres; 0 when it was never seen.
    pub rms_before_m: f64,
    /// RMS of its residual over the judged frames, metres; 0 when it was never seen.
    pub rms_m: f64,
    /// How far it moved on its bone from the scaled template's place, metres.
    pub moved_m: f64,
}

/// A bone after calibration: from its parent's joint to its own.
#[derive(Clone, Debug, PartialEq)]
pub struct BoneChange {
    /// The joint's name.
    pub joint: String,
    /// Length in the template as given, metres.
    pub before_m: f64,
    /// Length now, metres.
    pub after_m: f64,
}

/// What a calibration changed and how well it fits.
#[derive(Clone, Debug, PartialEq)]
pub struct CalibrateReport {
    /// Frames that were solved together.
    pub frames: usize,
    /// The scale of the whole template that it started from.
    pub scale: f64,
    /// Frames that all residuals here are of: those, and others spread evenly over the take.
    pub judged_frames: usize,
    /// Marker RMS over the judged frames with the template as given, metres.
    pub rms_before_m: f64,
    /// Marker RMS over the judged frames with the calibrated rig, metres.
    pub rms_after_m: f64,
    /// Every marker, in the rig's order.
    pub markers: Vec<MarkerChange>,
    /// Every bone, in the skeleton's order; roots are left out.
    pub bones: Vec<BoneChange>,
    /// The frame of the take that fits worst, of those judged.
    pub worst_frame: usize,
}

impl CalibrateReport {
    /// The marker that fits worst.
    pub fn worst_marker(&self) -> Option<&MarkerChange> {
        self.markers
            .iter()
            .max_by(|a, b| a.rms_m.total_cmp(&b.rms_m))
    }

    /// Markers that do not agree with the rest: their residual is far above the median marker's. They sit on something
    /// that moves by itself, were labelled wrong, or fell off.
    pub fn disagreeing(&self) -> impl Iterator<Item = &MarkerChange> {
        let mut all: Vec<f64> = self.markers.iter().map(|m| m.rms_m).collect();
        all.sort_by(f64::total_cmp);
        let median_m = all.get(all.len() / 2).copied().unwrap_or(0.0);
        let most_m = DISAGREES_AT_M.max(DISAGREES_TIMES * median_m);
        self.markers.iter().filter(move |m| m.rms_m > most_m)
    }
}

struct Misfit {
    rms_m: f64,
    markers: Vec<f64>,
    worst_frame: usize,
}

pub(super) fn compare(
    given: &Rig,
    scaled: &Rig,
    done: &Rig,
    scale: f64,
    frames: &[Vec<Option<Point<Stage>>>],
    chosen: &[Chosen],
) -> CalibrateReport {
    let judged = judged_frames(frames.len(), chosen);
    let before = misfit(given, frames, &judged);
    let after = misfit(done, frames, &judged);
    let markers = done
        .markers()
        .iter()
        .zip(scaled.markers())
        .zip(before.markers.iter().zip(&after.markers))
        .map(|((now, then), (rms_before_m, rms_m))| MarkerChange {
            label: now.name.clone(),
            rms_before_m: *rms_before_m,
            rms_m: *rms_m,
            moved_m: now.in_joint.distance_m(then.in_joint),
        })
        .collect();
    let bones = done
        .skeleton()
        .joints()
        .iter()
        .zip(given.skeleton().joints())
        .filter(|(now, _)| now.parent.is_some())
        .map(|(now, then)| BoneChange {
            joint: now.name.clone(),
            before_m: then.parent_from_joint.translation().metres().length(),
            after_m: now.parent_from_joint.translation().metres().length(),
        })
        .collect();
    CalibrateReport {
        frames: chosen.len(),
        judged_frames: judged.len(),
        scale,
        rms_before_m: before.rms_m,
        rms_after_m: after.rms_m,
        markers,
        bones,
        worst_frame: after.worst_frame,
    }
}

/// The chosen frames were chosen for fitting well; others tell what the rest of the take is like.
fn judged_frames(frames: usize, chosen: &[Chosen]) -> BTreeSet<usize> {
    let spread = (0..frames).step_by(frames.div_ceil(SPREAD_FRAMES).max(1));
    chosen.iter().map(|c| c.frame).chain(spread).collect()
}

/// How frames fit a rig, each on its own, by a robust fit: what does not belong shall not bend the rest.
fn misfit(rig: &Rig, frames: &[Vec<Option<Point<Stage>>>], judged: &BTreeSet<usize>) -> Misfit {
    let mut fitter = Fitter::new(rig, FitSettings::default());
    let mut sums = vec![(0.0, 0usize); rig.markers().len()];
    let mut worst = (0.0, 0);
    for &f in judged {
        fitter.reset();
        let report = fitter.fit(&frames[f]);
        if report.rms_m >= worst.0 {
            worst = (report.rms_m, f);
        }
        for (k, (sum, seen)) in sums.iter_mut().enumerate() {
            if let Some(r) = fitter.residual_m(k) {
                *sum += r * r;
                *seen += 1;
            }
        }
    }
    let (total, seen) = sums.iter().fold((0.0, 0), |(t, n), (s, k)| (t + s, n + k));
    let rms = |sum: f64, n: usize| (sum / n.max(1) as f64).sqrt();
    Misfit {
        rms_m: rms(total, seen),
        markers: sums.iter().map(|(s, n)| rms(*s, *n)).collect(),
        worst_frame: worst.1,
    }
}

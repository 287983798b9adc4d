//! What a calibration changed, for a person to judge.

use super::frame_choice::Chosen;
use crate::fit::{FitSettings, Fitter};
use cyc_model::{Point, Rig, Stage};

/// A marker after calibration.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkerChange {
    /// Its label.
    pub label: String,
    /// RMS of its residual over the chosen frames, metres; 0 when it was never seen.
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
    /// Marker RMS over those frames with the template as given, metres.
    pub rms_before_m: f64,
    /// Marker RMS over those frames with the calibrated rig, metres.
    pub rms_after_m: f64,
    /// Every marker, in the rig's order.
    pub markers: Vec<MarkerChange>,
    /// Every bone, in the skeleton's order; roots are left out.
    pub bones: Vec<BoneChange>,
    /// The frame of the take that fits worst, of those chosen.
    pub worst_frame: usize,
}

impl CalibrateReport {
    /// The marker that fits worst.
    pub fn worst_marker(&self) -> Option<&MarkerChange> {
        self.markers
            .iter()
            .max_by(|a, b| a.rms_m.total_cmp(&b.rms_m))
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
    let before = misfit(given, frames, chosen);
    let after = misfit(done, frames, chosen);
    let markers = done
        .markers()
        .iter()
        .zip(scaled.markers())
        .zip(&after.markers)
        .map(|((now, then), rms_m)| MarkerChange {
            label: now.name.clone(),
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
        scale,
        rms_before_m: before.rms_m,
        rms_after_m: after.rms_m,
        markers,
        bones,
        worst_frame: after.worst_frame,
    }
}

/// How the chosen frames fit a rig by plain least squares, each on its own.
fn misfit(rig: &Rig, frames: &[Vec<Option<Point<Stage>>>], chosen: &[Chosen]) -> Misfit {
    let mut fitter = Fitter::new(rig, FitSettings::least_squares());
    let mut sums = vec![(0.0, 0usize); rig.markers().len()];
    let mut worst = (0.0, 0);
    for c in chosen {
        fitter.reset();
        let report = fitter.fit(&frames[c.frame]);
        if report.rms_m >= worst.0 {
            worst = (report.rms_m, c.frame);
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

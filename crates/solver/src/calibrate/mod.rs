//! Makes a template rig one performer's rig, from a take in which the performer moves every joint.
//!
//! In two passes: the template is scaled as a whole; the take is tracked with it and the most different frames are
//! chosen; marker places, bone lengths and the poses of those frames are solved for together, pulled to the template
//! and to left-right symmetry where the take does not say; then once more with the better rig. Calibration decides a
//! solve's accuracy far more than the solve does.

mod bundle;
mod dense;
mod error;
mod frame_choice;
mod rebuild;

mod report;
mod shared;

pub use error::CalibrateError;
pub(crate) use rebuild::scaled;
pub use report::{BoneChange, CalibrateReport, MarkerChange};

use crate::fit::tree::Tree;
use crate::fit::workspace::Workspace;
use crate::fit::{FitSettings, Fitter, Loss, terms_of};
use bundle::Bundle;
use cyc_model::{Point, Rig, Stage};
use frame_choice::Chosen;
use shared::Shared;

/// Frames that a calibration needs at the least.
const FRAMES_MIN: usize = 3;
/// Above this RMS at the best scale the markers are not this rig's, metres.
const NOT_THIS_RIG_M: f64 = 0.15;
/// Markers that never spread to this part of the rig's rest pose are not a person's: a folded child still reaches it.
const SPREAD_MIN: f64 = 0.3;
/// Frames on which the overall scale is found.
const SCALE_FRAMES: usize = 6;

/// Settings of a calibration. The sigmas say how far things are expected to be from the template.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibrateSettings {
    /// Frames solved together, at most.
    pub frames_max: usize,
    /// Rounds of the last pass, at most.
    pub rounds_max: usize,
    /// Loss of a marker's residual.
    pub loss: Loss,
    /// What is left of a residual when all is right (skin, noise), metres.
    pub residual_sigma_m: f64,
    /// A marker's place on its bone, metres.
    pub offset_sigma_m: f64,
    /// A bone's length, as a part of it.
    pub length_sigma: f64,
    /// A joint's place across its bone, metres.
    pub across_sigma_m: f64,
    /// The place of a joint that markers hardly show (spine, neck, collar bones), metres.
    pub chain_sigma_m: f64,
    /// How many frames say as much as all chosen ones together. Skin slides the same way each time a joint bends, so
    /// that more frames of it are no more evidence.
    pub independent_frames: f64,
    /// How different left and right bones are, metres.
    pub symmetry_sigma_m: f64,
    /// How differently markers are put left and right, metres.
    pub offset_symmetry_sigma_m: f64,
}

impl Default for CalibrateSettings {
    fn default() -> Self {
        Self {
            frames_max: 60,
            rounds_max: 12,
            loss: Loss::Cauchy { sigma_m: 0.02 },
            residual_sigma_m: 0.005,
            offset_sigma_m: 0.015,
            length_sigma: 0.10,
            across_sigma_m: 0.010,
            chain_sigma_m: 0.004,
            independent_frames: 16.0,
            symmetry_sigma_m: 0.002,
            offset_symmetry_sigma_m: 0.008,
        }
    }
}

/// A performer's rig and what was changed to get it.
#[derive(Clone, Debug)]
pub struct Calibrated {
    /// The performer's rig.
    pub rig: Rig,
    /// What changed, and how well it fits.
    pub report: CalibrateReport,
}

/// Calibrates a rig to a take. `frames` hold markers in the rig's order.
///
/// # Errors
/// When too few frames show enough markers, or the markers do not look like the rig at all.
pub fn calibrate(
    rig: &Rig,
    frames: &[Vec<Option<Point<Stage>>>],
    settings: &CalibrateSettings,
) -> Result<Calibrated, CalibrateError> {
    let usable = usable_frames(rig, frames)?;
    let scale = find_scale(rig, frames, &usable)?;
    calibrate_scaled(rig, scale, frames, settings)
}

/// The same for a performer whose size is known: finding it takes as long as all that follows.
///
/// # Errors
/// When too few frames show enough markers, or the rig cannot be built at that scale.
pub(crate) fn calibrate_scaled(
    rig: &Rig,
    scale: f64,
    frames: &[Vec<Option<Point<Stage>>>],
    settings: &CalibrateSettings,
) -> Result<Calibrated, CalibrateError> {
    usable_frames(rig, frames)?;
    let start = rebuild::scaled(rig, scale)?;
    let fit = FitSettings {
        loss: settings.loss.widened(3.0),
        ..FitSettings::default()
    };
    let coarse = CalibrateSettings {
        frames_max: settings.frames_max.div_ceil(2),
        loss: settings.loss.widened(3.0),
        ..*settings
    };
    let chosen = frame_choice::choose(&start, frames, coarse.frames_max, fit);
    let better = solve_pass(&start, &start, frames, &chosen, &coarse, fit, 6)?;
    let chosen = frame_choice::choose(&better, frames, settings.frames_max, fit);
    let rounds = settings.rounds_max;
    let done = solve_pass(&start, &better, frames, &chosen, settings, fit, rounds)?;
    let report = report::compare(rig, &start, &done, scale, frames, &chosen);
    Ok(Calibrated { rig: done, report })
}

/// One joint solve of poses and body. The priors are about `template`, the start is `from`.
fn solve_pass(
    template: &Rig,
    from: &Rig,
    frames: &[Vec<Option<Point<Stage>>>],
    chosen: &[Chosen],
    settings: &CalibrateSettings,
    fit: FitSettings,
    rounds: usize,
) -> Result<Rig, CalibrateError> {
    let terms = terms_of(
        template,
        &FitSettings {
            loss: settings.loss,
            predicted_weight: 1e-8,
            ..fit
        },
    );
    let shared = Shared::new(template, &Tree::new(template), settings, chosen.len());
    let tree = Tree::new(from);
    let spaces = chosen
        .iter()
        .map(|c| {
            let mut ws = Workspace::new(&tree);
            ws.set_targets(&tree, &frames[c.frame], &[]);
            ws.pose.clone_from(&c.pose);
            ws.predicted.clone_from(&c.pose);
            ws
        })
        .collect();
    let mut bundle = Bundle::new(tree, spaces, &shared, &terms);
    bundle.minimise(rounds, 1e-4);
    rebuild::from_tree(template, &bundle.tree)
}

/// The frames in which most markers are seen; an error when they are too few.
fn usable_frames(
    rig: &Rig,
    frames: &[Vec<Option<Point<Stage>>>],
) -> Result<Vec<usize>, CalibrateError> {
    let needed = (rig.markers().len() * 7).div_ceil(10).max(3);
    let is_usable = |f: &usize| {
        let seen = frames[*f].iter().take(rig.markers().len());
        seen.flatten().count() >= needed
    };
    let usable: Vec<usize> = (0..frames.len()).filter(is_usable).collect();
    if usable.len() < FRAMES_MIN {
        return Err(CalibrateError::TooFewFrames {
            frames: frames.len(),
            usable: usable.len(),
            needed: FRAMES_MIN,
        });
    }
    Ok(usable)
}

/// Whether the markers lie in a heap that no pose of the rig explains, as in a take read in a unit that is too large. A
/// heap is near to any small body, so its distance from the best fit does not tell.
fn is_heap(rig: &Rig, frames: &[Vec<Option<Point<Stage>>>], tried: &[usize]) -> bool {
    let rest = Fitter::new(rig, FitSettings::least_squares());
    let at_rest = spread_m(rest.fitted_markers().iter().copied());
    let seen = |f: &usize| {
        spread_m(
            frames[*f]
                .iter()
                .take(rig.markers().len())
                .flatten()
                .copied(),
        )
    };
    let widest = tried.iter().map(seen).fold(0.0, f64::max);
    widest < SPREAD_MIN * at_rest
}

/// The RMS distance from the middle, metres.
fn spread_m(points: impl Iterator<Item = Point<Stage>> + Clone) -> f64 {
    let count = points.clone().count().max(1) as f64;
    let middle = points.clone().map(Point::metres).sum::<glam::DVec3>() / count;
    let squares: f64 = points.map(|p| p.metres().distance_squared(middle)).sum();
    (squares / count).sqrt()
}

/// The scale of the whole template that fits a few frames best: a coarse search over all sizes of people (and of
/// puppets), then golden section.
fn find_scale(
    rig: &Rig,
    frames: &[Vec<Option<Point<Stage>>>],
    usable: &[usize],
) -> Result<f64, CalibrateError> {
    let step = usable.len().div_ceil(SCALE_FRAMES);
    let tried: Vec<usize> = usable.iter().copied().step_by(step).collect();
    let misfit = |scale: f64| -> Result<f64, CalibrateError> {
        let rig = rebuild::scaled(rig, scale)?;
        let mut fitter = Fitter::new(&rig, FitSettings::least_squares());
        let mut sum = 0.0;
        for &f in &tried {
            fitter.reset();
            sum += fitter.fit(&frames[f]).rms_m.powi(2);
        }
        Ok((sum / tried.len() as f64).sqrt())
    };
    let mut best = (f64::INFINITY, 1.0);
    for k in -5..=4 {
        let scale = 1.08f64.powi(k);
        let rms = misfit(scale)?;
        if rms < best.0 {
            best = (rms, scale);
        }
    }
    let (mut low, mut high) = (best.1 / 1.08, best.1 * 1.08);
    let golden = 0.618_033_988_75;
    for _ in 0..7 {
        let width = high - low;
        let (a, b) = (high - golden * width, low + golden * width);
        if misfit(a)? < misfit(b)? {
            high = b;
        } else {
            low = a;
        }
    }
    let scale = 0.5 * (low + high);
    let rms_m = misfit(scale)?;
    if rms_m > NOT_THIS_RIG_M || is_heap(rig, frames, &tried) {
        return Err(CalibrateError::NotThisRig {
            rms_mm: (rms_m * 1e3).round() as u64,
        });
    }
    Ok(scale)
}

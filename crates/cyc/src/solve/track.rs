//! One performer through a take: fitted frame by frame as it would be live, timed, and every residual kept in sums.

use super::rig_choice::{Found, Labelling, Markers, Performer};
use cyc_model::{JointFrame, Point, Rig, Stage, Xf};
use cyc_solver::{CalibrateReport, FitSettings, Fitter};
use std::time::Instant;

/// What one frame came to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FrameFigures {
    /// Root mean square residual of the seen markers, metres.
    pub rms_m: f64,
    /// Markers seen.
    pub seen: usize,
    /// Whether there is a pose; without one the joints stand at rest.
    pub posed: bool,
    /// Time of the fit, microseconds.
    pub took_us: f64,
}

/// What one marker came to over all frames.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MarkerFigures {
    /// Its label.
    pub label: String,
    /// Frames in which it was seen.
    pub seen: usize,
    /// Root mean square residual, metres.
    pub rms_m: f64,
    /// Largest residual, metres.
    pub max_m: f64,
    /// The frame of the largest residual.
    pub worst_frame: usize,
}

/// Below this a joint stands where priors have it more than where markers show it: see [`Fitter::joint_quality`].
const UNSURE: f32 = 0.5;

/// What one joint came to over all frames with a pose.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JointFigures {
    /// Its name.
    pub name: String,
    /// How surely markers show it, 0 to 1, on average.
    pub quality: f64,
    /// Frames in which that was below a half.
    pub unsure: usize,
}

/// How a rig was calibrated.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// What changed.
    pub report: CalibrateReport,
    /// How long it took, seconds.
    pub took_s: f64,
}

/// A solved performer.
#[derive(Clone, Debug)]
pub struct Track {
    /// The subject's name; empty when the take names none.
    pub subject: String,
    /// The performer's rig.
    pub rig: Rig,
    /// How the rig was found.
    pub found: Found,
    /// Markers of the rig that the take has a label for.
    pub matched: usize,
    /// How good the labels are; `None` when they are the take's own.
    pub labelling: Option<Labelling>,
    /// What calibrating did; `None` when the rig was the performer's own.
    pub calibration: Option<Calibration>,
    /// Frame after frame, the markers as measured, in the rig's order.
    pub markers: Vec<Vec<Option<Point<Stage>>>>,
    /// Every frame.
    pub frames: Vec<FrameFigures>,
    /// Every marker, in the rig's order.
    pub by_marker: Vec<MarkerFigures>,
    /// Every joint, in the rig's order.
    pub by_joint: Vec<JointFigures>,
    /// The joints of all frames, as many a frame as the skeleton has.
    pub joints: Vec<Xf<Stage, JointFrame>>,
}

impl Track {
    /// Fits every frame. `step` is called after each.
    pub fn solve(
        performer: &Performer,
        rig: Rig,
        calibration: Option<Calibration>,
        markers: Vec<Vec<Option<Point<Stage>>>>,
        settings: FitSettings,
        mut step: impl FnMut(),
    ) -> Self {
        let mut fitter = Fitter::new(&rig, settings);
        let mut sums = vec![0.0; rig.markers().len()];
        let mut by_marker: Vec<MarkerFigures> = rig
            .markers()
            .iter()
            .map(|m| MarkerFigures {
                label: m.name.clone(),
                ..MarkerFigures::default()
            })
            .collect();
        let mut by_joint = joint_figures(&rig);
        let mut frames = Vec::with_capacity(markers.len());
        let mut joints = Vec::with_capacity(markers.len() * rig.skeleton().len());
        for (f, measured) in markers.iter().enumerate() {
            let began = Instant::now();
            let report = fitter.fit(measured);
            let took_us = began.elapsed().as_secs_f64() * 1e6;
            let posed = fitter.is_tracking();
            frames.push(FrameFigures {
                rms_m: if posed { report.rms_m } else { 0.0 },
                seen: report.seen,
                posed,
                took_us,
            });
            joints.extend_from_slice(fitter.globals());
            if posed {
                for (figures, quality) in by_joint.iter_mut().zip(fitter.joint_quality()) {
                    figures.quality += f64::from(*quality);
                    figures.unsure += usize::from(*quality < UNSURE);
                }
            }
            for (k, figures) in by_marker.iter_mut().enumerate() {
                let Some(residual) = fitter.residual_m(k).filter(|_| posed) else {
                    continue;
                };
                figures.seen += 1;
                sums[k] += residual * residual;
                if residual > figures.max_m {
                    (figures.max_m, figures.worst_frame) = (residual, f);
                }
            }
            step();
        }
        for (figures, sum) in by_marker.iter_mut().zip(sums) {
            figures.rms_m = (sum / figures.seen.max(1) as f64).sqrt();
        }
        let posed = frames.iter().filter(|f: &&FrameFigures| f.posed).count();
        for figures in &mut by_joint {
            figures.quality /= posed.max(1) as f64;
        }
        Self {
            subject: performer.subject.clone(),
            rig,
            found: performer.found,
            labelling: match &performer.markers {
                Markers::Labelled { labelling, .. } => Some(*labelling),
                Markers::Columns(_) => None,
            },
            matched: performer.matched(),
            calibration,
            markers,
            frames,
            by_marker,
            by_joint,
            joints,
        }
    }

    /// The joints of a frame; empty beyond the last.
    pub fn joints_of(&self, frame: usize) -> &[Xf<Stage, JointFrame>] {
        let n = self.rig.skeleton().len();
        self.joints.get(frame * n..(frame + 1) * n).unwrap_or(&[])
    }

    /// Where the pose of a frame puts a marker.
    pub fn fitted(&self, frame: usize, marker: usize) -> Option<Point<Stage>> {
        let marker = self.rig.markers().get(marker)?;
        let joint = self.joints_of(frame).get(marker.joint.idx())?;
        Some(*joint * marker.in_joint)
    }

    /// Squared residuals of all frames, square metres, and how many there are.
    pub fn squares(&self) -> (f64, usize) {
        let posed = self.frames.iter().filter(|f| f.posed);
        posed.fold((0.0, 0), |(sum, n), f| {
            (sum + f.rms_m * f.rms_m * f.seen as f64, n + f.seen)
        })
    }

    /// Root mean square residual of all markers of all frames, metres.
    pub fn rms_m(&self) -> f64 {
        let (sum, n) = self.squares();
        (sum / n.max(1) as f64).sqrt()
    }

    /// Markers of all frames that were seen, that were hidden and come from the skeleton, and that have no pose.
    pub fn counts(&self) -> Counts {
        let markers = self.rig.markers().len();
        let mut counts = Counts::default();
        for frame in &self.frames {
            counts.all += markers;
            counts.labelled += frame.seen;
            if frame.posed {
                counts.filled += markers.saturating_sub(frame.seen);
            }
        }
        counts
    }

    /// The frame that fits worst.
    pub fn worst_frame(&self) -> usize {
        let by_rms = |a: &(usize, &FrameFigures), b: &(usize, &FrameFigures)| {
            a.1.rms_m.total_cmp(&b.1.rms_m)
        };
        let worst = self.frames.iter().enumerate().max_by(by_rms);
        worst.map_or(0, |(f, _)| f)
    }

    /// The marker that fits worst.
    pub fn worst_marker(&self) -> Option<&MarkerFigures> {
        self.by_marker
            .iter()
            .max_by(|a, b| a.rms_m.total_cmp(&b.rms_m))
    }
}

/// Figures of a rig's joints before the first frame.
fn joint_figures(rig: &Rig) -> Vec<JointFigures> {
    let named = |joint: &cyc_model::Joint| JointFigures {
        name: joint.name.clone(),
        ..JointFigures::default()
    };
    rig.skeleton().joints().iter().map(named).collect()
}

/// Markers over frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The rig's markers, once a frame.
    pub all: usize,
    /// Of those, seen with their label.
    pub labelled: usize,
    /// Of those, hidden, and filled from the skeleton.
    pub filled: usize,
}

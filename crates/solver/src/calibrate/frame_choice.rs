//! Which frames of a take tell most about a body: few, whole, and as different as possible.

use crate::fit::pose::Coordinate;
use crate::fit::{FitSettings, Fitter};
use cyc_model::{Point, Rig, Stage};

/// At most this many frames are looked at; a longer take is thinned evenly.
const LOOKED_AT_MAX: usize = 1500;
/// A frame counts when this part of the markers is seen,
const SEEN_MIN: f64 = 0.7;
/// and when it fits no worse than this many times the median.
const MISFIT_MAX: f64 = 2.5;

/// A chosen frame: its index in the take and the pose that it was tracked with.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub frame: usize,
    pub pose: Vec<Coordinate>,
}

struct Tracked {
    chosen: Chosen,
    rms_m: f64,
    /// Where the markers are against the root, metres.
    shape: Vec<[f32; 3]>,
}

/// Tracks the take with a rig and chooses up to `count` frames, each the one least like those before it.
pub(super) fn choose(
    rig: &Rig,
    frames: &[Vec<Option<Point<Stage>>>],
    count: usize,
    settings: FitSettings,
) -> Vec<Chosen> {
    let mut tracked = track(rig, frames, settings);
    let mut misfits: Vec<f64> = tracked.iter().map(|t| t.rms_m).collect();
    misfits.sort_by(f64::total_cmp);
    let median = misfits.get(misfits.len() / 2).copied().unwrap_or(0.0);
    tracked.retain(|t| t.rms_m <= MISFIT_MAX * median);
    let mut nearest = vec![f32::INFINITY; tracked.len()];
    let mut order = Vec::with_capacity(count);
    let mut next = 0;
    while order.len() < count.min(tracked.len()) {
        order.push(next);
        let last = &tracked[next].shape;
        for (near, other) in nearest.iter_mut().zip(&tracked) {
            *near = near.min(distance2(last, &other.shape));
        }
        next = (0..tracked.len())
            .max_by(|&a, &b| nearest[a].total_cmp(&nearest[b]))
            .unwrap_or(0);
    }
    order.sort_unstable();
    order
        .into_iter()
        .map(|i| tracked[i].chosen.clone())
        .collect()
}

fn track(rig: &Rig, frames: &[Vec<Option<Point<Stage>>>], settings: FitSettings) -> Vec<Tracked> {
    let stride = frames.len().div_ceil(LOOKED_AT_MAX).max(1);
    let needed = (rig.markers().len() as f64 * SEEN_MIN).ceil() as usize;
    let mut fitter = Fitter::new(rig, settings);
    let mut tracked = Vec::new();
    for (f, frame) in frames.iter().enumerate().step_by(stride) {
        let report = fitter.fit(frame);
        if report.seen < needed.max(3) {
            continue;
        }
        let Some(root) = fitter.globals().first().copied() else {
            continue;
        };
        let to_root = root.inverse();
        let shape = fitter
            .fitted_markers()
            .iter()
            .map(|m| (to_root * *m).metres().as_vec3().to_array())
            .collect();
        tracked.push(Tracked {
            chosen: Chosen {
                frame: f,
                pose: fitter.pose().to_vec(),
            },
            rms_m: report.rms_m,
            shape,
        });
    }
    tracked
}

fn distance2(a: &[[f32; 3]], b: &[[f32; 3]]) -> f32 {
    a.iter()
        .zip(b)
        .map(|(p, q)| (0..3).map(|k| (p[k] - q[k]).powi(2)).sum::<f32>())
        .sum()
}

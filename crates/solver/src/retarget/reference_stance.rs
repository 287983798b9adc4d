//! Stance as seen afterwards, with the whole take at hand: what a retarget's feet are judged by in reports.
//!
//! It shares nothing with the live detection but the points. Places are smoothed over time in both directions, so there
//! is no delay; stance is low and slow for long enough, without hysteresis. Slow means in every direction: a heel that
//! comes down beside a planted ball, or rises from it, hardly moves along the floor, but it rolls, and stands on nothing.

use super::FootContacts;
use super::body::Body;
use super::error::{RetargetError, Side};
use super::feet::Sole;
use super::leg::FEET;
use cyc_model::{HumanoidMap, JointFrame, Skeleton, Stage, Xf};
use glam::DVec3;

/// Half the width of the smoothing window, seconds.
const SMOOTH_S: f64 = 0.017;

/// A shorter stance is a coincidence, seconds.
const STANCE_MIN_S: f64 = 0.06;

/// A point is slow below this many hip heights a second in every direction: 0.19 m/s for an adult.
const SLOW_PART: f64 = 0.2;

/// A point is low below this part of the hips' height: 28 mm for an adult.
const LOW_PART: f64 = 0.03;

/// Collects the soles of a take.
#[derive(Clone, Debug)]
pub struct ReferenceStance {
    soles: [Sole; 2],
    hip_height_m: f64,
    places: Vec<[[DVec3; 2]; 2]>,
}

impl ReferenceStance {
    /// For a performer's skeleton.
    ///
    /// # Errors
    /// When bones are missing or the rest pose does not stand.
    pub fn new(skeleton: &Skeleton, map: &HumanoidMap) -> Result<Self, RetargetError> {
        let body = Body::new(skeleton, map, Side::Source)?;
        let [Some(left), Some(right)] = FEET.map(|[foot, toes]| Sole::new(&body, foot, toes))
        else {
            return Err(RetargetError::MissingBones {
                side: Side::Source,
                bones: Vec::new(),
            });
        };
        Ok(Self {
            soles: [left, right],
            hip_height_m: body.hip_height_m,
            places: Vec::new(),
        })
    }

    /// Takes the next frame of the take; a slice that is shorter than the skeleton is none.
    pub fn push(&mut self, globals: &[Xf<Stage, JointFrame>]) {
        if self.soles.iter().all(|s| s.foot < globals.len()) {
            self.places.push(self.soles.map(|s| s.places(globals)));
        }
    }

    /// Which points stand in each frame, for a take of `rate_hz` frames a second.
    pub fn finish(self, rate_hz: f64) -> Vec<[FootContacts; 2]> {
        let mut out = vec![[FootContacts::default(); 2]; self.places.len()];
        let half = ((SMOOTH_S * rate_hz).round() as usize).max(1);
        let shortest = (STANCE_MIN_S * rate_hz).ceil() as usize;
        for foot in 0..2 {
            for point in 0..2 {
                let path: Vec<DVec3> = self.places.iter().map(|p| p[foot][point]).collect();
                let stands = runs(&still(&path, half, rate_hz, self.hip_height_m), shortest);
                for (contacts, stands) in out.iter_mut().zip(stands) {
                    match point {
                        0 => contacts[foot].heel = stands,
                        _ => contacts[foot].ball = stands,
                    }
                }
            }
        }
        out
    }
}

/// Whether a point is slow and low in each frame.
fn still(path: &[DVec3], half: usize, rate_hz: f64, hip_height_m: f64) -> Vec<bool> {
    let around = |i: usize, width: usize| i.saturating_sub(width)..(i + width + 1).min(path.len());
    let smooth: Vec<DVec3> = (0..path.len())
        .map(|i| {
            let range = around(i, half);
            let n = range.len() as f64;
            path[range].iter().sum::<DVec3>() / n
        })
        .collect();
    let [slow_mps, low_m] = [SLOW_PART, LOW_PART].map(|part| part * hip_height_m);
    (0..path.len())
        .map(|i| {
            let range = around(i, 1);
            let (a, b) = (smooth[range.start], smooth[range.end - 1]);
            let seconds = (range.len() - 1).max(1) as f64 / rate_hz;
            (b - a).length() / seconds < slow_mps && smooth[i].y < low_m
        })
        .collect()
}

/// Only runs of at least `shortest` frames.
fn runs(stands: &[bool], shortest: usize) -> Vec<bool> {
    let mut out = vec![false; stands.len()];
    let mut begin = 0;
    for i in 0..=stands.len() {
        if i < stands.len() && stands[i] {
            continue;
        }
        if i - begin >= shortest {
            out[begin..i].fill(true);
        }
        begin = i + 1;
    }
    out
}

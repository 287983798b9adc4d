//! Which points of a performer's feet stand, found afterwards and by other means than the retargeter's: both ways in
//! time, from a Gaussian-smoothed path, by speed in all directions and height over the lowest that the point ever rests.
//!
//! Points are this file's own: the heel under the ankle, the ball under the joint of the toes.

use super::motions::Motion;
use cyc_model::HumanBone::*;
use cyc_solver::FootContacts;
use glam::DVec3;

/// Slower than this in every direction, metres a second.
const STILL_MPS: f64 = 0.15;
/// Lower than this over where the foot's point is in the rest pose, metres.
const LOW_M: f64 = 0.03;
/// For at least as long, seconds.
const LONG_S: f64 = 0.08;
/// Standard deviation of the smoothing, seconds.
const SIGMA_S: f64 = 0.008;

/// Stance of each frame, left and right.
pub fn stance(motion: &Motion) -> Vec<[FootContacts; 2]> {
    let mut out = vec![[FootContacts::default(); 2]; motion.frames.len()];
    let feet = [(LeftFoot, LeftToes), (RightFoot, RightToes)];
    for (side, (foot, toes)) in feet.into_iter().enumerate() {
        let foot = motion.map.joint(foot).unwrap().idx();
        let ankle = motion.skeleton.rest_global()[foot];
        let under = DVec3::new(0.0, -ankle.translation().metres().y, 0.0);
        let under = ankle.rotation().conjugate() * under;
        let heel = motion
            .frames
            .iter()
            .map(|f| f[foot].translation().metres() + f[foot].rotation() * under);
        let heel = still(heel.collect(), motion.rate_hz);
        let toes = motion.map.joint(toes).map(|j| j.idx());
        let ball = toes.map_or_else(Vec::new, |toes| {
            let rest_m = motion.skeleton.rest_global()[toes].translation().metres().y;
            let path = motion
                .frames
                .iter()
                .map(|f| f[toes].translation().metres() - DVec3::Y * rest_m);
            still(path.collect(), motion.rate_hz)
        });
        for (f, out) in out.iter_mut().enumerate() {
            out[side].heel = heel[f];
            out[side].ball = ball.get(f).copied().unwrap_or(false);
        }
    }
    out
}

fn still(path: Vec<DVec3>, rate_hz: f64) -> Vec<bool> {
    let sigma = SIGMA_S * rate_hz;
    let reach = (3.0 * sigma).ceil() as isize;
    let smooth: Vec<DVec3> = (0..path.len() as isize)
        .map(|i| {
            let (mut sum, mut weight) = (DVec3::ZERO, 0.0);
            for k in -reach..=reach {
                let at = (i + k).clamp(0, path.len() as isize - 1) as usize;
                let w = (-0.5 * (k as f64 / sigma).powi(2)).exp();
                sum += path[at] * w;
                weight += w;
            }
            sum / weight
        })
        .collect();
    let mut still: Vec<bool> = (0..path.len())
        .map(|i| {
            let (a, b) = (i.saturating_sub(1), (i + 1).min(path.len() - 1));
            let mps = smooth[a].distance(smooth[b]) / ((b - a) as f64 / rate_hz);
            mps < STILL_MPS && smooth[i].y < LOW_M
        })
        .collect();
    let long = (LONG_S * rate_hz) as usize;
    let mut begin = 0;
    for i in 0..=still.len() {
        if i < still.len() && still[i] {
            continue;
        }
        if i - begin < long {
            still[begin..i].fill(false);
        }
        begin = i + 1;
    }
    still
}

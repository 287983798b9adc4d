//! Markers cut out of real takes for half a second and filled again: 1, 5 and 20 at once, live and from both sides.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod label_scene;
mod minimal_c3d;

use cyc_model::{Point, Stage};
use cyc_solver::{Filler, FitSettings, Fitter, fill_take};
use label_scene::{Take, cmu_41, plug_in_gait_39, shared_take};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

type Frames = Vec<Vec<Option<Point<Stage>>>>;

const GAP: usize = 60;

/// Hides `count` markers in each of many gaps of half a second, half a second apart; returns the frames with holes.
fn cut(take: &Take, count: usize, seed: u64) -> Frames {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut frames = take.frames.clone();
    let markers = take.rig.markers().len();
    let mut first = 60 + 13 * seed as usize % 60;
    while first + GAP < frames.len() {
        let mut hidden: Vec<usize> = (0..markers).collect();
        for i in 0..count {
            hidden.swap(i, rng.random_range(i..markers));
        }
        for frame in &mut frames[first..first + GAP] {
            for m in &hidden[..count] {
                frame[*m] = None;
            }
        }
        first += 2 * GAP;
    }
    frames
}

/// RMS of the filled places of cut markers against where they were, millimetres: live and from both sides.
fn rms_mm(take: &Take, count: usize) -> (f64, f64) {
    let (mut live_sum, mut both_sum, mut n) = (0.0, 0.0, 0usize);
    for seed in 0..if count == 1 { 24 } else { 6 } {
        let holes = cut(take, count, seed);
        let mut fitter = Fitter::new(&take.rig, Filler::fit_settings(FitSettings::default()));
        let mut filler = Filler::new(&take.rig);
        let both = fill_take(&take.rig, &holes, take.rate_hz, FitSettings::default());
        for (f, frame) in holes.iter().enumerate() {
            fitter.fit(frame);
            let live = filler.fill(&fitter, frame, 1.0 / take.rate_hz);
            for (m, seen) in frame.iter().enumerate() {
                let Some(truth) = take.frames[f][m] else {
                    continue;
                };
                if seen.is_none() {
                    assert!(!live[m].is_seen && live[m].confidence < 1.0);
                    live_sum += truth.distance_m(live[m].at).powi(2);
                    both_sum += truth.distance_m(both[f][m].at).powi(2);
                    n += 1;
                } else {
                    assert!(live[m].is_seen);
                }
            }
        }
    }
    assert!(n > 100);
    let mm = |sum: f64| (sum / n as f64).sqrt() * 1e3;
    (mm(live_sum), mm(both_sum))
}

#[test]
fn half_a_second_is_filled_within_what_is_promised() {
    let takes = [
        ("movement", "pycgm/Movement_trial.c3d", plug_in_gait_39()),
        (
            "basketball",
            "cmu/cmu_dribble_shoot_basketball.c3d",
            cmu_41(),
        ),
    ];
    for (name, path, rig) in takes {
        let Some(take) = shared_take(path, rig) else {
            return;
        };
        let take = take.calibrated();
        for (count, limit, live_limit) in [(1, 8.0, 14.0), (5, 13.0, 16.0), (20, 20.0, 36.0)] {
            let (live, both) = rms_mm(&take, count);
            eprintln!("{name}: {count} hidden: {live:.1} mm live, {both:.1} mm from both sides");
            assert!(
                both <= limit,
                "{name}: {count} hidden, both sides: {both} mm"
            );
            assert!(
                live <= live_limit,
                "{name}: {count} hidden, live: {live} mm"
            );
            assert!(both < live, "{name}: {count}");
        }
    }
}

#[test]
fn a_limb_comes_back_without_a_pop() {
    let Some(take) = shared_take("pycgm/Movement_trial.c3d", plug_in_gait_39()) else {
        return;
    };
    let arm = ["LUPA", "LELB", "LFRM", "LWRA", "LWRB", "LFIN"];
    let is_arm: Vec<bool> = take
        .rig
        .markers()
        .iter()
        .map(|m| arm.contains(&m.name.as_str()))
        .collect();
    let mut fitter = Fitter::new(&take.rig, Filler::fit_settings(FitSettings::default()));
    let mut filler = Filler::new(&take.rig);
    let mut before: Option<Vec<_>> = None;
    let mut open: Vec<f64> = Vec::new();
    for (f, frame) in take.frames.iter().enumerate() {
        let mut frame = frame.clone();
        if (100..160).contains(&f) {
            for (m, at) in frame.iter_mut().enumerate() {
                if is_arm[m] {
                    *at = None;
                }
            }
        }
        fitter.fit(&frame);
        let filled = filler.fill(&fitter, &frame, 1.0 / 120.0).to_vec();
        if let (Some(before), true) = (&before, (100..170).contains(&f)) {
            if f == 160 {
                let apart = |(b, t): (&cyc_solver::FilledMarker, &Option<Point<Stage>>)| {
                    t.map_or(0.0, |t| t.distance_m(b.at))
                };
                open = before.iter().zip(&take.frames[f]).map(apart).collect();
            }
            for m in (0..filled.len()).filter(|m| is_arm[*m]) {
                let step = filled[m].at.distance_m(before[m].at);
                // Its own way in a frame, and a fifth of what the gap had left open.
                let allowed = 0.05 + open.get(m).map_or(0.0, |o| o / 5.0);
                assert!(
                    step < allowed,
                    "frame {f}, marker {m}: {:.0} mm",
                    step * 1e3
                );
            }
        }
        before = Some(filled);
    }
}

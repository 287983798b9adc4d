//! Calibration on real takes of three performers, judged on frames that it did not see.
//!
//! What is measured is the RMS distance of each marker from where the solved pose puts it, over all seen markers of the
//! frames that were held back. The CMU takes know no other truth; the labels tell which marker set it is.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod minimal_c3d;

use cyc_model::{Point, Rig, Stage};
use cyc_solver::{
    BODY_MARKERSETS, CalibrateSettings, Calibrated, FitSettings, Fitter, HUMAN_SKELETON, build_rig,
    calibrate, parse_markerset, parse_skeleton, plain_label, recognise_markerset,
};

type Frames = Vec<Vec<Option<Point<Stage>>>>;

/// The take's rig as its labels tell, and its frames in the rig's order.
fn take(path: &str) -> Option<(Rig, Frames)> {
    let take = minimal_c3d::read(&minimal_c3d::shared_file(path)?);
    let labels: Vec<&str> = take.labels.iter().map(|l| plain_label(l)).collect();
    let sets = BODY_MARKERSETS.map(|text| parse_markerset(text).unwrap());
    let found = recognise_markerset(&labels, &sets).unwrap();
    assert!((found.coverage - 1.0).abs() < 1e-9, "{path}: {found:?}");
    let rig = build_rig(&parse_skeleton(HUMAN_SKELETON).unwrap(), &sets[found.set]).unwrap();
    let names: Vec<&str> = rig.markers().iter().map(|m| m.name.as_str()).collect();
    let frames = take.ordered(&names);
    Some((rig, frames))
}

/// Marker RMS over a take, millimetres.
fn rms_mm(rig: &Rig, frames: &Frames, settings: FitSettings) -> f64 {
    let mut fitter = Fitter::new(rig, settings);
    let (mut sum, mut seen) = (0.0, 0);
    for frame in frames {
        fitter.fit(frame);
        for (measured, fitted) in frame.iter().zip(fitter.fitted_markers()) {
            if let Some(m) = measured {
                sum += m.distance_m(*fitted).powi(2);
                seen += 1;
            }
        }
    }
    (sum / f64::from(seen)).sqrt() * 1e3
}

fn judge(name: &str, rig: &Rig, seen: &Frames, held_back: &Frames) -> f64 {
    let start = std::time::Instant::now();
    let Calibrated { rig: done, report } =
        calibrate(rig, seen, &CalibrateSettings::default()).unwrap();
    let took_s = start.elapsed().as_secs_f64();
    let before = rms_mm(rig, held_back, FitSettings::default());
    let squares = rms_mm(&done, held_back, FitSettings::least_squares());
    let live = rms_mm(&done, held_back, FitSettings::default());
    eprintln!(
        "{name}: {before:.2} -> {squares:.2} mm by least squares, {live:.2} live; {took_s:.1} s, scale {:.3}, worst {:?}",
        report.scale,
        report.worst_marker()
    );
    squares
}

/// Odd frames to calibrate, even ones to judge.
fn halves(frames: &Frames) -> (Frames, Frames) {
    let (mut even, mut odd) = (Vec::new(), Vec::new());
    for (f, frame) in frames.iter().enumerate() {
        if f % 2 == 0 {
            even.push(frame.clone())
        } else {
            odd.push(frame.clone())
        }
    }
    (odd, even)
}

fn judge_halves(path: &str, most_mm: f64) {
    let Some((rig, frames)) = take(path) else {
        return;
    };
    let (odd, even) = halves(&frames);
    let left_mm = judge(path, &rig, &odd, &even);
    assert!(left_mm < most_mm, "{path}: {left_mm} mm");
}

#[test]
fn an_acrobat_in_plug_in_gait() {
    judge_halves("pycgm/Movement_trial.c3d", 3.5);
}

#[test]
fn a_puncher_in_the_cmu_set() {
    judge_halves("cmu/cmu_02_05.c3d", 4.7);
}

#[test]
fn a_basketball_player_in_the_cmu_set() {
    judge_halves("cmu/cmu_dribble_shoot_basketball.c3d", 4.1);
}

/// The first seconds of a take serve as well, as far as the performer moves in them.
#[test]
fn the_first_seconds_serve_for_the_rest() {
    let Some((rig, frames)) = take("cmu/cmu_dribble_shoot_basketball.c3d") else {
        return;
    };
    let (first, rest) = frames.split_at(frames.len() * 2 / 5);
    let left_mm = judge("first seconds", &rig, &first.to_vec(), &rest.to_vec());
    assert!(left_mm < 4.1, "{left_mm} mm");
}

/// A mislabelled take says which markers do not agree.
#[test]
fn the_report_names_markers_that_disagree() {
    let Some((rig, mut frames)) = take("cmu/cmu_dribble_shoot_basketball.c3d") else {
        return;
    };
    let [left, right] = ["LTHI", "LSHN"].map(|l| rig.find_marker(l).unwrap().idx());
    for (f, frame) in frames.iter_mut().enumerate() {
        if f % 3 == 0 {
            frame.swap(left, right);
        }
    }
    let done = calibrate(&rig, &frames, &CalibrateSettings::default()).unwrap();
    let named: Vec<&str> = done
        .report
        .disagreeing()
        .map(|m| m.label.as_str())
        .collect();
    assert!(
        named.contains(&"LTHI") && named.contains(&"LSHN"),
        "{named:?}"
    );
    assert!(named.len() <= 4, "{named:?}");
}

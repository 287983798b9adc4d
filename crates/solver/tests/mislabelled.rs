//! Fault row 14: a source that mixes all labels up for 100 ms is noticed at once, does not move the performer, and is
//! believed again within three frames.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod label_scene;
mod minimal_c3d;

use cyc_model::{Point, Stage};
use cyc_solver::{FitSettings, Fitter, LabelGate, LabelTrial, LabelVerdict};
use label_scene::{Take, cmu_41, plug_in_gait_39, shared_take};

type Frame = Vec<Option<Point<Stage>>>;

const MIXED: std::ops::Range<usize> = 100..112;

fn rotated(frame: &Frame, _: &Take) -> Frame {
    let mut mixed = frame.clone();
    mixed.rotate_left(7);
    mixed
}

/// Left is called right and right left: distances within bones stay.
fn mirrored(frame: &Frame, take: &Take) -> Frame {
    let markers = take.rig.markers();
    let other = |name: &str| match name.as_bytes().first() {
        Some(b'L') => format!("R{}", &name[1..]),
        Some(b'R') if name != "RBAK" => format!("L{}", &name[1..]),
        _ => name.to_owned(),
    };
    let place = |name: String| markers.iter().position(|m| m.name == name).unwrap();
    markers
        .iter()
        .map(|m| frame[place(other(&m.name))])
        .collect()
}

#[test]
fn mixed_labels_are_noticed_held_and_forgiven() {
    let Some(take) = shared_take("pycgm/Movement_trial.c3d", plug_in_gait_39()) else {
        return;
    };
    for (name, mix) in [
        ("rotated", rotated as fn(&Frame, &Take) -> Frame),
        ("mirrored", mirrored),
    ] {
        let mut gate = LabelGate::new(take.rig.markers().len());
        let (mut held, mut clean) = (
            Fitter::new(&take.rig, FitSettings::default()),
            Fitter::new(&take.rig, FitSettings::default()),
        );
        for (f, frame) in take.frames.iter().enumerate() {
            let is_mixed = MIXED.contains(&f);
            let given = if is_mixed {
                mix(frame, &take)
            } else {
                frame.clone()
            };
            let verdict = gate.judge(&given, 1.0 / take.rate_hz);
            let expected = if is_mixed {
                LabelVerdict::Mislabelled
            } else {
                LabelVerdict::Believed
            };
            assert_eq!(verdict, expected, "{name}, frame {f}");
            // Whoever goes on with the continued labels loses no frame at all.
            clean.fit(frame);
            held.fit(gate.markers());
            let apart = clean
                .globals()
                .iter()
                .zip(held.globals())
                .map(|(a, b)| (a.translation() - b.translation()).length_m())
                .fold(0.0, f64::max);
            assert!(apart < 2e-3, "{name}, frame {f}: {:.1} mm", apart * 1e3);
        }
        assert_eq!(gate.mislabelled(), MIXED.len() as u64);
    }
}

#[test]
fn a_cut_and_a_source_that_insists_are_believed() {
    let Some(take) = shared_take("pycgm/Movement_trial.c3d", plug_in_gait_39()) else {
        return;
    };
    let mut gate = LabelGate::new(take.rig.markers().len());
    let dt_s = 1.0 / take.rate_hz;
    for f in [0, 1, 2, 250, 251, 10, 11] {
        assert_eq!(
            gate.judge(&take.frames[f], dt_s),
            LabelVerdict::Believed,
            "frame {f}"
        );
    }
    let mut verdicts = take.frames[12..200]
        .iter()
        .map(|frame| gate.judge(&rotated(frame, &take), dt_s));
    assert_eq!(verdicts.next(), Some(LabelVerdict::Mislabelled));
    // After a second of insisting; then it is believed for good.
    let rest: Vec<_> = verdicts.collect();
    assert!(rest[..110].iter().all(|v| *v == LabelVerdict::Mislabelled));
    assert!(rest[130..].iter().all(|v| *v == LabelVerdict::Believed));
}

/// A limb that is flung between two frames of a slow source is given no neighbour's points: all labels are mixed up, and each is
/// found again.
#[test]
fn a_flung_limb_keeps_its_names_while_they_are_mixed_up() {
    let Some(take) = shared_take("pycgm/Movement_trial.c3d", plug_in_gait_39()) else {
        return;
    };
    let dt_s = 1.0 / 60.0;
    let mut gate = LabelGate::new(take.rig.markers().len());
    let still = &take.frames[40];
    for _ in 0..3 {
        assert_eq!(gate.judge(still, dt_s), LabelVerdict::Believed);
    }
    // Beyond where it was going by more than the markers of a hand are apart.
    let shift = glam::DVec3::new(0.05, 0.045, -0.04);
    let is_right_arm =
        |name: &str| ["RELB", "RWRA", "RWRB", "RFIN", "RUPA", "RFRM"].contains(&name);
    let named = still.iter().zip(take.rig.markers());
    let flung: Frame = named
        .map(|(at, marker)| {
            let by = f64::from(u8::from(is_right_arm(&marker.name)));
            at.map(|at| Point::saturating(at.metres() + shift * by))
        })
        .collect();
    assert_eq!(
        gate.judge(&rotated(&flung, &take), dt_s),
        LabelVerdict::Mislabelled
    );
    for ((believed, is), marker) in gate.markers().iter().zip(&flung).zip(take.rig.markers()) {
        assert_eq!(believed, is, "{}", marker.name);
    }
}

/// Two markers of a foot or a wrist, as near to each other as a marker may move in a frame, are called by each other's names for a
/// while, or were until a while ago: the fit follows the markers.
#[test]
fn neighbours_called_by_each_others_names_turn_no_foot() {
    let take = shared_take("cmu/cmu_dribble_shoot_basketball.c3d", cmu_41());
    let Some(take) = take.map(Take::calibrated) else {
        return;
    };
    let markers = take.rig.markers();
    let place = |name: &str| markers.iter().position(|m| m.name == name).unwrap();
    for [a, b] in [["LTOE", "LMT5"], ["RMT5", "RTOE"], ["RWRA", "RWRB"]] {
        let (mut most_m, mut after_m) = (0.0f64, 0.0f64);
        for start in (30..take.frames.len() - 70).step_by(43) {
            let mut clean = Fitter::new(&take.rig, FitSettings::default());
            let (mut middle, mut first) = (clean.clone(), clean.clone());
            for (k, frame) in take.frames[start - 20..start + 60].iter().enumerate() {
                let mut swapped = frame.clone();
                swapped.swap(place(a), place(b));
                let apart_m = |wrong: &Fitter, clean: &Fitter| {
                    let pairs = wrong.globals().iter().zip(clean.globals());
                    let apart = pairs.map(|(x, y)| (x.translation() - y.translation()).length_m());
                    apart.fold(0.0, f64::max)
                };
                clean.fit(frame);
                middle.fit(if (20..44).contains(&k) {
                    &swapped
                } else {
                    frame
                });
                most_m = most_m.max(apart_m(&middle, &clean));
                first.fit(if k < 20 { &swapped } else { frame });
                if k >= 60 {
                    after_m = after_m.max(apart_m(&first, &clean));
                }
            }
        }
        eprintln!(
            "{a} and {b}: {:.2} mm; after a start by wrong names {:.2} mm",
            most_m * 1e3,
            after_m * 1e3
        );
        assert!(most_m < 5e-3, "{a} and {b}: {:.1} mm", most_m * 1e3);
        // A forearm that wrong names have turned over is found again by a start from nothing alone.
        let is_foot = a.ends_with("TOE") || b.ends_with("TOE");
        assert!(
            !is_foot || after_m < 5e-3,
            "{a} and {b}, after: {:.1} mm",
            after_m * 1e3
        );
    }
}

/// Frames are missing, and what is where it was going to be belongs to others: names that a pose explains are right, and mixed ones,
/// also those of the other side, are not.
#[test]
fn a_pose_tells_right_names_from_mixed_ones() {
    let Some(take) = shared_take("pycgm/Movement_trial.c3d", plug_in_gait_39()) else {
        return;
    };
    let mut fitter = Fitter::new(&take.rig, FitSettings::default());
    let mut trial = LabelTrial::new(&fitter);
    let first = &take.frames[0];
    assert!(!trial.explains(&fitter, first), "nothing is usual yet");
    for (f, frame) in take.frames.iter().enumerate() {
        if f > 20 && f % 25 == 0 && f + 10 < take.frames.len() {
            let later = &take.frames[f + 10];
            assert!(trial.explains(&fitter, later), "frame {f}");
            for mix in [rotated as fn(&Frame, &Take) -> Frame, mirrored] {
                assert!(!trial.explains(&fitter, &mix(later, &take)), "frame {f}");
            }
        }
        fitter.fit(frame);
    }
}

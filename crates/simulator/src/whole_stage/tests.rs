//! A seeded bug for each check: every one of them can fail.

use super::joint_limits::JointLimits;
use super::subject_checks::{JUMP_MAX_M, Subject};
use super::trouble::Trouble;
use super::watcher::{Watcher, larger};
use super::*;
use cyc_model::{Dof, HostNs, JointFrame, Nanos, Quality, Stage, StageFrame, Xf};
use cyc_solver::{HUMAN_SKELETON, PRODUCTION_53, build_rig, parse_markerset, parse_skeleton};
use glam::{DQuat, DVec3};

fn plan() -> Plan {
    let mut settings = ShowSettings::new(1, Nanos::from_secs(10));
    settings.kinds.clear();
    Plan::new(&settings, 0)
}

fn watcher() -> Watcher {
    Watcher::new(&plan(), &[])
}

/// The promises that were broken.
fn broken(watcher: &Watcher) -> Vec<Promise> {
    watcher.breaches.iter().map(|b| b.promise).collect()
}

fn ms(ms: i64) -> HostNs {
    HostNs(1_000_000_000) + Nanos::from_millis(ms)
}

#[test]
fn a_number_that_comes_again_is_seen() {
    let mut watcher = watcher();
    let mut frame = StageFrame {
        number: 1,
        due: ms(10),
        ..StageFrame::default()
    };
    watcher.published(ms(10), &frame);
    frame.number = 2;
    frame.due = ms(20);
    watcher.published(ms(20), &frame);
    assert!(watcher.breaches.is_empty());
    watcher.published(ms(30), &frame);
    frame.number = 3;
    frame.due = ms(15);
    watcher.published(ms(40), &frame);
    assert_eq!(broken(&watcher), [Promise::Monotone, Promise::Monotone]);
}

#[test]
fn a_value_that_is_none_is_seen_beside_any_other() {
    for values in [
        [1.0, f64::NAN, 2.0],
        [f64::INFINITY, 0.0, 1.0],
        [0.0, 1.0, -1e9],
    ] {
        let mut watcher = watcher();
        watcher.check_worst(ms(0), values.into_iter().fold(0.0, larger));
        assert_eq!(broken(&watcher), [Promise::Finite], "{values:?}");
    }
    let mut watcher = watcher();
    watcher.check_worst(ms(0), [3.0, -4.0].into_iter().fold(0.0, larger));
    assert!(watcher.breaches.is_empty());
}

#[test]
fn a_queue_that_grew_is_seen() {
    let mut watcher = watcher();
    watcher.drained(0, 8, 8);
    assert!(watcher.breaches.is_empty());
    watcher.drained(0, 9, 8);
    assert_eq!(broken(&watcher), [Promise::Bounded]);
}

#[test]
fn an_age_that_is_not_true_is_seen() {
    let subject = Subject::default();
    let age = |ms| Some(Nanos::from_millis(ms));
    let held = |ms| Quality::Held {
        age: Nanos::from_millis(ms),
    };
    let predicted = |ms| Quality::Predicted {
        age: Nanos::from_millis(ms),
    };
    for (quality, age) in [
        (Quality::Live, age(200)),
        (held(300), age(600)),
        (held(1500), age(1500)),
        (predicted(80), age(80)),
        (Quality::Absent, age(20)),
        (Quality::Live, None),
    ] {
        assert!(
            subject.contradiction(quality, age, Nanos::ZERO).is_some(),
            "{quality:?} {age:?}"
        );
    }
    for (quality, age) in [
        (Quality::Live, age(5)),
        (predicted(30), age(30)),
        (held(600), age(600)),
        (Quality::Absent, age(1200)),
        (Quality::Absent, None),
    ] {
        assert_eq!(
            subject.contradiction(quality, age, Nanos::ZERO),
            None,
            "{quality:?} {age:?}"
        );
    }
}

#[test]
fn a_jump_is_seen_and_a_fade_is_none() {
    let jump = |errors_m: &[f64]| {
        let mut subject = Subject::default();
        let mut worst = 0.0f64;
        for error in errors_m {
            // The truth walks at 1 m/s.
            let truth = [DVec3::new(0.016 * f64::from(subject.compared), 0.0, 0.0)];
            let shown = [truth[0] + DVec3::new(0.0, *error, 0.0)];
            let at = HostNs(i64::from(subject.compared) * 16_666_667);
            worst = worst.max(subject.compare(at, &shown, &truth).1);
        }
        worst
    };
    assert!(jump(&[0.0, 0.001, 0.0, 0.25, 0.25]) > JUMP_MAX_M);
    let fade: Vec<f64> = (0..8).map(|i| 0.3 * (1.0 - f64::from(i) / 7.0)).collect();
    assert!(jump(&fade) <= JUMP_MAX_M);
    assert!(jump(&[0.002, 0.003, 0.001, 0.004]) <= JUMP_MAX_M);
}

#[test]
fn what_stands_still_on_the_wall_goes_no_further_outside() {
    let mut subject = Subject::default();
    subject.note_measured_beyond(0.9);
    let still: Vec<f64> = (0..5).map(|_| subject.lately_beyond(false)).collect();
    assert_eq!(still, [0.9; 5]);
    // What is shown anew is compared with what was measured ever longer ago.
    let newer: Vec<f64> = (0..5).map(|_| subject.lately_beyond(true)).collect();
    assert!(newer.windows(2).all(|two| two[1] < two[0]), "{newer:?}");
}

#[test]
fn a_hand_that_is_flung_moves_no_root() {
    let mut subject = Subject::default();
    let root = |frame: i32| Some(DVec3::new(0.02 * f64::from(frame), 1.0, 0.0));
    assert_eq!(subject.root_moved(root(0)), 0.0);
    // The hand's way counts for nothing.
    let hand = |frame: i32| [DVec3::new(0.3 * f64::from(frame), 1.0, 0.5)];
    for frame in 1..4 {
        subject.compare(ms(i64::from(frame) * 17), &hand(frame), &hand(frame));
        assert!((subject.root_moved(root(frame)) - 0.02).abs() < 1e-12);
    }
}

#[test]
fn a_knee_that_bends_forward_is_seen() {
    let skeleton = parse_skeleton(HUMAN_SKELETON).unwrap();
    let rig = build_rig(&skeleton, &parse_markerset(PRODUCTION_53).unwrap()).unwrap();
    let limits = JointLimits::of_rig(&rig);
    let rest = rig.skeleton().rest_global();
    let mut pose: Vec<Xf<Stage, JointFrame>> = rest.iter().map(|j| j.relabel()).collect();
    assert!(limits.worst_beyond_rad(&pose) < 1e-6);
    let (hinge, axis, range) = rig
        .dofs()
        .iter()
        .enumerate()
        .find_map(|(j, d)| match d.dof {
            Dof::Hinge { axis } => Some((j, axis, d.ranges[0]?)),
            _ => None,
        })
        .unwrap();
    let angle = range.max_rad + 0.5;
    let turned = pose[hinge].rotation() * DQuat::from_axis_angle(axis, angle);
    pose[hinge] = Xf::saturating(turned, pose[hinge].translation().metres());
    let beyond = limits.worst_beyond_rad(&pose);
    assert!((beyond - 0.5).abs() < 1e-6, "{beyond}");
}

#[test]
fn what_is_off_is_seen_as_what_it_is() {
    let promise = |error_m: f64, is_calm: bool, is_hostile: bool| {
        let mut watcher = watcher();
        let trouble = Trouble {
            measured_max: Nanos::ZERO,
            is_misnamed: false,
            is_hostile,
            is_calm,
        };
        watcher.check_error("Ann", ms(0), (error_m, true, 0.03), trouble);
        broken(&watcher)
    };
    assert_eq!(promise(0.05, true, false), [Promise::Recovered]);
    assert_eq!(promise(0.05, false, false), []);
    assert_eq!(promise(0.5, false, false), [Promise::Accurate]);
    assert_eq!(promise(6.0, false, false), [Promise::OneOwner]);
    assert_eq!(promise(6.0, false, true), []);
}

#[test]
fn a_stage_that_stands_still_is_seen() {
    let mut watcher = watcher();
    let frame = StageFrame {
        number: 1,
        due: ms(0),
        ..StageFrame::default()
    };
    watcher.published(ms(0), &frame);
    watcher.check_cadence(ms(16), &plan());
    assert!(watcher.breaches.is_empty());
    watcher.check_cadence(ms(33), &plan());
    assert_eq!(broken(&watcher), [Promise::Cadence]);
}

//! Hands: where they reach.

use super::stick_body::{place, plain, posed, skeleton, t_pose};
use super::{Body, DT_S, Pose, bone_of, build, other, run};
use cyc_model::HumanBone::*;
use cyc_model::Xf;
use cyc_solver::{HandGoal, RetargetSettings};
use glam::{DQuat, DVec3};

#[test]
fn hands_that_meet_meet_and_hands_on_a_prop_are_on_it() {
    let source = skeleton(&t_pose(), plain);
    let target = other(1.1, 1.0, 1.0, 1.3);
    // Both hands before the chest.
    let turns = |j: usize| match bone_of(&source, j) {
        LeftUpperArm => DQuat::from_rotation_y(-1.5),
        RightUpperArm => DQuat::from_rotation_y(1.5),
        LeftLowerArm => DQuat::from_rotation_y(-0.967),
        RightLowerArm => DQuat::from_rotation_y(0.967),
        _ => DQuat::IDENTITY,
    };
    let pose = posed(&source.0, turns, DVec3::ZERO);
    let hands = [LeftHand, RightHand].map(|b| place(&source, &pose, b));
    let apart = hands[0].distance(hands[1]);
    let mut out = vec![Xf::IDENTITY; target.0.len()];
    let mut settings = RetargetSettings::default();
    let mut reached = |strength: f64, goal: HandGoal| {
        settings.hands.strength = strength;
        settings.hands.goal = goal;
        run(&mut build(&source, &target, &settings), &pose, &mut out);
        [LeftHand, RightHand].map(|b| place(&target, &out, b))
    };
    let free = reached(0.0, HandGoal::Relative);
    assert!(
        (free[0].distance(free[1]) - apart).abs() > 0.05,
        "nothing to do: {free:?}"
    );
    let met = reached(1.0, HandGoal::Relative);
    assert!(
        (met[0].distance(met[1]) - apart).abs() < 0.02,
        "{met:?} of {hands:?}"
    );
    let absolute = reached(1.0, HandGoal::Absolute);
    for (hand, wanted) in absolute.iter().zip(hands) {
        assert!(hand.distance(wanted) < 1e-6, "{hand} of {wanted}");
    }
}

/// Somebody on hands and knees, with bent elbows and flat palms, the wrists so high over the floor.
fn on_all_fours(body: &Body, wrist_m: f64) -> Pose {
    let quarter = std::f64::consts::FRAC_PI_2;
    let turns = |j: usize| match bone_of(body, j) {
        Hips => DQuat::from_rotation_x(quarter),
        LeftUpperLeg | RightUpperLeg => DQuat::from_rotation_x(-quarter),
        LeftLowerLeg | RightLowerLeg | LeftFoot | RightFoot => DQuat::from_rotation_x(quarter),
        LeftUpperArm => DQuat::from_rotation_y(-quarter + 0.7),
        RightUpperArm => DQuat::from_rotation_y(quarter - 0.7),
        LeftLowerArm => DQuat::from_rotation_y(-1.2),
        RightLowerArm => DQuat::from_rotation_y(1.2),
        LeftHand => DQuat::from_rotation_y(0.5) * DQuat::from_rotation_z(quarter),
        RightHand => DQuat::from_rotation_y(-0.5) * DQuat::from_rotation_z(-quarter),
        _ => DQuat::IDENTITY,
    };
    let pose = posed(&body.0, turns, DVec3::ZERO);
    let low_m = place(body, &pose, LeftHand).y;
    posed(&body.0, turns, DVec3::Y * (wrist_m - low_m))
}

/// Half the thickness of the hand of a forearm of 27 cm that has no surface.
const HALF_THICK_M: f64 = 0.5 * 0.14 * 0.7 * 0.27;

#[test]
fn hands_are_on_the_floor_where_the_performer_s_are() {
    let source = skeleton(&t_pose(), plain);
    for over_m in [0.0, 0.01] {
        let pose = on_all_fours(&source, HALF_THICK_M + over_m);
        for arms in [0.95, 1.0, 1.3] {
            let target = other(arms, 1.0, 1.0, 1.0);
            let wrists = |settings: &RetargetSettings| {
                let mut out = vec![Xf::IDENTITY; target.0.len()];
                run(&mut build(&source, &target, settings), &pose, &mut out);
                [LeftHand, RightHand].map(|b| place(&target, &out, b).y)
            };
            let mut off = RetargetSettings::default();
            off.hands.match_floor = 0.0;
            off.hands.keep_above_floor = 0.0;
            let wanted_m = arms * (HALF_THICK_M + over_m);
            for (held_m, free_m) in wrists(&RetargetSettings::default())
                .into_iter()
                .zip(wrists(&off))
            {
                assert!((held_m - wanted_m).abs() < 1e-6, "{arms}: {held_m} m");
                let needed = (free_m - wanted_m).abs() > 0.01;
                assert_eq!(needed, arms != 1.0, "{arms}: {free_m} m");
            }
        }
    }
}

/// The hands of somebody who bows come down to the floor at 1 m/s and through it, on arms that are too long.
#[test]
fn hands_stop_at_the_floor_and_never_jump() {
    let source = skeleton(&t_pose(), plain);
    let target = other(1.3, 1.0, 1.0, 1.0);
    let mut retargeter = build(&source, &target, &RetargetSettings::default());
    let mut free = build(
        &source,
        &target,
        &RetargetSettings::default().unconstrained(),
    );
    let [mut out, mut loose] = [(); 2].map(|()| vec![Xf::IDENTITY; target.0.len()]);
    let (mut before, mut lowest_m, mut most_m) = (None, f64::INFINITY, 0.0f64);
    for f in 0..240 {
        let t = f64::from(f) * DT_S;
        let pose = on_all_fours(&source, 0.35 - 0.34 * (3.0 * t).sin().abs());
        run(&mut retargeter, &pose, &mut out);
        run(&mut free, &pose, &mut loose);
        let [held, goes] = [&out, &loose].map(|pose| place(&target, pose, LeftHand));
        lowest_m = lowest_m.min(held.y);
        if let Some(before) = before.replace(held - goes) {
            most_m = most_m.max((held - goes).distance(before));
        }
    }
    let moved_m = before.map_or(0.0, DVec3::length);
    assert!(
        most_m < 0.005,
        "{most_m} m in a frame, in the end {moved_m}"
    );
    assert!(lowest_m > -0.03, "{lowest_m} m");
}

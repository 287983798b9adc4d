//! Hands: where they reach.

use super::stick_body::{place, plain, posed, skeleton, t_pose};
use super::{bone_of, build, other, run};
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

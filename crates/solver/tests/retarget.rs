//! Retargeting between skeletons whose true answer is known: itself, the same body in an A-pose, bigger bodies, bodies
//! with other chains.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod stick_body;

use cyc_model::HumanBone::*;
use cyc_model::{HumanBone, HumanoidMap, JointFrame, Skeleton, Stage, Xf};
use cyc_solver::{RetargetError, RetargetSettings, Retargeter, Side};
use glam::{DQuat, DVec3, EulerRot};
use proptest::prelude::*;
use stick_body::{Part, place, plain, posed, skeleton, t_pose, turned};

fn run(
    source: &(Skeleton, HumanoidMap),
    target: &(Skeleton, HumanoidMap),
    globals: &[Xf<Stage, JointFrame>],
    settings: &RetargetSettings,
) -> Vec<Xf<Stage, JointFrame>> {
    let mut retargeter =
        Retargeter::build((&source.0, &source.1), (&target.0, &target.1), settings).unwrap();
    let mut out = vec![Xf::IDENTITY; target.0.len()];
    retargeter.run(globals, 0.0, &mut out);
    out
}

/// Without joint limits: what [`wild_turns`] makes is no pose of a human.
fn without_limits() -> RetargetSettings {
    let mut settings = RetargetSettings::default();
    settings.limits.strength = 0.0;
    settings
}

fn wild_turns(seed: [f64; 3]) -> impl Fn(usize) -> DQuat {
    move |j| {
        let k = j as f64;
        let [a, b, c] = [0, 1, 2].map(|i| 0.5 * (seed[i] + (1.3 + i as f64) * k).sin());
        DQuat::from_euler(EulerRot::ZYX, a, b, c)
    }
}

/// The body with its arms lowered by 45 degrees and its legs apart.
fn a_pose() -> Vec<Part> {
    let swing = |parts: &mut Vec<Part>, limb: &[HumanBone], angle: f64| {
        let pivot = parts.iter().find(|p| p.bone == limb[0]).unwrap().at;
        let turn = DQuat::from_rotation_z(angle);
        for part in parts.iter_mut().filter(|p| limb[1..].contains(&p.bone)) {
            part.at = pivot + turn * (part.at - pivot);
        }
    };
    let mut parts = t_pose();
    swing(&mut parts, &[LeftUpperArm, LeftLowerArm, LeftHand], -0.8);
    swing(&mut parts, &[RightUpperArm, RightLowerArm, RightHand], 0.8);
    swing(
        &mut parts,
        &[LeftUpperLeg, LeftLowerLeg, LeftFoot, LeftToes],
        0.1,
    );
    swing(
        &mut parts,
        &[RightUpperLeg, RightLowerLeg, RightFoot, RightToes],
        -0.1,
    );
    parts
}

const LIMBS: [(HumanBone, HumanBone); 8] = [
    (LeftUpperArm, LeftLowerArm),
    (LeftLowerArm, LeftHand),
    (RightUpperArm, RightLowerArm),
    (RightLowerArm, RightHand),
    (LeftUpperLeg, LeftLowerLeg),
    (LeftLowerLeg, LeftFoot),
    (RightUpperLeg, RightLowerLeg),
    (RightLowerLeg, RightFoot),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_skeleton_takes_the_same_pose(seed in prop::array::uniform3(0.0..6.0f64), lift in 1.0..2.0f64) {
        let body = skeleton(&t_pose(), turned);
        let globals = posed(&body.0, wild_turns(seed), DVec3::new(0.4, lift, -2.0));
        let out = run(&body, &body, &globals, &without_limits());
        for (a, b) in out.iter().zip(&globals) {
            prop_assert!(a.translation().distance_m(b.translation()) < 1e-9);
            prop_assert!(a.rotation().dot(b.rotation()).abs() > 1.0 - 1e-12);
        }
    }

    #[test]
    fn an_a_pose_target_points_its_limbs_the_same_way(seed in prop::array::uniform3(0.0..6.0f64)) {
        let source = skeleton(&t_pose(), plain);
        let target = skeleton(&a_pose(), turned);
        // High above the floor, where feet are not corrected.
        let globals = posed(&source.0, wild_turns(seed), DVec3::Y * 3.0);
        let out = run(&source, &target, &globals, &without_limits());
        for (from, to) in LIMBS {
            let wanted = (place(&source, &globals, to) - place(&source, &globals, from)).normalize_or_zero();
            let given = (place(&target, &out, to) - place(&target, &out, from)).normalize_or_zero();
            prop_assert!(wanted.angle_between(given) < 1e-6, "{from:?}");
        }
    }

    #[test]
    fn soles_follow_the_floor_at_any_size(size in 0.5..1.6f64, shank in 0.85..1.15f64, crouch in 0.1..0.9f64) {
        let source = skeleton(&t_pose(), plain);
        // Another size, and other proportions of thigh and shank: without the floor its feet would float or sink.
        let mut parts = t_pose();
        for part in &mut parts {
            part.at *= size;
            if matches!(part.bone, LeftLowerLeg | RightLowerLeg) {
                part.at.y *= shank;
            }
        }
        let target = skeleton(&parts, turned);
        let bend = |j: usize| {
            let bone = source.1.bone(cyc_model::JointIdx(j as u16)).unwrap();
            DQuat::from_rotation_x(match bone {
                LeftUpperLeg | RightUpperLeg => -crouch,
                LeftLowerLeg | RightLowerLeg => 2.0 * crouch,
                LeftFoot | RightFoot => -crouch,
                _ => 0.0,
            })
        };
        let squat = posed(&source.0, bend, DVec3::ZERO);
        // Put the performer's soles on the floor.
        let sink = place(&source, &squat, LeftFoot).y - 0.09;
        let squat = posed(&source.0, bend, DVec3::new(0.3, -sink, 1.0));
        let out = run(&source, &target, &squat, &RetargetSettings::default());
        for foot in [LeftFoot, RightFoot] {
            let height = place(&target, &out, foot).y;
            prop_assert!((height - 0.09 * size).abs() < 1e-6, "{foot:?} at {height}");
        }
        let middle = 0.5 * (place(&target, &out, LeftUpperLeg) + place(&target, &out, RightUpperLeg));
        // The hips are where the performer's are, scaled, but for the step that lets legs of other lengths reach.
        prop_assert!((middle.z - size * place(&source, &squat, LeftUpperLeg).z).abs() < 0.03 * size);
    }
}

#[test]
fn a_chain_of_other_length_ends_turned_the_same() {
    let source = skeleton(&t_pose(), plain);
    // A target with one more trunk bone and no neck.
    let mut parts = t_pose();
    parts.retain(|p| p.bone != Neck);
    for part in &mut parts {
        if part.parent == Some(Neck) {
            part.parent = Some(Chest);
        }
    }
    let top = Part {
        bone: UpperChest,
        parent: Some(Chest),
        at: DVec3::new(0.0, 1.38, -0.04),
    };
    for part in &mut parts {
        if part.parent == Some(Chest) {
            part.parent = Some(UpperChest);
        }
    }
    let at = parts.iter().position(|p| p.bone == Chest).unwrap() + 1;
    parts.insert(at, top);
    let target = skeleton(&parts, turned);
    let globals = posed(&source.0, wild_turns([1.0, 2.0, 3.0]), DVec3::Y * 3.0);
    let out = run(&source, &target, &globals, &without_limits());
    let turn = |body: &(Skeleton, HumanoidMap), globals: &[Xf<Stage, JointFrame>], bone| {
        let j = body.1.joint(bone).unwrap().idx();
        globals[j].rotation() * body.0.rest_global()[j].rotation().conjugate()
    };
    let same = |a: DQuat, b: DQuat| a.dot(b).abs() > 1.0 - 1e-12;
    assert!(same(
        turn(&source, &globals, Chest),
        turn(&target, &out, UpperChest)
    ));
    assert!(same(
        turn(&source, &globals, Head),
        turn(&target, &out, Head)
    ));
    assert!(same(
        turn(&source, &globals, LeftHand),
        turn(&target, &out, LeftHand)
    ));
    // The bones between turn by parts: nowhere more than the whole.
    let whole = turn(&source, &globals, Hips).angle_between(turn(&source, &globals, Chest));
    let part = turn(&target, &out, Hips).angle_between(turn(&target, &out, Spine));
    assert!(part < whole + 0.5);
}

#[test]
fn what_is_missing_is_named() {
    let whole = skeleton(&t_pose(), plain);
    let mut parts = t_pose();
    parts.retain(|p| p.bone != RightHand);
    let broken = skeleton(&parts, plain);
    let build = |a: &(Skeleton, HumanoidMap), b: &(Skeleton, HumanoidMap)| {
        Retargeter::build((&a.0, &a.1), (&b.0, &b.1), &RetargetSettings::default())
    };
    let missing = |side| RetargetError::MissingBones {
        side,
        bones: vec![RightHand],
    };
    assert_eq!(build(&whole, &broken).err(), Some(missing(Side::Target)));
    assert_eq!(build(&broken, &whole).err(), Some(missing(Side::Source)));
    let mut lying = t_pose();
    for part in &mut lying {
        part.at.y = 0.0;
    }
    let lying = skeleton(&lying, plain);
    assert_eq!(
        build(&whole, &lying).err(),
        Some(RetargetError::NotStanding { side: Side::Target })
    );
}

#[test]
fn slices_that_are_too_short_change_nothing() {
    let body = skeleton(&t_pose(), plain);
    let mut retargeter = Retargeter::build(
        (&body.0, &body.1),
        (&body.0, &body.1),
        &RetargetSettings::default(),
    )
    .unwrap();
    let globals = posed(&body.0, |_| DQuat::IDENTITY, DVec3::ZERO);
    let mut out = vec![Xf::IDENTITY; body.0.len() - 1];
    retargeter.run(&globals, 0.0, &mut out);
    assert!(out.iter().all(|x| *x == Xf::IDENTITY));
    let mut out = vec![Xf::IDENTITY; body.0.len()];
    retargeter.run(&globals[1..], 0.0, &mut out);
    assert!(out.iter().all(|x| *x == Xf::IDENTITY));
}

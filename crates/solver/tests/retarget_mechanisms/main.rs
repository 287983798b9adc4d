//! Each mechanism of the retargeter alone, on bodies of sticks whose true answer is known, and all of them under noise.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod hands;
mod soles;
#[path = "../stick_body/mod.rs"]
mod stick_body;

use cyc_model::HumanBone::*;
use cyc_model::{HumanBone, HumanoidMap, JointFrame, JointIdx, JointSpec, Skeleton, Stage, Xf};
use cyc_solver::{BoneKey, RetargetSettings, Retargeter};
use glam::{DQuat, DVec3};
use proptest::prelude::*;
use stick_body::{place, plain, posed, skeleton, t_pose, turned};

type Body = (Skeleton, HumanoidMap);
type Pose = Vec<Xf<Stage, JointFrame>>;

const DT_S: f64 = 1.0 / 120.0;

fn build(source: &Body, target: &Body, settings: &RetargetSettings) -> Retargeter {
    Retargeter::build((&source.0, &source.1), (&target.0, &target.1), settings).unwrap()
}

fn bone_of(body: &Body, joint: usize) -> HumanBone {
    body.1.bone(JointIdx(joint as u16)).unwrap()
}

/// The plain body with other proportions.
fn other(arms: f64, thighs: f64, shanks: f64, width: f64) -> Body {
    let mut parts = t_pose();
    let rest = |bone| t_pose().iter().find(|p| p.bone == bone).unwrap().at;
    for part in &mut parts {
        let side = part.at.x.signum();
        match part.bone {
            LeftLowerArm | RightLowerArm | LeftHand | RightHand => {
                part.at.x = side * (0.2 * width + arms * (part.at.x.abs() - 0.2));
            }
            LeftUpperArm | RightUpperArm => part.at.x *= width,
            _ => {}
        }
        let (thigh, shank) = (0.43 * thighs, 0.43 * shanks);
        let hip_y = 0.09 + shank + thigh;
        match part.bone {
            LeftLowerLeg | RightLowerLeg => part.at.y = 0.09 + shank,
            LeftUpperLeg | RightUpperLeg => part.at.y = hip_y,
            LeftFoot | RightFoot | LeftToes | RightToes => {}
            bone => part.at.y = rest(bone).y - 0.95 + hip_y,
        }
    }
    skeleton(&parts, turned)
}

/// A walk in place and forward: crude, but with stances, heel strikes and roll-offs.
fn walk(body: &Body, t: f64) -> Pose {
    let phase = t * 5.0;
    let leg = |side: f64| {
        let swing = 0.5 * (phase + side).sin();
        let lift = (phase + side).cos().max(0.0);
        (swing, 0.15 + 0.9 * lift)
    };
    let turns = |j: usize| {
        let bone = bone_of(body, j);
        let (swing, knee) = leg(if bone.vrm_name().starts_with("left") {
            0.0
        } else {
            std::f64::consts::PI
        });
        match bone {
            LeftUpperLeg | RightUpperLeg => DQuat::from_rotation_x(-swing - 0.5 * knee),
            LeftLowerLeg | RightLowerLeg => DQuat::from_rotation_x(knee),
            LeftFoot | RightFoot => DQuat::from_rotation_x(0.6 * swing - 0.3 * knee),
            LeftUpperArm => DQuat::from_rotation_z(-1.2) * DQuat::from_rotation_y(swing),
            RightUpperArm => DQuat::from_rotation_z(1.2) * DQuat::from_rotation_y(swing),
            LeftLowerArm => DQuat::from_rotation_y(-0.6),
            RightLowerArm => DQuat::from_rotation_y(0.6),
            _ => DQuat::IDENTITY,
        }
    };
    let at = DVec3::Z * 1.1 * t;
    let pose = posed(&body.0, turns, at);
    let low = [LeftFoot, RightFoot].map(|b| place(body, &pose, b).y - 0.09);
    posed(&body.0, turns, at - DVec3::Y * low[0].min(low[1]))
}

fn run(retargeter: &mut Retargeter, pose: &Pose, out: &mut Pose) {
    retargeter.run(pose, DT_S, out);
}

/// How far the farthest joint moved.
fn farthest(a: &Pose, b: &Pose) -> f64 {
    let far = |(a, b): (&Xf<Stage, JointFrame>, &Xf<Stage, JointFrame>)| {
        a.translation().distance_m(b.translation())
    };
    a.iter().zip(b).map(far).fold(0.0, f64::max)
}

/// The joints of a skeleton, to be made anew with others beside them.
fn specs_of(skeleton: &Skeleton) -> Vec<JointSpec> {
    let joints = skeleton.joints().iter();
    joints
        .map(|j| JointSpec {
            name: j.name.clone(),
            parent: j.parent.map(|p| p.idx()),
            parent_from_joint: j.parent_from_joint,
        })
        .collect()
}

#[test]
fn a_forearm_s_twist_joints_share_what_the_hand_turns() {
    let source = skeleton(&t_pose(), plain);
    let (plain_body, _) = (skeleton(&t_pose(), turned), ());
    // Two more joints on the left forearm, one of them carrying the hand.
    let rest = plain_body.0.rest_global();
    let at = |bone| plain_body.1.joint(bone).unwrap().idx();
    let (forearm, hand) = (at(LeftLowerArm), at(LeftHand));
    let along = rest[hand].translation().metres() - rest[forearm].translation().metres();
    let in_forearm = rest[forearm].rotation().conjugate();
    let mut specs = specs_of(&plain_body.0);
    let place_at = |part: f64| Xf::from_translation(in_forearm * (along * part));
    let twist = |name: &str, part: f64| JointSpec {
        name: name.into(),
        parent: Some(forearm),
        parent_from_joint: place_at(part),
    };
    specs.push(twist("middle", 0.5));
    specs.push(twist("lowerarm_twist_01_l", 0.75));
    let middle = specs.len() - 2;
    specs[hand].parent = Some(middle);
    specs[hand].parent_from_joint = Xf::saturating(
        in_forearm * rest[hand].rotation(),
        in_forearm * (along * 0.5),
    );
    let (with, order) = Skeleton::build(specs).unwrap();
    let bones = plain_body.1.bones().map(|(b, j)| (b, order[j.idx()]));
    let map = HumanoidMap::build(&with, bones).unwrap();
    let target = (with, map);
    let mut out = vec![Xf::IDENTITY; target.0.len()];
    let mut angles = |share: f64, turning: HumanBone| {
        let turns = |j: usize| match bone_of(&source, j) {
            bone if bone == turning => DQuat::from_rotation_x(1.2),
            _ => DQuat::IDENTITY,
        };
        let pose = posed(&source.0, turns, DVec3::ZERO);
        let mut settings = RetargetSettings::default();
        settings.twist.share = share;
        run(&mut build(&source, &target, &settings), &pose, &mut out);
        let turn = |name: &str| {
            let j = target.0.find(name).unwrap().idx();
            let turned = out[j].rotation() * target.0.rest_global()[j].rotation().conjugate();
            turned.to_scaled_axis().x
        };
        let hand = turn("leftHand");
        assert!((hand - 1.2).abs() < 1e-9, "the hand itself: {hand}");
        ["leftLowerArm", "middle", "lowerarm_twist_01_l"].map(turn)
    };
    let is = |found: [f64; 3], wanted: [f64; 3]| {
        let pairs = found.iter().zip(wanted);
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) < 1e-9
    };
    // A rig turns the hand against the forearm, or all of the forearm: the elbow itself turns in neither.
    for turning in [LeftHand, LeftLowerArm] {
        let shared = angles(1.0, turning);
        assert!(is(shared, [0.0, 0.6, 0.9]), "{turning:?}: {shared:?}");
    }
    assert!(is(angles(0.0, LeftHand), [0.0; 3]));
    assert!(is(angles(0.0, LeftLowerArm), [1.2; 3]));
}

#[test]
fn settings_change_without_a_jump_and_arrive() {
    let source = skeleton(&t_pose(), plain);
    let target = other(1.0, 0.8, 0.9, 1.2);
    let mut changed = RetargetSettings::default();
    changed.feet.plant = 0.0;
    changed.hands.strength = 1.0;
    changed.limits.strength = 0.0;
    changed
        .offsets_deg
        .insert(BoneKey(LeftUpperArm), [0.0, 0.0, 45.0]);
    changed.root.scale = cyc_solver::RootScale::None;
    let mut moved = build(&source, &target, &RetargetSettings::default());
    let mut fresh = build(&source, &target, &changed);
    let (mut out, mut before, mut wanted) = (
        vec![Xf::IDENTITY; target.0.len()],
        Vec::new(),
        vec![Xf::IDENTITY; target.0.len()],
    );
    let mut most = [0.0f64; 2];
    for f in 0..360 {
        // Standing still, so that all that moves is the change.
        let pose = walk(&source, 0.2);
        if f == 120 {
            moved.set_settings(&changed);
        }
        run(&mut moved, &pose, &mut out);
        run(&mut fresh, &pose, &mut wanted);
        if f > 0 {
            most[usize::from(f >= 120)] = most[usize::from(f >= 120)].max(farthest(&out, &before));
        }
        before.clone_from(&out);
    }
    assert!(most[0] < 1e-3, "it moved before the change: {most:?}");
    assert!(most[1] < 0.02, "a jump of {} m in a frame", most[1]);
    assert!(
        farthest(&out, &wanted) < 0.01,
        "not there: {}",
        farthest(&out, &wanted)
    );
    // At once, the same change would have been a jump.
    let mut old = vec![Xf::IDENTITY; target.0.len()];
    run(
        &mut build(&source, &target, &RetargetSettings::default()),
        &walk(&source, 0.2),
        &mut old,
    );
    assert!(
        farthest(&old, &wanted) > 0.05,
        "{}",
        farthest(&old, &wanted)
    );
}

#[test]
fn a_jump_a_gap_and_a_seek_start_anew() {
    let source = skeleton(&t_pose(), plain);
    let target = other(1.0, 0.8, 1.1, 1.2);
    let settings = RetargetSettings::default();
    let fresh = |pose: &Pose| {
        let mut out = vec![Xf::IDENTITY; target.0.len()];
        assert!(
            build(&source, &target, &settings)
                .run(pose, 0.0, &mut out)
                .restarted
        );
        out
    };
    let there: Pose = walk(&source, 0.7);
    let far: Pose = there
        .iter()
        .map(|x| Xf::saturating(x.rotation(), x.translation().metres() + DVec3::X * 3.0))
        .collect();
    for (pose, dt_s, restarts) in [
        (&far, DT_S, true),
        (&there, 0.5, true),
        (&there, -0.1, true),
        (&there, f64::NAN, true),
        (&there, DT_S, false),
    ] {
        let mut retargeter = build(&source, &target, &settings);
        let mut out = vec![Xf::IDENTITY; target.0.len()];
        for f in 0..84 {
            run(&mut retargeter, &walk(&source, f as f64 * DT_S), &mut out);
        }
        assert_eq!(
            retargeter.run(pose, dt_s, &mut out).restarted,
            restarts,
            "{dt_s}"
        );
        assert_eq!(farthest(&out, &fresh(pose)) < 1e-9, restarts, "{dt_s}");
    }
    // The same frame again moves nothing.
    let mut retargeter = build(&source, &target, &settings);
    let (mut out, mut again) = (
        vec![Xf::IDENTITY; target.0.len()],
        vec![Xf::IDENTITY; target.0.len()],
    );
    for f in 0..84 {
        run(&mut retargeter, &walk(&source, f as f64 * DT_S), &mut out);
    }
    retargeter.run(&walk(&source, 83.0 * DT_S), 0.0, &mut again);
    assert!(farthest(&out, &again) < 0.004, "{}", farthest(&out, &again));
}

/// How far a knee bends in all, and how far of that forward over the thigh, as none should, degrees.
fn knee_deg(body: &Body, pose: &Pose, [hip, knee, ankle]: [HumanBone; 3]) -> [f64; 2] {
    let at = |b| place(body, pose, b);
    let upper = (at(knee) - at(hip)).normalize_or_zero();
    let lower = (at(ankle) - at(knee)).normalize_or_zero();
    let j = body.1.joint(hip).unwrap().idx();
    let front = pose[j].rotation() * body.0.rest_global()[j].rotation().conjugate() * DVec3::Z;
    let front = (front - upper * front.dot(upper)).normalize_or_zero();
    [upper.angle_between(lower), lower.dot(front).asin()].map(f64::to_degrees)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_body_in_any_noise_stays_whole(
        size in prop::array::uniform4(0.6..1.6f64), seed in 0.0..100.0f64, noise in 0.0..0.5f64
    ) {
        let source = skeleton(&t_pose(), plain);
        let target = other(size[0], size[1], size[2], size[3]);
        let mut settings = RetargetSettings::default();
        settings.hands.strength = 1.0;
        let mut retargeter = build(&source, &target, &settings);
        let mut out = vec![Xf::IDENTITY; target.0.len()];
        for f in 0..120 {
            let clean = walk(&source, f as f64 * DT_S);
            let pose: Pose = clean.iter().enumerate().map(|(j, x)| {
                let k = seed + 7.1 * j as f64 + 13.7 * f as f64;
                let axis = DVec3::new(k.sin(), (1.7 * k).sin(), (2.3 * k).cos());
                let turn = DQuat::from_scaled_axis(axis * noise);
                Xf::saturating(turn * x.rotation(), x.translation().metres() + axis * (0.02 * noise))
            }).collect();
            retargeter.run(&pose, DT_S, &mut out);
            for x in &out {
                prop_assert!(x.translation().metres().is_finite());
                prop_assert!((x.rotation().length() - 1.0).abs() < 1e-9);
            }
            for foot in [LeftFoot, RightFoot] {
                prop_assert!(place(&target, &out, foot).y > -0.1, "under the floor");
            }
            for leg in [[LeftUpperLeg, LeftLowerLeg, LeftFoot], [RightUpperLeg, RightLowerLeg, RightFoot]] {
                let [bend, forward] = knee_deg(&target, &out, leg);
                prop_assert!(bend < 166.0 && forward < 35.0, "frame {f}: a knee bends by {bend}, {forward} degrees");
            }
            for [upper, lower, hand] in [[LeftUpperArm, LeftLowerArm, LeftHand], [RightUpperArm, RightLowerArm, RightHand]] {
                let at = |b| place(&target, &out, b);
                let bend = (at(lower) - at(upper)).angle_between(at(hand) - at(lower)).to_degrees();
                prop_assert!(bend < 175.0, "frame {f}: an elbow bends by {bend} degrees");
            }
            for (bone, parent, most) in [(Neck, Chest, 80.0), (Head, Neck, 80.0), (Spine, Hips, 70.0), (Chest, Spine, 60.0)] {
                let turn = |b| {
                    let j = target.1.joint(b).unwrap().idx();
                    out[j].rotation() * target.0.rest_global()[j].rotation().conjugate()
                };
                let deg = turn(parent).angle_between(turn(bone)).to_degrees();
                prop_assert!(deg < most + 0.01, "{bone:?}: {deg} degrees");
            }
        }
    }
}

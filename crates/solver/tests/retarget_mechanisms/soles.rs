//! Soles of all kinds: feet without toes, hoofs, paws, and toes that the performer has not.

use super::stick_body::{Part, place, plain, posed, skeleton, t_pose, turned};
use super::{Body, DT_S, bone_of, build, run, specs_of, walk};
use cyc_model::HumanBone::*;
use cyc_model::{FootReach, HumanBone, HumanoidMap, JointSpec, Skeleton, Xf};
use cyc_solver::{ReferenceStance, RetargetSettings};
use glam::{DQuat, DVec3};

/// The plain body without joints for its toes.
fn toeless() -> Vec<Part> {
    let parts = t_pose().into_iter();
    let is_toes = |part: &Part| matches!(part.bone, LeftToes | RightToes);
    parts.filter(|part| !is_toes(part)).collect()
}

/// The lowest that a point comes of a joint of each side which stands on the floor at rest, so far ahead of the ankle, while a
/// performer walks.
fn lowest_m(source: &Body, target: &Body, bones: [HumanBone; 2], ahead_m: f64) -> f64 {
    let mut retargeter = build(source, target, &RetargetSettings::default());
    let mut out = vec![Xf::IDENTITY; target.0.len()];
    let mut lowest_m = f64::INFINITY;
    let points = bones.map(|bone| {
        let joint = target.1.joint(bone).unwrap().idx();
        let rest = target.0.rest_global()[joint];
        let at = rest.translation().metres();
        let point = DVec3::new(at.x, 0.0, ahead_m) - at;
        (joint, rest.rotation().conjugate() * point)
    });
    for f in 0..300 {
        run(&mut retargeter, &walk(source, f as f64 * DT_S), &mut out);
        for (joint, point) in points {
            let at = out[joint].translation().metres() + out[joint].rotation() * point;
            lowest_m = lowest_m.min(at.y);
        }
    }
    lowest_m
}

#[test]
fn a_foot_without_toes_rolls_over_its_ball_or_its_tip() {
    let source = skeleton(&t_pose(), plain);
    let (bones, map) = skeleton(&toeless(), turned);
    let feet = [LeftFoot, RightFoot];
    let lowest = |ahead_m: Option<f64>, at_m: f64| {
        let behind_m = 0.05;
        let shoe = ahead_m.map(|ahead_m| FootReach { ahead_m, behind_m });
        let body = (bones.clone(), map.clone().with_feet([shoe; 2]));
        lowest_m(&source, &body, feet, at_m)
    };
    // A foot without a surface stands on what would be the ball, 15 % of 95 cm ahead, and a hoof that is shorter on its own tip.
    let ball_m = lowest(None, 0.1425);
    assert!((-0.002..0.001).contains(&ball_m), "{ball_m} m");
    let [hoof_m, beyond_m] = [0.07, 0.14].map(|at_m| lowest(Some(0.07), at_m));
    assert!(hoof_m > -0.002 && beyond_m < -0.01, "{hoof_m} {beyond_m}");
}

/// A stiff shoe that reaches beyond its ball, as most do: its tip stays out of the floor, by a foot that rises and never pops; a
/// clown's is pitched less instead of being thrown up.
#[test]
fn a_stiff_shoe_does_not_roll_its_tip_into_the_floor() {
    let source = skeleton(&t_pose(), plain);
    let (bones, map) = skeleton(&toeless(), turned);
    let feet = [LeftFoot, RightFoot];
    for (ahead_m, pitch_off_deg) in [(0.17, 5.0), (0.2, 5.0), (0.4, 40.0)] {
        let behind_m = 0.05;
        let shoe = FootReach { ahead_m, behind_m };
        let body = (bones.clone(), map.clone().with_feet([Some(shoe); 2]));
        let lowest_m = lowest_m(&source, &body, feet, ahead_m);
        assert!(
            (-0.002..0.001).contains(&lowest_m),
            "{ahead_m}: {lowest_m} m"
        );
        let mut retargeter = build(&source, &body, &RetargetSettings::default());
        let mut free = build(&source, &body, &RetargetSettings::default().unconstrained());
        let [mut out, mut loose] = [(); 2].map(|()| vec![Xf::IDENTITY; body.0.len()]);
        let (mut before, mut pop_m, mut off_deg) = (None, 0.0f64, 0.0f64);
        for f in 0..300 {
            let pose = walk(&source, f as f64 * DT_S);
            run(&mut retargeter, &pose, &mut out);
            run(&mut free, &pose, &mut loose);
            let moved = feet.map(|foot| place(&body, &out, foot) - place(&body, &loose, foot));
            if let Some(before) = before.replace(moved) {
                let pops = moved.iter().zip(before).map(|(a, b)| a.distance(b));
                pop_m = pops.fold(pop_m, f64::max);
            }
            for foot in feet {
                let joint = body.1.joint(foot).unwrap().idx();
                let off = out[joint].rotation().angle_between(loose[joint].rotation());
                off_deg = off_deg.max(off.to_degrees());
            }
        }
        assert!(pop_m < 0.005, "{ahead_m}: {pop_m} m in a frame");
        assert!(off_deg < pitch_off_deg, "{ahead_m}: {off_deg} degrees");
    }
}

#[test]
fn toes_that_the_performer_has_not_stay_on_the_floor() {
    let source = skeleton(&toeless(), plain);
    let target = skeleton(&t_pose(), turned);
    let lowest_m = lowest_m(&source, &target, [LeftToes, RightToes], 0.2);
    assert!(lowest_m > -0.006, "{lowest_m} m");
}

/// Toes right under the ankle, as of a goat that stands on its tips, give a foot no direction: nothing may come of that.
#[test]
fn a_foot_that_stands_on_its_tip_stays_whole() {
    let source = skeleton(&t_pose(), plain);
    let mut parts = t_pose();
    let is_toes = |part: &&mut Part| matches!(part.bone, LeftToes | RightToes);
    parts
        .iter_mut()
        .filter(is_toes)
        .for_each(|part| part.at.z = 0.0);
    let target = skeleton(&parts, turned);
    let mut retargeter = build(&source, &target, &RetargetSettings::default());
    let mut out = vec![Xf::IDENTITY; target.0.len()];
    for f in 0..200 {
        run(&mut retargeter, &walk(&source, f as f64 * DT_S), &mut out);
        for foot in [LeftFoot, RightFoot] {
            let at = place(&target, &out, foot);
            assert!(at.is_finite() && at.y > 0.05, "{f}: {at}");
        }
    }
}

/// A paw: of three toes one is the bone, and all bend alike; what hangs on the foot elsewhere does not.
#[test]
fn all_toes_of_a_foot_bend() {
    let source = skeleton(&t_pose(), plain);
    let (bones, _) = skeleton(&t_pose(), turned);
    let foot = bones.find("leftFoot").unwrap().idx();
    let rest = bones.rest_global()[foot];
    let mut specs = specs_of(&bones);
    for (aside_m, ahead_m) in [(0.05, 0.13), (-0.05, 0.12), (0.0, -0.05)] {
        let arm = DVec3::new(aside_m, -0.06, ahead_m);
        specs.push(JointSpec {
            name: format!("claw {aside_m} {ahead_m}"),
            parent: Some(foot),
            parent_from_joint: Xf::saturating(DQuat::IDENTITY, rest.rotation().conjugate() * arm),
        });
    }
    let (bones, order) = Skeleton::build(specs).unwrap();
    let map = t_pose().into_iter().enumerate();
    let map = HumanoidMap::build(&bones, map.map(|(k, part)| (part.bone, order[k]))).unwrap();
    let target = (bones, map);
    let mut retargeter = build(&source, &target, &RetargetSettings::default());
    let mut out = vec![Xf::IDENTITY; target.0.len()];
    let mut bent_rad = 0.0f64;
    for f in 0..200 {
        run(&mut retargeter, &walk(&source, f as f64 * DT_S), &mut out);
        let turn = |joint: usize| {
            out[joint].rotation() * target.0.rest_global()[joint].rotation().conjugate()
        };
        let toes = turn(target.1.joint(LeftToes).unwrap().idx());
        let foot = turn(target.1.joint(LeftFoot).unwrap().idx());
        let [one, other, spur] = [0, 1, 2].map(|k| turn(order[order.len() - 3 + k].idx()));
        let apart = |a: DQuat, b: DQuat| 2.0 * (a.conjugate() * b).xyz().length().min(1.0).asin();
        assert!(apart(one, toes) < 1e-9 && apart(other, toes) < 1e-9);
        assert!(apart(spur, foot) < 1e-9);
        bent_rad = bent_rad.max(apart(toes, foot));
    }
    assert!(bent_rad > 0.2, "the toes bend by {bent_rad} only");
}

/// A heel that rises from a planted ball, at 0.4 m/s, hardly moves along the floor; but it rolls, and does not stand.
#[test]
fn a_heel_that_rises_does_not_stand_and_its_ball_does() {
    let body = skeleton(&t_pose(), plain);
    let mut reference = ReferenceStance::new(&body.0, &body.1).unwrap();
    let ball = place(&body, body.0.rest_global(), LeftToes);
    for f in 0..144 {
        let pitch_rad = 0.5 * (f64::from(f - 60) / 24.0).clamp(0.0, 1.0);
        let turns = |j: usize| match bone_of(&body, j) {
            LeftFoot => DQuat::from_rotation_x(pitch_rad),
            LeftToes => DQuat::from_rotation_x(-pitch_rad),
            _ => DQuat::IDENTITY,
        };
        let moved = place(&body, &posed(&body.0, turns, DVec3::ZERO), LeftToes) - ball;
        reference.push(&posed(&body.0, turns, -moved));
    }
    let stance = reference.finish(120.0);
    for (f, [left, _]) in stance.iter().enumerate() {
        assert!(left.ball, "frame {f}: the ball stands");
        assert!(left.heel || f >= 58, "frame {f}: the heel stands");
        assert!(!left.heel || f < 63, "frame {f}: the heel rises");
    }
}

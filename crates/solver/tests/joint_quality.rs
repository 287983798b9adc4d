//! How surely markers show each joint: all of it when all are seen, nothing of a limb that is hidden, little of a bone of
//! which one marker is left. And that a limb whose markers all surprise is believed.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use cyc_model::{HumanBone, Point, Rig, Stage};
use cyc_solver::{
    FitSettings, Fitter, HUMAN_SKELETON, PRODUCTION_53, build_rig, parse_markerset, parse_skeleton,
};
use glam::{DQuat, DVec3};

fn rig() -> Rig {
    let set = parse_markerset(PRODUCTION_53).unwrap();
    build_rig(&parse_skeleton(HUMAN_SKELETON).unwrap(), &set).unwrap()
}

/// Fits the rest pose, whole for some frames and then without some markers for as many as `hidden`; returns the quality of all
/// joints.
fn quality(rig: &Rig, is_hidden: impl Fn(&str) -> bool, hidden: usize) -> Vec<f32> {
    let mut fitter = Fitter::new(rig, FitSettings::default());
    let whole: Vec<Option<Point<Stage>>> =
        fitter.fitted_markers().iter().map(|m| Some(*m)).collect();
    let left: Vec<_> = whole
        .iter()
        .zip(rig.markers())
        .map(|(at, marker)| at.filter(|_| !is_hidden(&marker.name)))
        .collect();
    assert!(fitter.joint_quality().iter().all(|q| *q == 0.0));
    for _ in 0..10 {
        fitter.fit(&whole);
    }
    for _ in 0..hidden {
        fitter.fit(&left);
    }
    fitter.joint_quality().to_vec()
}

fn of(rig: &Rig, quality: &[f32], bone: HumanBone) -> f32 {
    quality[rig.humanoid().joint(bone).unwrap().idx()]
}

#[test]
fn a_joint_is_as_sure_as_markers_show_it() {
    let rig = rig();
    let limbs = [
        HumanBone::Hips,
        HumanBone::LeftUpperLeg,
        HumanBone::LeftLowerLeg,
        HumanBone::LeftUpperArm,
        HumanBone::LeftLowerArm,
        HumanBone::RightLowerArm,
    ];
    let whole = quality(&rig, |_| false, 1);
    for bone in limbs {
        assert!(of(&rig, &whole, bone) > 0.9, "{bone:?}");
    }
    assert!(whole.iter().all(|q| (0.0..=1.0).contains(q)));

    let arm = ["LUPA", "LELB", "LIEL", "LFRM", "LWR", "LIH", "LOH", "LTHM"];
    let is_arm = |name: &str| arm.iter().any(|a| name.starts_with(a));
    for hidden in [1, 6, 40] {
        let armless = quality(&rig, is_arm, hidden);
        // What is held from the past is not seen.
        assert_eq!(of(&rig, &armless, HumanBone::LeftLowerArm), 0.0, "{hidden}");
        assert!(of(&rig, &armless, HumanBone::RightLowerArm) > 0.9);
        assert!(of(&rig, &armless, HumanBone::Hips) > 0.9);
    }

    // The elbow's outer marker alone says next to nothing about how far the upper arm is rolled, and the forearm's are gone.
    let elbow = quality(&rig, |name| is_arm(name) && name != "LELB", 40);
    let (before, after) = (
        of(&rig, &whole, HumanBone::LeftUpperArm),
        of(&rig, &elbow, HumanBone::LeftUpperArm),
    );
    assert!(after < 0.9 * before, "{before} {after}");
    assert!(after < of(&rig, &elbow, HumanBone::RightUpperArm));
}

#[test]
fn nothing_seen_is_nothing_sure() {
    let none = quality(&rig(), |_| true, 1);
    assert!(none.iter().all(|q| *q == 0.0));
}

/// The markers of an arm, turned as a whole about its shoulder: no solver has a part in where they are.
fn arm_turned(
    rig: &Rig,
    rest: &[Option<Point<Stage>>],
    about: DVec3,
    angle_rad: f64,
) -> Vec<Option<Point<Stage>>> {
    let turn = DQuat::from_axis_angle(DVec3::new(0.3, 0.2, 1.0).normalize_or(DVec3::Z), angle_rad);
    let shoulder = rig.humanoid().joint(HumanBone::LeftUpperArm).unwrap().idx();
    let joints = rig.skeleton().joints();
    let is_below = |mut j: usize| loop {
        match joints[j].parent {
            _ if j == shoulder => break true,
            Some(parent) => j = parent.idx(),
            None => break false,
        }
    };
    let turned = rest.iter().zip(rig.markers()).map(|(at, marker)| {
        at.map(|at| match is_below(marker.joint.idx()) {
            true => Point::saturating(about + turn * (at.metres() - about)),
            false => at,
        })
    });
    turned.collect()
}

#[test]
fn a_limb_that_is_flung_is_followed_at_once() {
    let rig = rig();
    let start = Fitter::new(&rig, FitSettings::default());
    let rest: Vec<_> = start.fitted_markers().iter().map(|m| Some(*m)).collect();
    let shoulder = rig.humanoid().joint(HumanBone::LeftUpperArm).unwrap();
    let about = start.globals()[shoulder.idx()].translation().metres();
    for degrees in [4.0, 8.0, 10.0, 12.0, 14.0, 16.0, 20.0, 24.0, 30.0_f64] {
        let mut fitter = start.clone();
        for _ in 0..10 {
            fitter.fit(&rest);
        }
        let flung = arm_turned(&rig, &rest, about, degrees.to_radians());
        fitter.fit(&flung);
        let worst = (0..flung.len())
            .filter_map(|m| fitter.residual_m(m))
            .fold(0.0, f64::max);
        assert!(
            worst < 0.005,
            "{degrees} degrees: {:.0} mm off",
            worst * 1e3
        );
    }
}

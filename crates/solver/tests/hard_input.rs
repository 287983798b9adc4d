//! Markers as bad as they come: nothing that is not finite comes out, a hidden limb stays calm, a ghost does not pull.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use cyc_model::{HumanBone, Point, Rig, Stage};
use cyc_solver::{
    FitSettings, Fitter, HUMAN_SKELETON, PRODUCTION_53, build_rig, parse_markerset, parse_skeleton,
};
use proptest::prelude::*;

fn rig() -> Rig {
    let set = parse_markerset(PRODUCTION_53).unwrap();
    build_rig(&parse_skeleton(HUMAN_SKELETON).unwrap(), &set).unwrap()
}

/// The rest pose walking along X at 1.2 m/s.
fn walking(rig: &Rig, frame: usize) -> Vec<Option<Point<Stage>>> {
    let shift = glam::DVec3::X * (0.01 * frame as f64);
    Fitter::new(rig, FitSettings::default())
        .fitted_markers()
        .iter()
        .map(|m| Some(Point::saturating(m.metres() + shift)))
        .collect()
}

fn is_sane(fitter: &Fitter) -> bool {
    fitter
        .globals()
        .iter()
        .all(|x| x.rotation().is_normalized() && x.translation().metres().is_finite())
        && fitter
            .fitted_markers()
            .iter()
            .all(|m| m.metres().is_finite())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn garbage_in_stays_finite(
        frames in prop::collection::vec(
            prop::collection::vec(
                prop::option::of((-1.0..1.0f64, -1.0..1.0f64, -1.0..1.0f64)), 0..60), 1..4),
        reach in prop::sample::select(vec![0.0, 1e-9, 1.0, 1e3, 1e5])
    ) {
        let rig = rig();
        let mut fitter = Fitter::new(&rig, FitSettings::default());
        for frame in frames {
            let markers: Vec<_> = frame
                .into_iter()
                .map(|m| m.map(|(x, y, z)| Point::xyz(x * reach, y * reach, z * reach)))
                .collect();
            let report = fitter.fit(&markers);
            prop_assert!(report.rms_m.is_finite() && is_sane(&fitter));
        }
        // And it recovers: after some frames of a person, the person is there.
        let mut last = f64::INFINITY;
        for f in 0..40 {
            last = fitter.fit(&walking(&rig, f)).rms_m;
        }
        prop_assert!(last < 0.002, "{last} m");
    }
}

#[test]
fn a_hidden_arm_stays_where_the_body_carries_it() {
    let rig = rig();
    let mut fitter = Fitter::new(&rig, FitSettings::default());
    let hand = rig.humanoid().joint(HumanBone::LeftHand).unwrap().idx();
    for f in 0..120 {
        let mut markers = walking(&rig, f);
        let before = fitter.globals()[hand];
        if f > 20 {
            for (seen, marker) in markers.iter_mut().zip(rig.markers()) {
                let arm = ["LUPA", "LELB", "LIEL", "LFRM", "LWR", "LIH", "LOH", "LTHM"];
                if arm.iter().any(|a| marker.name.starts_with(a)) {
                    *seen = None;
                }
            }
        }
        fitter.fit(&markers);
        if f > 5 {
            let step = fitter.globals()[hand].translation() - before.translation();
            let jerk_m = (step.metres() - glam::DVec3::X * 0.01).length();
            assert!(jerk_m < 0.002, "frame {f}: {jerk_m} m");
        }
    }
}

#[test]
fn a_ghost_does_not_pull() {
    let rig = rig();
    let mut fitter = Fitter::new(&rig, FitSettings::default());
    let knee = rig.find_marker("LKNE").unwrap().0 as usize;
    let leg = rig.humanoid().joint(HumanBone::LeftLowerLeg).unwrap().idx();
    for f in 0..30 {
        let mut markers = walking(&rig, f);
        if f >= 10 {
            let off = markers[knee].unwrap().metres() + glam::DVec3::new(0.3, 0.4, 0.0);
            markers[knee] = Some(Point::saturating(off));
        }
        fitter.fit(&markers);
    }
    let truth = rig.skeleton().rest_global()[leg].translation().metres() + glam::DVec3::X * 0.29;
    let off_m = fitter.globals()[leg].translation().metres().distance(truth);
    assert!(off_m < 0.003, "{off_m} m");
    assert!(fitter.trust(knee).unwrap() < 0.01);
}

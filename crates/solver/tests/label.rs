//! Labels found again from stripped takes, judged by the files' own labels.
//!
//! The takes are thinned, haunted, robbed of whole limbs and laid over each other by `label_scene`, which knows nothing
//! of the solver. What is promised: 99.5 % of the visible markers right after the first second, and no swap over 100 ms.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod label_scene;
mod minimal_c3d;

use cyc_model::{
    Dof, HumanoidMap, JointDofs, JointIdx, JointSpec, Point, Rig, RigMarker, Skeleton, Stage, Xf,
};
use cyc_solver::{
    FitSettings, Fitter, LabelError, LabelRig, LabelSettings, Labeller, RigPrecision, label_take,
};
use glam::{DQuat, DVec3};
use label_scene::{
    Scene, Score, Take, Trouble, cmu_41, owners_of, plug_in_gait_39, score, shared_take,
};
use proptest::prelude::*;
use std::collections::{HashMap, HashSet};

const RIGHT_MIN: f64 = 0.995;
const SWAP_MAX_S: f64 = 0.1;

fn calibrated(rig: &Rig) -> LabelRig {
    LabelRig {
        rig: rig.clone(),
        precision: RigPrecision::Calibrated,
    }
}

fn labelled(takes: &[&Take], trouble: Trouble) -> Score {
    let rigs: Vec<LabelRig> = takes.iter().map(|t| calibrated(&t.rig)).collect();
    let mut labeller = Labeller::new(&rigs, LabelSettings::default()).unwrap();
    score(&mut labeller, &Scene::new(takes, trouble), 1.0)
}

#[track_caller]
fn check(name: &str, score: &Score) {
    eprintln!(
        "{name}: {:.3} % of {} right, {} wrong, {} of {} ghosts labelled, longest swap {:.0} ms",
        score.right_part() * 100.0,
        score.visible,
        score.wrong,
        score.ghosts_labelled,
        score.ghosts,
        score.longest_swap_s * 1e3
    );
    assert!(score.right_part() >= RIGHT_MIN, "{name}");
    assert!(score.longest_swap_s <= SWAP_MAX_S, "{name}");
    assert!(score.ghosts_labelled * 100 <= score.ghosts, "{name}");
}

fn movement() -> Option<Take> {
    Some(shared_take("pycgm/Movement_trial.c3d", plug_in_gait_39())?.calibrated())
}

fn basketball() -> Option<Take> {
    Some(shared_take("cmu/cmu_dribble_shoot_basketball.c3d", cmu_41())?.calibrated())
}

#[test]
fn one_performer_in_trouble() {
    for (name, take) in [("movement", movement()), ("basketball", basketball())] {
        let Some(take) = take else { return };
        // First frames of the fourth and the last show only three markers of the head, which lie nearly in a square; and in one of the
        // one before, the head is found turned by a quarter when a wrist is, and two turns lead back. Then: a finger and a wrist
        // exchanged from the first frame on, and a lost finger that takes its wrist's point again and again.
        for seed in [1, 2, 3, 4, 5, 101, 227, 204, 213] {
            let trouble = Trouble {
                seed,
                ..Trouble::ALL
            };
            check(name, &labelled(&[&take], trouble));
        }
    }
}

#[test]
fn two_performers_cross() {
    let (Some(one), Some(other)) = (movement(), basketball()) else {
        return;
    };
    let frames = one.frames.len();
    let one = one.centred().walking(0.9, frames);
    let other = other
        .centred()
        .moved(0.7, DVec3::Z * 0.15)
        .walking(-0.9, frames);
    check("clean", &labelled(&[&one, &other], Trouble::NONE));
    for seed in 1..4 {
        let trouble = Trouble {
            seed,
            ..Trouble::ALL
        };
        check("in trouble", &labelled(&[&one, &other], trouble));
    }
}

#[test]
fn a_take_is_labelled_from_both_ends() {
    let Some(take) = movement() else { return };
    let scene = Scene::new(&[&take], Trouble::ALL);
    let rigs = [calibrated(&take.rig)];
    let frames = label_take(&rigs, &scene.clouds, take.rate_hz, LabelSettings::default()).unwrap();
    let (mut both, mut wrong_for) = (Score::default(), HashMap::new());
    for (frame, truth) in frames.iter().zip(&scene.truth) {
        let given: Vec<_> = frame
            .owners
            .iter()
            .map(|o| o.map(|o| (usize::from(o.subject), usize::from(o.marker))))
            .collect();
        both.count(truth, &given, scene.dt_s, &mut wrong_for);
    }
    // From the first frame on, not after a second.
    check("both ways", &both);
    let mut labeller = Labeller::new(&rigs, LabelSettings::default()).unwrap();
    let live = score(&mut labeller, &scene, 0.0);
    assert!(
        both.right >= live.right,
        "{} against {}",
        both.right,
        live.right
    );
}

/// A triangle with a fourth marker above it, no two distances alike.
fn prop() -> Rig {
    let root = JointSpec {
        name: "prop".into(),
        parent: None,
        parent_from_joint: Xf::IDENTITY,
    };
    let places = [
        [0.0, 0.0, 0.0],
        [0.31, 0.0, 0.02],
        [0.05, 0.0, 0.22],
        [0.1, 0.12, 0.06],
    ];
    let markers = places.iter().enumerate().map(|(i, p)| RigMarker {
        name: format!("p{i}"),
        joint: JointIdx(0),
        in_joint: Point::saturating(DVec3::from_array(*p)),
        weight: 1.0,
    });
    Rig::build(
        "prop".into(),
        Skeleton::build(vec![root]).unwrap().0,
        vec![JointDofs::unlimited(Dof::Free)],
        markers.collect(),
        HumanoidMap::default(),
    )
    .unwrap()
}

/// Where a rig's markers are when it stands at rest, turned and moved.
fn at_rest(rig: &Rig, turn_rad: f64, by: DVec3) -> Vec<Point<Stage>> {
    let turn = DQuat::from_rotation_y(turn_rad);
    let fitter = Fitter::new(rig, FitSettings::default());
    let moved = |p: &Point<Stage>| Point::saturating(turn * p.metres() + by);
    fitter.fitted_markers().iter().map(moved).collect()
}

#[test]
fn performers_and_a_prop_at_once() {
    let (body, prop) = (plug_in_gait_39(), prop());
    let rigs = [calibrated(&body), calibrated(&prop), calibrated(&body)];
    let mut labeller = Labeller::new(&rigs, LabelSettings::default()).unwrap();
    let mut right = 0;
    for f in 0..60 {
        let x = f64::from(f) * 0.01;
        let mut cloud = at_rest(&body, 1.0, DVec3::new(x, 0.0, 0.0));
        cloud.extend(at_rest(&prop, x * 3.0, DVec3::new(0.4, 1.1, x)));
        cloud.extend(at_rest(&body, -1.0, DVec3::new(1.5 - x, 0.0, 0.6)));
        let report = labeller.label(&cloud, 1.0 / 120.0);
        if f == 59 {
            assert_eq!((report.followed, report.unlabelled), (3, 0), "{report:?}");
            // The two bodies are twins, so either may be the first; each must be of one piece.
            let owners = owners_of(&labeller);
            for first in [0, 43] {
                let subject = owners[first].unwrap().0;
                for m in 0..39 {
                    right += usize::from(owners[first + m] == Some((subject, m)));
                }
            }
            for m in 0..4 {
                right += usize::from(owners[39 + m] == Some((1, m)));
            }
        }
    }
    assert_eq!(right, 82);
}

#[test]
fn a_rig_that_cannot_be_told_is_refused() {
    let mut few = prop();
    few = Rig::build(
        "few".into(),
        few.skeleton().clone(),
        few.dofs().to_vec(),
        few.markers()[..2].to_vec(),
        HumanoidMap::default(),
    )
    .unwrap();
    let refused = Labeller::new(&[calibrated(&few)], LabelSettings::default());
    assert!(matches!(
        refused,
        Err(LabelError::TooFewMarkers { markers: 2, .. })
    ));
    let many = vec![calibrated(&prop()); 65];
    let refused = Labeller::new(&many, LabelSettings::default());
    assert!(matches!(
        refused,
        Err(LabelError::TooManySubjects { count: 65 })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    /// Whatever comes, every point has one owner at most, every marker one point, and both lists say the same.
    #[test]
    fn any_cloud_gives_labels_that_agree(
        clouds in prop::collection::vec(
            prop::collection::vec(prop::array::uniform3(-1.0..2.0f64), 0..120), 1..6),
        dt_s in prop::num::f64::ANY,
        hidden in 0..39usize,
    ) {
        let rig = plug_in_gait_39();
        let rigs = [calibrated(&rig), calibrated(&prop())];
        let mut labeller = Labeller::new(&rigs, LabelSettings::default()).unwrap();
        let body = at_rest(&rig, 0.3, DVec3::ZERO);
        for (i, noise) in clouds.iter().enumerate() {
            let mut cloud: Vec<Point<Stage>> =
                noise.iter().map(|p| Point::saturating(DVec3::from_array(*p))).collect();
            if i % 2 == 0 {
                cloud.extend(&body[hidden..]);
            }
            let report = labeller.label(&cloud, dt_s);
            prop_assert_eq!(report.labelled + report.unlabelled, cloud.len());
            let owners = owners_of(&labeller);
            let given: Vec<_> = owners.iter().flatten().collect();
            prop_assert_eq!(given.len(), given.iter().collect::<HashSet<_>>().len());
            let mut marked = 0;
            for s in 0..rigs.len() {
                for (m, at) in labeller.markers(s).iter().enumerate() {
                    let Some(at) = at else { continue };
                    marked += 1;
                    let p = owners.iter().position(|o| *o == Some((s, m)));
                    prop_assert_eq!(p.map(|p| cloud[p]), Some(*at));
                }
                prop_assert!(labeller.confidence(s).iter().all(|c| (0.0..=1.0).contains(c)));
            }
            prop_assert_eq!(marked, given.len());
        }
    }
}

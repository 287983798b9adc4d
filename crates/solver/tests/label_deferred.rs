//! Searches from nothing that somebody else makes, and rigs exchanged in the middle of a show: nobody waits, and nobody
//! is mixed up. Judged by the files' own labels.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(dead_code, reason = "the scene serves several tests")]

mod label_scene;
mod minimal_c3d;

use cyc_solver::{
    LabelAnswer, LabelQuestion, LabelRig, LabelSearch, LabelSettings, LabelSubject, Labeller,
    RigPrecision,
};
use label_scene::{
    Scene, Score, Take, Trouble, cmu_41, owners_of, plug_in_gait_39, score, shared_take,
};
use std::collections::HashMap;

fn movement() -> Option<Take> {
    Some(shared_take("pycgm/Movement_trial.c3d", plug_in_gait_39())?.calibrated())
}

fn basketball() -> Option<Take> {
    Some(shared_take("cmu/cmu_dribble_shoot_basketball.c3d", cmu_41())?.calibrated())
}

fn labeller(takes: &[&Take]) -> Labeller {
    let rig = |t: &&Take| LabelRig {
        rig: t.rig.clone(),
        precision: RigPrecision::Calibrated,
    };
    let rigs: Vec<LabelRig> = takes.iter().map(rig).collect();
    Labeller::new(&rigs, LabelSettings::default()).unwrap()
}

/// Labels a scene with answers that come `late` frames after their questions, and scores it from `from_s` on.
fn score_late(
    labeller: &mut Labeller,
    search: &mut LabelSearch,
    scene: &Scene,
    late: usize,
    from_s: f64,
) -> Score {
    let mut score = Score::default();
    let mut wrong_for = HashMap::new();
    let mut asked: Option<(usize, LabelQuestion)> = None;
    let mut answer = LabelAnswer::with_room(60);
    for (f, (cloud, truth)) in scene.clouds.iter().zip(&scene.truth).enumerate() {
        if let Some((at, question)) = asked.take_if(|(at, _)| *at + late <= f) {
            assert!(f >= at + late);
            search.answer(&question, &mut answer);
            labeller.answer(&answer);
        }
        labeller.label(cloud, scene.dt_s);
        if let Some(question) = labeller.question() {
            asked = Some((f, question.clone()));
        }
        if f as f64 * scene.dt_s >= from_s {
            score.count(truth, &owners_of(labeller), scene.dt_s, &mut wrong_for);
        }
    }
    score
}

#[track_caller]
fn check(name: &str, score: &Score) {
    eprintln!(
        "{name}: {:.3} % of {} right, {} wrong, longest swap {:.0} ms",
        score.right_part() * 100.0,
        score.visible,
        score.wrong,
        score.longest_swap_s * 1e3
    );
    assert!(score.right_part() >= 0.995, "{name}");
    assert!(score.longest_swap_s <= 0.1, "{name}");
}

#[test]
fn answers_that_come_late_are_as_good() {
    let (Some(one), Some(other)) = (movement(), basketball()) else {
        return;
    };
    for late in [1, 12, 25] {
        for (name, takes) in [("one", vec![&one]), ("other", vec![&other])] {
            let scene = Scene::new(&takes, Trouble::ALL);
            let mut labeller = labeller(&takes);
            let mut search = labeller.defer_searches();
            let score = score_late(&mut labeller, &mut search, &scene, late, 1.0);
            check(&format!("{name}, {late} frames late"), &score);
        }
    }
}

#[test]
fn no_search_is_made_where_it_is_deferred() {
    let Some(one) = movement() else { return };
    let scene = Scene::new(&[&one], Trouble::ALL);
    let mut labeller = labeller(&[&one]);
    let _search = labeller.defer_searches();
    let score = score(&mut labeller, &scene, 0.0);
    assert_eq!((score.right, score.wrong), (0, 0), "nobody answers");
    assert_eq!(labeller.stats().first_labellings, 0);
}

#[test]
fn an_answer_to_an_old_question_is_not_used() {
    let Some(one) = basketball() else { return };
    let scene = Scene::new(&[&one], Trouble::ALL);
    let mut labeller = labeller(&[&one]);
    let mut search = labeller.defer_searches();
    labeller.label(&scene.clouds[0], scene.dt_s);
    let question = labeller.question().unwrap().clone();
    let mut answer = LabelAnswer::default();
    search.answer(&question, &mut answer);
    assert_eq!(answer.found(), 1);
    // So long nobody waits: the question is withdrawn, and another one is asked.
    for cloud in &scene.clouds[1..(3.5 / scene.dt_s) as usize] {
        labeller.label(cloud, scene.dt_s);
    }
    assert_eq!(labeller.answer(&answer), 0);
    assert!(labeller.question().is_some());
}

#[test]
fn a_rig_exchanged_in_the_middle_costs_no_label() {
    let (Some(one), Some(other)) = (movement(), basketball()) else {
        return;
    };
    for take in [&one, &other] {
        let scene = Scene::new(&[take], Trouble::ALL);
        let mut labeller = labeller(&[take]);
        let mut search = labeller.defer_searches();
        let half = scene.clouds.len() / 2;
        let mut asked = None;
        let mut answer = LabelAnswer::default();
        let (mut right, mut all) = (0, 0);
        for (f, (cloud, truth)) in scene.clouds.iter().zip(&scene.truth).enumerate() {
            if let Some(question) = asked.take() {
                search.answer(&question, &mut answer);
                labeller.answer(&answer);
            }
            if f == half {
                let rig = LabelRig {
                    rig: take.rig.clone(),
                    precision: RigPrecision::Calibrated,
                };
                let with = LabelSubject::new(&rig, &LabelSettings::default()).unwrap();
                drop(labeller.replace(0, with));
                assert!(labeller.is_followed(0));
            }
            labeller.label(cloud, scene.dt_s);
            asked = labeller.question().cloned();
            if (half..half + 20).contains(&f) {
                let given = owners_of(&labeller);
                let visible = truth.iter().zip(&given).filter(|(t, _)| t.is_some());
                all += visible.clone().count();
                right += visible.filter(|(t, g)| t == g).count();
            }
        }
        assert!(right as f64 >= 0.98 * all as f64, "{right} of {all}");
        // One with another number of markers is refused.
        let stranger = if std::ptr::eq(take, &one) {
            &other
        } else {
            &one
        };
        let rig = LabelRig {
            rig: stranger.rig.clone(),
            precision: RigPrecision::Calibrated,
        };
        let with = LabelSubject::new(&rig, &LabelSettings::default()).unwrap();
        drop(labeller.replace(0, with));
        assert_eq!(labeller.markers(0).len(), take.rig.markers().len());
    }
}

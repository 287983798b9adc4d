//! Who is in a take without labels: the marker set and the labels, found from the shape of the points alone.
//!
//! Labels are stripped and the points of every frame shuffled; the files' own labels judge.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod minimal_c3d;

use cyc_model::{Point, Rig, Stage};
use cyc_solver::{
    BODY_MARKERSETS, HUMAN_SKELETON, LabelRig, LabelSettings, RigPrecision, build_rig, label_take,
    parse_markerset, parse_skeleton, plain_label, recognise_by_shape,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, HashSet};

fn templates() -> Vec<Rig> {
    let skeleton = parse_skeleton(HUMAN_SKELETON).unwrap();
    BODY_MARKERSETS
        .iter()
        .map(|text| build_rig(&skeleton, &parse_markerset(text).unwrap()).unwrap())
        .collect()
}

const RATE_HZ: f64 = 120.0;

/// Points of each frame in random order, and the name of each.
type Stripped = (Vec<Vec<Point<Stage>>>, Vec<Vec<String>>);

/// Points that are markers of some template, or with everything else that a file holds: markers that nobody has named, and what a model
/// computed of angles, forces and powers, most of it heaped about the origin; but the axes of its segments.
fn stripped(path: &str, with_strays: bool) -> Option<Stripped> {
    let mut take = minimal_c3d::read(&minimal_c3d::shared_file(path)?);
    for label in &mut take.labels {
        *label = plain_label(label).to_owned();
    }
    let known = template_labels();
    let labels = take.labels.clone();
    let all: HashSet<&str> = labels.iter().map(String::as_str).collect();
    let is_axis = |label: &str| {
        let ends = ["O", "A", "L", "P"];
        label
            .strip_suffix(['O', 'A', 'L', 'P'])
            .is_some_and(|stem| {
                ends.iter()
                    .all(|end| all.contains(format!("{stem}{end}").as_str()))
            })
    };
    let labels: Vec<&str> = labels
        .iter()
        .map(String::as_str)
        .filter(|l| known.contains(*l) || (with_strays && !is_axis(l)))
        .collect();
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let shuffled = take.ordered(&labels).into_iter().map(|frame| {
        let mut all: Vec<(Point<Stage>, String)> = frame
            .into_iter()
            .zip(&labels)
            .filter_map(|(p, l)| Some((p?, (*l).to_owned())))
            .collect();
        for i in (1..all.len()).rev() {
            all.swap(i, rng.random_range(0..=i));
        }
        all.into_iter().unzip()
    });
    Some(shuffled.unzip())
}

/// Labels of any template: what else a file holds (joint centres, angles) is no marker.
fn template_labels() -> HashSet<String> {
    let rigs = templates();
    let markers = rigs.iter().flat_map(|r| r.markers());
    markers.map(|m| plain_label(&m.name).to_owned()).collect()
}

#[test]
fn takes_are_recognised_and_labelled_without_a_label() {
    for (path, set) in [
        ("pycgm/Movement_trial.c3d", "human/plug-in-gait-39"),
        ("cmu/cmu_dribble_shoot_basketball.c3d", "human/cmu-41"),
    ] {
        let Some((clouds, names)) = stripped(path, false) else {
            return;
        };
        let (templates, settings) = (templates(), LabelSettings::default());
        let found = recognise_by_shape(&templates, &clouds, RATE_HZ, settings).unwrap();
        let found = found.unwrap();
        assert_eq!(templates[found.template].name(), set, "{path}");
        let rigs = [LabelRig {
            rig: found.rig.clone(),
            precision: RigPrecision::Calibrated,
        }];
        let frames = label_take(&rigs, &clouds, RATE_HZ, settings).unwrap();
        let (mut right, mut all) = (0, 0);
        let mut mixed_up = BTreeMap::new();
        for (frame, names) in frames.iter().zip(&names) {
            for (owner, name) in frame.owners.iter().zip(names) {
                all += 1;
                let Some(owner) = owner else { continue };
                let given = plain_label(&found.rig.markers()[usize::from(owner.marker)].name);
                right += usize::from(given == name);
                if given != name {
                    *mixed_up.entry((name, given)).or_insert(0) += 1;
                }
            }
        }
        let part = right as f64 / all as f64;
        eprintln!(
            "{path}: {:.2} % of {all} right, sure {:.3}; true and given: {mixed_up:?}",
            part * 100.0,
            found.sure,
        );
        assert!(part >= 0.995, "{path}: {part}");
        assert!(found.sure > 0.9, "{path}: {}", found.sure);
    }
}

/// Forty markers on the body that no set has and as many points in a heap beside it: the body is found, and nobody in the heap.
#[test]
fn a_body_is_found_among_strays_and_a_heap() {
    let Some((clouds, names)) = stripped("pycgm/Movement_trial.c3d", true) else {
        return;
    };
    // Half a second says it all.
    let (clouds, names) = (&clouds[..60], &names[..60]);
    let (templates, settings) = (templates(), LabelSettings::default());
    let found = recognise_by_shape(&templates, clouds, RATE_HZ, settings).unwrap();
    let found = found.unwrap();
    let rigs = [LabelRig {
        rig: found.rig.clone(),
        precision: RigPrecision::Calibrated,
    }];
    let frames = label_take(&rigs, clouds, RATE_HZ, settings).unwrap();
    let own: HashSet<&str> = (found.rig.markers().iter())
        .map(|m| plain_label(&m.name))
        .collect();
    let (mut right, mut named, mut labelled, mut heaped) = (0, 0, 0, 0);
    for (owner, name) in (frames.iter().flat_map(|f| &f.owners)).zip(names.iter().flatten()) {
        named += usize::from(own.contains(name.as_str()));
        let Some(owner) = owner else { continue };
        labelled += 1;
        let given = plain_label(&found.rig.markers()[usize::from(owner.marker)].name);
        right += usize::from(given == name);
        let outputs = ["Angle", "Power", "Force", "Moment", "GRF"];
        heaped += usize::from(outputs.iter().any(|kind| name.contains(kind)));
    }
    eprintln!(
        "{}: {right} of {named} by their own names; {heaped} of {labelled} labels in the heap",
        templates[found.template].name()
    );
    // A set that has a name for one of two neighbours may take the other.
    assert!(right * 10 >= named * 6, "{right} of {named}");
    assert!(heaped * 100 <= labelled, "{heaped} of {labelled}");
}

#[test]
fn a_heap_of_points_is_nobody() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut point = || {
        let [x, y, z] = [0; 3].map(|_| rng.random_range(0.0..1.8));
        Point::saturating(glam::DVec3::new(x, y, z))
    };
    let heap: Vec<Point<Stage>> = (0..39).map(|_| point()).collect();
    let clouds = vec![heap; 12];
    let found = recognise_by_shape(&templates(), &clouds, RATE_HZ, LabelSettings::default());
    assert!(found.unwrap().is_none());
    let found = recognise_by_shape(&templates(), &[], RATE_HZ, LabelSettings::default());
    assert!(found.unwrap().is_none());
}

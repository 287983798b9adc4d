//! Takes that a careless or hostile person hands in: empty, one frame long, in wrong units, all points in one place, each
//! point twice, more points than anybody has. Each gets an error or a sane answer, never a panic and never two owners.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use cyc_model::{Point, Rig, Stage, UNLABELLED_MAX};
use cyc_solver::{
    BODY_MARKERSETS, CalibrateSettings, FitSettings, Fitter, HUMAN_SKELETON, LabelRig,
    LabelSettings, LabelledFrame, Labeller, PLUG_IN_GAIT_39, RigPrecision, build_rig, calibrate,
    label_take, parse_markerset, parse_skeleton, recognise_markerset,
};
use glam::{DQuat, DVec3};
use std::collections::HashSet;

fn rig() -> Rig {
    let set = parse_markerset(PLUG_IN_GAIT_39).unwrap();
    build_rig(&parse_skeleton(HUMAN_SKELETON).unwrap(), &set).unwrap()
}

/// A rest pose that turns and walks, one point a marker.
fn frame(rig: &Rig, f: usize) -> Vec<DVec3> {
    let t = f as f64 / 120.0;
    let turn = DQuat::from_rotation_y(0.4 * t);
    let walked = DVec3::X * (0.8 * t);
    let rest = Fitter::new(rig, FitSettings::default());
    let markers = rest.fitted_markers().iter();
    markers.map(|m| turn * m.metres() + walked).collect()
}

fn as_markers(points: &[DVec3]) -> Vec<Option<Point<Stage>>> {
    points.iter().map(|p| Some(Point::saturating(*p))).collect()
}

fn as_cloud(points: &[DVec3]) -> Vec<Point<Stage>> {
    points.iter().map(|p| Point::saturating(*p)).collect()
}

fn quick() -> CalibrateSettings {
    CalibrateSettings {
        frames_max: 12,
        rounds_max: 3,
        ..CalibrateSettings::default()
    }
}

#[test]
fn calibration_refuses_what_is_no_range_of_motion() {
    let rig = rig();
    let one = as_markers(&frame(&rig, 0));
    let cases: Vec<(&str, Vec<Markers>)> = vec![
        ("no frames", vec![]),
        ("one frame", vec![one.clone()]),
        ("frames of nothing", vec![vec![]; 300]),
        ("nothing seen", vec![vec![None; rig.markers().len()]; 300]),
        ("half a marker list", vec![one[..10].to_vec(); 300]),
        (
            "one place",
            vec![vec![Some(Point::xyz(1.0, 1.0, 1.0)); 39]; 300],
        ),
    ];
    for (what, frames) in cases {
        let refused = calibrate(&rig, &frames, &quick());
        assert!(
            refused.is_err(),
            "{what}: {:?}",
            refused.map(|c| c.report.scale)
        );
    }
}

#[test]
fn wrong_units_are_no_calibration() {
    let rig = rig();
    for (what, factor) in [("millimetres", 1e3), ("feet", 3.28), ("kilometres", 1e-3)] {
        let frames: Vec<_> = (0..300)
            .map(|f| {
                let scaled: Vec<_> = frame(&rig, f).iter().map(|p| *p * factor).collect();
                as_markers(&scaled)
            })
            .collect();
        let refused = calibrate(&rig, &frames, &quick());
        assert!(
            refused.is_err(),
            "{what}: {:?}",
            refused.map(|c| c.report.scale)
        );
    }
    // A longer list than the rig has markers: the rest is not looked at.
    let longer: Vec<_> = (0..300)
        .map(|f| {
            let mut markers = as_markers(&frame(&rig, f));
            markers.resize(80, Some(Point::xyz(0.0, 0.0, 0.0)));
            markers
        })
        .collect();
    let calibrated = calibrate(&rig, &longer, &quick()).unwrap();
    assert!((calibrated.report.scale - 1.0).abs() < 0.05);
}

/// The cloud of a frame.
type CloudOf<'a> = Box<dyn Fn(usize) -> Vec<DVec3> + 'a>;
type Markers = Vec<Option<Point<Stage>>>;

/// Every point has at most one owner, every marker at most one point, and both tell of each other.
fn assert_consistent(frame: &LabelledFrame, cloud: &[Point<Stage>], what: &str) {
    assert_eq!(
        frame.owners.len(),
        cloud.len().min(UNLABELLED_MAX),
        "{what}"
    );
    let owners: Vec<_> = frame.owners.iter().flatten().collect();
    let unique: HashSet<_> = owners.iter().map(|o| (o.subject, o.marker)).collect();
    assert_eq!(
        unique.len(),
        owners.len(),
        "{what}: a marker with two points"
    );
    for (owner, point) in frame.owners.iter().zip(cloud) {
        let Some(o) = owner else { continue };
        let at = frame.markers[usize::from(o.subject)][usize::from(o.marker)];
        assert_eq!(at, Some(*point), "{what}");
    }
    let seen = frame.markers.iter().flatten().flatten().count();
    assert_eq!(seen, owners.len(), "{what}: a marker without a point");
    for sure in frame.confidence.iter().flatten() {
        assert!((0.0..=1.0).contains(sure), "{what}: confidence {sure}");
    }
}

#[test]
fn labels_stay_consistent_whatever_the_cloud() {
    let rig = rig();
    let person = |f| frame(&rig, f);
    let twice = |f| [person(f), person(f)].concat();
    let nearly_twice = |f| {
        let shifted = person(f).into_iter().map(|p| p + DVec3::Y * 1e-7);
        person(f).into_iter().chain(shifted).collect()
    };
    let one_place = |_| vec![DVec3::ONE; 39];
    let crowd = |f| {
        let ghost = |i: usize| DVec3::new((i as f64).sin(), 1.0, (i as f64 * 1.7).cos()) * 4.0;
        person(f).into_iter().chain((0..3000).map(ghost)).collect()
    };
    let blinking = |f| if f % 2 == 0 { person(f) } else { vec![] };
    let huge = |f| person(f).iter().map(|p| *p * 1e3).collect();
    let clouds: Vec<(&str, usize, CloudOf<'_>)> = vec![
        ("no frames", 0, Box::new(person)),
        ("one frame", 1, Box::new(person)),
        ("nothing in it", 20, Box::new(|_| vec![])),
        ("each point twice", 20, Box::new(twice)),
        ("each point nearly twice", 20, Box::new(nearly_twice)),
        ("all in one place", 20, Box::new(one_place)),
        ("a crowd of ghosts", 3, Box::new(crowd)),
        ("blinking", 20, Box::new(blinking)),
        ("millimetres", 10, Box::new(huge)),
    ];
    let rigs = [LabelRig {
        rig: rig.clone(),
        precision: RigPrecision::Calibrated,
    }];
    for (what, frames, cloud) in clouds {
        let clouds: Vec<_> = (0..frames).map(|f| as_cloud(&cloud(f))).collect();
        let labelled = label_take(&rigs, &clouds, 120.0, LabelSettings::default()).unwrap();
        assert_eq!(labelled.len(), frames, "{what}");
        for (frame, cloud) in labelled.iter().zip(&clouds) {
            assert_consistent(frame, cloud, what);
        }
        let last = labelled
            .last()
            .map_or(0, |f| f.owners.iter().flatten().count());
        match what {
            "one frame" | "each point twice" => assert_eq!(last, 39, "{what}"),
            "nothing in it" | "all in one place" | "millimetres" => assert_eq!(last, 0, "{what}"),
            _ => {}
        }
    }
}

#[test]
fn no_frame_time_brings_the_labeller_down() {
    let rig = rig();
    let rigs = [LabelRig {
        rig: rig.clone(),
        precision: RigPrecision::Calibrated,
    }];
    let mut labeller = Labeller::new(&rigs, LabelSettings::default()).unwrap();
    for dt_s in [f64::NAN, 0.0, -1.0, f64::INFINITY, 1e300, 1.0 / 120.0] {
        for f in 0..5 {
            labeller.label(&as_cloud(&frame(&rig, f)), dt_s);
        }
    }
    assert_eq!(labeller.markers(0).iter().flatten().count(), 39);
    assert!(labeller.markers(9).is_empty() && !labeller.is_followed(9));
    let rates = [0.0, -30.0, f64::NAN];
    for rate_hz in rates {
        let clouds = [as_cloud(&frame(&rig, 0))];
        let labelled = label_take(&rigs, &clouds, rate_hz, LabelSettings::default()).unwrap();
        assert_consistent(&labelled[0], &clouds[0], "rate");
    }
}

#[test]
fn a_marker_set_is_known_by_what_is_there() {
    let sets: Vec<_> = BODY_MARKERSETS
        .iter()
        .map(|text| parse_markerset(text).unwrap())
        .collect();
    let gait = sets
        .iter()
        .position(|s| s.name() == "plug-in-gait-39")
        .unwrap();
    let labels: Vec<&str> = sets[gait]
        .markers()
        .iter()
        .map(|m| m.label.as_str())
        .collect();
    let known = |labels: &[&str]| recognise_markerset(labels, &sets).map(|r| (r.set, r.matched));
    assert_eq!(known(&labels), Some((gait, 39)));
    let theirs: Vec<String> = labels.iter().map(|l| format!("Anna: {l} ")).collect();
    let theirs: Vec<&str> = theirs.iter().map(String::as_str).collect();
    assert_eq!(known(&theirs), Some((gait, 39)));
    // A label that is there twice counts once.
    let twice = [labels.clone(), labels.clone()].concat();
    assert_eq!(known(&twice), Some((gait, 39)));
    let one = vec!["LFHD"; 39];
    assert_eq!(known(&one), None);
    assert_eq!(known(&[]), None);
    assert_eq!(recognise_markerset(&labels, &[]), None);
}

//! Two of the markers are somewhere else: how far do joints move that have nothing to do with them?
//!
//! A draw throws two markers 100 to 300 mm off or swaps them, for one frame or for some, in a copy of a fitter that
//! follows the trial; a second copy gets the frames as they are. A joint is clean when neither its own bone nor one
//! that meets it carries a wrong marker. On the vendor's rig, which misses its markers by 12 mm, a joint must move a
//! little when a marker goes; on a calibrated one hardly.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod minimal_c3d;

use cyc_model::{Point, Rig, Stage};
use cyc_solver::{
    CalibrateSettings, FitSettings, Fitter, HUMAN_SKELETON, PLUG_IN_GAIT_39, build_rig, calibrate,
    parse_markerset, parse_skeleton, vsk,
};
use glam::DVec3;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

type Frame = Vec<Option<Point<Stage>>>;

/// What is done to two markers.
enum Fault {
    Throw(DVec3, DVec3),
    Swap,
}

impl Fault {
    fn draw(rng: &mut ChaCha8Rng) -> Self {
        let mut throw = || {
            let v = [0; 3].map(|_| rng.random_range(-1.0..1.0));
            DVec3::from_array(v).normalize_or(DVec3::X) * rng.random_range(0.1..0.3)
        };
        let (a, b) = (throw(), throw());
        if rng.random_range(0..2) == 0 {
            Self::Throw(a, b)
        } else {
            Self::Swap
        }
    }

    fn apply(&self, frame: &Frame, a: usize, b: usize) -> Frame {
        let mut wrong = frame.clone();
        match self {
            Self::Throw(by_a, by_b) => {
                wrong[a] = wrong[a].map(|p| Point::saturating(p.metres() + *by_a));
                wrong[b] = wrong[b].map(|p| Point::saturating(p.metres() + *by_b));
            }
            Self::Swap => wrong.swap(a, b),
        }
        wrong
    }
}

/// Whether a joint's own bone, its parent's or a child's is among some.
fn is_clean(rig: &Rig, joint: usize, bones: [usize; 2]) -> bool {
    let parent = |j: usize| rig.skeleton().joints()[j].parent.map(|p| p.idx());
    bones
        .iter()
        .all(|&b| b != joint && parent(b) != Some(joint) && parent(joint) != Some(b))
}

/// How far each clean joint of each draw moved, millimetres, sorted.
fn moved_mm(rig: &Rig, frames: &[Frame], wrong_frames: usize, is_warm: bool) -> Vec<f64> {
    let settings = if is_warm {
        FitSettings::default()
    } else {
        FitSettings::least_squares()
    };
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let mut fitter = Fitter::new(rig, settings);
    let mut moved = Vec::new();
    for (f, frame) in frames.iter().enumerate() {
        let ahead = &frames[f..frames.len().min(f + wrong_frames)];
        let whole = ahead.iter().flatten().all(Option::is_some);
        if f > 20 && f % 10 == 0 && ahead.len() == wrong_frames && whole {
            for _ in 0..5 {
                let a = rng.random_range(0..frame.len());
                let b = (a + rng.random_range(1..frame.len())) % frame.len();
                let fault = Fault::draw(&mut rng);
                let (mut hit, mut clean) = (fitter.clone(), fitter.clone());
                if !is_warm {
                    hit.reset();
                }
                for good in ahead {
                    hit.fit(&fault.apply(good, a, b));
                    clean.fit(good);
                }
                let bones = [a, b].map(|m| rig.markers()[m].joint.idx());
                let pairs = hit.globals().iter().zip(clean.globals()).enumerate();
                moved.extend(
                    pairs
                        .filter(|(j, _)| is_clean(rig, *j, bones))
                        .map(|(_, (x, y))| {
                            x.translation().metres().distance(y.translation().metres()) * 1e3
                        }),
                );
            }
        }
        fitter.fit(frame);
    }
    moved.sort_by(f64::total_cmp);
    moved
}

fn report(name: &str, moved: &[f64]) -> f64 {
    let at = |q: f64| moved[((moved.len() - 1) as f64 * q) as usize];
    let (p50, p95, p99, most) = (at(0.5), at(0.95), at(0.99), at(1.0));
    eprintln!(
        "{name}: {} joints, p50 {p50:.2} p95 {p95:.2} p99 {p99:.2} max {most:.2} mm",
        moved.len()
    );
    p99
}

#[test]
fn joints_that_have_nothing_to_do_with_it_stay() {
    let (Some(text), Some(bytes)) = (
        minimal_c3d::shared_file("pycgm/Test.vsk"),
        minimal_c3d::shared_file("pycgm/Movement_trial.c3d"),
    ) else {
        return;
    };
    let take = minimal_c3d::read(&bytes);
    let frames_of = |rig: &Rig| {
        let names: Vec<&str> = rig.markers().iter().map(|m| m.name.as_str()).collect();
        take.ordered(&names)
    };
    let vendor = vsk::parse(&String::from_utf8(text).unwrap()).unwrap().rig;
    let set = parse_markerset(PLUG_IN_GAIT_39).unwrap();
    let template = build_rig(&parse_skeleton(HUMAN_SKELETON).unwrap(), &set).unwrap();
    let settings = CalibrateSettings::default();
    let own = calibrate(&template, &frames_of(&template), &settings)
        .unwrap()
        .rig;

    let frames = frames_of(&vendor);
    let one = report(
        "vendor's rig, 1 frame",
        &moved_mm(&vendor, &frames, 1, true),
    );
    assert!(one < 3.0, "{one} mm");
    report(
        "vendor's rig, 6 frames",
        &moved_mm(&vendor, &frames, 6, true),
    );

    let frames = frames_of(&own);
    for wrong_frames in [1, 6, 24] {
        let name = format!("calibrated, {wrong_frames} frames");
        let p99 = report(&name, &moved_mm(&own, &frames, wrong_frames, true));
        assert!(p99 < 3.0, "{p99} mm");
    }
    // The measure tells: plain squares without a past are torn along.
    let torn = report("plain squares, no past", &moved_mm(&own, &frames, 1, false));
    assert!(torn > 10.0, "{torn} mm");
}

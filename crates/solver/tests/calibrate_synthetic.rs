//! A body of other proportions performs a range of motion; does calibration find its joints?
//!
//! The truth is computed here with 3×3 matrices and plain sums, sharing no kinematics with the solver: bones scaled by
//! up to 10 %, markers put 5 to 15 mm wrong, skin that slides by 3 to 5 mm, and 0.3 mm of camera noise.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use cyc_model::{HumanBone, Point, Rig, Stage};
use cyc_solver::{
    CalibrateError, CalibrateSettings, Calibrated, FitSettings, Fitter, HUMAN_SKELETON,
    PRODUCTION_53, build_rig, calibrate, parse_markerset, parse_skeleton,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

type Matrix = [[f64; 3]; 3];
type Vec3 = [f64; 3];
const UNIT: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

fn times(a: &Matrix, b: &Matrix) -> Matrix {
    let mut out = [[0.0; 3]; 3];
    for (i, row) in out.iter_mut().enumerate() {
        for (j, cell) in row.iter_mut().enumerate() {
            *cell = (0..3).map(|k| a[i][k] * b[k][j]).sum();
        }
    }
    out
}

fn apply(a: &Matrix, v: Vec3) -> Vec3 {
    [0, 1, 2].map(|i| (0..3).map(|k| a[i][k] * v[k]).sum())
}

fn about(axis: usize, angle: f64) -> Matrix {
    let (s, c) = angle.sin_cos();
    match axis {
        0 => [[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]],
        1 => [[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]],
        _ => [[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]],
    }
}

struct TrueBody {
    parents: Vec<Option<usize>>,
    places: Vec<Vec3>,
    bones: Vec<Option<HumanBone>>,
    markers: Vec<(usize, Vec3, Vec3, f64)>,
}

impl TrueBody {
    /// The template with every bone and marker changed.
    fn new(rig: &Rig, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let size = rng.random_range(0.93..1.07);
        let mut scale_of = std::collections::HashMap::new();
        let mut places = Vec::new();
        for joint in rig.skeleton().joints() {
            // One scale for the left and the right bone.
            let key = joint.name.replace("left", "").replace("right", "");
            let scale = *scale_of
                .entry(key)
                .or_insert_with(|| rng.random_range(0.9..1.1));
            let place = joint.parent_from_joint.translation().metres();
            places.push((place * size * scale).to_array());
        }
        let mut markers = Vec::new();
        for m in rig.markers() {
            let wrong_m = rng.random_range(0.005..0.015);
            let slide_m = rng.random_range(0.003..0.005);
            let mut unit = || {
                let v = [0; 3].map(|_| rng.random_range(-1.0..1.0f64));
                let n = v.iter().map(|x| x * x).sum::<f64>().sqrt().max(0.1);
                v.map(|x| x / n)
            };
            let (wrong, slide) = (unit(), unit());
            let at = (m.in_joint.metres() * size).to_array();
            let at = [0, 1, 2].map(|k| at[k] + wrong[k] * wrong_m);
            let phase = rng.random_range(0.0..6.0);
            markers.push((m.joint.idx(), at, slide.map(|x| x * slide_m), phase));
        }
        Self {
            parents: rig
                .skeleton()
                .joints()
                .iter()
                .map(|j| j.parent.map(|p| p.idx()))
                .collect(),
            places,
            bones: (0..rig.skeleton().len())
                .map(|j| rig.humanoid().bone(cyc_model::JointIdx(j as u16)))
                .collect(),
            markers,
        }
    }

    /// Joint frames at a time of a range of motion: first a T-pose, then everything swings.
    fn frames(&self, t: f64) -> Vec<(Matrix, Vec3)> {
        let awake = ((t - 0.5) / 0.5).clamp(0.0, 1.0);
        let mut frames: Vec<(Matrix, Vec3)> = Vec::new();
        for j in 0..self.places.len() {
            let turn = self.bones[j].map_or(UNIT, |b| turn_of(b, t, awake));
            let (parent, origin) = match self.parents[j] {
                Some(p) => frames[p],
                None => (
                    about(1, 0.8 * (0.5 * t).sin()),
                    [0.3 * (0.7 * t).sin(), 0.0, 0.2 * t],
                ),
            };
            let offset = apply(&parent, self.places[j]);
            let at = [0, 1, 2].map(|k| origin[k] + offset[k]);
            frames.push((times(&parent, &turn), at));
        }
        frames
    }

    fn markers(&self, t: f64, rng: &mut ChaCha8Rng) -> Vec<Option<Point<Stage>>> {
        let frames = self.frames(t);
        self.markers
            .iter()
            .map(|(joint, at, slide, phase)| {
                let (turn, origin) = &frames[*joint];
                let sway = (2.3 * t + phase).sin();
                let local = [0, 1, 2].map(|k| at[k] + slide[k] * sway);
                let p = apply(turn, local);
                let [x, y, z] = [0, 1, 2].map(|k| origin[k] + p[k] + rng.random_range(-5e-4..5e-4));
                Some(Point::xyz(x, y, z))
            })
            .collect()
    }
}

/// How a bone is turned at a time: each joint swings about its axes with its own rhythm.
fn turn_of(bone: HumanBone, t: f64, awake: f64) -> Matrix {
    use HumanBone::*;
    let swing = |rate: f64, phase: f64| awake * (rate * t + phase).sin();
    let side = if bone.vrm_name().starts_with("right") {
        -1.0
    } else {
        1.0
    };
    let late = if side < 0.0 { 1.1 } else { 0.0 };
    let euler = |x: f64, y: f64, z: f64| {
        times(
            &times(&about(2, side * z), &about(1, side * y)),
            &about(0, x),
        )
    };
    match bone {
        Spine | Chest | UpperChest => euler(
            0.12 * swing(1.9, 0.3),
            0.12 * swing(1.3, 0.0),
            0.1 * swing(1.6, 1.0),
        ),
        Neck | Head => euler(
            0.2 * swing(2.2, 0.2),
            0.25 * swing(1.7, 0.4),
            0.1 * swing(1.1, 0.0),
        ),
        LeftShoulder | RightShoulder => euler(0.0, 0.15 * swing(1.2, late), 0.15 * swing(1.5, 0.5)),
        LeftUpperArm | RightUpperArm => euler(
            0.4 * swing(1.4, late),
            -0.4 * awake + 0.7 * swing(1.1, 0.6 + late),
            -0.5 * awake + 0.8 * swing(0.9, late),
        ),
        LeftLowerArm | RightLowerArm => times(
            &about(1, -side * (0.9 * awake + 0.8 * swing(1.6, late))),
            &about(0, 0.5 * swing(1.2, late)),
        ),
        LeftHand | RightHand => euler(0.0, 0.2 * swing(2.0, 0.0), 0.4 * swing(2.4, late)),
        LeftUpperLeg | RightUpperLeg => euler(
            -0.45 * awake + 0.5 * swing(1.3, 1.5 * late),
            0.2 * swing(0.8, late),
            0.2 * awake + 0.3 * swing(1.0, late),
        ),
        LeftLowerLeg | RightLowerLeg => about(0, 0.7 * awake + 0.6 * swing(1.7, 1.5 * late)),
        LeftFoot | RightFoot => euler(
            0.3 * swing(1.9, late),
            0.1 * swing(1.0, 0.0),
            0.1 * swing(1.4, 0.0),
        ),
        _ => UNIT,
    }
}

fn template() -> Rig {
    let set = parse_markerset(PRODUCTION_53).unwrap();
    build_rig(&parse_skeleton(HUMAN_SKELETON).unwrap(), &set).unwrap()
}

fn take(body: &TrueBody, from_s: f64, seconds: f64, seed: u64) -> Vec<Vec<Option<Point<Stage>>>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let count = (seconds * 120.0) as usize;
    (0..count)
        .map(|f| body.markers(from_s + f as f64 / 120.0, &mut rng))
        .collect()
}

/// The mean distance of the solved joints from the true ones over a part of the take that calibration did not see,
/// and of the joint that is worst in the mean.
fn joint_error_mm(body: &TrueBody, rig: &Rig) -> (f64, f64) {
    let mut fitter = Fitter::new(rig, FitSettings::default());
    let frames = take(body, 5.0, 3.0, 99);
    let mut sums = vec![0.0; rig.skeleton().len()];
    for (f, frame) in frames.iter().enumerate() {
        fitter.fit(frame);
        let truth = body.frames(5.0 + f as f64 / 120.0);
        for (sum, (global, (_, at))) in sums.iter_mut().zip(fitter.globals().iter().zip(&truth)) {
            *sum += global.translation().metres().distance((*at).into()) * 1e3;
        }
    }
    let means: Vec<f64> = sums.iter().map(|s| s / frames.len() as f64).collect();
    if std::env::var("CYC_SHOW").is_ok() {
        for (joint, mean) in rig.skeleton().joints().iter().zip(&means) {
            eprintln!("{:>16} {mean:5.1} mm", joint.name);
        }
    }
    let worst = means.iter().fold(0.0f64, |a, b| a.max(*b));
    (means.iter().sum::<f64>() / means.len() as f64, worst)
}

#[test]
fn finds_the_joints_of_another_body() {
    let rig = template();
    for seed in [1, 2, 3] {
        let body = TrueBody::new(&rig, seed);
        let frames = take(&body, 0.0, 5.0, seed);
        let start = std::time::Instant::now();
        let Calibrated { rig: done, report } =
            calibrate(&rig, &frames, &CalibrateSettings::default()).unwrap();
        let (mean, worst) = joint_error_mm(&body, &done);
        eprintln!(
            "body {seed}: joints {mean:.1} mm (worst {worst:.1}), markers {:.1} -> {:.1} mm, scale {:.3}, {:.1} s",
            report.rms_before_m * 1e3,
            report.rms_after_m * 1e3,
            report.scale,
            start.elapsed().as_secs_f64()
        );
        assert!(
            mean < 12.0 && worst < 30.0,
            "body {seed}: {mean} mm, worst {worst} mm"
        );
        assert!(report.rms_after_m < 0.004, "{}", report.rms_after_m);
        assert!(report.rms_after_m < 0.2 * report.rms_before_m);
    }
}

#[test]
fn a_take_of_something_else_is_refused() {
    let rig = template();
    let body = TrueBody::new(&rig, 1);
    let mut frames = take(&body, 0.0, 0.5, 1);
    let few = calibrate(&rig, &frames[..2], &CalibrateSettings::default());
    assert!(matches!(
        few,
        Err(CalibrateError::TooFewFrames { usable: 2, .. })
    ));
    for frame in &mut frames {
        // Labels off by half the set.
        frame.rotate_left(26);
    }
    let wrong = calibrate(&rig, &frames, &CalibrateSettings::default());
    assert!(
        matches!(wrong, Err(CalibrateError::NotThisRig { .. })),
        "{:?}",
        wrong.map(|c| c.report)
    );
    let hidden = vec![vec![None; 53]; 100];
    let hidden = calibrate(&rig, &hidden, &CalibrateSettings::default());
    assert!(matches!(
        hidden,
        Err(CalibrateError::TooFewFrames { usable: 0, .. })
    ));
}

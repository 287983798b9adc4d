//! The whole way on a real body: markers on the skin of the committed human, performances of recorded motion,
//! calibration from the first seconds, then every joint against the truth.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod skinned_human;

use cyc_model::{HumanBone, HumanBone::*};
use cyc_solver::{
    CalibrateSettings, FitSettings, Fitter, HUMAN_SKELETON, PRODUCTION_53, build_rig, calibrate,
    parse_markerset, parse_skeleton,
};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use skinned_human::{SkinnedHuman, performance};

const CALIBRATION_FRAMES: usize = 780;

/// The human's joints that the template has too.
const SHARED: &[(HumanBone, &str)] = &[
    (Hips, "Hips"),
    (Spine, "Spine"),
    (Chest, "Spine1"),
    (UpperChest, "Spine2"),
    (Neck, "Neck"),
    (Head, "Head"),
    (LeftShoulder, "LeftShoulder"),
    (RightShoulder, "RightShoulder"),
    (LeftUpperArm, "LeftArm"),
    (RightUpperArm, "RightArm"),
    (LeftLowerArm, "LeftForeArm"),
    (RightLowerArm, "RightForeArm"),
    (LeftHand, "LeftHand"),
    (RightHand, "RightHand"),
    (LeftUpperLeg, "LeftUpLeg"),
    (RightUpperLeg, "RightUpLeg"),
    (LeftLowerLeg, "LeftLeg"),
    (RightLowerLeg, "RightLeg"),
    (LeftFoot, "LeftFoot"),
    (RightFoot, "RightFoot"),
    (LeftToes, "LeftToeBase"),
    (RightToes, "RightToeBase"),
];

#[test]
fn joints_are_where_they_are() {
    let set = parse_markerset(PRODUCTION_53).unwrap();
    let rig = build_rig(&parse_skeleton(HUMAN_SKELETON).unwrap(), &set).unwrap();
    for (seed, path) in [
        (1, "performances/walk_dance.bvh"),
        (2, "performances/action.bvh"),
        (3, "performances/floor.bvh"),
    ] {
        let Some(human) = SkinnedHuman::load(seed, 0.005, 0.003) else {
            return;
        };
        let Some(take) = performance(&human, path) else {
            return;
        };
        let column = |name: &str| human.labels.iter().position(|l| l == name);
        let order: Vec<Option<usize>> = rig.markers().iter().map(|m| column(&m.name)).collect();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let frames: Vec<_> = (0..take.len())
            .map(|f| {
                let all = human.markers_at(&take, f, &mut rng);
                order
                    .iter()
                    .map(|c| c.and_then(|c| all[c]))
                    .collect::<Vec<_>>()
            })
            .collect();
        let start = std::time::Instant::now();
        let done = calibrate(
            &rig,
            &frames[..CALIBRATION_FRAMES],
            &CalibrateSettings::default(),
        )
        .unwrap();
        let took = start.elapsed().as_secs_f64();
        let mut fitter = Fitter::new(&done.rig, FitSettings::default());
        let mut sums = vec![0.0; SHARED.len()];
        let (mut rms2, mut worst_frame_mm) = (0.0, 0.0f64);
        for (f, frame) in frames.iter().enumerate() {
            rms2 += fitter.fit(frame).rms_m.powi(2);
            let truth = human.joints_at(&take, f);
            let mut frame_mm = 0.0;
            for (sum, (bone, name)) in sums.iter_mut().zip(SHARED) {
                let joint = done.rig.humanoid().joint(*bone).unwrap();
                let name = format!("mixamorig:{name}");
                let at = human.joints.iter().position(|j| j.name == name).unwrap();
                let found = fitter.globals()[joint.idx()].translation().metres();
                let off_mm = found.distance(truth[at].1.into()) * 1e3;
                *sum += off_mm;
                frame_mm += off_mm / SHARED.len() as f64;
            }
            worst_frame_mm = worst_frame_mm.max(frame_mm);
        }
        let n = frames.len() as f64;
        let means: Vec<f64> = sums.iter().map(|s| s / n).collect();
        let mean = means.iter().sum::<f64>() / means.len() as f64;
        let listed: Vec<String> = SHARED
            .iter()
            .zip(&means)
            .map(|((_, b), m)| format!("{b} {m:.0}"))
            .collect();
        eprintln!(
            "{path}: joints {mean:.1} mm (worst frame {worst_frame_mm:.1}), markers {:.1} mm, calibration {:.1} -> {:.1} mm in {took:.1} s, scale {:.3}\n  {}",
            (rms2 / n).sqrt() * 1e3,
            done.report.rms_before_m * 1e3,
            done.report.rms_after_m * 1e3,
            done.report.scale,
            listed.join(", ")
        );
        assert!(mean < 15.0, "{path}: {mean} mm");
    }
}

//! The whole way on a real body: markers on the skin of the committed human, performances of recorded motion,
//! calibration from the first seconds, then every joint against the truth.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod skinned_human;

use cyc_model::{HumanBone, HumanBone::*, HumanoidMap, JointSpec, Point, Rig, Skeleton, Stage, Xf};
use cyc_solver::{
    CalibrateSettings, FitSettings, Fitter, HUMAN_SKELETON, PRODUCTION_53, Performer,
    RetargetSettings, build_rig, calibrate, parse_markerset, parse_skeleton,
};
use glam::DVec3;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use skinned_human::{Performance, SkinnedHuman, performance};

type Frames = Vec<Vec<Option<Point<Stage>>>>;

const CALIBRATION_FRAMES: usize = 780;

/// The human's joints that the template has too.
const SHARED: [(HumanBone, &str); 22] = [
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

/// The human's skeleton as a character file gives it.
fn character(human: &SkinnedHuman) -> (Skeleton, HumanoidMap) {
    let specs = human
        .joints
        .iter()
        .map(|j| {
            let from = j.parent.map_or([0.0; 3], |p| human.joints[p].rest);
            let offset = DVec3::from(j.rest) - DVec3::from(from);
            JointSpec {
                name: j.name.clone(),
                parent: j.parent,
                parent_from_joint: Xf::from_translation(offset),
            }
        })
        .collect();
    let (skeleton, _) = Skeleton::build(specs).unwrap();
    let bones = SHARED.map(|(bone, name)| {
        let joint = skeleton.find(&format!("mixamorig:{name}")).unwrap();
        (bone, joint)
    });
    let map = HumanoidMap::build(&skeleton, bones).unwrap();
    (skeleton, map)
}

/// The take's markers in a rig's order.
fn markers(human: &SkinnedHuman, take: &Performance, rig: &Rig, seed: u64) -> Frames {
    let column = |name: &str| human.labels.iter().position(|l| l == name);
    let order: Vec<Option<usize>> = rig.markers().iter().map(|m| column(&m.name)).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let in_order = |f| {
        let all = human.markers_at(take, f, &mut rng);
        order.iter().map(|c| c.and_then(|c| all[c])).collect()
    };
    (0..take.len()).map(in_order).collect()
}

fn template() -> Rig {
    let set = parse_markerset(PRODUCTION_53).unwrap();
    build_rig(&parse_skeleton(HUMAN_SKELETON).unwrap(), &set).unwrap()
}

/// A performer who is their own digital double ends where they stand: fit, retarget from the T-pose template to the
/// A-pose body, and the floor.
#[test]
fn a_digital_double_does_what_its_performer_does() {
    let Some(human) = SkinnedHuman::load(1, 0.005, 0.003) else {
        return;
    };
    let Some(take) = performance(&human, "performances/walk_dance.bvh") else {
        return;
    };
    let rig = template();
    let frames = markers(&human, &take, &rig, 1);
    let settings = CalibrateSettings::default();
    let done = calibrate(&rig, &frames[..CALIBRATION_FRAMES], &settings).unwrap();
    let (skeleton, map) = character(&human);
    let mut performer = Performer::new(done.rig, FitSettings::default());
    let number = performer
        .add_character(&skeleton, &map, &RetargetSettings::default())
        .unwrap();
    let (mut off_mm, mut lowest_mm) = (0.0, 0.0f64);
    let mut per_bone = [0.0; SHARED.len()];
    for (f, frame) in frames.iter().enumerate() {
        performer.run(frame, 1.0 / 120.0);
        let out = performer.character(number).unwrap();
        let truth = human.joints_at(&take, f);
        for ((bone, _), sum) in SHARED.iter().zip(&mut per_bone) {
            let j = map.joint(*bone).unwrap().idx();
            let at = out[j].translation().metres();
            let off = at.distance(truth[j].1.into()) * 1e3 / frames.len() as f64;
            off_mm += off / SHARED.len() as f64;
            *sum += off;
            if matches!(bone, LeftToes | RightToes) {
                lowest_mm = lowest_mm.min(at.y * 1e3);
            }
        }
    }
    eprintln!("double: joints {off_mm:.1} mm, lowest toe joint {lowest_mm:.1} mm, {per_bone:.0?}");
    assert!(off_mm < 30.0, "{off_mm} mm");
    assert!(lowest_mm > -5.0, "{lowest_mm} mm");
}

#[test]
fn joints_are_where_they_are() {
    let rig = template();
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
        let frames = markers(&human, &take, &rig, seed);
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
            for (sum, (bone, name)) in sums.iter_mut().zip(&SHARED) {
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
            "{path}: joints {mean:.1} mm (worst frame {worst_frame_mm:.1}), markers {:.1} mm, \
             calibration {:.1} -> {:.1} mm in {took:.1} s, scale {:.3}\n  {}",
            (rms2 / n).sqrt() * 1e3,
            done.report.rms_before_m * 1e3,
            done.report.rms_after_m * 1e3,
            done.report.scale,
            listed.join(", ")
        );
        assert!(mean < 15.0, "{path}: {mean} mm");
    }
}

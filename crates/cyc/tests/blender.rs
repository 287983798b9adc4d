//! Proof by a program that nobody here wrote: Blender opens what `cyc retarget` writes, and its joints are where ours are.
//!
//! Blender (PyPI `bpy`) is a gigabyte, so it is used where it is installed (`cargo xtask bench blender` does that) and otherwise
//! the tests say that they were skipped. Ours is what `cyc-character` reads from the same GLB file, which its own tests
//! hold against glTF's rules; the BVH file is another way from the same motion, so it is held against the GLB's joints.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use cyc_character::{AnimatedModel, LoadOptions, ModelPose};
use glam::{DQuat, DVec3};
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every tenth frame.
const STEP: usize = 10;
/// Blender computes in single precision: 0.1 mm, 0.01°.
const PLACE_MAX_M: f64 = 1e-4;
const TURN_MAX_RAD: f64 = 0.01 * std::f64::consts::PI / 180.0;

/// The interpreter that has `bpy`; `None` after having said why the test is skipped.
fn blender() -> Option<PathBuf> {
    let named = std::env::var_os("CYC_BLENDER_PYTHON").map(PathBuf::from);
    let cached = std::env::home_dir().map(|h| h.join(".cache/cyclorama/venv/blender/bin/python"));
    let found = named.or(cached).filter(|p| p.exists());
    if found.is_none() {
        eprintln!("SKIPPED: Blender is not installed (`cargo xtask bench blender` installs it)");
    }
    found
}

/// A joint as Blender has it: metres, and the rotation.
type Joints = HashMap<String, (DVec3, DQuat)>;

fn in_blender(python: &Path, file: &Path, rate_hz: f64, frames: &[usize]) -> Vec<Joints> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/blender_joints.py");
    let output = Command::new(python)
        .arg(script)
        .arg(file)
        .arg(rate_hz.to_string())
        .args(frames.iter().map(usize::to_string))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let lines = said.lines().filter(|l| l.starts_with("{\"frame\""));
    let all: Vec<Joints> = lines
        .map(|line| {
            let object: Value = serde_json::from_str(line).unwrap();
            let bones = object["bones"].as_object().unwrap().iter();
            bones
                .map(|(name, numbers)| {
                    let n = |i: usize| numbers[i].as_f64().unwrap();
                    let turn = DQuat::from_xyzw(n(3), n(4), n(5), n(6)).normalize();
                    (name.clone(), (DVec3::new(n(0), n(1), n(2)), turn))
                })
                .collect()
        })
        .collect();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(all.len(), frames.len(), "{said}\n{errors}");
    all
}

/// The angle between two rotations, by the sine: a cosine says nothing of small angles.
fn apart_rad(a: DQuat, b: DQuat) -> f64 {
    2.0 * (a.conjugate() * b).xyz().length().min(1.0).asin()
}

/// The farthest place and the largest turn between our joints and Blender's, and how many were compared.
struct Worst {
    place_m: f64,
    turn_rad: f64,
    compared: usize,
}

/// `relative`: rotations are compared as turns from the rest pose. `file_from_model`: how the file's character is turned
/// against ours, which always faces +Z.
fn compare(
    ours: &Path,
    theirs: &[Joints],
    rate_hz: f64,
    frames: &[usize],
    relative: bool,
    file_from_model: DQuat,
) -> Worst {
    let model =
        AnimatedModel::read(&std::fs::read(ours).unwrap(), &LoadOptions::default()).unwrap();
    let skeleton = model.skeleton.as_ref().unwrap();
    let mut worst = Worst {
        place_m: 0.0,
        turn_rad: 0.0,
        compared: 0,
    };
    let turn = file_from_model;
    let mut pose = ModelPose::default();
    for (frame, theirs) in frames.iter().zip(theirs) {
        model.sample(&model.animations[0], *frame as f64 / rate_hz, &mut pose);
        for (j, joint) in skeleton.joints().iter().enumerate() {
            // What is not in the file under a name of its own cannot be compared.
            let Some((place, rotation)) = theirs.get(&joint.name) else {
                continue;
            };
            let own = pose.joints[j];
            let rest = skeleton.rest_global()[j].rotation();
            let own_turn = if relative {
                own.rotation() * rest.conjugate()
            } else {
                own.rotation()
            };
            let at = turn * own.translation().metres();
            worst.place_m = worst.place_m.max(at.distance(*place));
            worst.turn_rad = worst.turn_rad.max(apart_rad(turn * own_turn, *rotation));
            worst.compared += 1;
        }
    }
    worst
}

fn hold(what: &str, worst: &Worst, frames: usize, joints: usize) {
    let (mm, degrees) = (worst.place_m * 1e3, worst.turn_rad.to_degrees());
    eprintln!(
        "{what}: {mm:.4} mm, {degrees:.5}° over {} joints",
        worst.compared
    );
    assert!(
        worst.compared >= frames * joints,
        "{what}: only {} joints",
        worst.compared
    );
    assert!(worst.place_m <= PLACE_MAX_M, "{what}: {mm} mm");
    assert!(worst.turn_rad <= TURN_MAX_RAD, "{what}: {degrees}°");
}

/// Retargets, and has Blender read both files.
fn retargeted(python: &Path, character: &str, joints: usize, file_from_model: DQuat) {
    let take = "assets/performances/action.bvh";
    let folder = tempfile::tempdir().unwrap();
    let [glb, bvh] = ["a.glb", "a.bvh"].map(|f| folder.path().join(f));
    let (glb_name, bvh_name) = (glb.to_str().unwrap(), bvh.to_str().unwrap());
    let run = program::run(&[
        "retarget",
        take,
        "--character",
        character,
        "--out",
        glb_name,
        "--out",
        bvh_name,
        "--json",
    ]);
    assert!(run.status.success(), "{}", program::said(&run));
    let figures = program::object(&run);
    let rate_hz = figures["rate_hz"].as_f64().unwrap().round();
    let frames = figures["frames"].as_u64().unwrap() as usize;
    let frames: Vec<usize> = (0..frames).step_by(STEP).collect();
    let theirs = in_blender(python, &glb, rate_hz, &frames);
    let worst = compare(&glb, &theirs, rate_hz, &frames, false, file_from_model);
    hold(&format!("{character} as GLB"), &worst, frames.len(), joints);
    let theirs = in_blender(python, &bvh, rate_hz, &frames);
    let worst = compare(&glb, &theirs, rate_hz, &frames, true, DQuat::IDENTITY);
    hold(&format!("{character} as BVH"), &worst, frames.len(), joints);
}

#[test]
fn blender_has_the_joints_of_our_human() {
    let Some(python) = blender() else { return };
    retargeted(&python, "assets/human/human.glb", 50, DQuat::IDENTITY);
}

#[test]
fn blender_has_the_joints_of_a_vrm_character() {
    let Some(python) = blender() else { return };
    if !program::has_shared() {
        return;
    }
    let character = "../shared/data/characters/cryptovoxels.vrm";
    // VRM 0 faces -Z.
    let turn = DQuat::from_rotation_y(std::f64::consts::PI);
    retargeted(&python, character, 40, turn);
}

#[test]
fn an_animation_that_blender_knows_is_sampled_as_blender_does() {
    let Some(python) = blender() else { return };
    if !program::has_shared() {
        return;
    }
    let file = program::root().join("../shared/data/characters/cesium_man.gltf");
    let model =
        AnimatedModel::read(&std::fs::read(&file).unwrap(), &LoadOptions::default()).unwrap();
    let rate_hz = model.animations[0].key_rate_hz().unwrap().round();
    let (from_s, to_s) = model.animations[0].span_s().unwrap();
    let last = (to_s * rate_hz).round() as usize;
    let frames: Vec<usize> = ((from_s * rate_hz).round() as usize..=last).collect();
    // It faces +X in its file.
    let turn = DQuat::from_rotation_y(std::f64::consts::FRAC_PI_2);
    // Its joints have no names: Blender calls them by their number, as we do, with another word.
    let theirs: Vec<Joints> = in_blender(&python, &file, rate_hz, &frames)
        .into_iter()
        .map(|joints| {
            let renamed = joints.into_iter().map(|(name, joint)| {
                (
                    name.replace("Node_", "joint_").replace("Bone_", "joint_"),
                    joint,
                )
            });
            renamed.collect()
        })
        .collect();
    let worst = compare(&file, &theirs, rate_hz, &frames, false, turn);
    hold("CesiumMan's own walk", &worst, frames.len(), 15);
}

//! `cyc retarget` from end to end: every kind of take onto every kind of character, and what it wrote read again, by our own
//! readers and by others'.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;
mod stick_man;

use cyc_character::{AnimatedModel, LoadOptions, ModelPose};
use cyc_model::{HumanBone, JointFrame, ModelSpace, Stage, Xf};
use cyc_take::bvh;
use glam::DVec3;
use program::{has_shared, object, run, said};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use stick_man::stick_man;

const HUMAN: &str = "assets/human/human.glb";
const WALK: &str = "assets/performances/walk_dance.bvh";

/// Runs `cyc retarget` with `--json`; its figures.
fn retarget(take: &str, character: &str, more: &[&str]) -> Value {
    let mut arguments = vec!["retarget", take, "--character", character, "--json"];
    arguments.extend(more);
    let output = run(&arguments);
    assert!(
        output.status.success(),
        "{take} on {character}: {}",
        said(&output)
    );
    object(&output)
}

/// A file's first animation at each of its frames: the places of some bones, metres.
struct Poses {
    model: AnimatedModel,
    rate_hz: f64,
    frames: usize,
}

impl Poses {
    fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap();
        let model = AnimatedModel::read(&bytes, &LoadOptions::default()).unwrap();
        let rate_hz = model.animations[0].key_rate_hz().unwrap().round();
        let (from, to) = model.animations[0].span_s().unwrap();
        let frames = ((to - from) * rate_hz).round() as usize + 1;
        Self {
            model,
            rate_hz,
            frames,
        }
    }

    fn joints(&self, frame: usize) -> Vec<Xf<ModelSpace, JointFrame>> {
        let mut pose = ModelPose::default();
        self.model.sample(
            &self.model.animations[0],
            frame as f64 / self.rate_hz,
            &mut pose,
        );
        pose.joints
    }

    fn at(&self, joints: &[Xf<ModelSpace, JointFrame>], bone: HumanBone) -> DVec3 {
        joints[self.model.humanoid.joint(bone).unwrap().idx()]
            .translation()
            .metres()
    }
}

/// Holds that a body walks as a person does: upright nearly always, feet at the floor, knees in front.
fn hold_as_a_person(what: &str, poses: &Poses) {
    use HumanBone::*;
    let rest = poses.model.skeleton.as_ref().unwrap().rest_global();
    let height = poses.at(rest, Head).y - poses.at(rest, LeftFoot).y;
    let (mut upright, mut bent_forward, mut looked_at) = (0, 0, 0);
    let mut lowest = f64::INFINITY;
    for frame in (0..poses.frames).step_by(10) {
        let joints = poses.joints(frame);
        let at = |bone| poses.at(&joints, bone);
        looked_at += 1;
        upright +=
            usize::from(at(Head).y - at(Hips).y > 0.25 * height && at(Hips).y > at(LeftFoot).y);
        lowest = lowest.min(at(LeftFoot).y.min(at(RightFoot).y));
        let forward = (at(LeftUpperLeg) - at(RightUpperLeg)).cross(DVec3::Y);
        let knee = at(LeftLowerLeg) - 0.5 * (at(LeftUpperLeg) + at(LeftFoot));
        bent_forward += usize::from(knee.dot(forward) > -1e-3);
    }
    assert!(
        upright * 10 >= looked_at * 9,
        "{what}: upright in {upright} of {looked_at} frames"
    );
    assert!(
        bent_forward * 20 >= looked_at * 19,
        "{what}: knee bent forward in {bent_forward} of {looked_at}"
    );
    assert!(
        (-0.02..0.2).contains(&(lowest / height)),
        "{what}: lowest ankle at {lowest} m"
    );
}

fn out(folder: &tempfile::TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_performance_goes_onto_our_human_with_its_face() {
    let folder = tempfile::tempdir().unwrap();
    let glb = out(&folder, "a.glb");
    let figures = retarget(
        WALK,
        HUMAN,
        &["--out", text(&glb), "--report", text(folder.path())],
    );
    for key in [
        "frames",
        "bones",
        "p50_us",
        "p99_us",
        "skate_mean_mm_s",
        "skate_p95_mm_s",
        "stance_drift_max_mm",
        "stance_ratio",
        "penetration_max_mm",
        "pop_max_mm",
    ] {
        assert!(figures[key].is_number(), "{key}: {figures}");
    }
    assert_eq!(figures["missing"], serde_json::json!(["jaw"]));
    let poses = Poses::read(&glb);
    assert_eq!(figures["frames"], poses.frames);
    hold_as_a_person("human", &poses);
    // The face of the performance moves the targets of its name: its blinks are in the file.
    let blink = poses
        .model
        .morph_names
        .iter()
        .position(|n| n == "eyeBlinkLeft")
        .unwrap();
    let mut pose = ModelPose::default();
    let blinks = (0..poses.frames).filter(|f| {
        let at = *f as f64 / poses.rate_hz;
        poses
            .model
            .sample(&poses.model.animations[0], at, &mut pose);
        pose.weights[blink] > 0.8
    });
    assert!(blinks.count() > 5);
    let report = std::fs::read_to_string(out(&folder, "report.html")).unwrap();
    assert!(report.contains("Sliding of planted feet") && report.matches("<svg").count() >= 9);
    // Four pictures of the body, the face at rest, and the 52 shapes.
    assert_eq!(report.matches("<img ").count(), 4 + 1 + 52);
}

/// Frame after frame the weight of a morph target in a file with an animation.
fn weights_of(glb: &Path, target: &str) -> Vec<f64> {
    let poses = Poses::read(glb);
    let names = &poses.model.morph_names;
    let at = names.iter().position(|n| n == target).unwrap();
    let mut pose = ModelPose::default();
    let frame = |f: u32| {
        let s = f64::from(f) / poses.rate_hz;
        poses.model.sample(&poses.model.animations[0], s, &mut pose);
        pose.weights[at]
    };
    (0..poses.frames as u32).map(frame).collect()
}

#[test]
fn a_face_has_its_own_settings_and_its_rest_is_taken_off() {
    let folder = tempfile::tempdir().unwrap();
    let usual = std::fs::read_to_string(program::root().join("rigs/face/default.toml")).unwrap();
    let file = out(&folder, "face.toml");
    std::fs::write(
        &file,
        format!("{usual}jawOpen = 0.5\nmouthSmileLeft = 0.0\n"),
    )
    .unwrap();
    let [plain, own, rested] = ["plain.glb", "own.glb", "rested.glb"].map(|f| out(&folder, f));
    retarget(WALK, HUMAN, &["--out", text(&plain)]);
    retarget(WALK, HUMAN, &["--out", text(&own), "--face", text(&file)]);
    retarget(WALK, HUMAN, &["--out", text(&rested), "--still-face", "60"]);
    // Half the jaw, no smile; what the file does not name is as it was.
    for (target, gain) in [
        ("jawOpen", 0.5),
        ("mouthSmileLeft", 0.0),
        ("eyeBlinkLeft", 1.0),
    ] {
        let (before, after) = (weights_of(&plain, target), weights_of(&own, target));
        assert!(before.iter().any(|w| *w > 0.05), "{target} never moves");
        for (f, (a, b)) in before.iter().zip(&after).enumerate() {
            assert!((a * gain - b).abs() < 2e-3, "{target} at {f}: {b} of {a}");
        }
    }
    // The median of the whole take is its rest: half of the frames are at or below it, and so at zero.
    let (before, after) = (
        weights_of(&plain, "mouthSmileLeft"),
        weights_of(&rested, "mouthSmileLeft"),
    );
    let mut sorted = before.clone();
    sorted.sort_by(f64::total_cmp);
    let rest = sorted[sorted.len() / 2];
    assert!(rest > 0.01, "{rest}");
    for (a, b) in before.iter().zip(&after) {
        let own = ((a - rest) / (1.0 - rest)).max(0.0);
        assert!((own - b).abs() < 0.02, "{b}, not {own}, of {a}");
    }
    // What is wrong in the file is said with its place.
    std::fs::write(&file, usual.replace("mirrored = false", "mirrored = maybe")).unwrap();
    let arguments = [
        "retarget",
        WALK,
        "--character",
        HUMAN,
        "--face",
        text(&file),
    ];
    let refused = program::run(&arguments);
    assert_eq!(refused.status.code(), Some(64));
    assert!(
        program::said(&refused).contains("face.toml"),
        "{}",
        program::said(&refused)
    );
}

#[test]
fn others_characters_stand_walk_and_come_back() {
    if !has_shared() {
        return;
    }
    for (file, bones) in [
        ("cesium_man.gltf", 19),
        ("cryptovoxels.vrm", 43),
        ("vrm1_expressions.vrm", 22),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let [glb, bvh] = ["a.glb", "a.bvh"].map(|f| out(&folder, f));
        let character = format!("../shared/data/characters/{file}");
        let mut arguments = vec!["--out", text(&glb), "--out", text(&bvh)];
        // Bodies without face shapes are drawn too.
        let report = out(&folder, "report");
        let is_drawn = file.starts_with("cesium");
        if is_drawn {
            arguments.extend(["--report", text(&report)]);
        }
        let figures = retarget(WALK, &character, &arguments);
        if is_drawn {
            let page = std::fs::read_to_string(report.join("report.html")).unwrap();
            assert_eq!(page.matches("<img ").count(), 4);
        }
        assert_eq!(figures["bones"], bones, "{file}");
        let poses = Poses::read(&glb);
        hold_as_a_person(file, &poses);
        hold_bvh_as_glb(file, &poses, &bvh);
        // What was written is a take itself.
        for again in [&glb, &bvh] {
            let figures = retarget(text(again), HUMAN, &[]);
            assert_eq!(figures["frames"], poses.frames, "{file}");
        }
    }
}

/// Both files say the same of where joints are.
fn hold_bvh_as_glb(what: &str, poses: &Poses, file: &Path) {
    let clip = bvh::read(
        &std::fs::read(file).unwrap(),
        &bvh::BvhReadOptions {
            metres_per_unit: Some(0.01),
        },
    )
    .unwrap();
    assert_eq!(clip.frame_count(), poses.frames);
    let skeleton = clip.skeleton();
    let mut globals = vec![Xf::<Stage, JointFrame>::IDENTITY; skeleton.len()];
    for frame in (0..poses.frames).step_by(97) {
        skeleton.globals_from_locals(clip.locals(frame), &mut globals);
        let joints = poses.joints(frame);
        for (bone, joint) in poses.model.humanoid.bones() {
            let name = &poses
                .model
                .skeleton
                .as_ref()
                .unwrap()
                .joint(joint)
                .unwrap()
                .name;
            let own = globals[skeleton.find(name).unwrap().idx()]
                .translation()
                .metres();
            let apart = own.distance(joints[joint.idx()].translation().metres());
            // A VRM 0 file is turned in one of them.
            let turned = DVec3::new(-own.x, own.y, -own.z)
                .distance(joints[joint.idx()].translation().metres());
            assert!(
                apart.min(turned) < 5e-5,
                "{what}, frame {frame}, {bone:?}: {apart}"
            );
        }
    }
}

#[test]
fn markers_are_solved_on_the_way() {
    if !has_shared() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let [glb, solved] = ["a.glb", "a.mcap"].map(|f| out(&folder, f));
    let take = "../shared/data/cmu/cmu_02_05.c3d";
    let figures = retarget(take, HUMAN, &["--out", text(&glb)]);
    assert_eq!(figures["frames"], 1854);
    assert!(figures["stance_s"].as_f64().unwrap() > 2.0, "{figures}");
    let poses = Poses::read(&glb);
    hold_as_a_person("CMU 02_05", &poses);
    // The same by way of a recording that holds the solved skeleton.
    let solve = run(&["solve", take, "--out", text(&solved), "--json"]);
    assert!(solve.status.success(), "{}", said(&solve));
    let again = out(&folder, "b.glb");
    let figures = retarget(text(&solved), HUMAN, &["--out", text(&again)]);
    assert_eq!(figures["frames"], 1854);
    let other = Poses::read(&again);
    for frame in [0, 700, 1500] {
        for (a, b) in poses.joints(frame).iter().zip(other.joints(frame)) {
            assert!(
                a.translation().distance_m(b.translation()) < 2e-3,
                "frame {frame}"
            );
        }
    }
}

#[test]
fn who_cannot_be_retargeted_is_told_why() {
    let no_such = ["retarget", WALK, "--character", "no/such.glb"];
    let bad_ending = ["retarget", WALK, "--character", HUMAN, "--out", "a.fbx"];
    let bad_unit = ["retarget", WALK, "--character", HUMAN, "--unit", "ell"];
    let no_motion = ["retarget", HUMAN, "--character", HUMAN];
    let no_take = ["retarget", "README.md", "--character", HUMAN];
    let folder = tempfile::tempdir().unwrap();
    let hero = folder.path().join("hero.glb");
    std::fs::copy(program::root().join(HUMAN), &hero).unwrap();
    let hero = hero.to_str().unwrap();
    let over_itself = ["retarget", WALK, "--character", hero, "--out", hero];
    let mut cases: Vec<(&[&str], i32, &str)> = vec![
        (&over_itself, 2, "would be lost"),
        (&no_such, 65, "no/such.glb"),
        (&bad_ending, 2, ".glb, .vrm or .bvh"),
        (&bad_unit, 2, "cm, mm, inch"),
        (&no_motion, 65, "no motion of a body"),
        (&no_take, 65, "C3D, BVH"),
    ];
    let fox = [
        "retarget",
        WALK,
        "--character",
        "../shared/data/characters/Fox.glb",
    ];
    let morph = [
        "retarget",
        WALK,
        "--character",
        "../shared/data/characters/MorphStressTest.gltf",
    ];
    if has_shared() {
        cases.push((&fox, 65, "four legs"));
        cases.push((&morph, 65, "no joints"));
    }
    for (arguments, code, words) in cases {
        let output = run(arguments);
        let heard = said(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {heard}");
        assert!(
            heard.contains(words) && heard.contains("What to do:"),
            "{arguments:?}: {heard}"
        );
    }
}

#[test]
fn bvh_of_any_habit_stands_up() {
    let folder = tempfile::tempdir().unwrap();
    for (name, up, unit, lying, more) in [
        ("plain", 'Y', 100.0, false, &[][..]),
        ("inches, Z up", 'Z', 1.0 / 0.0254, false, &[][..]),
        (
            "metres, lying rest pose",
            'Y',
            1.0,
            true,
            &["--unit", "m"][..],
        ),
        (
            "Z up, lying rest pose",
            'Z',
            100.0,
            true,
            &["--unit", "cm"][..],
        ),
    ] {
        let take = out(&folder, "man.bvh");
        std::fs::write(&take, stick_man(up, unit, lying)).unwrap();
        let glb = out(&folder, "man.glb");
        let mut arguments = vec!["--out", text(&glb)];
        arguments.extend(more);
        let figures = retarget(text(&take), HUMAN, &arguments);
        assert_eq!(figures["frames"], 90, "{name}");
        let poses = Poses::read(&glb);
        hold_as_a_person(name, &poses);
        // The body walks where its face looks.
        let (first, last) = (poses.joints(0), poses.joints(89));
        let hips = |joints: &[_]| poses.at(joints, HumanBone::Hips);
        let way = (hips(&last) - hips(&first)).normalize_or(DVec3::ZERO);
        let left =
            poses.at(&first, HumanBone::LeftUpperLeg) - poses.at(&first, HumanBone::RightUpperLeg);
        let forward = left.cross(DVec3::Y).normalize_or(DVec3::ZERO);
        assert!(
            way.dot(forward) > 0.95,
            "{name}: goes {way}, looks {forward}"
        );
    }
}

/// Khronos' validator on a file: its errors.
fn validator_errors(modules: &Path, file: &Path) -> Vec<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/validate_gltf.js");
    let output = Command::new("node")
        .arg(script)
        .arg(file)
        .env("NODE_PATH", modules)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let report: Value = serde_json::from_str(&said)
        .unwrap_or_else(|e| panic!("{e}: {said} {}", String::from_utf8_lossy(&output.stderr)));
    let messages = report["issues"]["messages"].as_array().unwrap().iter();
    let errors = messages.filter(|m| m["severity"] == 0);
    errors
        .map(|m| format!("{} {} {}", m["code"], m["pointer"], m["message"]))
        .collect()
}

#[test]
fn khronos_validator_finds_no_error_that_the_file_had_not() {
    let named = std::env::var_os("CYC_PEER_NODE_MODULES").map(PathBuf::from);
    let cached = std::env::home_dir().map(|h| h.join(".cache/cyclorama/node/node_modules"));
    let Some(modules) = named
        .or(cached)
        .filter(|p| p.join("gltf-validator").is_dir())
    else {
        eprintln!(
            "SKIPPED: no gltf-validator (`cargo xtask setup test` installs it where node is)"
        );
        return;
    };
    let mut characters = vec![HUMAN.to_owned()];
    for body in ["child.glb", "tall.glb", "heavy.glb", "tall.vrm"] {
        let file = format!("assets/bodies/{body}");
        let errors = validator_errors(&modules, &program::root().join(&file));
        assert!(errors.is_empty(), "{file}: {errors:?}");
        characters.push(file);
    }
    if has_shared() {
        let files = [
            "cesium_man.gltf",
            "cryptovoxels.vrm",
            "vrm1_expressions.vrm",
        ];
        characters.extend(files.map(|f| format!("../shared/data/characters/{f}")));
    }
    let folder = tempfile::tempdir().unwrap();
    for character in characters {
        let glb = out(&folder, "a.glb");
        retarget(
            "assets/performances/action.bvh",
            &character,
            &["--out", text(&glb)],
        );
        let had = validator_errors(&modules, &program::root().join(&character));
        let code = |e: &String| e.split(' ').next().unwrap_or_default().to_owned();
        let had: std::collections::BTreeSet<String> = had.iter().map(code).collect();
        let new: Vec<String> = validator_errors(&modules, &glb)
            .into_iter()
            .filter(|e| !had.contains(&code(e)))
            .collect();
        assert!(new.is_empty(), "{character}: {new:?}");
        eprintln!("{character}: no errors beyond {had:?}");
    }
}

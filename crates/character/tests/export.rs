//! Motions written into a character's own file, and read by glTF's rules written a second time here.

#![allow(clippy::unwrap_used)]

mod glb;

use cyc_character::{
    AnimatedModel, Character, ExportMotion, LoadOptions, ModelPose, export_glb, load,
};
use cyc_model::{JointFrame, Stage, Xf};
use glam::{DMat4, DQuat, DVec3};
use glb::Glb;
use serde_json::Value;

/// A file taken apart by the test's own means.
struct Opened {
    json: Value,
    bin: Vec<u8>,
}

impl Opened {
    fn new(glb: &[u8]) -> Self {
        let word = |at: usize| u32::from_le_bytes(glb[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!((&glb[..4], word(4), word(8)), (&b"glTF"[..], 2, glb.len()));
        let text = word(12);
        assert!(text.is_multiple_of(4) && &glb[16..20] == b"JSON");
        let bin = 20 + text;
        assert!(word(bin).is_multiple_of(4) && &glb[bin + 4..bin + 8] == b"BIN\0");
        Self {
            json: serde_json::from_slice(&glb[20..bin]).unwrap(),
            bin: glb[bin + 8..].to_vec(),
        }
    }

    fn floats(&self, accessor: &Value, width: usize) -> Vec<Vec<f64>> {
        let accessor = &self.json["accessors"][accessor.as_u64().unwrap() as usize];
        let view = &self.json["bufferViews"][accessor["bufferView"].as_u64().unwrap() as usize];
        let offset = |v: &Value| v["byteOffset"].as_u64().unwrap_or(0) as usize;
        let start = offset(view) + offset(accessor);
        let number = |i: usize| {
            let at = start + 4 * i;
            f64::from(f32::from_le_bytes(self.bin[at..at + 4].try_into().unwrap()))
        };
        let count = accessor["count"].as_u64().unwrap() as usize;
        let row = |r: usize| (0..width).map(|c| number(r * width + c)).collect();
        (0..count).map(row).collect()
    }

    fn vector(node: &Value, key: &str, default: &[f64]) -> Vec<f64> {
        let list = node[key].as_array();
        list.map_or(default.to_vec(), |l| {
            l.iter().map(|v| v.as_f64().unwrap()).collect()
        })
    }

    /// The matrix of a node in the scene, at a key of the first animation.
    fn matrix(&self, node: usize, key: usize) -> DMat4 {
        let nodes = self.json["nodes"].as_array().unwrap();
        let own = &nodes[node];
        let mut t = Self::vector(own, "translation", &[0.0; 3]);
        let mut r = Self::vector(own, "rotation", &[0.0, 0.0, 0.0, 1.0]);
        let s = Self::vector(own, "scale", &[1.0; 3]);
        let animation = &self.json["animations"][0];
        for channel in animation["channels"].as_array().unwrap() {
            if channel["target"]["node"] != node {
                continue;
            }
            let sampler = channel["sampler"].as_u64().unwrap() as usize;
            let output = &animation["samplers"][sampler]["output"];
            match channel["target"]["path"].as_str().unwrap() {
                "rotation" => r = self.floats(output, 4)[key].clone(),
                "translation" => t = self.floats(output, 3)[key].clone(),
                other => assert_eq!(other, "weights"),
            }
        }
        let local = match own["matrix"].as_array() {
            Some(m) => {
                let m: Vec<f64> = m.iter().map(|v| v.as_f64().unwrap()).collect();
                DMat4::from_cols_array(m.as_slice().try_into().unwrap())
            }
            None => DMat4::from_scale_rotation_translation(
                DVec3::from_slice(&s),
                DQuat::from_slice(&r).normalize(),
                DVec3::from_slice(&t),
            ),
        };
        let is_parent = |n: &Value| {
            n["children"]
                .as_array()
                .is_some_and(|c| c.contains(&node.into()))
        };
        match nodes.iter().position(is_parent) {
            Some(parent) => self.matrix(parent, key) * local,
            None => local,
        }
    }
}

/// Poses that turn and move everything, the same for every run.
fn dance(character: &Character, frames: usize) -> Vec<Xf<Stage, JointFrame>> {
    let skeleton = character.skeleton.as_ref().unwrap();
    let mut all = Vec::new();
    for f in 0..frames {
        let mut globals = vec![Xf::<Stage, JointFrame>::IDENTITY; skeleton.len()];
        let locals: Vec<_> = skeleton
            .joints()
            .iter()
            .enumerate()
            .map(|(j, joint)| {
                let phase = 0.7 * j as f64 + 1.3 * f as f64;
                let axis = DVec3::new(phase.sin(), phase.cos(), 0.3).normalize_or(DVec3::Y);
                let turn = DQuat::from_axis_angle(axis, 0.8 * (phase * 1.7).sin());
                let step = DVec3::new(0.3 * f as f64, 0.0, 0.1) * f64::from(u8::from(j == 0));
                let rest = joint.parent_from_joint;
                Xf::saturating(rest.rotation() * turn, rest.translation().metres() + step)
            })
            .collect();
        skeleton.globals_from_locals(&locals, &mut globals);
        all.extend(globals);
    }
    all
}

/// Exports a dance of a file that faces `turn_rad` from +Z about the vertical, and holds every joint node of the result
/// against it: metres and radians.
fn worst(bytes: &[u8], turn_rad: f64) -> (f64, f64) {
    let options = LoadOptions::default();
    let character = load(bytes, &options).unwrap();
    let skeleton = character.skeleton.as_ref().unwrap();
    let frames = 5;
    let joints = dance(&character, frames);
    let motion = ExportMotion {
        name: "dance",
        rate_hz: 30.0,
        joints: &joints,
        morph_weights: &[],
    };
    let glb = export_glb(bytes, &options, &character, &motion).unwrap();
    let opened = Opened::new(&glb);
    let nodes = opened.json["nodes"].as_array().unwrap();
    let scene = DMat4::from_rotation_y(turn_rad);
    let (mut far, mut askew) = (0.0f64, 0.0f64);
    for (j, joint) in skeleton.joints().iter().enumerate() {
        let is_it = |(i, n): &(usize, &Value)| {
            n["name"] == joint.name.as_str() || joint.name == format!("joint_{i}")
        };
        let Some((node, _)) = nodes.iter().enumerate().find(is_it) else {
            panic!("no node {}", joint.name)
        };
        for f in 0..frames {
            let found = opened.matrix(node, f);
            let wanted = scene * joints[f * skeleton.len() + j].to_matrix();
            far = far.max(found.w_axis.distance(wanted.w_axis));
            let (_, a, _) = found.to_scale_rotation_translation();
            let (_, b, _) = wanted.to_scale_rotation_translation();
            // By the sine, since a cosine says nothing of small angles.
            let apart = (a.normalize().conjugate() * b.normalize()).xyz().length();
            askew = askew.max(2.0 * apart.min(1.0).asin());
        }
    }
    // The file is still what it was: the same character comes out of it.
    let again = load(&glb, &options).unwrap();
    assert_eq!(again.primitives.len(), character.primitives.len());
    for (a, b) in again.primitives.iter().zip(&character.primitives) {
        assert_eq!(
            (&a.positions, &a.weights, a.morphs.len()),
            (&b.positions, &b.weights, b.morphs.len())
        );
    }
    assert_eq!(again.humanoid, character.humanoid);
    assert_eq!(again.pictures.len(), character.pictures.len());
    (far, askew)
}

#[test]
fn a_scaled_armature_and_a_matrix_are_brought_to_the_pose() {
    let mut glb = Glb::bar();
    // Centimetres above the joints, a joint that is a matrix, and a child that is scaled again.
    glb.json["nodes"][0]["scale"] = serde_json::json!([0.01, 0.01, 0.01]);
    glb.json["nodes"][0]["rotation"] = serde_json::json!([0.5, 0.5, 0.5, 0.5]);
    glb.json["nodes"][1]["matrix"] =
        serde_json::json!([0, 2, 0, 0, -2, 0, 0, 0, 0, 0, 2, 0, 30, 40, 50, 1]);
    glb.json["nodes"][2]["scale"] = serde_json::json!([0.5, 0.5, 0.5]);
    let (far, askew) = worst(&glb.build(), 0.0);
    assert!(far < 1e-6 && askew < 1e-6, "{far} m, {askew} rad");
}

/// Which way round a mirrored joint's axes are is nobody's business but its own; where it is, is.
#[test]
fn a_mirrored_armature_is_brought_to_the_pose() {
    let mut glb = Glb::bar();
    glb.json["nodes"][0]["scale"] = serde_json::json!([-0.5, 0.5, 0.5]);
    glb.json["nodes"][2]["scale"] = serde_json::json!([1.0, -1.0, 1.0]);
    let bytes = glb.build();
    let (far, _) = worst(&bytes, 0.0);
    assert!(far < 1e-6, "{far} m");
    let options = LoadOptions::default();
    let character = load(&bytes, &options).unwrap();
    let joints = dance(&character, 5);
    let motion = ExportMotion {
        name: "dance",
        rate_hz: 30.0,
        joints: &joints,
        morph_weights: &[],
    };
    let written = export_glb(&bytes, &options, &character, &motion).unwrap();
    let model = AnimatedModel::read(&written, &options).unwrap();
    let mut pose = ModelPose::default();
    for frame in 0..5 {
        model.sample(&model.animations[0], frame as f64 / 30.0, &mut pose);
        for (found, wanted) in pose.joints.iter().zip(&joints[2 * frame..]) {
            let apart = found.rotation().conjugate() * wanted.rotation();
            assert!(apart.xyz().length() < 1e-6, "{frame}: {apart}");
        }
    }
}

#[test]
fn what_is_written_is_nearly_what_was_wanted_on_our_human() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/human/human.glb");
    let (far, askew) = worst(&std::fs::read(path).unwrap(), 0.0);
    assert!(far < 1e-5 && askew < 1e-5, "{far} m, {askew} rad");
}

#[test]
fn others_characters_too() {
    for (file, turn_rad) in [
        // Faces +X.
        ("cesium_man.gltf", std::f64::consts::FRAC_PI_2),
        ("cryptovoxels.vrm", std::f64::consts::PI),
        ("vrm1_expressions.vrm", 0.0),
        ("Fox.glb", 0.0),
    ] {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let Ok(bytes) = std::fs::read(root.join("../shared/data/characters").join(file)) else {
            let required = std::env::var("CYC_SHARED").as_deref() == Ok("required");
            assert!(!required, "CYC_SHARED=required, but {file} is not there");
            eprintln!("SKIPPED: ../shared/data/characters/{file} is not there");
            continue;
        };
        let (far, askew) = worst(&bytes, turn_rad);
        // Fox is 150 units long.
        let limit = if file == "Fox.glb" { 1e-4 } else { 1e-5 };
        assert!(far < limit && askew < 1e-5, "{file}: {far} m, {askew} rad");
    }
}

#[test]
fn faces_move_the_targets_that_their_names_say() {
    let bytes = Glb::bar().build();
    let options = LoadOptions::default();
    let character = load(&bytes, &options).unwrap();
    let joints = dance(&character, 2);
    let motion = ExportMotion {
        name: "talk",
        rate_hz: 25.0,
        joints: &joints,
        morph_weights: &[0.0, 0.5],
    };
    let glb = export_glb(&bytes, &options, &character, &motion).unwrap();
    let opened = Opened::new(&glb);
    let animation = &opened.json["animations"][0];
    let channels = animation["channels"].as_array().unwrap();
    let face = channels
        .iter()
        .find(|c| c["target"]["path"] == "weights")
        .unwrap();
    assert_eq!(face["target"]["node"], 3);
    let sampler = &animation["samplers"][face["sampler"].as_u64().unwrap() as usize];
    assert_eq!(opened.floats(&sampler["output"], 1), [[0.0], [0.5]]);
    let times = opened.floats(&sampler["input"], 1);
    assert!((times[1][0] - 0.04).abs() < 1e-7);
}

#[test]
fn extensions_extras_and_older_animations_stay() {
    let mut glb = Glb::bar();
    glb.json["extensionsUsed"] = serde_json::json!(["ACME_unheard_of"]);
    glb.json["extensions"] =
        serde_json::json!({"ACME_unheard_of": {"deep": [1, 2.5, {"x": null}]}});
    glb.json["nodes"][1]["extras"] = serde_json::json!({"mood": "blue"});
    glb.json["animations"] = serde_json::json!([{"name": "old", "channels": [], "samplers": []}]);
    let bytes = glb.build();
    let options = LoadOptions::default();
    let character = load(&bytes, &options).unwrap();
    let joints = dance(&character, 2);
    let motion = ExportMotion {
        name: "new",
        rate_hz: 25.0,
        joints: &joints,
        morph_weights: &[],
    };
    let out = Opened::new(&export_glb(&bytes, &options, &character, &motion).unwrap());
    assert_eq!(out.json["extensions"], glb.json["extensions"]);
    assert_eq!(out.json["nodes"][1]["extras"]["mood"], "blue");
    let names: Vec<_> = out.json["animations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["name"].clone())
        .collect();
    assert_eq!(names, ["new", "old"]);
    assert_eq!(&out.bin[..glb.bin.len()], &glb.bin[..]);
}

#[test]
fn a_motion_of_another_skeleton_or_half_a_frame_is_refused() {
    let bytes = Glb::bar().build();
    let options = LoadOptions::default();
    let character = load(&bytes, &options).unwrap();
    let joints = dance(&character, 2);
    for (joints, weights, rate_hz) in [
        (&joints[..3], &[][..], 30.0),
        (&joints[..0], &[][..], 30.0),
        (&joints[..], &[0.0f32][..], 30.0),
        (&joints[..], &[][..], f64::NAN),
    ] {
        let motion = ExportMotion {
            name: "",
            rate_hz,
            joints,
            morph_weights: weights,
        };
        let refused = export_glb(&bytes, &options, &character, &motion).unwrap_err();
        assert_eq!(refused.key(), "character-rule-no-frames");
    }
}

//! Animations read: closed forms on a bar of two joints, VRM animation, and files that lie.

#![allow(clippy::unwrap_used)]

mod glb;

use cyc_character::{AnimatedModel, CharacterError, LoadOptions, ModelPose};
use cyc_model::HumanBone;
use glam::{DQuat, DVec3};
use glb::{Glb, animate, waving};
use serde_json::json;

fn read(glb: &Glb) -> Result<AnimatedModel, CharacterError> {
    AnimatedModel::read(&glb.build(), &LoadOptions::default())
}

#[test]
fn joints_follow_their_curves_and_what_stands_above_them() {
    let model = read(&waving()).unwrap();
    let skeleton = model.skeleton.as_ref().unwrap();
    let wave = &model.animations[0];
    assert_eq!(
        (wave.name.as_str(), wave.span_s()),
        ("wave", Some((0.0, 3.0)))
    );
    assert_eq!(model.morph_names, ["JawOpen"]);
    let upper = skeleton.find("upper").unwrap().idx();
    let mut pose = ModelPose::default();
    for (at_s, degrees, x, scale, weight) in [
        (0.0, 0.0, 0.0, 1.0, 0.25),
        (1.0, 45.0, 0.0, 1.5, 0.25),
        (1.6, 72.0, 1.2, 1.8, 0.75),
        (9.0, 90.0, 4.0, 2.0, 0.75),
    ] {
        model.sample(wave, at_s, &mut pose);
        let joint = pose.joints[upper];
        let expected = DQuat::from_rotation_z(f64::to_radians(degrees));
        assert!(joint.rotation().angle_between(expected) < 1e-4, "{at_s}");
        // The root scales what hangs on it, so the joint is higher.
        let place = joint.translation().metres();
        assert!(
            place.distance(DVec3::new(x, scale, 0.0)) < 1e-6,
            "{at_s}: {place}"
        );
        assert_eq!(pose.weights, [weight]);
    }
}

#[test]
fn a_vrm_animation_has_a_humanoid_and_a_face() {
    let bones = ["hips", "spine", "head", "leftUpperLeg", "rightUpperLeg"];
    let mut human = serde_json::Map::new();
    for (i, bone) in bones.iter().enumerate() {
        human.insert((*bone).to_owned(), json!({"node": i}));
    }
    let mut glb = Glb {
        json: json!({
            "asset": {"version": "2.0"},
            "extensionsUsed": ["VRMC_vrm_animation"],
            "extensions": {"VRMC_vrm_animation": {
                "specVersion": "1.0",
                "humanoid": {"humanBones": human},
                "expressions": {
                    "preset": {"blink": {"node": 5}},
                    "custom": {"jawOpen": {"node": 99}}
                }
            }},
            "scenes": [{"nodes": [0, 5]}],
            "nodes": [
                {"name": "a", "children": [1, 3, 4], "translation": [0, 1, 0]},
                {"name": "b", "children": [2], "translation": [0, 0.2, 0]},
                {"name": "c", "translation": [0, 0.4, 0]},
                {"name": "d", "translation": [0.1, -0.1, 0]},
                {"name": "e", "translation": [-0.1, -0.1, 0]},
                {"name": "blink"}
            ],
            "accessors": [], "bufferViews": [], "buffers": [{"byteLength": 0}]
        }),
        bin: Vec::new(),
    };
    glb.floats(&[0.0, 1.0, 0.0, 0.0, 1.2, 0.5], "VEC3", 2);
    animate(
        &mut glb,
        &[0.0, 1.0],
        0,
        json!({"node": 0, "path": "translation"}),
        "LINEAR",
    );
    let blink = glb.accessors().len();
    glb.floats(&[0.0, 0.0, 0.0, 0.8, 0.0, 0.0], "VEC3", 2);
    animate(
        &mut glb,
        &[0.0, 1.0],
        blink,
        json!({"node": 5, "path": "translation"}),
        "LINEAR",
    );
    let model = read(&glb).unwrap();
    assert!(model.is_humanoid());
    // The node of the expression is no joint, and the expression without a node is left out.
    assert_eq!(model.skeleton.as_ref().unwrap().len(), 5);
    assert_eq!(model.expressions.len(), 1);
    assert_eq!(
        (
            model.expressions[0].name.as_str(),
            model.expressions[0].preset
        ),
        ("blink", true)
    );
    let mut pose = ModelPose::default();
    model.sample(&model.animations[0], 0.5, &mut pose);
    assert!((pose.expressions[0] - 0.4).abs() < 1e-6);
    let head = model.humanoid.joint(HumanBone::Head).unwrap().idx();
    let head = pose.joints[head].translation().metres();
    assert!(head.distance(DVec3::new(0.0, 1.7, 0.25)) < 1e-6, "{head}");
}

/// What is done to a good file.
type Change = Box<dyn Fn(&mut Glb)>;

#[test]
fn curves_that_lie_are_refused_and_none_panics() {
    let key = |change: &dyn Fn(&mut Glb)| {
        let mut glb = waving();
        change(&mut glb);
        match read(&glb) {
            Ok(model) => {
                let mut pose = ModelPose::default();
                for animation in &model.animations {
                    model.sample(animation, 0.7, &mut pose);
                }
                "read"
            }
            Err(error) => error.key(),
        }
    };
    let set = |path: &'static str, value: serde_json::Value| {
        move |glb: &mut Glb| *glb.json.pointer_mut(path).unwrap() = value.clone()
    };
    let cases: Vec<(&str, Change)> = vec![
        ("read", Box::new(|_| {})),
        (
            "read",
            Box::new(set(
                "/animations/0/channels/0/target/path",
                json!("pointer"),
            )),
        ),
        (
            "character-transform-scale",
            Box::new(|g| g.json["nodes"][0]["scale"] = json!([0.0, 0.0, 0.0])),
        ),
        (
            "character-rule-names-nothing",
            Box::new(set("/animations/0/channels/0/target/node", json!(77))),
        ),
        (
            "character-rule-names-nothing",
            Box::new(set("/animations/0/channels/0/sampler", json!(9))),
        ),
        (
            "character-rule-names-nothing",
            Box::new(set("/animations/0/samplers/0/input", json!(99))),
        ),
        (
            "character-rule-components",
            Box::new(set("/animations/0/samplers/0/output", json!(0))),
        ),
        (
            "character-rule-key-times",
            Box::new(set(
                "/animations/0/samplers/0/interpolation",
                json!("CUBICSPLINE"),
            )),
        ),
        (
            "character-rule-no-morph-targets",
            Box::new(set("/animations/0/channels/3/target/node", json!(1))),
        ),
        (
            "character-not-finite",
            Box::new(|g| {
                // The first curve's times stand right after its values.
                let at = g.json["bufferViews"].as_array().unwrap().iter().rev();
                let views: Vec<usize> = at
                    .map(|v| v["byteOffset"].as_u64().unwrap() as usize)
                    .collect();
                let first = views[views.len() - 11];
                g.bin[first..first + 4].copy_from_slice(&f32::NAN.to_le_bytes());
            }),
        ),
        (
            "character-out-of-bounds",
            Box::new(|g| {
                let last = g.accessors().len() - 1;
                g.accessors()[last]["count"] = json!(1 << 20);
            }),
        ),
        (
            "character-too-many-animations",
            Box::new(|g| {
                g.json["animations"] = json!(vec![json!({"channels": [], "samplers": []}); 5000]);
            }),
        ),
    ];
    for (i, (expected, change)) in cases.iter().enumerate() {
        assert_eq!(key(change), *expected, "case {i}");
    }
}

#[test]
fn real_characters_move() {
    let path = |file: &str| {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        root.join("../shared/data/characters").join(file)
    };
    for (file, joints, animations, morphs) in [
        ("Fox.glb", 24, 3, 0),
        ("cesium_man.gltf", 19, 1, 0),
        ("MorphStressTest.gltf", 0, 3, 8),
    ] {
        let Ok(bytes) = std::fs::read(path(file)) else {
            let required = std::env::var("CYC_SHARED").as_deref() == Ok("required");
            assert!(!required, "CYC_SHARED=required, but {file} is not there");
            eprintln!("SKIPPED: ../shared/data/characters/{file} is not there");
            continue;
        };
        let model = AnimatedModel::read(&bytes, &LoadOptions::default()).unwrap();
        let found = model.skeleton.as_ref().map_or(0, |s| s.len());
        assert!(found >= joints, "{file}: {found}");
        assert_eq!(model.animations.len(), animations, "{file}");
        assert_eq!(model.morph_names.len(), morphs, "{file}");
        let mut pose = ModelPose::default();
        for animation in &model.animations {
            let (from, to) = animation.span_s().unwrap();
            model.sample(animation, from, &mut pose);
            let before = (pose.joints.clone(), pose.weights.clone());
            let moves = (1..20).any(|i| {
                model.sample(
                    animation,
                    from + (to - from) * f64::from(i) / 20.0,
                    &mut pose,
                );
                pose.joints != before.0 || pose.weights != before.1
            });
            assert!(moves, "{file}: {} stands still", animation.name);
        }
    }
}

//! Faces: from ARKit's shapes to morph targets, expressions and eyes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod glb;

use cyc_allocation::{CountingAllocator, allocations};
use cyc_character::{
    Character, CharacterMap, FaceInput, FaceRetarget, FaceSettings, FaceSource, LoadOptions,
    LookBy, MaterialChange, NeutralFace, Override, load,
};
use cyc_model::{FaceShape, FaceWeights, HumanBone, ModelSpace};
use glam::{DQuat, DVec3};
use glb::Glb;
use serde_json::{Value, json};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn face(shapes: &[(FaceShape, f32)]) -> FaceWeights {
    let mut face = FaceWeights::default();
    for (shape, weight) in shapes {
        face.set(*shape, *weight);
    }
    face
}

fn loaded(glb: &Glb) -> Character {
    load(&glb.build(), &LoadOptions::default()).unwrap()
}

fn weights(character: &Character, face: &FaceWeights) -> Vec<f32> {
    let mut out = vec![9.0; character.morph_names.len()];
    character.morph_weights(face, &mut out);
    out
}

/// The bar with morph targets of these names, each its one target again.
fn with_targets(names: &[&str]) -> Glb {
    let mut glb = Glb::bar();
    let mesh = &mut glb.json["meshes"][0];
    mesh["extras"]["targetNames"] = names.into();
    mesh["primitives"][0]["targets"] = names.iter().map(|_| json!({"POSITION": 6})).collect();
    glb
}

fn vrm_1(mut glb: Glb, more: Value) -> Glb {
    let mut vrm = json!({"specVersion": "1.0", "humanoid": {"humanBones": {"hips": {"node": 1}}}});
    for (key, value) in more.as_object().unwrap() {
        vrm[key] = value.clone();
    }
    glb.json["extensionsUsed"] = json!(["VRMC_vrm"]);
    glb.json["extensions"] = json!({"VRMC_vrm": vrm});
    glb
}

#[test]
fn every_shape_of_our_human_moves_its_own_target() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/human/human.glb");
    let human = load(&std::fs::read(path).unwrap(), &LoadOptions::default()).unwrap();
    for shape in FaceShape::ALL {
        assert_eq!(human.face.source(shape), Some(FaceSource::Name));
        let out = weights(&human, &face(&[(shape, 0.75)]));
        for (name, weight) in human.morph_names.iter().zip(out) {
            let expected = if name == shape.arkit_name() {
                0.75
            } else {
                0.0
            };
            assert_eq!(weight, expected, "{shape:?} moves {name}");
        }
    }
}

#[test]
fn perfect_sync_comes_before_names_and_presets() {
    let glb = with_targets(&["jawOpen", "Sync_Jaw", "A"]);
    let bind = |index: usize, weight: f64| json!({"morphTargetBinds": [{"node": 3, "index": index, "weight": weight}]});
    let glb = vrm_1(
        glb,
        json!({"expressions": {
            "preset": {"aa": bind(2, 1.0)},
            "custom": {"JawOpen": bind(1, 0.5)}
        }}),
    );
    let character = loaded(&glb);
    assert_eq!(
        character.face.source(FaceShape::JawOpen),
        Some(FaceSource::PerfectSync)
    );
    let out = weights(&character, &face(&[(FaceShape::JawOpen, 0.8)]));
    assert_eq!(out, [0.0, 0.4, 0.0]);
}

#[test]
fn presets_serve_where_nothing_finer_is_there() {
    let glb = with_targets(&["lid", "mouth", "smile"]);
    let bind =
        |index: usize| json!({"morphTargetBinds": [{"node": 3, "index": index, "weight": 1.0}]});
    let glb = vrm_1(
        glb,
        json!({"expressions": {"preset": {"blink": bind(0), "aa": bind(1), "happy": bind(2)}}}),
    );
    let character = loaded(&glb);
    let out = weights(
        &character,
        &face(&[
            (FaceShape::EyeBlinkLeft, 1.0),
            (FaceShape::EyeBlinkRight, 1.0),
            (FaceShape::JawOpen, 0.5),
            (FaceShape::MouthSmileLeft, 0.5),
        ]),
    );
    assert_eq!(out, [1.0, 0.5, 0.25]);
}

#[test]
fn vrm_0_groups_are_the_same_expressions() {
    let mut glb = with_targets(&["lid_l", "lid_r", "mouth"]);
    glb.json["extensionsUsed"] = json!(["VRM"]);
    let group = |preset: &str, name: &str, index: usize, weight: f64| json!({"presetName": preset, "name": name, "binds": [{"mesh": 0, "index": index, "weight": weight}]});
    glb.json["extensions"] = json!({"VRM": {
        "humanoid": {"humanBones": [{"bone": "hips", "node": 1}]},
        "firstPerson": {"lookAtTypeName": "BlendShape", "lookAtHorizontalInner": {"xRange": 60, "yRange": 0.5}},
        "blendShapeMaster": {"blendShapeGroups": [
            group("blink_l", "Blink_L", 0, 100.0),
            group("Blink_R", "Blink_R", 1, 100.0),
            group("a", "A", 2, 50.0),
            group("unknown", "Wink", 0, 100.0),
            group("joy", "Joy", 77, 100.0)
        ]}
    }});
    let character = loaded(&glb);
    let names: Vec<&str> = character
        .expressions
        .iter()
        .map(|e| e.name.as_str())
        .collect();
    assert_eq!(names, ["blinkLeft", "blinkRight", "aa", "Wink", "happy"]);
    assert!(!character.expressions[3].is_preset);
    let out = weights(
        &character,
        &face(&[(FaceShape::EyeBlinkLeft, 0.25), (FaceShape::JawOpen, 1.0)]),
    );
    assert_eq!(out, [0.25, 0.0, 0.5]);
    let look = character.look_at.unwrap();
    assert_eq!(look.by, LookBy::Expressions);
    assert_eq!(look.inward.output(30.0), 0.25);
    // The bind of a target that is not there was left out, and said.
    assert!(
        character
            .notes
            .iter()
            .any(|n| n.key() == "character-note-expression-binds-ignored")
    );
}

#[test]
fn names_of_vroid_are_known() {
    let character = loaded(&with_targets(&[
        "Face.M_F00_Fcl_MTH_A",
        "Fcl_EYE_Close_L",
        "Fcl_EYE_Close",
    ]));
    let out = weights(
        &character,
        &face(&[(FaceShape::EyeBlinkLeft, 1.0), (FaceShape::JawOpen, 0.5)]),
    );
    assert_eq!(out, [0.5, 1.0, 0.0]);
}

#[test]
fn a_map_comes_before_everything_and_its_slips_are_told() {
    let glb = with_targets(&["jawOpen", "mouth"]).build();
    let load_with = |text: &str| {
        let map = CharacterMap::parse(text).unwrap();
        let options = LoadOptions {
            map: Some(&map),
            ..LoadOptions::default()
        };
        load(&glb, &options)
    };
    let character = load_with("[face]\njawOpen = { mouth = 0.5 }\ntongueOut = {}\n").unwrap();
    let out = weights(&character, &face(&[(FaceShape::JawOpen, 1.0)]));
    assert_eq!(out, [0.0, 0.5]);
    let error = load_with("[face]\njawOpen = { mouht = 0.5 }\n").unwrap_err();
    assert_eq!(error.key(), "character-map-unknown-target");
    assert!(error.args().contains(&("nearest", "mouth".to_owned())));
    let error = load_with("[bones]\nhips = \"lowr\"\n").unwrap_err();
    assert_eq!(error.key(), "character-map-unknown-joint");
    assert!(error.args().contains(&("nearest", "lower".to_owned())));
    // What is written is read again, and says the same.
    let again = load_with(&CharacterMap::write(&character, "bar.glb")).unwrap();
    let out = weights(&again, &face(&[(FaceShape::JawOpen, 1.0)]));
    assert_eq!(out, [0.0, 0.5]);
}

#[test]
fn binary_and_overriding_expressions_act_as_vrm_says() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = root.join("../shared/data/characters/vrm1_expressions.vrm");
    let Ok(bytes) = std::fs::read(path) else {
        let required = std::env::var("CYC_SHARED").as_deref() == Ok("required");
        assert!(
            !required,
            "CYC_SHARED=required, but vrm1_expressions.vrm is not there"
        );
        eprintln!("SKIPPED: ../shared/data/characters/vrm1_expressions.vrm is not there");
        return;
    };
    let character = load(&bytes, &LoadOptions::default()).unwrap();
    let happy = character
        .expressions
        .iter()
        .position(|e| e.name == "happy")
        .unwrap();
    let blink = character
        .expressions
        .iter()
        .position(|e| e.name == "blink")
        .unwrap();
    assert!(character.expressions[happy].is_binary);
    assert_eq!(
        character.expressions[happy].overrides_blink,
        Override::Blend
    );
    // It changes materials and no mesh: the window shows another part of its picture.
    assert!(character.expressions[happy].morphs.is_empty());
    let window = &character.expressions[happy].materials[0];
    assert!(matches!(window, (0, MaterialChange::Texture { scale, .. }) if scale.x == 0.125));
    let act = |smile: f32, lids: f32| {
        let face = face(&[
            (FaceShape::MouthSmileLeft, smile),
            (FaceShape::MouthSmileRight, smile),
            (FaceShape::EyeBlinkLeft, lids),
            (FaceShape::EyeBlinkRight, lids),
        ]);
        let mut out = vec![0.0; character.expressions.len()];
        character.expression_weights(&face, &mut out);
        (out[happy], out[blink])
    };
    assert_eq!(act(0.0, 0.75), (0.0, 0.75));
    assert_eq!(act(0.4, 0.75), (0.0, 0.75));
    assert_eq!(act(0.6, 0.75), (1.0, 0.0));
}

/// A head with two eyes on a neck, whose joints' own axes are turned oddly.
fn head_with_eyes(more: Value) -> Character {
    let mut glb = with_targets(&["jawOpen"]);
    glb.json["nodes"] = json!([
        {"name": "root", "children": [1, 3]},
        {"name": "hips", "children": [2], "rotation": [0.0, 0.6, 0.0, 0.8]},
        {"name": "neck", "translation": [0.0, 1.4, 0.0], "children": [4]},
        {"name": "skinned", "mesh": 0, "skin": 0},
        {"name": "head", "translation": [0.0, 0.1, 0.0], "rotation": [0.5, 0.5, 0.5, 0.5], "children": [5, 6]},
        {"name": "eye_l", "translation": [0.05, 0.1, 0.03], "rotation": [0.0, 0.0, 0.6, 0.8]},
        {"name": "eye_r", "translation": [0.05, 0.1, -0.03]}
    ]);
    let mut vrm = json!({"humanoid": {"humanBones": {
        "hips": {"node": 1}, "neck": {"node": 2}, "head": {"node": 4},
        "leftEye": {"node": 5}, "rightEye": {"node": 6}
    }}});
    for (key, value) in more.as_object().unwrap() {
        vrm[key] = value.clone();
    }
    loaded(&vrm_1(glb, vrm))
}

/// Where an eye looks that looked along +z at rest.
fn gaze(
    character: &Character,
    retarget: &FaceRetarget,
    input: &FaceInput,
    eye: HumanBone,
) -> DVec3 {
    let skeleton = character.skeleton.as_ref().unwrap();
    let rest = skeleton.rest_global().to_vec();
    let mut posed = rest.clone();
    retarget.turn_joints::<ModelSpace>(&retarget.pose(input), &mut posed);
    let joint = character.humanoid.joint(eye).unwrap().idx();
    posed[joint].rotation() * rest[joint].rotation().conjugate() * DVec3::Z
}

fn looks(weights: FaceWeights) -> FaceInput {
    FaceInput {
        weights,
        ..FaceInput::default()
    }
}

#[test]
fn eyes_turn_by_their_bones_within_their_ranges() {
    let plain = head_with_eyes(json!({}));
    let retarget = FaceRetarget::build(&plain, &FaceSettings::default());
    let left = looks(face(&[
        (FaceShape::EyeLookOutLeft, 1.0),
        (FaceShape::EyeLookInRight, 0.5),
        (FaceShape::EyeLookUpRight, 1.0),
    ]));
    let (l, r) = (
        gaze(&plain, &retarget, &left, HumanBone::LeftEye),
        gaze(&plain, &retarget, &left, HumanBone::RightEye),
    );
    let angle = |v: DVec3| (v.x.atan2(v.z).to_degrees(), v.y.asin().to_degrees());
    assert!(
        (angle(l).0 - 35.0).abs() < 1e-3 && angle(l).1.abs() < 1e-3,
        "{l}"
    );
    assert!(
        (angle(r).0 - 17.5).abs() < 1e-3 && (angle(r).1 - 25.0).abs() < 1e-3,
        "{r}"
    );
    // A VRM's own ranges: 35° of gaze of at most 70°, on an eye that turns 10°.
    let range = json!({"inputMaxValue": 70, "outputScale": 10});
    let limited =
        head_with_eyes(json!({"lookAt": {"type": "bone", "rangeMapHorizontalOuter": range}}));
    let retarget = FaceRetarget::build(&limited, &FaceSettings::default());
    let l = gaze(&limited, &retarget, &left, HumanBone::LeftEye);
    assert!((angle(l).0 - 5.0).abs() < 1e-3, "{l}");
}

#[test]
fn a_mirror_swaps_sides_and_turns_the_other_way() {
    let character = head_with_eyes(json!({}));
    let mirrored = FaceSettings {
        mirrored: true,
        ..FaceSettings::default()
    };
    let retarget = FaceRetarget::build(&character, &mirrored);
    let input = FaceInput {
        weights: face(&[(FaceShape::EyeBlinkLeft, 1.0), (FaceShape::JawLeft, 0.5)]),
        head: Some(DQuat::from_rotation_y(0.4)),
        eyes: [Some(DQuat::from_rotation_y(0.3)), None],
    };
    let pose = retarget.pose(&input);
    assert_eq!(pose.weights.get(FaceShape::EyeBlinkRight), 1.0);
    assert_eq!(pose.weights.get(FaceShape::EyeBlinkLeft), 0.0);
    assert_eq!(pose.weights.get(FaceShape::JawRight), 0.5);
    let whole = pose.neck * pose.head;
    assert!((whole * DVec3::Z).distance(DQuat::from_rotation_y(-0.4) * DVec3::Z) < 1e-9);
    assert!((pose.eyes[1] * DVec3::Z).x < -0.29);
    assert!((pose.eyes[0] * DVec3::Z).x.abs() < 1e-9);
}

#[test]
fn the_head_turns_within_its_limits_and_takes_its_eyes_along() {
    let character = head_with_eyes(json!({}));
    let retarget = FaceRetarget::build(&character, &FaceSettings::default());
    let input = FaceInput {
        head: Some(DQuat::from_rotation_y(0.5) * DQuat::from_rotation_x(-1.2)),
        ..FaceInput::default()
    };
    let l = gaze(&character, &retarget, &input, HumanBone::LeftEye);
    // Nodding is limited to 40°, turning to 70°.
    let expected =
        DQuat::from_rotation_y(0.5) * DQuat::from_rotation_x(-40f64.to_radians()) * DVec3::Z;
    assert!(l.distance(expected) < 1e-6, "{l} {expected}");
    // The eye is carried with the head about the neck and the head.
    let skeleton = character.skeleton.as_ref().unwrap();
    let mut posed = skeleton.rest_global().to_vec();
    retarget.turn_joints::<ModelSpace>(&retarget.pose(&input), &mut posed);
    let at = |b| character.humanoid.joint(b).unwrap().idx();
    let (head, eye) = (at(HumanBone::Head), at(HumanBone::LeftEye));
    let rest = skeleton.rest_global();
    let before = rest[head].inverse() * rest[eye];
    let after = posed[head].inverse() * posed[eye];
    assert!(before.translation().distance_m(after.translation()) < 1e-9);
}

#[test]
fn neutral_and_gain_are_applied_and_nothing_is_allocated() {
    let character = loaded(&with_targets(&["jawOpen", "browInnerUp"]));
    let mut settings = FaceSettings::default();
    settings.gain[FaceShape::BrowInnerUp as usize] = 2.0;
    let mut retarget = FaceRetarget::build(&character, &settings);
    let rest = face(&[(FaceShape::JawOpen, 0.2), (FaceShape::BrowInnerUp, 0.1)]);
    retarget.calibrate(NeutralFace::from_frames(&[rest; 5]));
    let mut out = vec![0.0; retarget.morphs()];
    retarget.run(&character, &looks(rest), &mut out);
    assert_eq!(out, [0.0, 0.0]);
    let input = looks(face(&[
        (FaceShape::JawOpen, 0.6),
        (FaceShape::BrowInnerUp, 0.37),
    ]));
    let before = allocations();
    retarget.run(&character, &input, &mut out);
    assert_eq!(allocations(), before);
    assert!(
        (out[0] - 0.5).abs() < 1e-6 && (out[1] - 0.6).abs() < 1e-6,
        "{out:?}"
    );
}

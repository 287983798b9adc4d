//! What makes a glTF file of a person a VRM 1.0 avatar: who may use it, which joint is which human bone,
//! expressions from the face shapes, and where the eyes look.
//!
//! Written by the text of the specification `VRMC_vrm-1.0`. Beside the presets, every face shape is an
//! expression of its own under ARKit's name, as face trackers expect.

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::arkit;
use super::rig::Rig;

/// Name of the extension.
pub const EXTENSION: &str = "VRMC_vrm";

/// Bones of the middle, each with the joint that it is.
const MIDDLE: [(&str, &str); 8] = [
    ("hips", "Hips"),
    ("spine", "Spine"),
    ("chest", "Spine1"),
    ("upperChest", "Spine2"),
    ("neck", "Neck"),
    ("head", "Head"),
    ("leftEye", "LeftEye"),
    ("rightEye", "RightEye"),
];

/// Bones of both sides, without the side.
const SIDES: [(&str, &str); 8] = [
    ("Shoulder", "Shoulder"),
    ("UpperArm", "Arm"),
    ("LowerArm", "ForeArm"),
    ("Hand", "Hand"),
    ("UpperLeg", "UpLeg"),
    ("LowerLeg", "Leg"),
    ("Foot", "Foot"),
    ("Toes", "ToeBase"),
];

/// Fingers, with the names of their three bones.
const FINGERS: [(&str, &str, [&str; 3]); 5] = [
    ("Thumb", "Thumb", ["Metacarpal", "Proximal", "Distal"]),
    ("Index", "Index", PHALANGES),
    ("Middle", "Middle", PHALANGES),
    ("Ring", "Ring", PHALANGES),
    ("Little", "Pinky", PHALANGES),
];

const PHALANGES: [&str; 3] = ["Proximal", "Intermediate", "Distal"];

/// A preset: its name and its face shapes with their weights. A shape that ends in `*` is of both sides.
type Preset = (&'static str, &'static [(&'static str, f64)]);

/// All presets of the specification.
const PRESETS: [Preset; 18] = [
    ("neutral", &[]),
    (
        "happy",
        &[
            ("mouthSmile*", 0.8),
            ("cheekSquint*", 0.6),
            ("eyeSquint*", 0.3),
        ],
    ),
    (
        "angry",
        &[
            ("browDown*", 1.0),
            ("noseSneer*", 0.5),
            ("mouthFrown*", 0.4),
            ("eyeSquint*", 0.3),
        ],
    ),
    (
        "sad",
        &[
            ("browInnerUp", 1.0),
            ("mouthFrown*", 0.7),
            ("mouthShrugLower", 0.3),
        ],
    ),
    ("relaxed", &[("mouthSmile*", 0.35), ("eyeSquint*", 0.4)]),
    (
        "surprised",
        &[
            ("eyeWide*", 1.0),
            ("browInnerUp", 0.8),
            ("browOuterUp*", 0.8),
            ("jawOpen", 0.35),
        ],
    ),
    ("aa", &[("jawOpen", 0.7)]),
    (
        "ih",
        &[
            ("jawOpen", 0.2),
            ("mouthStretch*", 0.5),
            ("mouthSmile*", 0.2),
        ],
    ),
    ("ou", &[("jawOpen", 0.15), ("mouthPucker", 0.8)]),
    (
        "ee",
        &[
            ("jawOpen", 0.12),
            ("mouthSmile*", 0.4),
            ("mouthStretch*", 0.4),
        ],
    ),
    ("oh", &[("jawOpen", 0.4), ("mouthFunnel", 0.8)]),
    ("blink", &[("eyeBlink*", 1.0)]),
    ("blinkLeft", &[("eyeBlinkLeft", 1.0)]),
    ("blinkRight", &[("eyeBlinkRight", 1.0)]),
    ("lookUp", &[("eyeLookUp*", 1.0)]),
    ("lookDown", &[("eyeLookDown*", 1.0)]),
    (
        "lookLeft",
        &[("eyeLookOutLeft", 1.0), ("eyeLookInRight", 1.0)],
    ),
    (
        "lookRight",
        &[("eyeLookInLeft", 1.0), ("eyeLookOutRight", 1.0)],
    ),
];

/// How far the eyes turn at most, and how far from the middle they are then asked to look, degrees.
const EYES_DEG: [f64; 2] = [25.0, 60.0];

/// The extension of a person's file by its name. Nodes are the joints in their order, then the face.
///
/// # Errors
/// When the rig lacks a joint, or a preset names a shape that is none.
pub fn extension(rig: &Rig, name: &str) -> Result<(&'static str, Value)> {
    let value = json!({
        "specVersion": "1.0",
        "meta": {
            "name": format!("Cyclorama, {name}"),
            "version": "1",
            "authors": ["MakeHuman and MPFB2 contributors (body, CC0 1.0)", "Cyclorama (textures, grooming, build)"],
            "licenseUrl": "https://vrm.dev/licenses/1.0/",
            "otherLicenseUrl": "https://creativecommons.org/publicdomain/zero/1.0/",
            "thirdPartyLicenses": "Body, rig and face units: CC0 1.0. Textures and grooming: MIT or Apache-2.0.",
            "avatarPermission": "everyone",
            "commercialUsage": "corporation",
            "creditNotation": "required",
            "allowRedistribution": true,
            "modification": "allowModificationRedistribution",
        },
        "humanoid": { "humanBones": human_bones(rig)? },
        "expressions": expressions(rig.joints.len())?,
        "lookAt": look_at(rig)?,
        "firstPerson": {},
    });
    Ok((EXTENSION, value))
}

fn human_bones(rig: &Rig) -> Result<Value> {
    let mut bones = Map::new();
    let mut add = |bone: String, joint: &str| -> Result<()> {
        bones.insert(bone, json!({ "node": rig.index(joint)? }));
        Ok(())
    };
    for (bone, joint) in MIDDLE {
        add(bone.to_owned(), joint)?;
    }
    for (side, prefix) in [("left", "Left"), ("right", "Right")] {
        for (bone, joint) in SIDES {
            add(format!("{side}{bone}"), &format!("{prefix}{joint}"))?;
        }
        for (finger, joint, phalanges) in FINGERS {
            for (number, phalanx) in phalanges.into_iter().enumerate() {
                let joint = format!("{prefix}Hand{joint}{}", number + 1);
                add(format!("{side}{finger}{phalanx}"), &joint)?;
            }
        }
    }
    Ok(Value::Object(bones))
}

fn expressions(face_node: usize) -> Result<Value> {
    let bind = |shape: &str, weight: f64| -> Result<Value> {
        let index = arkit::NAMES
            .iter()
            .position(|name| *name == shape)
            .with_context(|| format!("no face shape {shape}"))?;
        Ok(json!({ "node": face_node, "index": index, "weight": weight }))
    };
    let mut preset = Map::new();
    for (name, shapes) in PRESETS {
        let mut binds = Vec::new();
        for &(shape, weight) in shapes {
            match shape.strip_suffix('*') {
                Some(both) => {
                    for side in ["Left", "Right"] {
                        binds.push(bind(&format!("{both}{side}"), weight)?);
                    }
                }
                None => binds.push(bind(shape, weight)?),
            }
        }
        preset.insert(name.to_owned(), expression(&binds));
    }
    let mut custom = Map::new();
    for name in arkit::NAMES {
        custom.insert(name.to_owned(), expression(&[bind(name, 1.0)?]));
    }
    Ok(json!({ "preset": preset, "custom": custom }))
}

/// An expression of the given binds; a list that is there may not be empty.
fn expression(binds: &[Value]) -> Value {
    if binds.is_empty() {
        json!({})
    } else {
        json!({ "morphTargetBinds": binds })
    }
}

fn look_at(rig: &Rig) -> Result<Value> {
    let [left, right, head] = [rig.at("LeftEye")?, rig.at("RightEye")?, rig.at("Head")?];
    let from_head = 0.5 * (left + right) - head;
    let [turn, asked] = EYES_DEG;
    let range = json!({ "inputMaxValue": asked, "outputScale": turn });
    Ok(json!({
        "offsetFromHeadBone": from_head.to_array(),
        "type": "bone",
        "rangeMapHorizontalInner": range,
        "rangeMapHorizontalOuter": range,
        "rangeMapVerticalDown": range,
        "rangeMapVerticalUp": range,
    }))
}

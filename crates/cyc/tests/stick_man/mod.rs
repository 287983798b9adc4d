//! A stick man who walks, written as BVH in the habits that files have: axes, units, and rest poses that nobody stands in.

#![allow(dead_code, reason = "each test uses its part")]

use glam::DVec3;
use serde_json::{Value, json};

/// A joint: its name, its place at rest, metres, and the joint that it hangs on.
type Man = [(&'static str, f64, f64, f64, usize)];

/// The man at rest, facing +Z.
const MAN: &Man = &[
    ("Hips", 0.0, 0.95, 0.0, 0),
    ("Spine", 0.0, 1.1, 0.0, 0),
    ("Neck", 0.0, 1.45, 0.0, 1),
    ("Head", 0.0, 1.55, 0.0, 2),
    ("LeftArm", 0.18, 1.4, 0.0, 1),
    ("LeftForeArm", 0.46, 1.4, 0.0, 4),
    ("LeftHand", 0.71, 1.4, 0.0, 5),
    ("RightArm", -0.18, 1.4, 0.0, 1),
    ("RightForeArm", -0.46, 1.4, 0.0, 7),
    ("RightHand", -0.71, 1.4, 0.0, 8),
    ("LeftUpLeg", 0.09, 0.9, 0.0, 0),
    ("LeftLeg", 0.09, 0.48, 0.01, 10),
    ("LeftFoot", 0.09, 0.08, 0.0, 11),
    ("LeftToeBase", 0.09, 0.02, 0.12, 12),
    ("RightUpLeg", -0.09, 0.9, 0.0, 0),
    ("RightLeg", -0.09, 0.48, 0.01, 14),
    ("RightFoot", -0.09, 0.08, 0.0, 15),
    ("RightToeBase", -0.09, 0.02, 0.12, 16),
];

/// A stick man as BVH, walking on the spot: `up` says which axis is up, `unit` how many units a metre has, `lying` that the
/// rest pose has every bone along one axis, as some capture systems write it.
pub fn stick_man(up: char, unit: f64, lying: bool) -> String {
    let axes = |p: DVec3| match up {
        'Z' => DVec3::new(p.x, -p.z, p.y),
        _ => p,
    };
    let man = MAN;
    let place = |j: usize| axes(DVec3::new(man[j].1, man[j].2, man[j].3)) * unit;
    // A joint with several children has one rotation for all of them, so only single children can lie.
    let only_child = |j: usize| {
        let mut children = (1..man.len()).filter(|c| man[*c].4 == j);
        children.next().filter(|_| children.next().is_none())
    };
    let offset = |j: usize| {
        if j == 0 {
            return DVec3::ZERO;
        }
        let bone = place(j) - place(man[j].4);
        match only_child(man[j].4) {
            Some(_) if lying => DVec3::X * bone.length(),
            _ => bone,
        }
    };
    // What brings each lying bone to where it stands: global rotations, made local below.
    let standing: Vec<glam::DQuat> = (0..man.len())
        .map(|j| match only_child(j).filter(|_| lying) {
            Some(c) => glam::DQuat::from_rotation_arc(
                DVec3::X,
                (place(c) - place(j)).normalize_or(DVec3::X),
            ),
            None => glam::DQuat::IDENTITY,
        })
        .collect();
    let mut text = String::from("HIERARCHY\n");
    let mut order = Vec::new();
    write_joint(&mut text, man, 0, &offset, &mut order);
    let frames = 90;
    text += &format!("MOTION\nFrames: {frames}\nFrame Time: 0.0333333\n");
    for f in 0..frames {
        let phase = f as f64 * 0.2;
        for &j in &order {
            if j == 0 {
                let at = place(0) + axes(DVec3::new(0.0, 0.0, 0.01 * f as f64)) * unit;
                text += &format!("{} {} {} ", at.x, at.y, at.z);
            }
            // Legs and arms swing about the body's left.
            let swing = match man[j].0 {
                "LeftUpLeg" | "RightArm" => 0.4 * phase.sin(),
                "RightUpLeg" | "LeftArm" => -0.4 * phase.sin(),
                _ => 0.0,
            };
            let turn = glam::DQuat::from_axis_angle(axes(DVec3::X), swing);
            let above = if j == 0 {
                glam::DQuat::IDENTITY
            } else {
                standing[man[j].4]
            };
            let local = above.conjugate() * turn * standing[j];
            let (z, x, y) = local.to_euler(glam::EulerRot::ZXY);
            text += &format!("{} {} {} ", z.to_degrees(), x.to_degrees(), y.to_degrees());
        }
        text += "\n";
    }
    text
}

fn write_joint(
    text: &mut String,
    man: &Man,
    j: usize,
    offset: &dyn Fn(usize) -> DVec3,
    order: &mut Vec<usize>,
) {
    order.push(j);
    let (kind, channels) = match j {
        0 => ("ROOT", "6 Xposition Yposition Zposition"),
        _ => ("JOINT", "3"),
    };
    let at = offset(j);
    *text += &format!(
        "{kind} {}\n{{\nOFFSET {} {} {}\n",
        man[j].0, at.x, at.y, at.z
    );
    *text += &format!("CHANNELS {channels} Zrotation Xrotation Yrotation\n");
    let children: Vec<usize> = (1..man.len()).filter(|c| man[*c].4 == j).collect();
    for c in &children {
        write_joint(text, man, *c, offset, order);
    }
    if children.is_empty() {
        let tip = offset(j) * 0.3;
        *text += &format!("End Site\n{{\nOFFSET {} {} {}\n}}\n", tip.x, tip.y, tip.z);
    }
    *text += "}\n";
}

/// VRM's names of the man's joints, in their order.
const BONES: [&str; 18] = [
    "hips",
    "spine",
    "neck",
    "head",
    "leftUpperArm",
    "leftLowerArm",
    "leftHand",
    "rightUpperArm",
    "rightLowerArm",
    "rightHand",
    "leftUpperLeg",
    "leftLowerLeg",
    "leftFoot",
    "leftToes",
    "rightUpperLeg",
    "rightLowerLeg",
    "rightFoot",
    "rightToes",
];

/// The man as VRM animation: his left leg swings forward by `swing_rad` within a second, and he closes his eyes.
pub fn vrm_animation(swing_rad: f64) -> String {
    let place = |j: usize| DVec3::new(MAN[j].1, MAN[j].2, MAN[j].3);
    let mut nodes: Vec<Value> = (0..MAN.len())
        .map(|j| {
            let above = if j == 0 { DVec3::ZERO } else { place(MAN[j].4) };
            let children: Vec<usize> = (1..MAN.len()).filter(|c| MAN[*c].4 == j).collect();
            let mut node =
                json!({"name": format!("n{j}"), "translation": (place(j) - above).to_array()});
            if !children.is_empty() {
                node["children"] = json!(children);
            }
            node
        })
        .collect();
    nodes.push(json!({"name": "blink"}));
    let human: serde_json::Map<String, Value> = BONES
        .iter()
        .enumerate()
        .map(|(j, bone)| ((*bone).to_owned(), json!({"node": j})))
        .collect();
    // A turn about -X brings a leg forward.
    let (sin, cos) = (-0.5 * swing_rad).sin_cos();
    let numbers = [
        0.0, 1.0, 0.0, 0.0, 0.0, 1.0, sin, 0.0, 0.0, cos, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0,
    ];
    let bytes: Vec<u8> = numbers
        .iter()
        .flat_map(|v| (*v as f32).to_le_bytes())
        .collect();
    let view =
        |from: usize, length: usize| json!({"buffer": 0, "byteOffset": from, "byteLength": length});
    let list = |view: usize, kind: &str| json!({"bufferView": view, "componentType": 5126, "type": kind, "count": 2});
    json!({
        "asset": {"version": "2.0"},
        "extensionsUsed": ["VRMC_vrm_animation"],
        "extensions": {"VRMC_vrm_animation": {
            "specVersion": "1.0",
            "humanoid": {"humanBones": human},
            "expressions": {"preset": {"blink": {"node": MAN.len()}}}
        }},
        "scene": 0,
        "scenes": [{"nodes": [0, MAN.len()]}],
        "nodes": nodes,
        "buffers": [{"byteLength": bytes.len(), "uri": format!("data:application/octet-stream;base64,{}", base64(&bytes))}],
        "bufferViews": [view(0, 8), view(8, 32), view(40, 24)],
        "accessors": [list(0, "SCALAR"), list(1, "VEC4"), list(2, "VEC3")],
        "animations": [{
            "channels": [
                {"sampler": 0, "target": {"node": 10, "path": "rotation"}},
                {"sampler": 1, "target": {"node": MAN.len(), "path": "translation"}}
            ],
            "samplers": [{"input": 0, "output": 1}, {"input": 0, "output": 2}]
        }]
    })
    .to_string()
}

/// RFC 4648.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let word =
            three.iter().fold(0u32, |w, b| w << 8 | u32::from(*b)) << (8 * (3 - three.len()));
        for i in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * i) & 63) as usize] as char;
            text.push(if i <= three.len() { letter } else { '=' });
        }
    }
    text
}

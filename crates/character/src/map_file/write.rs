//! Writing a character map: everything that was found, commented, so that a person sees what to correct.

use crate::character::Character;
use crate::humanoid::BoneSource;
use cyc_model::{FaceShape, HumanBone};
use std::fmt::Write;

pub(super) fn write(character: &Character, file: &str) -> String {
    let mut text = format!(
        "# What the bones and the face of {} are. Correct a line and give the file back with `--map`.\n\
         # What is left out here is found as without a map.\n\n[model]\n",
        plain(file)
    );
    model(character, &mut text);
    bones(character, &mut text);
    face(character, &mut text);
    text
}

/// A file's name within a comment.
fn plain(file: &str) -> String {
    file.chars().filter(|c| !c.is_control()).take(200).collect()
}

fn model(character: &Character, text: &mut String) {
    let axes = character.file_axes();
    *text += "# The file's own axes: which way the body's head is, and where it faces.\n";
    if let Some((up, facing)) = axes {
        put(text, format_args!("up = \"{up}\"\nfacing = \"{facing}\"\n"));
    } else {
        *text += "# up = \"+y\"\n# facing = \"+z\"\n";
    }
    put(
        text,
        format_args!(
            "# Multiplies the file's lengths; 0.01 for a file in centimetres. The character is {:.3} m tall.\n",
            character.height_m
        ),
    );
    put(text, format_args!("scale = {:?}\n\n", character.file_scale));
}

fn bones(character: &Character, text: &mut String) {
    *text += "# VRM's name of each bone = the name of the joint. \"\" is a bone that the body has not.\n[bones]\n";
    for bone in HumanBone::ALL {
        let joint = character.humanoid.joint(bone);
        let joint = joint.and_then(|j| character.skeleton.as_ref()?.joint(j));
        let name = bone.vrm_name();
        match joint {
            Some(joint) => {
                let how = match character.bone_sources.of(bone) {
                    Some(BoneSource::Vrm) => "said by the file",
                    Some(BoneSource::Map) => "said by the map",
                    Some(BoneSource::Name) => "by its name",
                    Some(BoneSource::Shape) => "by tree and rest pose",
                    None => "",
                };
                put(
                    text,
                    format_args!("{name} = {} # {how}\n", quoted(&joint.name)),
                );
            }
            None if bone.is_required() => {
                put(
                    text,
                    format_args!("# MISSING, and every humanoid needs it:\n# {name} = \"\"\n"),
                );
            }
            None => put(text, format_args!("# {name} = \"\"\n")),
        }
    }
    let mapped = |i: usize| {
        let joint = cyc_model::JointIdx(i as u16);
        character.humanoid.bone(joint).is_some()
    };
    let joints = character
        .skeleton
        .iter()
        .flat_map(|s| s.joints().iter().enumerate());
    let others: Vec<String> = joints
        .filter(|(i, _)| !mapped(*i))
        .map(|(_, j)| quoted(&j.name))
        .collect();
    if !others.is_empty() {
        *text += "# Joints that are no bone:\n";
        for row in others.chunks(6) {
            put(text, format_args!("#   {}\n", row.join(" ")));
        }
    }
}

fn face(character: &Character, text: &mut String) {
    *text += "\n# Each of ARKit's 52 shapes = the morph targets that it moves, with their weight at the shape's full weight;\n\
              # \"expression:NAME\" is a VRM expression. {} moves nothing.\n[face]\n";
    for shape in FaceShape::ALL {
        let driven = character.face.targets_of(character, shape);
        let name = shape.arkit_name();
        if driven.is_empty() {
            put(text, format_args!("# {name} = {{}}\n"));
            continue;
        }
        let pairs: Vec<String> = driven
            .iter()
            .map(|(target, weight)| format!("{} = {weight:?}", quoted(target)))
            .collect();
        put(text, format_args!("{name} = {{ {} }}\n", pairs.join(", ")));
    }
    if !character.morph_names.is_empty() {
        *text += "# Morph targets of the file:\n";
        for row in character.morph_names.chunks(6) {
            let names: Vec<String> = row.iter().map(|n| quoted(n)).collect();
            put(text, format_args!("#   {}\n", names.join(" ")));
        }
    }
}

fn put(text: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = text.write_fmt(what);
}

/// A basic TOML string, whatever is in it.
fn quoted(name: &str) -> String {
    let mut text = String::from("\"");
    for c in name.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            c if c.is_control() => text += &format!("\\u{:04X}", u32::from(c)),
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

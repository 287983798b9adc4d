//! An inspected character as figures for scripts.

use crate::text::Text;
use cyc_character::{BoneSource, Character, FaceSource, LookBy, RestPoseKind};
use cyc_model::{FaceShape, HumanBone};
use serde_json::{Map, Value, json};
use std::path::Path;

/// The word for how a bone is known.
pub fn source_name(source: BoneSource) -> &'static str {
    match source {
        BoneSource::Vrm => "vrm",
        BoneSource::Map => "map",
        BoneSource::Name => "name",
        BoneSource::Shape => "shape",
    }
}

/// The word for a rest pose.
pub fn rest_pose_name(character: &Character) -> Option<&'static str> {
    character.rest_pose.map(|rest| match rest.kind {
        RestPoseKind::T => "T",
        RestPoseKind::A => "A",
        RestPoseKind::Other => "other",
    })
}

/// The name of a bone's joint.
pub fn joint_name(character: &Character, bone: HumanBone) -> Option<&str> {
    let joint = character.humanoid.joint(bone)?;
    let joint = character.skeleton.as_ref()?.joint(joint)?;
    Some(&joint.name)
}

/// How many vertices there are.
pub fn vertices(character: &Character) -> usize {
    character.primitives.iter().map(|p| p.positions.len()).sum()
}

/// The object of `--json`.
pub fn of(character: &Character, map: Option<&Path>, text: &Text) -> Value {
    let (mut bones, mut bones_by) = (Map::new(), Map::new());
    for (bone, _) in character.humanoid.bones() {
        let name = bone.vrm_name().to_owned();
        bones.insert(name.clone(), json!(joint_name(character, bone)));
        let source = character.bone_sources.of(bone).map(source_name);
        bones_by.insert(name, json!(source));
    }
    let missing = character.humanoid.missing_required();
    let mut face = Map::new();
    for shape in FaceShape::ALL {
        let targets = character.face.targets_of(character, shape);
        if targets.is_empty() {
            continue;
        }
        let by = match character.face.source(shape) {
            Some(FaceSource::Map) => "map",
            Some(FaceSource::PerfectSync) => "perfect-sync",
            Some(FaceSource::Name) => "name",
            Some(FaceSource::Table) => "table",
            None => "",
        };
        let targets: Map<String, Value> = targets.into_iter().map(|(t, w)| (t, json!(w))).collect();
        face.insert(
            shape.arkit_name().into(),
            json!({ "by": by, "targets": targets }),
        );
    }
    let axes = character.file_axes();
    let look = character.look_at.map(|l| match l.by {
        LookBy::Bones => "bones",
        LookBy::Expressions => "expressions",
    });
    let refusal = character.not_humanoid.as_ref();
    json!({
        "name": character.name,
        "humanoid": refusal.is_none(),
        "refusal": refusal.map(|r| text.get(r.key(), &with_path(r.args()))),
        "bones": bones,
        "bones_by": bones_by,
        "missing": missing.map(|b| b.vrm_name()).collect::<Vec<_>>(),
        "rest_pose": rest_pose_name(character),
        "arm_angle_deg": character.rest_pose.map(|r| r.arm_angle_deg),
        "up": axes.map(|a| a.0),
        "facing": axes.map(|a| a.1),
        "height_m": character.height_m,
        "scale": character.file_scale,
        "morphs": character.morph_names,
        "expressions": character.expressions.iter().map(|e| &e.name).collect::<Vec<_>>(),
        "look_at": look,
        "face": face,
        "vertices": vertices(character),
        "triangles": character.primitives.iter().map(|p| p.indices.len() / 3).sum::<usize>(),
        "joints": character.skeleton.as_ref().map_or(0, |s| s.len()),
        "skins": character.skins.len(),
        "materials": character.materials.len(),
        "warnings": character.notes.iter().map(|n| text.get(n.key(), &n.args())).collect::<Vec<_>>(),
        "map": map.map(|m| m.display().to_string()),
    })
}

/// Refusals name the file; an object of figures is about one file anyway.
fn with_path(mut args: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
    args.push(("path", String::new()));
    args
}

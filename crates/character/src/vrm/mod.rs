//! What a VRM file says about its humanoid: version 0 (`VRM`) and version 1 (`VRMC_vrm`).
//!
//! The two differ in the map's shape, in the thumbs' names and in which way the model faces: VRM 0 faces -Z, VRM 1
//! faces +Z as glTF does. Sources: VRM 0 `vrm.humanoid` and VRM 1.0 `VRMC_vrm` specifications.

pub(crate) mod expression;
pub(crate) mod look_at;

use cyc_model::HumanBone;
use gltf::json;
use serde_json::Value;

/// The humanoid part of a VRM file.
#[derive(Default)]
pub(crate) struct Vrm {
    /// The model faces -Z.
    pub faces_backwards: bool,
    /// Bones with their nodes.
    pub bones: Vec<(HumanBone, usize)>,
    /// Names of bones that cannot be used.
    pub ignored: Vec<String>,
}

/// Reads the map; `None` when the file is not VRM.
pub(crate) fn read(root: &json::Root) -> Option<Vrm> {
    let extensions = &root.extensions.as_ref()?.others;
    let mut vrm = Vrm::default();
    let mut named: Vec<(String, Option<u64>)> = Vec::new();
    if let Some(one) = extensions.get("VRMC_vrm") {
        let bones = human_bones(one).and_then(Value::as_object);
        for (name, bone) in bones.into_iter().flatten() {
            named.push((name.clone(), bone.get("node").and_then(Value::as_u64)));
        }
    } else {
        let zero = extensions.get("VRM")?;
        vrm.faces_backwards = true;
        let bones = human_bones(zero).and_then(Value::as_array);
        for bone in bones.into_iter().flatten() {
            let name = bone.get("bone").and_then(Value::as_str).unwrap_or_default();
            named.push((vrm_1_name(name), bone.get("node").and_then(Value::as_u64)));
        }
    }
    vrm.keep(root, named);
    Some(vrm)
}

impl Vrm {
    /// Keeps the bones that exist, each with a node of its own; the others are named.
    fn keep(&mut self, root: &json::Root, named: Vec<(String, Option<u64>)>) {
        for (name, node) in named {
            let node = node.and_then(|n| usize::try_from(n).ok());
            let node = node.filter(|n| *n < root.nodes.len());
            match (HumanBone::from_vrm_name(&name), node) {
                (Some(bone), Some(node))
                    if !self.bones.iter().any(|(b, n)| *b == bone || *n == node) =>
                {
                    self.bones.push((bone, node));
                }
                _ => self.ignored.push(name.chars().take(64).collect()),
            }
        }
    }
}

/// The humanoid of a VRM animation (`.vrma`), which has VRM 1's names and faces +Z; `None` when the file is none.
pub(crate) fn read_animation(root: &json::Root) -> Option<Vrm> {
    let animation = root.extensions.as_ref()?.others.get("VRMC_vrm_animation")?;
    let bones = human_bones(animation).and_then(Value::as_object);
    let named = bones.into_iter().flatten();
    let named = named.map(|(name, bone)| (name.clone(), bone.get("node").and_then(Value::as_u64)));
    let mut vrm = Vrm::default();
    vrm.keep(root, named.collect());
    Some(vrm)
}

fn human_bones(extension: &Value) -> Option<&Value> {
    extension.get("humanoid")?.get("humanBones")
}

/// VRM 0 called the thumb's bones proximal, intermediate and distal; VRM 1 metacarpal, proximal and distal.
fn vrm_1_name(name: &str) -> String {
    match name {
        "leftThumbProximal" => "leftThumbMetacarpal",
        "leftThumbIntermediate" => "leftThumbProximal",
        "rightThumbProximal" => "rightThumbMetacarpal",
        "rightThumbIntermediate" => "rightThumbProximal",
        other => other,
    }
    .to_owned()
}

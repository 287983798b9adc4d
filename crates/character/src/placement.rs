//! How a file's body is put into the model: its bones, and the turn that lets it stand with its face towards +Z.
//!
//! A character and the animations of its file must stand alike, so both come through here.

use crate::character::Character;
use crate::error::CharacterError;
use crate::humanoid::{BoneSource, Humanoid, Known, NotHumanoid, find_humanoid};
use crate::joints::Joints;
use crate::map_file::{CharacterMap, SaidBones};
use crate::nodes::NodeForest;
use crate::note::CharacterNote;
use crate::vrm::Vrm;
use cyc_model::{HumanBone, ModelSpace, Xf};
use glam::{DQuat, DVec3};
use gltf::json;
use std::f64::consts::PI;

/// Where the file's nodes stand in the model.
pub(crate) struct Placement<'a> {
    /// The document.
    pub root: &'a json::Root,
    /// Its nodes.
    pub forest: &'a NodeForest,
    /// Nodes that become joints besides those of skins.
    pub bones: Vec<usize>,
    /// The scene in model space.
    pub model_from_scene: Xf<ModelSpace, ModelSpace>,
}

/// A file's body.
pub(crate) struct Body {
    /// Its joints, in model space; `None` for a file without.
    pub joints: Option<Joints>,
    /// Which of them are bones.
    pub humanoid: Humanoid,
    /// Turns the file's axes to the model's.
    pub turn: DQuat,
}

impl Placement<'_> {
    /// The joints as they stand now.
    pub fn joints(&self, notes: &mut Vec<CharacterNote>) -> Result<Option<Joints>, CharacterError> {
        let (root, forest) = (self.root, self.forest);
        Joints::build(root, forest, &self.bones, self.model_from_scene, notes)
    }

    /// Finds the bones, and turns the scene so that the body stands upright and faces +Z.
    ///
    /// # Errors
    /// When the joints are no skeleton, or the map names joints that are not there.
    pub fn body(
        &mut self,
        vrm: Option<&Vrm>,
        map: Option<&CharacterMap>,
        notes: &mut Vec<CharacterNote>,
    ) -> Result<Body, CharacterError> {
        let Some(joints) = self.joints(notes)? else {
            return Ok(Body {
                joints: None,
                humanoid: Humanoid::none(NotHumanoid::NoJoints),
                turn: DQuat::IDENTITY,
            });
        };
        let humanoid = humanoid(&joints, vrm, map, notes)?;
        let is_body = humanoid.map.joint(HumanBone::Hips).is_some();
        let told = map.and_then(CharacterMap::upright_from_file);
        let turn = match (told, vrm) {
            (Some(turn), _) => turn,
            // VRM says where its models face: version 0 backwards.
            (None, Some(vrm)) if vrm.faces_backwards => DQuat::from_rotation_y(PI),
            (None, None) if is_body => humanoid
                .stance
                .map_or(DQuat::IDENTITY, |s| s.upright_from_file()),
            (None, _) => DQuat::IDENTITY,
        };
        if turn.angle_between(DQuat::IDENTITY) < 1e-9 {
            return Ok(Body {
                joints: Some(joints),
                humanoid,
                turn: DQuat::IDENTITY,
            });
        }
        let axes = humanoid.stance.map_or(("+y", "+z"), |s| s.axes());
        notes.push(match (told, vrm) {
            (None, Some(_)) => CharacterNote::TurnedToFaceForward,
            _ => CharacterNote::TurnedUpright {
                up: axes.0,
                facing: axes.1,
            },
        });
        self.model_from_scene = Xf::saturating(turn, DVec3::ZERO);
        Ok(Body {
            joints: self.joints(&mut Vec::new())?,
            humanoid,
            turn,
        })
    }
}

impl Character {
    /// Takes over what was found of the body, but for the joints.
    pub(crate) fn take_humanoid(&mut self, body: &Body) {
        self.humanoid = body.humanoid.map.clone();
        self.bone_sources = body.humanoid.sources.clone();
        self.not_humanoid = body.humanoid.refusal.clone();
        self.file_stance = body.humanoid.stance;
        self.model_from_file = body.turn;
    }
}

fn humanoid(
    joints: &Joints,
    vrm: Option<&Vrm>,
    map: Option<&CharacterMap>,
    notes: &mut Vec<CharacterNote>,
) -> Result<Humanoid, CharacterError> {
    let mapped = map.map(|m| m.bones(&joints.skeleton)).transpose()?;
    let SaidBones { said, closed } = mapped.unwrap_or_default();
    let by_map = |(bone, joint)| (bone, joint, BoneSource::Map);
    let mut said: Vec<Known> = said.into_iter().map(by_map).collect();
    if let Some(vrm) = vrm {
        said_by_vrm(vrm, joints, &closed, &mut said, notes);
    }
    let found = find_humanoid(&joints.skeleton, &said, &closed);
    if said.is_empty() && found.map.joint(HumanBone::Hips).is_some() {
        let missing_required = found.map.missing_required().count();
        notes.push(CharacterNote::HumanoidInferred { missing_required });
    }
    if found.sides_swapped {
        notes.push(CharacterNote::SidesSwapped);
    }
    Ok(found)
}

/// What a VRM says of its bones, where the map says nothing.
fn said_by_vrm(
    vrm: &Vrm,
    joints: &Joints,
    closed: &[HumanBone],
    said: &mut Vec<Known>,
    notes: &mut Vec<CharacterNote>,
) {
    let ignored = vrm.ignored.iter().cloned();
    notes.extend(ignored.map(|bone| CharacterNote::BoneIgnored { bone }));
    for (bone, node) in &vrm.bones {
        let joint = joints.joint_of_node.get(*node).copied().flatten();
        let Some(joint) = joint.filter(|_| !closed.contains(bone)) else {
            continue;
        };
        if !said.iter().any(|(b, j, _)| b == bone || *j == joint) {
            said.push((*bone, joint, BoneSource::Vrm));
        }
    }
}

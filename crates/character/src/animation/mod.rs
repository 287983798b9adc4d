//! glTF animations: what moves a file's nodes over time, and the pose of its joints at any moment.
//!
//! A file is read as something that moves, whether or not it has a mesh: its joints are those of its skins, the human
//! bones that VRM or VRM animation (`.vrma`) name, and every node that an animation moves. The pose comes from glTF's
//! own rule: local transforms of all nodes, multiplied from the roots down, then the rigid part at each joint, as
//! `joints.rs` takes it from the rest pose. So what scales or turns above the skeleton counts. Sources: glTF 2.0, 3.11
//! and appendix C (interpolation); VRMC_vrm_animation 1.0.

mod channel;
mod curve;
mod expression;
mod pose;

pub use expression::ExpressionTrack;
pub use pose::ModelPose;

use crate::accessor::Source;
use crate::amount::Amount;
use crate::container::{Contents, read};
use crate::error::CharacterError;
use crate::limits::{ANIMATIONS_MAX, NOTES_MAX};
use crate::load::LoadOptions;
use crate::map_file::CharacterMap;
use crate::nodes::NodeForest;
use crate::note::CharacterNote;
use crate::placement::Placement;
use crate::vrm;
use channel::{Channel, read_channels};
use cyc_model::{HumanBone, HumanoidMap, JOINTS_MAX, JointIdx, ModelSpace, Skeleton, Xf};
use gltf::json;
use pose::NodeRest;

/// A file that moves: joints, and the animations that pose them.
#[derive(Debug)]
pub struct AnimatedModel {
    /// Name for people, from the file.
    pub name: String,
    /// The joints in their rest pose, in model space (metres, Y up, facing +Z; a VRM 0 model is turned). `None` when
    /// nothing but morph targets moves.
    pub skeleton: Option<Skeleton>,
    /// Which joint is which human bone, from the file or inferred.
    pub humanoid: HumanoidMap,
    /// The animations, in the file's order.
    pub animations: Vec<Animation>,
    /// Names of the morph targets of the animated meshes, each once.
    pub morph_names: Vec<String>,
    /// Facial expressions of a VRM animation, by VRM's names.
    pub expressions: Vec<ExpressionTrack>,
    /// What was changed or left out.
    pub notes: Vec<CharacterNote>,
    nodes: Vec<NodeRest>,
    order: Vec<usize>,
    joint_of_node: Vec<Option<JointIdx>>,
    model_from_scene: Xf<ModelSpace, ModelSpace>,
    /// By how much the map multiplies the file's lengths.
    scale: f64,
}

/// One animation: curves over time.
#[derive(Debug)]
pub struct Animation {
    /// Name from the file; may be empty.
    pub name: String,
    channels: Vec<Channel>,
}

impl Animation {
    /// Time of the first and the last key, seconds; `None` for an animation that moves nothing.
    pub fn span_s(&self) -> Option<(f64, f64)> {
        let spans = self.channels.iter().filter_map(|c| c.curve.span_s());
        spans.fold(None, |all, (from, to)| {
            Some(all.map_or((from, to), |(a, b): (f64, f64)| (a.min(from), b.max(to))))
        })
    }

    /// Frames a second at which it seems to have been recorded: as many steps of the median length as its densest curve
    /// lasts, over that time, so that the rounding of single keys does not count. `None` when no curve has two keys.
    pub fn key_rate_hz(&self) -> Option<f64> {
        let densest = self
            .channels
            .iter()
            .max_by_key(|c| c.curve.times_s().len())?;
        let times = densest.curve.times_s();
        let pairs = times.iter().zip(times.get(1..)?);
        let mut steps: Vec<f64> = pairs.map(|(a, b)| b - a).collect();
        steps.sort_by(f64::total_cmp);
        let median = steps.get(steps.len() / 2).copied().filter(|m| *m > 0.0)?;
        let lasts = times.last()? - times.first()?;
        Some((lasts / median).round() / lasts)
    }

    /// Times of all keys of all curves, ascending, each once, seconds.
    pub fn key_times_s(&self) -> Vec<f64> {
        let times = self.channels.iter().flat_map(|c| c.curve.times_s());
        let mut times: Vec<f64> = times.copied().collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        times
    }

    /// Whether it moves joints, and not only morph targets.
    pub fn moves_nodes(&self) -> bool {
        self.channels.iter().any(Channel::moves_node)
    }
}

impl AnimatedModel {
    /// Reads the animations of a `.glb`, `.gltf`, `.vrm` or `.vrma` file.
    ///
    /// The origin stays where the file has it, whatever `options` say. Meshes and pictures are not looked at. No input
    /// panics, and memory stays within the limits of the crate.
    ///
    /// # Errors
    /// As [`load`](crate::load), and for curves that break glTF's rules: times that do not ascend, too few values.
    pub fn read(bytes: &[u8], options: &LoadOptions<'_>) -> Result<Self, CharacterError> {
        let Contents { root, blob } = read(bytes)?;
        let scale = options.map.map_or(1.0, CharacterMap::scale);
        let forest = NodeForest::build(&root, scale)?;
        let source = Source::open(&root, blob, options.resolver)?;
        if root.animations.len() > ANIMATIONS_MAX {
            return Err(CharacterError::TooLarge {
                what: Amount::Animations,
                size: root.animations.len() as u64,
                limit: ANIMATIONS_MAX as u64,
            });
        }
        let mut morph_names = Vec::new();
        let mut animations = Vec::with_capacity(root.animations.len());
        for (a, entry) in root.animations.iter().enumerate() {
            animations.push(Animation {
                name: entry
                    .name
                    .as_deref()
                    .unwrap_or("")
                    .chars()
                    .take(128)
                    .collect(),
                channels: read_channels(&root, &source, a, entry, &mut morph_names)?,
            });
        }
        let vrm = vrm::read(&root).or_else(|| vrm::read_animation(&root));
        let expressions = expression::read(&root);
        let bones: Vec<usize> = vrm.iter().flat_map(|v| &v.bones).map(|(_, n)| *n).collect();
        let face: Vec<usize> = expressions.iter().map(|e| e.node).collect();
        let wanted = with_moved(&root, bones, &face, &animations);
        let mut notes = Vec::new();
        let mut place = Placement {
            root: &root,
            forest: &forest,
            bones: wanted,
            model_from_scene: Xf::IDENTITY,
        };
        let body = place.body(vrm.as_ref(), options.map, &mut notes)?;
        let model_from_scene = place.model_from_scene;
        let humanoid = body.humanoid.map;
        let (skeleton, joint_of_node) = match body.joints {
            Some(joints) => (Some(joints.skeleton), joints.joint_of_node),
            None => (None, vec![None; root.nodes.len()]),
        };
        notes.truncate(NOTES_MAX);
        Ok(Self {
            name: name_of(&root),
            skeleton,
            humanoid,
            animations,
            morph_names,
            expressions,
            notes,
            nodes: pose::rest_of(&root, &forest),
            order: forest.order,
            joint_of_node,
            model_from_scene,
            scale,
        })
    }

    /// Whether the joints are a human's: the hips are known.
    pub fn is_humanoid(&self) -> bool {
        self.humanoid.joint(HumanBone::Hips).is_some()
    }
}

/// The bones with all nodes that animations move, as far as a skeleton has room. Nodes that carry an expression's weight
/// in their place are no joints.
fn with_moved(
    root: &json::Root,
    bones: Vec<usize>,
    face: &[usize],
    animations: &[Animation],
) -> Vec<usize> {
    let mut wanted = bones;
    let named = wanted.len();
    let moved = animations.iter().flat_map(|a| &a.channels);
    let moved = moved.filter(|c| c.moves_node() && !face.contains(&c.node));
    wanted.extend(moved.map(|c| c.node));
    wanted.sort_unstable();
    wanted.dedup();
    let of_skins: usize = root.skins.iter().map(|s| s.joints.len()).sum();
    if wanted.len() + of_skins > JOINTS_MAX && wanted.len() > named {
        // A crowd of moving props: only what is a body counts.
        let in_skins = |n: &usize| {
            let joints = root.skins.iter().flat_map(|s| &s.joints);
            joints.into_iter().any(|j| j.value() == *n)
        };
        wanted.retain(in_skins);
    }
    wanted
}

fn name_of(root: &json::Root) -> String {
    let scene = root.scenes.get(root.scene.map_or(0, |s| s.value()));
    let named = scene.and_then(|s| s.name.as_deref());
    named.unwrap_or("").chars().take(128).collect()
}

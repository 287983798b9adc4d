//! The pose of a file's joints, and the weights of its morph targets, at a moment of an animation.

use super::channel::Target;
use super::curve::unit;
use super::{AnimatedModel, Animation};
use crate::joints::rigid_part;
use crate::nodes::NodeForest;
use cyc_model::{JointFrame, ModelSpace, Xf};
use glam::{DMat4, DQuat, DVec3};
use gltf::json;

/// A node's place in the tree and its transform at rest.
#[derive(Clone, Copy, Debug)]
pub(super) struct NodeRest {
    parent: Option<usize>,
    local: Local,
}

/// A local transform: scale, then turn, then move.
#[derive(Clone, Copy, Debug)]
struct Local {
    translation: DVec3,
    rotation: DQuat,
    scale: DVec3,
    /// A matrix that is none of the three, or says more than they do.
    matrix: Option<DMat4>,
}

impl Local {
    fn matrix(&self) -> DMat4 {
        self.matrix.unwrap_or_else(|| {
            DMat4::from_scale_rotation_translation(self.scale, self.rotation, self.translation)
        })
    }
}

/// A moment of an animation. Made to be reused: a second moment of the same model allocates nothing.
#[derive(Debug, Default)]
pub struct ModelPose {
    /// Global joint poses, in the order of the model's skeleton.
    pub joints: Vec<Xf<ModelSpace, JointFrame>>,
    /// Weights of the morph targets, in the order of the model's names; zero for what the animation does not move.
    pub weights: Vec<f64>,
    /// Weights of the expressions, in the model's order.
    pub expressions: Vec<f64>,
    locals: Vec<Local>,
    globals: Vec<(DMat4, DQuat)>,
    row: Vec<f64>,
}

/// The rest transforms of all nodes, which the forest has checked already.
pub(super) fn rest_of(root: &json::Root, forest: &NodeForest) -> Vec<NodeRest> {
    let nodes = root.nodes.iter().enumerate();
    nodes
        .map(|(i, node)| {
            let vector = |v: Option<[f32; 3]>, default: f32| {
                DVec3::from_array(v.unwrap_or([default; 3]).map(f64::from))
            };
            let q = node.rotation.map_or([0.0, 0.0, 0.0, 1.0], |q| q.0);
            let q = DQuat::from_array(q.map(f64::from));
            let mut local = Local {
                translation: vector(node.translation, 0.0),
                rotation: unit(q).unwrap_or(DQuat::IDENTITY),
                scale: vector(node.scale, 1.0),
                matrix: None,
            };
            if let Some(m) = node.matrix {
                let m = DMat4::from_cols_array(&m.map(f64::from));
                let (scale, rotation, translation) = m.to_scale_rotation_translation();
                local = Local {
                    translation,
                    rotation: unit(rotation).unwrap_or(DQuat::IDENTITY),
                    scale,
                    matrix: Some(m),
                };
            }
            NodeRest {
                parent: forest.parent.get(i).copied().flatten(),
                local,
            }
        })
        .collect()
}

impl AnimatedModel {
    /// The pose at a time of one of the model's animations, seconds; before the first and after the last key it stands
    /// still. Numbers that would leave the stage are brought back to its border.
    pub fn sample(&self, animation: &Animation, at_s: f64, pose: &mut ModelPose) {
        pose.locals.clear();
        pose.locals.extend(self.nodes.iter().map(|n| n.local));
        pose.weights.clear();
        pose.weights.resize(self.morph_names.len(), 0.0);
        for channel in &animation.channels {
            let curve = &channel.curve;
            if let Target::Weights(slots) = &channel.target {
                pose.row.clear();
                pose.row.resize(curve.width(), 0.0);
                curve.sample(at_s, &mut pose.row);
                for (slot, value) in slots.iter().zip(&pose.row) {
                    if let Some(weight) = pose.weights.get_mut(*slot) {
                        *weight = *value;
                    }
                }
                continue;
            }
            let Some(local) = pose.locals.get_mut(channel.node) else {
                continue;
            };
            // glTF allows no matrix on an animated node; where there is one, its parts are what the curves replace.
            local.matrix = None;
            let mut v = [0.0; 3];
            match channel.target {
                Target::Rotation => {
                    local.rotation = curve.rotation(at_s).unwrap_or(local.rotation);
                }
                _ if curve.times_s().is_empty() => {}
                Target::Translation => {
                    curve.sample(at_s, &mut v);
                    local.translation = DVec3::from_array(v);
                }
                _ => {
                    curve.sample(at_s, &mut v);
                    local.scale = DVec3::from_array(v);
                }
            }
        }
        self.expressions_of(pose);
        self.place(pose);
    }

    /// VRM animation writes an expression's weight as its node's x.
    fn expressions_of(&self, pose: &mut ModelPose) {
        pose.expressions.clear();
        for expression in &self.expressions {
            let local = pose.locals.get(expression.node);
            let weight = local.map_or(0.0, |l| l.translation.x);
            pose.expressions.push(weight.clamp(0.0, 1.0));
        }
    }

    fn place(&self, pose: &mut ModelPose) {
        pose.globals.clear();
        pose.globals
            .resize(self.nodes.len(), (DMat4::IDENTITY, DQuat::IDENTITY));
        let rest = self.skeleton.as_ref().map_or(&[][..], |s| s.rest_global());
        pose.joints.clear();
        pose.joints.extend_from_slice(rest);
        for &i in &self.order {
            let (Some(node), Some(local)) = (self.nodes.get(i), pose.locals.get(i)) else {
                continue;
            };
            let above = node.parent.and_then(|p| pose.globals.get(p).copied());
            let (matrix, rotation) =
                above.unwrap_or((DMat4::from_scale(DVec3::splat(self.scale)), DQuat::IDENTITY));
            let global = (matrix * local.matrix(), rotation * local.rotation);
            if let Some(slot) = pose.globals.get_mut(i) {
                *slot = global;
            }
            let joint = self.joint_of_node.get(i).copied().flatten();
            let slot = joint.and_then(|j| pose.joints.get_mut(j.idx()));
            if let Some(slot) = slot {
                let (matrix, turned) = global;
                // Scaled to nothing a joint has no rotation of its own but that of its curves.
                let rotation = rigid_part(matrix).unwrap_or(turned);
                let rigid = Xf::saturating(rotation, matrix.w_axis.truncate());
                *slot = self.model_from_scene * rigid;
            }
        }
    }
}

//! From global joint poses to the local curves of a file's nodes.

use crate::joints::{Joints, nearest_rotation};
use crate::nodes::NodeForest;
use cyc_model::{JointFrame, Space, Xf};
use glam::{DMat3, DMat4, DQuat, DVec3};
use gltf::json;

/// A turn below this is none: a quarter of what f32 can say of a quaternion's parts.
const TURN_MIN_RAD: f64 = 2e-7;
/// A move below this, in the node's units, is none.
const MOVE_MIN: f64 = 1e-6;

/// A node's local transform as the file will say it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest {
    pub translation: DVec3,
    pub rotation: DQuat,
    pub scale: DVec3,
    /// The file says it as a matrix, which an animated node must not have.
    pub is_matrix: bool,
}

/// One curve of the new animation, one key a frame.
#[derive(Clone, Debug)]
pub(super) struct Track {
    pub node: usize,
    /// glTF's name of the property.
    pub path: &'static str,
    /// glTF's name of the accessor's type.
    pub kind: &'static str,
    pub values: Vec<f32>,
    /// What the node's own transform becomes, where it is a matrix.
    pub rest: Option<Rest>,
}

fn rest_of(node: &json::Node) -> Rest {
    if let Some(m) = node.matrix {
        let m = DMat4::from_cols_array(&m.map(f64::from));
        let (scale, rotation, translation) = m.to_scale_rotation_translation();
        return Rest {
            translation,
            rotation: rotation.normalize(),
            scale,
            is_matrix: true,
        };
    }
    let vector = |v: Option<[f32; 3]>, default: f32| {
        DVec3::from_array(v.unwrap_or([default; 3]).map(f64::from))
    };
    let q = node.rotation.map_or([0.0, 0.0, 0.0, 1.0], |q| q.0);
    Rest {
        translation: vector(node.translation, 0.0),
        // The forest has refused quaternions without a direction.
        rotation: DQuat::from_array(q.map(f64::from)).normalize(),
        scale: vector(node.scale, 1.0),
        is_matrix: false,
    }
}

/// One joint's keys while they are computed.
struct Keys {
    node: usize,
    joint: usize,
    rest: Rest,
    rotations: Vec<f32>,
    translations: Vec<f32>,
    turns: bool,
    moves: bool,
}

/// The tracks of all joints that leave their rest transform. `poses` has one pose a joint for each frame, in the scene.
pub(super) fn tracks<S: Space>(
    root: &json::Root,
    forest: &NodeForest,
    joints: &Joints,
    poses: &[Xf<S, JointFrame>],
) -> Vec<Track> {
    let n = joints.skeleton.len();
    let mut keys: Vec<Keys> = Vec::with_capacity(n);
    let mut keys_of: Vec<Option<usize>> = vec![None; root.nodes.len()];
    for &i in &forest.order {
        let joint = joints.joint_of_node.get(i).copied().flatten();
        let (Some(joint), Some(node)) = (joint, root.nodes.get(i)) else {
            continue;
        };
        if let Some(slot) = keys_of.get_mut(i) {
            *slot = Some(keys.len());
        }
        keys.push(Keys {
            node: i,
            joint: joint.idx(),
            rest: rest_of(node),
            rotations: Vec::new(),
            translations: Vec::new(),
            turns: false,
            moves: false,
        });
    }
    // What stands above the joints never moves, so it is as at rest; below a joint only joints count.
    let mut evaluated: Vec<DMat4> = forest.scene_from_node.clone();
    for pose in poses.chunks_exact(n) {
        for k in &mut keys {
            let above = forest.parent.get(k.node).copied().flatten();
            let above = above.and_then(|p| evaluated.get(p).copied());
            let (Some(pose), Some(residual)) = (pose.get(k.joint), joints.residual(k.joint)) else {
                continue;
            };
            let local = k.push(
                above.unwrap_or(DMat4::IDENTITY),
                pose.to_matrix() * residual,
            );
            if let Some(slot) = evaluated.get_mut(k.node) {
                *slot = above.unwrap_or(DMat4::IDENTITY) * local;
            }
        }
    }
    keys.into_iter().flat_map(Keys::into_tracks).collect()
}

impl Keys {
    /// Adds the key that brings the node to `wanted` under its parent; returns the local transform as it was rounded.
    fn push(&mut self, above: DMat4, wanted: DMat4) -> DMat4 {
        let local = above.inverse() * wanted;
        let scale = self.rest.scale;
        let unscaled = DMat3::from_mat4(local) * DMat3::from_diagonal(scale.recip());
        let mut rotation = nearest_rotation(unscaled);
        let last = self.rotations.len().checked_sub(4);
        if let Some([x, y, z, w]) = last.and_then(|i| self.rotations.get(i..)) {
            // Neighbours with the same sign, for viewers that interpolate the numbers and not the rotations.
            let before = DQuat::from_array([*x, *y, *z, *w].map(f64::from));
            if before.dot(rotation) < 0.0 {
                rotation = -rotation;
            }
        }
        let translation = local.w_axis.truncate();
        self.turns |= rotation.angle_between(self.rest.rotation) > TURN_MIN_RAD;
        self.moves |= translation.distance(self.rest.translation) > MOVE_MIN;
        let rotation = rotation.as_quat();
        let translation = translation.as_vec3();
        self.rotations.extend(rotation.to_array());
        self.translations.extend(translation.to_array());
        DMat4::from_scale_rotation_translation(
            scale,
            rotation.as_dquat().normalize(),
            translation.as_dvec3(),
        )
    }

    fn into_tracks(self) -> Vec<Track> {
        let rest = self.rest.is_matrix.then_some(self.rest);
        let track = |path, kind, values| Track {
            node: self.node,
            path,
            kind,
            values,
            rest,
        };
        let mut tracks = Vec::new();
        if self.turns {
            tracks.push(track("rotation", "VEC4", self.rotations));
        }
        if self.moves {
            tracks.push(track("translation", "VEC3", self.translations));
        }
        tracks
    }
}

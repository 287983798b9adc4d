//! Nodes to a skeleton: rigid joints, with what the file scales baked into the skins.
//!
//! A joint of the built skeleton is rigid. The rest transform of a joint node is split as `rigid * residual`, the
//! residual being scale (and shear, where scale above a rotation made some); the residual goes into the skin's
//! inverse bind matrices, so the rest shape is exactly the file's. For uniform scales, by far the usual case (an
//! armature in centimetres), every pose is exactly the file's too. The residual of a mirrored joint mirrors all three axes.

use crate::character::Skin;
use crate::error::{CharacterError, TransformProblem, invalid};
use crate::limits::JOINT_SCALE_RANGE;
use crate::nodes::{NodeForest, place};
use crate::note::CharacterNote;
use crate::place::Place;
use crate::rule::BrokenRule;
use cyc_model::{
    JOINTS_MAX, JointFrame, JointIdx, JointSpec, ModelSpace, NAME_BYTES_MAX, Skeleton,
    SkeletonError, Xf,
};
use glam::{DMat3, DMat4, DQuat, Mat4};
use gltf::json;
use std::collections::HashSet;

/// The joints of a file.
pub(crate) struct Joints {
    /// The skeleton, its roots in model space.
    pub skeleton: Skeleton,
    /// The joint of each node.
    pub joint_of_node: Vec<Option<JointIdx>>,
    /// For each joint, the scale and shear of its rest transform, applied before the rigid part.
    residual: Vec<DMat4>,
}

impl Joints {
    /// Builds the skeleton of all nodes that skins or `bones` name, with the nodes between them. `None` when there are
    /// no such nodes. Nodes above the topmost joints are not joints: their transforms are in the roots' rest poses.
    pub fn build(
        root: &json::Root,
        forest: &NodeForest,
        bones: &[usize],
        model_from_scene: Xf<ModelSpace, ModelSpace>,
        notes: &mut Vec<CharacterNote>,
    ) -> Result<Option<Self>, CharacterError> {
        let nodes = joint_nodes(root, forest, bones);
        if nodes.is_empty() {
            return Ok(None);
        }
        if nodes.len() > JOINTS_MAX {
            let joints = nodes.len();
            return Err(SkeletonError::TooMany { joints }.into());
        }
        let mut position = vec![None; root.nodes.len()];
        for (i, node) in nodes.iter().enumerate() {
            put(&mut position, *node, Some(i));
        }
        let names = unique_names(root, &nodes);
        let mut rigid: Vec<Xf<ModelSpace, JointFrame>> = Vec::with_capacity(nodes.len());
        let mut residual = Vec::with_capacity(nodes.len());
        let mut specs: Vec<JointSpec> = Vec::with_capacity(nodes.len());
        for (&node, name) in nodes.iter().zip(names) {
            let scene_from_node = forest.scene_from_node.get(node).copied();
            let (xf, rest) = split(scene_from_node.unwrap_or_default()).map_err(|problem| {
                CharacterError::Transform {
                    node: place(root, node),
                    problem,
                }
            })?;
            if is_sheared(&rest) {
                let joint = name.clone();
                notes.push(CharacterNote::ShearBaked { joint });
            }
            let global = model_from_scene * xf;
            let above = forest.parent.get(node).copied().flatten();
            let parent = above.and_then(|p| position.get(p).copied().flatten());
            let parent_from_joint = match parent.and_then(|p| rigid.get(p)) {
                Some(p) => (p.inverse() * global).relabel(),
                None => global.relabel(),
            };
            rigid.push(global);
            residual.push(rest);
            specs.push(JointSpec {
                name,
                parent,
                parent_from_joint,
            });
        }
        // The nodes come parents first, so the skeleton keeps their order.
        let (skeleton, index) = Skeleton::build(specs)?;
        let joint_of_node = position
            .iter()
            .map(|p| p.and_then(|p| index.get(p).copied()))
            .collect();
        Ok(Some(Self {
            skeleton,
            joint_of_node,
            residual,
        }))
    }

    /// The skin's joints and the matrices that take its vertices to them.
    pub fn skin(
        &self,
        skin: usize,
        entry: &json::Skin,
        inverse_bind: &[[f32; 16]],
    ) -> Result<Skin, CharacterError> {
        let mut built = Skin::default();
        for (k, node) in entry.joints.iter().enumerate() {
            let joint = self.joint_of_node.get(node.value()).copied().flatten();
            let Some(joint) = joint else {
                return Err(invalid(Place::Skin(skin), BrokenRule::NamesNothing));
            };
            let bind = inverse_bind.get(k).copied();
            let bind = bind.map_or(DMat4::IDENTITY, |m| {
                DMat4::from_cols_array(&m.map(f64::from))
            });
            if (bind.row(3) - glam::DVec4::W).abs().max_element() > 1e-3 {
                return Err(invalid(
                    Place::InverseBind { skin, matrix: k },
                    BrokenRule::NotAffine,
                ));
            }
            let residual = self.residual.get(joint.idx()).copied().unwrap_or_default();
            let joint_from_mesh = (residual * bind).as_mat4();
            if !joint_from_mesh.is_finite() {
                return Err(CharacterError::NotFinite {
                    what: Place::InverseBinds(skin),
                    element: k,
                });
            }
            built.joints.push(joint);
            built.joint_from_mesh.push(affine(joint_from_mesh));
        }
        Ok(built)
    }

    /// The scale and shear of a joint's rest transform, applied before its rigid part.
    pub fn residual(&self, joint: usize) -> Option<DMat4> {
        self.residual.get(joint).copied()
    }

    /// The joint that a node without a skin moves with: its own, or the nearest above.
    pub fn carrier(&self, forest: &NodeForest, node: usize) -> Option<JointIdx> {
        let mut at = Some(node);
        while let Some(i) = at {
            if let Some(joint) = self.joint_of_node.get(i).copied().flatten() {
                return Some(joint);
            }
            at = forest.parent.get(i).copied().flatten();
        }
        None
    }
}

/// The last row exactly, so that a product of such matrices keeps w = 1.
fn affine(mut m: Mat4) -> Mat4 {
    (m.x_axis.w, m.y_axis.w, m.z_axis.w, m.w_axis.w) = (0.0, 0.0, 0.0, 1.0);
    m
}

fn put<T>(list: &mut [T], i: usize, value: T) {
    if let Some(slot) = list.get_mut(i) {
        *slot = value;
    }
}

fn joint_nodes(root: &json::Root, forest: &NodeForest, bones: &[usize]) -> Vec<usize> {
    let mut named = vec![false; root.nodes.len()];
    let of_skins = root.skins.iter().flat_map(|s| &s.joints);
    for node in of_skins.map(|j| j.value()).chain(bones.iter().copied()) {
        put(&mut named, node, true);
    }
    // A node between two joints is a joint too. From the leaves up: a node has a joint below if one of its children
    // is a joint or has one below; from the roots down, likewise above.
    let n = root.nodes.len();
    let (mut below, mut above) = (vec![false; n], vec![false; n]);
    for &i in forest.order.iter().rev() {
        let parent = forest.parent.get(i).copied().flatten();
        if let Some(p) = parent
            && (flag(&named, i) || flag(&below, i))
        {
            put(&mut below, p, true);
        }
    }
    for &i in &forest.order {
        let parent = forest.parent.get(i).copied().flatten();
        if parent.is_some_and(|p| flag(&named, p) || flag(&above, p)) {
            put(&mut above, i, true);
        }
    }
    let is_joint = |i: usize| flag(&named, i) || (flag(&below, i) && flag(&above, i));
    forest
        .order
        .iter()
        .copied()
        .filter(|i| is_joint(*i))
        .collect()
}

fn flag(flags: &[bool], i: usize) -> bool {
    flags.get(i).copied().unwrap_or(false)
}

/// Names as in the file; `joint_<node>` for none, `_2`, `_3` … added to twins, cut at the model's limit.
fn unique_names(root: &json::Root, nodes: &[usize]) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut names = Vec::with_capacity(nodes.len());
    for &node in nodes {
        let given = root.nodes.get(node).and_then(|n| n.name.as_deref());
        let base = match given.map(str::trim) {
            Some(name) if !name.is_empty() => cut(name, NAME_BYTES_MAX - 8).to_owned(),
            _ => format!("joint_{node}"),
        };
        let mut name = base.clone();
        let mut twin = 2;
        while !taken.insert(name.clone()) {
            name = format!("{base}_{twin}");
            twin += 1;
        }
        names.push(name);
    }
    names
}

/// The longest prefix of at most `bytes` bytes that ends between characters.
pub(crate) fn cut(name: &str, bytes: usize) -> &str {
    let mut end = bytes.min(name.len());
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.get(..end).unwrap_or("")
}

/// Splits a rest transform into its rigid part and the residual that is applied before it.
fn split(m: DMat4) -> Result<(Xf<ModelSpace, JointFrame>, DMat4), TransformProblem> {
    let linear = DMat3::from_mat4(m);
    let axes = [linear.x_axis, linear.y_axis, linear.z_axis];
    if axes
        .iter()
        .any(|a| !JOINT_SCALE_RANGE.contains(&a.length()))
    {
        return Err(TransformProblem::Scale);
    }
    let volume: f64 = axes.iter().map(|a| a.length()).product();
    let relative = linear.determinant() / volume;
    if relative.abs() < 1e-3 {
        return Err(TransformProblem::Scale);
    }
    let rotation = nearest_rotation(linear);
    let xf = Xf::new(rotation, m.w_axis.truncate()).ok_or(TransformProblem::TooFar)?;
    Ok((xf, xf.inverse().to_matrix() * m))
}

/// The rotation of a transform without its scale and shear; `None` when it is scaled to nothing.
pub(crate) fn rigid_part(m: DMat4) -> Option<DQuat> {
    split(m).ok().map(|(xf, _)| xf.rotation())
}

/// The rotation of the polar decomposition, by Higham's Newton iteration ("Computing the polar decomposition", 1986),
/// which converges quadratically for a matrix of positive determinant. Of a mirrored one it is that of the matrix with all axes
/// turned round.
pub(crate) fn nearest_rotation(m: DMat3) -> DQuat {
    let scale = m.determinant().cbrt();
    let mut q = m * (1.0 / scale);
    for _ in 0..40 {
        let next = (q + q.inverse().transpose()) * 0.5;
        let step = (next - q)
            .to_cols_array()
            .iter()
            .fold(0.0, |a: f64, v| a.max(v.abs()));
        q = next;
        if step < 1e-15 {
            break;
        }
    }
    DQuat::from_mat3(&q)
}

/// Whether a residual is more than one factor for all axes, beyond what f32 exporters round.
fn is_sheared(residual: &DMat4) -> bool {
    let linear = DMat3::from_mat4(*residual);
    let scale = linear.determinant().cbrt();
    let off = linear * (1.0 / scale) - DMat3::IDENTITY;
    off.to_cols_array().iter().any(|v| v.abs() > 1e-3)
}

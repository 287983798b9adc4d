//! The node graph as a forest with its rest transforms in scene space.
//!
//! glTF files may be cyclic, share children or nest without end; a forest that exists here does not. Transforms are
//! `f64` matrices, since scale and shear are legal in a file and only leave it when joints are built.

use crate::amount::Amount;
use crate::error::{CharacterError, GraphProblem, TransformProblem};
use crate::limits::{NODE_DEPTH_MAX, NODES_MAX};
use crate::place::Place;
use glam::{DMat4, DQuat, DVec3};
use gltf::json;

/// Every node's parent and rest transform.
pub(crate) struct NodeForest {
    /// Parent of each node.
    pub parent: Vec<Option<usize>>,
    /// Scene space from each node's space, at rest.
    pub scene_from_node: Vec<DMat4>,
    /// Whether the node belongs to the scene that is shown.
    pub shown: Vec<bool>,
    /// All nodes, parents before children.
    pub order: Vec<usize>,
}

/// The node as a person finds it: its number and name.
pub(crate) fn place(root: &json::Root, node: usize) -> Place {
    let name = root.nodes.get(node).and_then(|n| n.name.as_deref());
    let name = name.map(|name| name.chars().take(64).collect());
    Place::Node { node, name }
}

impl NodeForest {
    /// Checks the graph and computes all rest transforms, with the file's lengths multiplied by `scale`.
    pub fn build(root: &json::Root, scale: f64) -> Result<Self, CharacterError> {
        let n = root.nodes.len();
        if n > NODES_MAX {
            return Err(CharacterError::TooLarge {
                what: Amount::Nodes,
                size: n as u64,
                limit: NODES_MAX as u64,
            });
        }
        let refuse = |node, problem| CharacterError::Graph {
            node: place(root, node),
            problem,
        };
        let parent = parents(root, &refuse)?;
        let mut forest = Self {
            parent,
            scene_from_node: vec![DMat4::IDENTITY; n],
            shown: vec![false; n],
            order: Vec::with_capacity(n),
        };
        let mut stack: Vec<(usize, usize)> = (0..n)
            .rev()
            .filter(|i| forest.parent.get(*i).copied().flatten().is_none())
            .map(|i| (i, 0))
            .collect();
        while let Some((node, depth)) = stack.pop() {
            if depth > NODE_DEPTH_MAX {
                return Err(refuse(node, GraphProblem::TooDeep));
            }
            forest.order.push(node);
            let children = root.nodes.get(node).and_then(|n| n.children.as_deref());
            let children = children.unwrap_or(&[]).iter().rev();
            stack.extend(children.map(|c| (c.value(), depth + 1)));
        }
        // Every node has at most one parent, so what no root reaches lies on, or hangs off, a cycle.
        if forest.order.len() < n {
            let mut reached = vec![false; n];
            forest.order.iter().for_each(|i| mark(&mut reached, *i));
            let node = reached.iter().position(|r| !r).unwrap_or(0);
            return Err(refuse(node, GraphProblem::Cycle));
        }
        forest.place_nodes(root, scale)?;
        forest.show_scene(root);
        Ok(forest)
    }

    fn place_nodes(&mut self, root: &json::Root, scale: f64) -> Result<(), CharacterError> {
        for &i in &self.order {
            let refuse = |problem| CharacterError::Transform {
                node: place(root, i),
                problem,
            };
            let Some(node) = root.nodes.get(i) else {
                continue;
            };
            let local = local_matrix(node).map_err(refuse)?;
            let above = self.parent.get(i).copied().flatten();
            let above = above.and_then(|p| self.scene_from_node.get(p));
            let scene = DMat4::from_scale(DVec3::splat(scale));
            let global = above.copied().unwrap_or(scene) * local;
            if !global.is_finite() {
                return Err(refuse(TransformProblem::NotFinite));
            }
            if let Some(slot) = self.scene_from_node.get_mut(i) {
                *slot = global;
            }
        }
        Ok(())
    }

    fn show_scene(&mut self, root: &json::Root) {
        let scene = root.scene.map_or(0, |s| s.value());
        match root.scenes.get(scene) {
            Some(scene) => scene
                .nodes
                .iter()
                .for_each(|r| mark(&mut self.shown, r.value())),
            None => self.shown.fill(true),
        }
        for &i in &self.order {
            let above = self.parent.get(i).copied().flatten();
            if above.is_some_and(|p| self.shown.get(p).copied().unwrap_or(false)) {
                mark(&mut self.shown, i);
            }
        }
    }
}

fn mark(flags: &mut [bool], i: usize) {
    if let Some(flag) = flags.get_mut(i) {
        *flag = true;
    }
}

fn parents(
    root: &json::Root,
    refuse: &impl Fn(usize, GraphProblem) -> CharacterError,
) -> Result<Vec<Option<usize>>, CharacterError> {
    let mut parent = vec![None; root.nodes.len()];
    for (i, node) in root.nodes.iter().enumerate() {
        for child in node.children.as_deref().unwrap_or(&[]) {
            // Validation has checked the range of every index.
            let Some(slot) = parent.get_mut(child.value()) else {
                continue;
            };
            if child.value() == i {
                return Err(refuse(i, GraphProblem::Cycle));
            }
            if slot.replace(i).is_some() {
                return Err(refuse(child.value(), GraphProblem::TwoParents));
            }
        }
    }
    Ok(parent)
}

fn local_matrix(node: &json::Node) -> Result<DMat4, TransformProblem> {
    if let Some(m) = node.matrix {
        let m = DMat4::from_cols_array(&m.map(f64::from));
        if !m.is_finite() {
            return Err(TransformProblem::NotFinite);
        }
        let last = m.row(3);
        if (last - glam::DVec4::W).abs().max_element() > 1e-4 {
            return Err(TransformProblem::NotAffine);
        }
        return Ok(m);
    }
    let vector = |v: Option<[f32; 3]>, default: f32| {
        DVec3::from_array(v.unwrap_or([default; 3]).map(f64::from))
    };
    let (t, s) = (vector(node.translation, 0.0), vector(node.scale, 1.0));
    let q = node.rotation.map_or([0.0, 0.0, 0.0, 1.0], |q| q.0);
    let q = DQuat::from_array(q.map(f64::from));
    if !(t.is_finite() && s.is_finite() && q.is_finite()) {
        return Err(TransformProblem::NotFinite);
    }
    let length = q.length();
    if length < 1e-6 {
        return Err(TransformProblem::ZeroQuaternion);
    }
    Ok(DMat4::from_scale_rotation_translation(
        s,
        q * (1.0 / length),
        t,
    ))
}

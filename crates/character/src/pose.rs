//! Posing a character on the CPU, by glTF's formula: morph, then skin.
//!
//! The renderer does the same on the GPU; this is the reference that it is compared with, and what the simulator
//! takes its skin from. It works in `f64`, so that the reference is not what rounds. Source: glTF 2.0, 3.7.2.2
//! (morph targets) and 3.7.3 (skins): `v' = Σ wᵢ · jointᵢ · joint_from_meshᵢ · (v + Σ morph)`.

use crate::character::{Character, Primitive};
use cyc_model::{FaceWeights, JointFrame, Point, Space, Vector, Xf};
use glam::{DMat3, DMat4, DVec3, Mat4};
use std::ops::Range;
use thiserror::Error;

/// Why a character cannot take a pose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PoseError {
    /// Fewer joints than the skeleton has.
    #[error("a pose of {given} joints for a skeleton of {needed}")]
    TooFewJoints {
        /// Joints given.
        given: usize,
        /// Joints of the skeleton.
        needed: usize,
    },
    /// A skin that the character has not.
    #[error("skin {skin} does not exist")]
    NoSuchSkin {
        /// The number asked for.
        skin: usize,
    },
    /// A buffer shorter than the skin.
    #[error("room for {given} matrices, {needed} are needed")]
    BufferTooShort {
        /// Room given.
        given: usize,
        /// Matrices of the skin.
        needed: usize,
    },
}

impl PoseError {
    /// The message id in `assets/text`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooFewJoints { .. } => "character-pose-too-few-joints",
            Self::NoSuchSkin { .. } => "character-pose-no-such-skin",
            Self::BufferTooShort { .. } => "character-pose-buffer-too-short",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooFewJoints { given, needed } | Self::BufferTooShort { given, needed } => {
                vec![("given", given.to_string()), ("needed", needed.to_string())]
            }
            Self::NoSuchSkin { skin } => vec![("skin", skin.to_string())],
        }
    }
}

/// Vertices of all primitives in a pose. Made to be reused: a second pose of the same character allocates nothing.
#[derive(Debug)]
pub struct PosedVertices<S: Space> {
    /// Positions, one primitive after the other.
    pub positions: Vec<Point<S>>,
    /// Unit normals in the same order.
    pub normals: Vec<Vector<S>>,
    starts: Vec<usize>,
    matrices: Vec<DMat4>,
    morphed: Vec<(DVec3, DVec3)>,
    weights: Vec<f32>,
}

impl<S: Space> Default for PosedVertices<S> {
    fn default() -> Self {
        Self {
            positions: Vec::new(),
            normals: Vec::new(),
            starts: Vec::new(),
            matrices: Vec::new(),
            morphed: Vec::new(),
            weights: Vec::new(),
        }
    }
}

impl<S: Space> PosedVertices<S> {
    /// Where a primitive's vertices lie in the lists; empty beyond the last primitive.
    pub fn of_primitive(&self, primitive: usize) -> Range<usize> {
        let end = self.positions.len();
        match self.starts.get(primitive) {
            Some(start) => *start..self.starts.get(primitive + 1).copied().unwrap_or(end),
            None => end..end,
        }
    }
}

/// Poses every vertex. `joints` are global joint poses in the order of the character's skeleton (empty for a character
/// without one, whose vertices then come out in model space whatever `S` says); `face` moves what
/// [`Character::face`] says.
pub fn pose_vertices<S: Space>(
    character: &Character,
    joints: &[Xf<S, JointFrame>],
    face: &FaceWeights,
    out: &mut PosedVertices<S>,
) -> Result<(), PoseError> {
    character.check_joints(joints)?;
    out.positions.clear();
    out.normals.clear();
    out.starts.clear();
    out.weights.resize(character.morph_names.len(), 0.0);
    character.morph_weights(face, &mut out.weights);
    for primitive in &character.primitives {
        out.starts.push(out.positions.len());
        morph(primitive, &out.weights, &mut out.morphed);
        out.matrices.clear();
        match primitive.skin {
            Some(skin) => {
                let skin = character
                    .skins
                    .get(skin)
                    .ok_or(PoseError::NoSuchSkin { skin })?;
                let pairs = skin.joints.iter().zip(&skin.joint_from_mesh);
                out.matrices.extend(
                    pairs.map(|(joint, from_mesh)| {
                        global(joints, joint.idx()) * from_mesh.as_dmat4()
                    }),
                );
            }
            None => out.matrices.push(character.rigid(primitive, joints)),
        }
        for (vertex, (position, normal)) in out.morphed.iter().enumerate() {
            let m = blended(primitive, vertex, &out.matrices);
            let turn = DMat3::from_mat4(m);
            // Normals need the inverse transpose; the adjugate is its multiple and exists for every matrix.
            let turned = adjugate_transposed(turn) * *normal;
            out.positions
                .push(Point::saturating(m.transform_point3(*position)));
            let unit = turned.try_normalize().unwrap_or(DVec3::Y);
            out.normals.push(Vector::saturating(unit));
        }
    }
    Ok(())
}

fn morph(primitive: &Primitive, weights: &[f32], out: &mut Vec<(DVec3, DVec3)>) {
    let rest = primitive.positions.iter().zip(&primitive.normals);
    out.clear();
    out.extend(rest.map(|(p, n)| (p.as_dvec3(), n.as_dvec3())));
    for (weight, target) in weights.iter().zip(&primitive.morphs) {
        if *weight == 0.0 {
            continue;
        }
        let weight = f64::from(*weight);
        for (i, vertex) in target.vertices.iter().enumerate() {
            let Some((position, normal)) = out.get_mut(*vertex as usize) else {
                continue;
            };
            let delta = |list: &[glam::Vec3]| list.get(i).map_or(DVec3::ZERO, |d| d.as_dvec3());
            *position += delta(&target.positions) * weight;
            *normal += delta(&target.normals) * weight;
        }
    }
}

fn blended(primitive: &Primitive, vertex: usize, matrices: &[DMat4]) -> DMat4 {
    let pairs = primitive
        .joints
        .get(vertex)
        .zip(primitive.weights.get(vertex));
    let (Some((joints, weights)), Some(_)) = (pairs, primitive.skin) else {
        return matrices.first().copied().unwrap_or_default();
    };
    let mut sum = DMat4::ZERO;
    for (joint, weight) in joints.iter().zip(weights) {
        if let Some(m) = matrices.get(usize::from(*joint))
            && *weight != 0.0
        {
            sum += *m * f64::from(*weight);
        }
    }
    sum
}

fn adjugate_transposed(m: DMat3) -> DMat3 {
    // A matrix that mirrors would turn normals inside out.
    let side = if m.determinant() < 0.0 { -1.0 } else { 1.0 };
    DMat3::from_cols(
        side * m.y_axis.cross(m.z_axis),
        side * m.z_axis.cross(m.x_axis),
        side * m.x_axis.cross(m.y_axis),
    )
}

fn global<S: Space>(joints: &[Xf<S, JointFrame>], i: usize) -> DMat4 {
    joints.get(i).map_or(DMat4::IDENTITY, |j| j.to_matrix())
}

impl Character {
    /// Writes the matrices of one skin, `S` from the mesh's space, for global joint poses in the skeleton's order.
    /// Returns how many were written. Allocates nothing.
    pub fn skinning_matrices<S: Space>(
        &self,
        skin: usize,
        joints: &[Xf<S, JointFrame>],
        out: &mut [Mat4],
    ) -> Result<usize, PoseError> {
        self.check_joints(joints)?;
        let skin = self.skins.get(skin).ok_or(PoseError::NoSuchSkin { skin })?;
        let needed = skin.joints.len();
        if out.len() < needed {
            return Err(PoseError::BufferTooShort {
                given: out.len(),
                needed,
            });
        }
        let pairs = skin.joints.iter().zip(&skin.joint_from_mesh);
        for (slot, (joint, from_mesh)) in out.iter_mut().zip(pairs) {
            *slot = (global(joints, joint.idx()) * from_mesh.as_dmat4()).as_mat4();
        }
        Ok(needed)
    }

    /// The matrix of a primitive without a skin, `S` from the mesh's space: it moves with its `rigid_joint`. Without
    /// one it is `model_from_mesh`, whatever `S` says. Allocates nothing.
    pub fn rigid_matrix<S: Space>(
        &self,
        primitive: &Primitive,
        joints: &[Xf<S, JointFrame>],
    ) -> Result<Mat4, PoseError> {
        self.check_joints(joints)?;
        Ok(self.rigid(primitive, joints).as_mat4())
    }

    fn rigid<S: Space>(&self, primitive: &Primitive, joints: &[Xf<S, JointFrame>]) -> DMat4 {
        let model_from_mesh = primitive.model_from_mesh.as_dmat4();
        let Some(joint) = primitive.rigid_joint else {
            return model_from_mesh;
        };
        let rest = self.skeleton.as_ref();
        let rest = rest.and_then(|s| s.rest_global().get(joint.idx()).copied());
        let joint_from_model = rest.unwrap_or_default().inverse().to_matrix();
        global(joints, joint.idx()) * joint_from_model * model_from_mesh
    }

    pub(crate) fn check_joints<S: Space>(
        &self,
        joints: &[Xf<S, JointFrame>],
    ) -> Result<(), PoseError> {
        let needed = self.skeleton.as_ref().map_or(0, |s| s.len());
        if joints.len() < needed {
            let given = joints.len();
            return Err(PoseError::TooFewJoints { given, needed });
        }
        Ok(())
    }
}

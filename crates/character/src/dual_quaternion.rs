//! Dual-quaternion skinning: on the CPU, and the motions that a GPU does it with; for characters whose elbows and wrists collapse under glTF's linear blend.
//!
//! A vertex first stands where glTF's formula has it in the rest pose; then each joint's rigid motion away from the rest
//! pose is a unit dual quaternion, and their weighted sum, normalised, moves it. So scale and shear of the file stay with
//! the rest shape, where they belong, and what is blended is rigid. Source: Kavan, Collins, Žára, O'Sullivan, "Geometric
//! Skinning with Approximate Dual Quaternion Blending", ACM TOG 27 (2008), with the antipodality of its section 4.

use crate::character::{Character, Primitive};
use crate::pose::{PoseError, PosedVertices, pose_vertices};
use cyc_model::{FaceWeights, JointFrame, JointIdx, ModelSpace, Point, Space, Vector, Xf};
use glam::{DQuat, DVec3};

/// A rigid motion: `real` turns, `dual` is half the translation times it.
#[derive(Clone, Copy)]
struct DualQuaternion {
    real: DQuat,
    dual: DQuat,
}

impl DualQuaternion {
    const ZERO: Self = Self {
        real: DQuat::from_xyzw(0.0, 0.0, 0.0, 0.0),
        dual: DQuat::from_xyzw(0.0, 0.0, 0.0, 0.0),
    };

    fn new(rotation: DQuat, translation: DVec3) -> Self {
        let half = DQuat::from_xyzw(translation.x, translation.y, translation.z, 0.0) * 0.5;
        Self {
            real: rotation,
            dual: half * rotation,
        }
    }

    fn add(&mut self, other: Self, weight: f64) {
        // Of the two quaternions of one rotation the nearer one; the sum must not cancel.
        let sign = if self.real.dot(other.real) < 0.0 {
            -weight
        } else {
            weight
        };
        self.real += other.real * sign;
        self.dual += other.dual * sign;
    }

    /// What a joint does to what hangs on it, from where it rests to where it is.
    fn away<S: Space>(now: &Xf<S, JointFrame>, rest: &Xf<ModelSpace, JointFrame>) -> Self {
        let turn = now.rotation() * rest.rotation().conjugate();
        let place = now.translation().metres() - turn * rest.translation().metres();
        Self::new(turn, place)
    }

    fn to_array(self) -> [f32; 8] {
        let [a, b, c, d] = self.real.as_quat().to_array();
        let [e, f, g, h] = self.dual.as_quat().to_array();
        [a, b, c, d, e, f, g, h]
    }

    /// The rotation and the translation; none for a sum that cancelled.
    fn rigid(self) -> (DQuat, DVec3) {
        let length = self.real.length();
        if length < 1e-9 {
            return (DQuat::IDENTITY, DVec3::ZERO);
        }
        let real = self.real * (1.0 / length);
        let moved = self.dual * (2.0 / length) * real.conjugate();
        (real, DVec3::new(moved.x, moved.y, moved.z))
    }
}

/// Poses every vertex by dual quaternions; otherwise as [`pose_vertices`]. Vertices without a skin move rigidly in both.
///
/// # Errors
/// As [`pose_vertices`].
pub fn pose_vertices_dual_quaternion<S: Space>(
    character: &Character,
    joints: &[Xf<S, JointFrame>],
    face: &FaceWeights,
    out: &mut PosedVertices<S>,
) -> Result<(), PoseError> {
    pose_vertices(character, joints, face, out)?;
    let Some(skeleton) = &character.skeleton else {
        return Ok(());
    };
    let rest = skeleton.rest_global();
    let mut standing = PosedVertices::<ModelSpace>::default();
    pose_vertices(character, rest, face, &mut standing)?;
    let away = |joint: usize| Some(DualQuaternion::away(joints.get(joint)?, rest.get(joint)?));
    for (p, primitive) in character.primitives.iter().enumerate() {
        let Some(skin) = primitive.skin.and_then(|s| character.skins.get(s)) else {
            continue;
        };
        let moves: Vec<Option<DualQuaternion>> =
            skin.joints.iter().map(|j| away(j.idx())).collect();
        for vertex in out.of_primitive(p) {
            let own = vertex - out.of_primitive(p).start;
            let pairs = primitive.joints.get(own).zip(primitive.weights.get(own));
            let Some((joints, weights)) = pairs else {
                continue;
            };
            let mut sum = DualQuaternion::ZERO;
            for (joint, weight) in joints.iter().zip(weights).filter(|(_, w)| **w != 0.0) {
                if let Some(Some(motion)) = moves.get(usize::from(*joint)) {
                    sum.add(*motion, f64::from(*weight));
                }
            }
            let (turn, place) = sum.rigid();
            let at = standing.positions.get(vertex).map(|v| v.metres());
            let normal = standing.normals.get(vertex).map(|n| n.metres());
            if let (Some(at), Some(slot)) = (at, out.positions.get_mut(vertex)) {
                *slot = Point::saturating(turn * at + place);
            }
            if let (Some(normal), Some(slot)) = (normal, out.normals.get_mut(vertex)) {
                *slot = Vector::saturating(turn * normal);
            }
        }
    }
    Ok(())
}

/// A motion that moves nothing, as [`Character::skin_motions`] writes one.
pub const NO_MOTION: [f32; 8] = [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];

impl Character {
    /// Writes how the joints of one skin have moved away from the rest pose, `S` from model space: unit dual quaternions, the
    /// real part first, x y z w. Returns how many were written. Allocates nothing.
    ///
    /// # Errors
    /// As [`Character::skinning_matrices`].
    pub fn skin_motions<S: Space>(
        &self,
        skin: usize,
        joints: &[Xf<S, JointFrame>],
        out: &mut [[f32; 8]],
    ) -> Result<usize, PoseError> {
        self.check_joints(joints)?;
        let skin = self.skins.get(skin).ok_or(PoseError::NoSuchSkin { skin })?;
        let (given, needed) = (out.len(), skin.joints.len());
        if given < needed {
            return Err(PoseError::BufferTooShort { given, needed });
        }
        for (slot, joint) in out.iter_mut().zip(&skin.joints) {
            *slot = self.motion_of(*joint, joints);
        }
        Ok(needed)
    }

    /// How a primitive without a skin has moved with its joint, likewise. Allocates nothing.
    ///
    /// # Errors
    /// As [`Character::skinning_matrices`].
    pub fn rigid_motion<S: Space>(
        &self,
        primitive: &Primitive,
        joints: &[Xf<S, JointFrame>],
    ) -> Result<[f32; 8], PoseError> {
        self.check_joints(joints)?;
        let joint = primitive.rigid_joint;
        Ok(joint.map_or(NO_MOTION, |joint| self.motion_of(joint, joints)))
    }

    fn motion_of<S: Space>(&self, joint: JointIdx, joints: &[Xf<S, JointFrame>]) -> [f32; 8] {
        let rest = self.skeleton.as_ref().map_or(&[][..], |s| s.rest_global());
        let places = joints.get(joint.idx()).zip(rest.get(joint.idx()));
        places.map_or(NO_MOTION, |(now, rest)| {
            DualQuaternion::away(now, rest).to_array()
        })
    }
}

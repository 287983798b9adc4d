//! A pose as coordinates on the manifold, and the kinematics that turn it into global frames.
//!
//! Balls and free joints carry a unit quaternion, never Euler angles, so no pose is singular. A step is a tangent
//! vector: rotations about the joint's own axes, translations along the parent's axes.

use super::tree::{Motion, NONE, Tree, TreeJoint};
use glam::{DMat3, DQuat, DVec3};

/// The coordinates of one joint. Which of them count is the joint's [`Motion`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coordinate {
    /// The rotation from the rest pose, for every kind of joint.
    pub rotation: DQuat,
    /// Angles of a hinge (first) or a universal joint, radians.
    pub angles: [f64; 2],
    /// Translation of a free joint from its rest pose, metres, in the parent's frame.
    pub shift: DVec3,
}

impl Coordinate {
    pub(crate) const REST: Self = Self {
        rotation: DQuat::IDENTITY,
        angles: [0.0; 2],
        shift: DVec3::ZERO,
    };
}

/// A joint's frame in the stage's space.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub rotation: DQuat,
    /// The same rotation as a matrix: its columns are the joint's axes.
    pub axes: DMat3,
    pub origin: DVec3,
}

impl Frame {
    pub(crate) const IDENTITY: Self = Self {
        rotation: DQuat::IDENTITY,
        axes: DMat3::IDENTITY,
        origin: DVec3::ZERO,
    };
}

/// The rotation by a rotation vector (exponential map).
#[inline(always)]
pub(crate) fn rotation_from_vector(v: DVec3) -> DQuat {
    let angle2 = v.length_squared();
    if angle2 < 1e-12 {
        // Second order is exact to double precision here.
        let half = v * 0.5;
        return DQuat::from_xyzw(half.x, half.y, half.z, 1.0 - angle2 / 8.0).normalize();
    }
    let angle = angle2.sqrt();
    let (sin, cos) = (angle * 0.5).sin_cos();
    let axis = v * (sin / angle);
    DQuat::from_xyzw(axis.x, axis.y, axis.z, cos)
}

/// The rotation vector of a rotation (logarithm), at most π long.
pub(crate) fn vector_from_rotation(q: DQuat) -> DVec3 {
    let q = if q.w < 0.0 { -q } else { q };
    let v = DVec3::new(q.x, q.y, q.z);
    let sin2 = v.length_squared();
    if sin2 < 1e-16 {
        return v * 2.0;
    }
    let sin = sin2.sqrt();
    v * (2.0 * sin.atan2(q.w) / sin)
}

/// Moves one joint's coordinate by a tangent step (as many entries as the joint has coordinates).
#[inline(always)]
pub(crate) fn step_coordinate(motion: Motion, at: &Coordinate, step: &[f64]) -> Coordinate {
    let vector = |s: &[f64]| DVec3::new(s[0], s[1], s[2]);
    let mut to = *at;
    match motion {
        Motion::Fixed => {}
        Motion::Hinge(axis) => {
            to.angles[0] = at.angles[0] + step[0];
            to.rotation = DQuat::from_axis_angle(axis, to.angles[0]);
        }
        Motion::Universal(axes) => {
            to.angles = [at.angles[0] + step[0], at.angles[1] + step[1]];
            to.rotation = universal_rotation(axes, to.angles);
        }
        Motion::Ball => {
            to.rotation = (at.rotation * rotation_from_vector(vector(step))).normalize();
        }
        Motion::Free => {
            to.shift = at.shift + vector(step);
            to.rotation = (at.rotation * rotation_from_vector(vector(&step[3..]))).normalize();
        }
    }
    to
}

/// The rotation of a universal joint: the first axis is the outer one, fixed in the parent.
pub(crate) fn universal_rotation(axes: [DVec3; 2], angles: [f64; 2]) -> DQuat {
    DQuat::from_axis_angle(axes[0], angles[0]) * DQuat::from_axis_angle(axes[1], angles[1])
}

/// The tangent that leads from one coordinate to another, written to `out`.
pub(crate) fn difference(motion: Motion, from: &Coordinate, to: &Coordinate, out: &mut [f64]) {
    let rotation = || vector_from_rotation(from.rotation.conjugate() * to.rotation).to_array();
    match motion {
        Motion::Fixed => {}
        Motion::Hinge(_) => out[0] = to.angles[0] - from.angles[0],
        Motion::Universal(_) => {
            out[0] = to.angles[0] - from.angles[0];
            out[1] = to.angles[1] - from.angles[1];
        }
        Motion::Ball => out[..3].copy_from_slice(&rotation()),
        Motion::Free => {
            out[..3].copy_from_slice(&(to.shift - from.shift).to_array());
            out[3..6].copy_from_slice(&rotation());
        }
    }
}

/// Moves a whole pose by a tangent step.
#[inline(always)]
pub(crate) fn step_pose(tree: &Tree, from: &[Coordinate], step: &[f64], to: &mut [Coordinate]) {
    for ((joint, at), out) in tree.joints.iter().zip(from).zip(to) {
        let span = joint.first_dof..joint.first_dof + joint.motion.count();
        *out = step_coordinate(joint.motion, at, &step[span]);
    }
}

/// One joint's frame from its parent's.
#[inline(always)]
pub(crate) fn joint_frame(joint: &TreeJoint, at: &Coordinate, frames: &[Frame]) -> Frame {
    let local = joint.rest_rotation * at.rotation;
    let offset = joint.rest_translation + at.shift;
    let (rotation, origin) = if joint.parent == NONE {
        (local, offset)
    } else {
        let parent = &frames[joint.parent];
        (
            parent.rotation * local,
            parent.origin + parent.axes * offset,
        )
    };
    Frame {
        rotation,
        axes: DMat3::from_quat(rotation),
        origin,
    }
}

/// Forward kinematics of all joints.
#[inline(always)]
pub(crate) fn forward(tree: &Tree, pose: &[Coordinate], frames: &mut [Frame]) {
    for (i, (joint, at)) in tree.joints.iter().zip(pose).enumerate() {
        frames[i] = joint_frame(joint, at, frames);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn logarithm_undoes_the_exponential(x in -1.7..1.7f64, y in -1.7..1.7f64, z in -1.7..1.7f64) {
            let v = DVec3::new(x, y, z);
            prop_assert!(vector_from_rotation(rotation_from_vector(v)).distance(v) < 1e-9);
            let tiny = v * 1e-9;
            prop_assert!(vector_from_rotation(rotation_from_vector(tiny)).distance(tiny) < 1e-20);
        }

        #[test]
        fn difference_undoes_a_step(s in prop::array::uniform6(-1.0..1.0f64)) {
            let axes = [DVec3::X, DVec3::Y];
            for motion in [Motion::Hinge(DVec3::Z), Motion::Universal(axes), Motion::Ball, Motion::Free] {
                let from = step_coordinate(motion, &Coordinate::REST, &[0.3, -0.2, 0.5, 0.1, 0.2, 0.9]);
                let to = step_coordinate(motion, &from, &s);
                let mut back = [0.0; 6];
                difference(motion, &from, &to, &mut back);
                for k in 0..motion.count() {
                    prop_assert!((back[k] - s[k]).abs() < 1e-9, "{motion:?} {k}");
                }
            }
        }
    }
}

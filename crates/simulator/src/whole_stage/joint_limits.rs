//! Whether a shown joint is within the rig's ranges: computed from the rig's own description, beside the code that keeps
//! predictions within them.

use super::rig_motion::{JointPose, RigMotion};
use cyc_model::{Dof, JointDofs, Rig};
use glam::{DQuat, DVec3};

/// How far beyond its range each joint of a performance is at most, radians: measured joints may be outside, since a
/// limit never holds a performer back.
#[derive(Debug)]
pub(super) struct JointLimits {
    joints: Vec<Limited>,
}

#[derive(Debug)]
struct Limited {
    parent: Option<usize>,
    rest: DQuat,
    dofs: JointDofs,
    performed_beyond_rad: f64,
}

impl JointLimits {
    pub fn of(motion: &RigMotion) -> Self {
        let mut limits = Self::of_rig(motion.rig());
        for frame in motion.frames() {
            for joint in 0..limits.joints.len() {
                let beyond = limits.beyond_rad(joint, frame);
                if let Some(limited) = limits.joints.get_mut(joint) {
                    limited.performed_beyond_rad = limited.performed_beyond_rad.max(beyond);
                }
            }
        }
        limits
    }

    pub fn of_rig(rig: &Rig) -> Self {
        let joints = rig.skeleton().joints().iter().zip(rig.dofs());
        let limited = joints.map(|(joint, dofs)| Limited {
            parent: joint.parent.map(|p| p.idx()),
            rest: joint.parent_from_joint.rotation(),
            dofs: *dofs,
            performed_beyond_rad: 0.0,
        });
        Self {
            joints: limited.collect(),
        }
    }

    /// The largest angle by which a joint of a pose is further out than its range and its performance, radians.
    pub fn worst_beyond_rad(&self, pose: &[JointPose]) -> f64 {
        let each = self.joints.iter().enumerate();
        each.map(|(i, joint)| self.beyond_rad(i, pose) - joint.performed_beyond_rad)
            .fold(0.0, f64::max)
    }

    fn beyond_rad(&self, joint: usize, pose: &[JointPose]) -> f64 {
        let (Some(limited), Some(placed)) = (self.joints.get(joint), pose.get(joint)) else {
            return 0.0;
        };
        let Some(parent) = limited.parent.and_then(|p| pose.get(p)) else {
            return 0.0;
        };
        let local = parent.rotation().conjugate() * placed.rotation();
        let angles = angles(limited.dofs.dof, limited.rest.conjugate() * local);
        let ranges = limited.dofs.ranges.iter().zip(angles);
        ranges
            .map(|(range, angle)| range.map_or(0.0, |r| (r.min_rad - angle).max(angle - r.max_rad)))
            .fold(0.0, f64::max)
    }
}

/// The angles of a turn about a joint's axes, radians.
fn angles(dof: Dof, turn: DQuat) -> [f64; 3] {
    // How far a direction square to an axis is turned about it.
    let about = |axis: DVec3, turned: DVec3, from: DVec3| {
        turned.dot(axis.cross(from)).atan2(turned.dot(from))
    };
    match dof {
        Dof::Hinge { axis } => {
            let square = axis.any_orthonormal_vector();
            [about(axis, turn * square, square), 0.0, 0.0]
        }
        Dof::Universal { axes: [a, b] } => [
            about(a, turn * b, b),
            -about(b, turn.conjugate() * a, a),
            0.0,
        ],
        Dof::Ball => {
            let turn = if turn.w < 0.0 { -turn } else { turn };
            turn.to_scaled_axis().to_array()
        }
        Dof::Free | Dof::Fixed => [0.0; 3],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_angles_of_each_kind_are_found_again() {
        let (a, b) = (DVec3::Z, DVec3::X);
        let turn = DQuat::from_axis_angle(a, 0.4) * DQuat::from_axis_angle(b, -0.9);
        let [x, y, _] = angles(Dof::Universal { axes: [a, b] }, turn);
        assert!((x - 0.4).abs() < 1e-9 && (y + 0.9).abs() < 1e-9, "{x} {y}");
        let axis = DVec3::new(0.6, 0.0, 0.8);
        let [x, ..] = angles(Dof::Hinge { axis }, DQuat::from_axis_angle(axis, -1.3));
        assert!((x + 1.3).abs() < 1e-9, "{x}");
        let turned = DVec3::new(0.2, -0.5, 0.3);
        let found = angles(Dof::Ball, DQuat::from_scaled_axis(turned));
        assert!(DVec3::from_array(found).distance(turned) < 1e-9);
    }
}

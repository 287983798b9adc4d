//! The parts of a rig while a file is read: lists that grow, before the built type checks them.

use cyc_model::{
    HumanBone, HumanoidMap, HumanoidMapError, JointDofs, JointIdx, JointSpec, Rig, RigBuildError,
    RigMarker, Skeleton, SkeletonError, Xf,
};
use glam::{DQuat, DVec3};

/// Joints in file order (a parent may not come later), with degrees of freedom, markers and bones.
#[derive(Clone, Debug)]
pub(crate) struct RigParts {
    pub name: String,
    pub joints: Vec<JointSpec>,
    pub dofs: Vec<JointDofs>,
    pub markers: Vec<RigMarker>,
    bones: Vec<(HumanBone, usize)>,
}

impl RigParts {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            joints: Vec::new(),
            dofs: Vec::new(),
            markers: Vec::new(),
            bones: Vec::new(),
        }
    }

    /// Says that a joint is a bone; the first joint of a bone stays.
    pub(crate) fn map_bone(&mut self, bone: HumanBone, joint: usize) {
        if self.joint_of(bone).is_none() {
            self.bones.push((bone, joint));
        }
    }

    pub(crate) fn joint_of(&self, bone: HumanBone) -> Option<usize> {
        self.bones.iter().find(|(b, _)| *b == bone).map(|(_, j)| *j)
    }

    pub(crate) fn find(&self, joint: &str) -> Option<JointIdx> {
        self.joints
            .iter()
            .position(|j| j.name == joint)
            .map(|i| JointIdx(i as u16))
    }

    /// Turns the whole rest pose about the origin.
    pub(crate) fn turn_roots(&mut self, turn: DQuat) {
        for joint in self.joints.iter_mut().filter(|j| j.parent.is_none()) {
            let rest = joint.parent_from_joint;
            joint.parent_from_joint =
                Xf::saturating(turn * rest.rotation(), turn * rest.translation().metres());
        }
    }

    fn rest_frames(&self) -> Vec<(DQuat, DVec3)> {
        let mut frames: Vec<(DQuat, DVec3)> = Vec::with_capacity(self.joints.len());
        for joint in &self.joints {
            let rest = joint.parent_from_joint;
            let (rotation, origin) = joint
                .parent
                .and_then(|p| frames.get(p).copied())
                .unwrap_or((DQuat::IDENTITY, DVec3::ZERO));
            frames.push((
                rotation * rest.rotation(),
                origin + rotation * rest.translation().metres(),
            ));
        }
        frames
    }

    /// Where the joints are in the rest pose, metres.
    pub(crate) fn rest_origins(&self) -> Vec<DVec3> {
        self.rest_frames().into_iter().map(|(_, o)| o).collect()
    }

    pub(crate) fn build<E>(self) -> Result<Rig, E>
    where
        E: From<SkeletonError> + From<RigBuildError> + From<HumanoidMapError>,
    {
        let count = self.joints.len();
        let (skeleton, order) = Skeleton::build(self.joints)?;
        let mut dofs = vec![JointDofs::unlimited(cyc_model::Dof::Fixed); count];
        for (given, at) in self.dofs.into_iter().zip(&order) {
            dofs[at.idx()] = given;
        }
        let mut markers = self.markers;
        for marker in &mut markers {
            if let Some(at) = order.get(marker.joint.idx()) {
                marker.joint = *at;
            }
        }
        let bones = self.bones.iter().map(|(b, j)| (*b, order[*j]));
        let humanoid = HumanoidMap::build(&skeleton, bones)?;
        Ok(Rig::build(self.name, skeleton, dofs, markers, humanoid)?)
    }
}

/// Lifts the rest pose so that its lowest joint or marker is at y = 0, the root above the origin.
pub(crate) fn stand_on_floor(parts: &mut RigParts) {
    let frames = parts.rest_frames();
    let markers = parts.markers.iter().filter_map(|m| {
        let (rotation, origin) = frames.get(m.joint.idx())?;
        Some(*origin + *rotation * m.in_joint.metres())
    });
    let lowest = frames
        .iter()
        .map(|(_, o)| *o)
        .chain(markers)
        .fold(f64::INFINITY, |low, p| low.min(p.y));
    if !lowest.is_finite() {
        return;
    }
    for joint in parts.joints.iter_mut().filter(|j| j.parent.is_none()) {
        let rest = joint.parent_from_joint;
        let lifted = rest.translation().metres() - DVec3::Y * lowest;
        joint.parent_from_joint = Xf::saturating(rest.rotation(), lifted);
    }
}

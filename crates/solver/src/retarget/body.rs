//! A skeleton in its rest pose, as retargeting sees it: where each bone is and which way it points.

use super::error::{RetargetError, Side};
use super::leg::LEGS;
use cyc_model::{
    FootReach, HandShape, HumanBone, HumanoidMap, JointFrame, ModelSpace, Skeleton, Xf,
};
use glam::{DMat3, DQuat, DVec3};

/// Below this the hips do not stand above the floor, metres.
const HIP_HEIGHT_MIN_M: f64 = 0.05;

/// The rest pose of a mapped skeleton.
pub(super) struct Body<'a> {
    rest: &'a [Xf<ModelSpace, JointFrame>],
    map: &'a HumanoidMap,
    /// Turns the model's axes to the body's: x to its left, y up, z where it faces.
    pub facing: DQuat,
    /// How high the hip joints are over the floor when it stands with straight legs, metres: rest poses bend or spread
    /// them more or less.
    pub hip_height_m: f64,
}

impl<'a> Body<'a> {
    pub(super) fn new(
        skeleton: &'a Skeleton,
        map: &'a HumanoidMap,
        side: Side,
    ) -> Result<Self, RetargetError> {
        let missing: Vec<HumanBone> = map.missing_required().collect();
        if !missing.is_empty() {
            return Err(RetargetError::MissingBones {
                side,
                bones: missing,
            });
        }
        let mut body = Self {
            rest: skeleton.rest_global(),
            map,
            facing: DQuat::IDENTITY,
            hip_height_m: 0.0,
        };
        let standing = body.measure();
        standing
            .then_some(body)
            .ok_or(RetargetError::NotStanding { side })
    }

    fn measure(&mut self) -> bool {
        let hips = [HumanBone::LeftUpperLeg, HumanBone::RightUpperLeg].map(|b| self.at(b));
        let [Some(left), Some(right)] = hips else {
            return false;
        };
        let to_left = left - right;
        let Some(to_left) = DVec3::new(to_left.x, 0.0, to_left.z).try_normalize() else {
            return false;
        };
        let axes = DMat3::from_cols(to_left, DVec3::Y, to_left.cross(DVec3::Y));
        self.facing = DQuat::from_mat3(&axes);
        self.hip_height_m = 0.5 * (self.leg_m(LEGS[0]) + self.leg_m(LEGS[1]));
        0.5 * (left.y + right.y) > HIP_HEIGHT_MIN_M && self.hip_height_m.is_finite()
    }

    /// From the hip joint along the bones to the ankle, and down to the floor.
    fn leg_m(&self, bones: [HumanBone; 3]) -> f64 {
        let [hip, knee, ankle] = bones.map(|b| self.at(b).unwrap_or(DVec3::NAN));
        hip.distance(knee) + knee.distance(ankle) + ankle.y
    }

    pub(super) fn joint(&self, bone: HumanBone) -> Option<usize> {
        self.map.joint(bone).map(|j| j.idx())
    }

    /// Whether a joint is a bone.
    pub(super) fn is_mapped(&self, joint: usize) -> bool {
        self.map.bones().any(|(_, j)| j.idx() == joint)
    }

    /// The nearest mapped bone towards the hips.
    pub(super) fn mapped_parent(&self, bone: HumanBone) -> Option<HumanBone> {
        self.map.mapped_parent(bone)
    }

    /// Where a bone's joint is in the rest pose.
    pub(super) fn at(&self, bone: HumanBone) -> Option<DVec3> {
        self.joint(bone)
            .map(|j| self.rest[j].translation().metres())
    }

    pub(super) fn rest_rotation(&self, joint: usize) -> DQuat {
        self.rest[joint].rotation()
    }

    pub(super) fn rest_origin(&self, joint: usize) -> DVec3 {
        self.rest[joint].translation().metres()
    }

    /// The unit vector from one bone's joint to another's.
    pub(super) fn between(&self, from: HumanBone, to: HumanBone) -> Option<DVec3> {
        (self.at(to)? - self.at(from)?).try_normalize()
    }

    /// How far a foot's surface reaches, where it is known.
    pub(super) fn foot_reach(&self, foot: HumanBone) -> Option<FootReach> {
        self.map
            .foot_reach(usize::from(foot != HumanBone::LeftFoot))
    }

    /// The shape of the left (0) or right (1) hand, where it is known.
    pub(super) fn hand_shape(&self, side: usize) -> Option<HandShape> {
        self.map.hand_shape(side)
    }

    /// Where a foot points along the floor.
    pub(super) fn foot_heading(&self, foot: HumanBone, toes: HumanBone) -> DVec3 {
        let forward = self.facing * DVec3::Z;
        let Some(along) = self.between(foot, toes) else {
            return forward;
        };
        DVec3::new(along.x, 0.0, along.z)
            .try_normalize()
            .filter(|h| h.dot(forward) > 0.0)
            .unwrap_or(forward)
    }
}

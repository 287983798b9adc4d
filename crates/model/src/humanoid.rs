//! The bones of a human, by VRM's names, and the map from a skeleton's joints to them.
//!
//! The map is what lets a performer's skeleton and a character's, with other names and other proportions, speak
//! about the same elbow. Source of the list and the parents: VRM 1.0 `VRMC_vrm` humanoid (55 bones).

use crate::{FootReach, HandShape, HumanoidMapError, JointIdx, Skeleton};

/// A bone of the human body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum HumanBone {
    /// Hips.
    Hips,
    /// Spine.
    Spine,
    /// Chest.
    Chest,
    /// Upper chest.
    UpperChest,
    /// Neck.
    Neck,
    /// Head.
    Head,
    /// Left eye.
    LeftEye,
    /// Right eye.
    RightEye,
    /// Jaw.
    Jaw,
    /// Left upper leg.
    LeftUpperLeg,
    /// Left lower leg.
    LeftLowerLeg,
    /// Left foot.
    LeftFoot,
    /// Left toes.
    LeftToes,
    /// Left shoulder.
    LeftShoulder,
    /// Left upper arm.
    LeftUpperArm,
    /// Left lower arm.
    LeftLowerArm,
    /// Left hand.
    LeftHand,
    /// Left thumb metacarpal.
    LeftThumbMetacarpal,
    /// Left thumb proximal.
    LeftThumbProximal,
    /// Left thumb distal.
    LeftThumbDistal,
    /// Left index proximal.
    LeftIndexProximal,
    /// Left index intermediate.
    LeftIndexIntermediate,
    /// Left index distal.
    LeftIndexDistal,
    /// Left middle proximal.
    LeftMiddleProximal,
    /// Left middle intermediate.
    LeftMiddleIntermediate,
    /// Left middle distal.
    LeftMiddleDistal,
    /// Left ring proximal.
    LeftRingProximal,
    /// Left ring intermediate.
    LeftRingIntermediate,
    /// Left ring distal.
    LeftRingDistal,
    /// Left little proximal.
    LeftLittleProximal,
    /// Left little intermediate.
    LeftLittleIntermediate,
    /// Left little distal.
    LeftLittleDistal,
    /// Right upper leg.
    RightUpperLeg,
    /// Right lower leg.
    RightLowerLeg,
    /// Right foot.
    RightFoot,
    /// Right toes.
    RightToes,
    /// Right shoulder.
    RightShoulder,
    /// Right upper arm.
    RightUpperArm,
    /// Right lower arm.
    RightLowerArm,
    /// Right hand.
    RightHand,
    /// Right thumb metacarpal.
    RightThumbMetacarpal,
    /// Right thumb proximal.
    RightThumbProximal,
    /// Right thumb distal.
    RightThumbDistal,
    /// Right index proximal.
    RightIndexProximal,
    /// Right index intermediate.
    RightIndexIntermediate,
    /// Right index distal.
    RightIndexDistal,
    /// Right middle proximal.
    RightMiddleProximal,
    /// Right middle intermediate.
    RightMiddleIntermediate,
    /// Right middle distal.
    RightMiddleDistal,
    /// Right ring proximal.
    RightRingProximal,
    /// Right ring intermediate.
    RightRingIntermediate,
    /// Right ring distal.
    RightRingDistal,
    /// Right little proximal.
    RightLittleProximal,
    /// Right little intermediate.
    RightLittleIntermediate,
    /// Right little distal.
    RightLittleDistal,
}

impl HumanBone {
    /// How many bones there are.
    pub const COUNT: usize = 55;

    /// Every bone; parents come before children.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Hips,
        Self::Spine,
        Self::Chest,
        Self::UpperChest,
        Self::Neck,
        Self::Head,
        Self::LeftEye,
        Self::RightEye,
        Self::Jaw,
        Self::LeftUpperLeg,
        Self::LeftLowerLeg,
        Self::LeftFoot,
        Self::LeftToes,
        Self::LeftShoulder,
        Self::LeftUpperArm,
        Self::LeftLowerArm,
        Self::LeftHand,
        Self::LeftThumbMetacarpal,
        Self::LeftThumbProximal,
        Self::LeftThumbDistal,
        Self::LeftIndexProximal,
        Self::LeftIndexIntermediate,
        Self::LeftIndexDistal,
        Self::LeftMiddleProximal,
        Self::LeftMiddleIntermediate,
        Self::LeftMiddleDistal,
        Self::LeftRingProximal,
        Self::LeftRingIntermediate,
        Self::LeftRingDistal,
        Self::LeftLittleProximal,
        Self::LeftLittleIntermediate,
        Self::LeftLittleDistal,
        Self::RightUpperLeg,
        Self::RightLowerLeg,
        Self::RightFoot,
        Self::RightToes,
        Self::RightShoulder,
        Self::RightUpperArm,
        Self::RightLowerArm,
        Self::RightHand,
        Self::RightThumbMetacarpal,
        Self::RightThumbProximal,
        Self::RightThumbDistal,
        Self::RightIndexProximal,
        Self::RightIndexIntermediate,
        Self::RightIndexDistal,
        Self::RightMiddleProximal,
        Self::RightMiddleIntermediate,
        Self::RightMiddleDistal,
        Self::RightRingProximal,
        Self::RightRingIntermediate,
        Self::RightRingDistal,
        Self::RightLittleProximal,
        Self::RightLittleIntermediate,
        Self::RightLittleDistal,
    ];

    /// VRM 1.0's name of the bone.
    pub fn vrm_name(self) -> &'static str {
        NAMES[self as usize]
    }

    /// Finds a bone by VRM 1.0's name.
    pub fn from_vrm_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.vrm_name() == name)
    }

    /// The next bone towards the hips, whether or not a given skeleton has it; `None` for the hips.
    pub fn parent(self) -> Option<Self> {
        PARENTS[self as usize]
    }

    /// Whether VRM 1.0 requires the bone of every humanoid.
    pub fn is_required(self) -> bool {
        use HumanBone::*;
        matches!(
            self,
            Hips | Spine
                | Head
                | LeftUpperLeg
                | LeftLowerLeg
                | LeftFoot
                | RightUpperLeg
                | RightLowerLeg
                | RightFoot
                | LeftUpperArm
                | LeftLowerArm
                | LeftHand
                | RightUpperArm
                | RightLowerArm
                | RightHand
        )
    }
}

const NAMES: [&str; HumanBone::COUNT] = [
    "hips",
    "spine",
    "chest",
    "upperChest",
    "neck",
    "head",
    "leftEye",
    "rightEye",
    "jaw",
    "leftUpperLeg",
    "leftLowerLeg",
    "leftFoot",
    "leftToes",
    "leftShoulder",
    "leftUpperArm",
    "leftLowerArm",
    "leftHand",
    "leftThumbMetacarpal",
    "leftThumbProximal",
    "leftThumbDistal",
    "leftIndexProximal",
    "leftIndexIntermediate",
    "leftIndexDistal",
    "leftMiddleProximal",
    "leftMiddleIntermediate",
    "leftMiddleDistal",
    "leftRingProximal",
    "leftRingIntermediate",
    "leftRingDistal",
    "leftLittleProximal",
    "leftLittleIntermediate",
    "leftLittleDistal",
    "rightUpperLeg",
    "rightLowerLeg",
    "rightFoot",
    "rightToes",
    "rightShoulder",
    "rightUpperArm",
    "rightLowerArm",
    "rightHand",
    "rightThumbMetacarpal",
    "rightThumbProximal",
    "rightThumbDistal",
    "rightIndexProximal",
    "rightIndexIntermediate",
    "rightIndexDistal",
    "rightMiddleProximal",
    "rightMiddleIntermediate",
    "rightMiddleDistal",
    "rightRingProximal",
    "rightRingIntermediate",
    "rightRingDistal",
    "rightLittleProximal",
    "rightLittleIntermediate",
    "rightLittleDistal",
];

const PARENTS: [Option<HumanBone>; HumanBone::COUNT] = {
    use HumanBone::*;
    [
        None,
        Some(Hips),
        Some(Spine),
        Some(Chest),
        Some(UpperChest),
        Some(Neck),
        Some(Head),
        Some(Head),
        Some(Head),
        Some(Hips),
        Some(LeftUpperLeg),
        Some(LeftLowerLeg),
        Some(LeftFoot),
        Some(UpperChest),
        Some(LeftShoulder),
        Some(LeftUpperArm),
        Some(LeftLowerArm),
        Some(LeftHand),
        Some(LeftThumbMetacarpal),
        Some(LeftThumbProximal),
        Some(LeftHand),
        Some(LeftIndexProximal),
        Some(LeftIndexIntermediate),
        Some(LeftHand),
        Some(LeftMiddleProximal),
        Some(LeftMiddleIntermediate),
        Some(LeftHand),
        Some(LeftRingProximal),
        Some(LeftRingIntermediate),
        Some(LeftHand),
        Some(LeftLittleProximal),
        Some(LeftLittleIntermediate),
        Some(Hips),
        Some(RightUpperLeg),
        Some(RightLowerLeg),
        Some(RightFoot),
        Some(UpperChest),
        Some(RightShoulder),
        Some(RightUpperArm),
        Some(RightLowerArm),
        Some(RightHand),
        Some(RightThumbMetacarpal),
        Some(RightThumbProximal),
        Some(RightHand),
        Some(RightIndexProximal),
        Some(RightIndexIntermediate),
        Some(RightHand),
        Some(RightMiddleProximal),
        Some(RightMiddleIntermediate),
        Some(RightHand),
        Some(RightRingProximal),
        Some(RightRingIntermediate),
        Some(RightHand),
        Some(RightLittleProximal),
        Some(RightLittleIntermediate),
    ]
};

/// Which joint is which bone; a bone may be missing. And what feet and hands are like, where a surface tells.
#[derive(Clone, Debug, PartialEq)]
pub struct HumanoidMap {
    joints: [Option<JointIdx>; HumanBone::COUNT],
    feet: [Option<FootReach>; 2],
    hands: [Option<HandShape>; 2],
}

impl Default for HumanoidMap {
    fn default() -> Self {
        let joints = [None; HumanBone::COUNT];
        let (feet, hands) = ([None; 2], [None; 2]);
        Self {
            joints,
            feet,
            hands,
        }
    }
}

impl HumanoidMap {
    /// Builds a map and checks it against its skeleton.
    pub fn build(
        skeleton: &Skeleton,
        bones: impl IntoIterator<Item = (HumanBone, JointIdx)>,
    ) -> Result<Self, HumanoidMapError> {
        let mut map = Self::default();
        let mut owner: Vec<Option<HumanBone>> = vec![None; skeleton.len()];
        for (bone, idx) in bones {
            let Some(joint) = skeleton.joint(idx) else {
                return Err(HumanoidMapError::UnknownJoint {
                    bone: bone.vrm_name(),
                });
            };
            if let Some(first) = owner[idx.idx()].replace(bone).filter(|b| *b != bone) {
                return Err(HumanoidMapError::SharedJoint {
                    first: first.vrm_name(),
                    second: bone.vrm_name(),
                    joint: joint.name.clone(),
                });
            }
            map.joints[bone as usize] = Some(idx);
        }
        Ok(map)
    }

    /// With how far the left and the right foot reach.
    pub fn with_feet(self, feet: [Option<FootReach>; 2]) -> Self {
        Self { feet, ..self }
    }

    /// How far the left (0) or right (1) foot reaches, where it is known.
    pub fn foot_reach(&self, side: usize) -> Option<FootReach> {
        self.feet.get(side).copied().flatten()
    }

    /// With the shapes of the left and the right hand.
    pub fn with_hands(self, hands: [Option<HandShape>; 2]) -> Self {
        Self { hands, ..self }
    }

    /// The shape of the left (0) or right (1) hand, where it is known.
    pub fn hand_shape(&self, side: usize) -> Option<HandShape> {
        self.hands.get(side).copied().flatten()
    }

    /// The joint of a bone.
    pub fn joint(&self, bone: HumanBone) -> Option<JointIdx> {
        self.joints[bone as usize]
    }

    /// The bone of a joint.
    pub fn bone(&self, joint: JointIdx) -> Option<HumanBone> {
        HumanBone::ALL
            .into_iter()
            .find(|b| self.joint(*b) == Some(joint))
    }

    /// The mapped bones with their joints, parents first.
    pub fn bones(&self) -> impl Iterator<Item = (HumanBone, JointIdx)> + '_ {
        HumanBone::ALL
            .into_iter()
            .filter_map(|b| self.joint(b).map(|j| (b, j)))
    }

    /// The required bones that are not mapped.
    pub fn missing_required(&self) -> impl Iterator<Item = HumanBone> + '_ {
        HumanBone::ALL
            .into_iter()
            .filter(|b| b.is_required() && self.joint(*b).is_none())
    }

    /// The nearest mapped bone towards the hips.
    pub fn mapped_parent(&self, bone: HumanBone) -> Option<HumanBone> {
        let mut at = bone.parent();
        while let Some(b) = at {
            if self.joint(b).is_some() {
                return Some(b);
            }
            at = b.parent();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{JointSpec, Xf};

    #[test]
    fn parents_come_first_and_end_at_the_hips() {
        for bone in HumanBone::ALL {
            assert_eq!(HumanBone::from_vrm_name(bone.vrm_name()), Some(bone));
            match bone.parent() {
                Some(parent) => assert!((parent as u8) < (bone as u8), "{bone:?}"),
                None => assert_eq!(bone, HumanBone::Hips),
            }
        }
    }

    #[test]
    fn refuses_one_joint_for_two_bones() {
        let root = JointSpec {
            name: "hips".into(),
            parent: None,
            parent_from_joint: Xf::IDENTITY,
        };
        let (skeleton, _) = Skeleton::build(vec![root]).unwrap();
        let twice = [
            (HumanBone::Hips, JointIdx(0)),
            (HumanBone::Spine, JointIdx(0)),
        ];
        assert!(matches!(
            HumanoidMap::build(&skeleton, twice),
            Err(HumanoidMapError::SharedJoint { .. })
        ));
        let beyond = [(HumanBone::Hips, JointIdx(4))];
        assert!(HumanoidMap::build(&skeleton, beyond).is_err());
    }
}
